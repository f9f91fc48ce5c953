"""The guard at what is typed about tables and agencies: their own texts, of no situation, that others read."""

from collections.abc import Collection, Mapping
from functools import lru_cache

from django.utils.translation import gettext as _

from agencies.belonging import tables_of
from agencies.guarding import Answers, Read
from agencies.models import Member, Table
from hub.core.errors import RuleRefused
from situations import deidentify, guard, hard_stops
from situations.guard import Terms
from situations.hard_stops import Place

CONTACT = frozenset({"phone", "email", "url", "handle", "address", "place"})
"""What a public listing is asked for: how and where one reaches a service."""
TERMS: Mapping[Read, Terms] = {
    Read.WORDS: Terms(staff=True),
    Read.LISTING: Terms(unasked=CONTACT, staff=True),
    Read.REQUEST: Terms(held=False, staff=True),
    Read.PROFILE: Terms(eased=frozenset({"place"}), staff=True),
}


def look(texts: Mapping[str, str], *, by: Member, table: Table | None, answered: Answers, read: Read) -> None:
    """As `agencies.guarding.Guard`. Numbers that stand nowhere are refused first; the table's chain keeps question and answer.

    A text of an agency and not of a table (a service, a course) is looked at as at the first of the writer's tables; where
    there is no table at all it is refused, because nothing could be entered about it.
    """
    for field, typed in texts.items():
        hard_stops.refuse(typed, field=field, place=Place.SEALED)
    at = table or table_of(by)
    if at is None:
        raise RuleRefused(_("There is no table yet: found it first."), field=next(iter(texts)))
    guard.ask_at_table(at, texts, by=by, answered=guard.Reply.of(answered), terms=TERMS[read])


def names_somebody(text: str, *, known: Collection[str]) -> bool:
    """As `agencies.guarding.Detector`: whether the guard would stop this text in a listing, whoever had typed it."""
    try:
        deidentify.require()
        # a directory says the same of many services, and most of it names nobody
        return _is_stopped(text) and _stopped(text, known)
    except deidentify.DetectorFailed:
        raise RuleRefused(_("It could not be checked for names just now.")) from None


@lru_cache(maxsize=1024)
def _is_stopped(text: str) -> bool:
    return _stopped(text, ())


def _stopped(text: str, known: Collection[str]) -> bool:
    found = deidentify.find(text, allow=[one for one in known if one])
    return any(one.severity == "block" and one.kind not in CONTACT for one in found)


def table_of(by: Member) -> Table | None:
    """The table as at which such a text of this member is looked at."""
    own = tables_of(by) or list(Table.objects.filter(coordinator=by).order_by("pk")[:1])
    return own[0] if own else Table.objects.order_by("pk").first()
