"""The loader is the permission check: a conference for a member of its table, or a 404 that tells nothing."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from agencies.models import Member
from agencies.standing import Standing, standing_of
from conferences.models import AgendaItem, Conference
from hub.core.errors import NotVisible
from hub.core.prepared import Prepared
from situations.loading import member_of


@dataclass(frozen=True)
class LoadedConference:
    """A conference and who asks for it."""

    conference: Conference
    member: Member
    standing: Standing


_CONFERENCE = Prepared(
    lambda key: Conference.objects.filter(pk=key).select_related("table", "sitting__presides", "sitting__offered_to")
)
_ITEM = Prepared(
    lambda item, conference: AgendaItem.objects.filter(conference=conference, pk=item).select_related("situation__table")
)


def conference_for(request: HttpRequest, key: int) -> LoadedConference:
    """The conference for this member. Raises NotVisible (entered in the ledger) unless the member belongs to its table."""
    member = member_of(request)
    conference = _CONFERENCE.first(key=key)
    if conference is None:
        raise NotVisible(_("There is no such conference, or it is not open to you."))
    standing = standing_of(member, conference.table, conference.sitting if conference.is_open else None)
    if not standing.belongs:
        refusal = NotVisible(_("There is no such conference, or it is not open to you."))
        refusal.table = conference.table
        raise refusal
    return LoadedConference(conference, member, standing)


def item_for(loaded: LoadedConference, item: int) -> AgendaItem:
    """An item on its agenda. Raises NotVisible for a forged number."""
    found = _ITEM.first(item=item, conference=loaded.conference.pk)
    if found is None:
        raise NotVisible(_("There is no such item on this agenda."))
    return found
