"""The loader is the permission check: a view gets the situation and its audience, or a 404 that tells nothing."""

from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest
from django.utils.translation import gettext as _

from agencies.models import Member
from agencies.standing import Standing, standing_of
from hub.core.errors import NotVisible
from situations.disclosure import Audience, audience_of, disclose
from situations.models import Situation
from situations.projection import Projection


@dataclass(frozen=True)
class Loaded:
    """A situation as one member may handle it. Give templates the `projection`, never the situation."""

    situation: Situation
    standing: Standing
    audience: Audience
    projection: Projection


def member_of(request: HttpRequest) -> Member:
    """The signed-in member (views that need one have declared it)."""
    return cast("Member", request.user)


def situation_for(request: HttpRequest, key: int) -> Loaded:
    """The situation for this member. Raises NotVisible (404, entered in the ledger) when it does not exist for them."""
    member = member_of(request)
    situation = Situation.objects.select_related("table", "originating_agency").filter(pk=key).first()
    if situation is None:
        raise NotVisible(_("There is no such situation, or it is not open to you."))
    standing = standing_of(member, situation.table)
    audience = audience_of(member, situation, standing)
    if not audience:
        raise NotVisible(_("There is no such situation, or it is not open to you."), situation=situation)
    return Loaded(situation, standing, audience, disclose(situation, audience))
