"""What the guard finds in a text while it is typed: marks under the field, so that the question at sending is no surprise.

Nothing is written, logged or kept, and nothing depends on it: the server decides at sending. It must be no oracle beside the
ledger: the envelope's words are compared for the originating agency, whose own they are, and for whoever has opened them
(which is in the ledger); everybody else is asked at sending, where each question is entered.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from agencies.models import Member, Table
from hub.core import access, counting
from hub.core.parts import Finding, Piece
from situations import deidentify, disclosure, guard, identity, said_of_agencies
from situations.choices import EntryKind
from situations.loading import Loaded, member_of, situation_for
from situations.models import Situation

MOST = 4000
"""Characters that are looked at; no field takes more."""
A_MINUTE = 90
"""Texts of one person that are looked at in a minute: more is no typing."""


@access.member("POST")
def check(request: HttpRequest, key: int) -> HttpResponse:
    """For a text about this situation. Raises NotVisible to whom it is not open."""
    return answer(request, situation_for(request, key))


@access.member("POST")
def check_apart(request: HttpRequest) -> HttpResponse:
    """For a text about a table or an agency, and no situation."""
    return answer(request, table=said_of_agencies.table_of(member_of(request)))


def answer(request: HttpRequest, loaded: Loaded | None = None, table: Table | None = None) -> HttpResponse:
    """The marked text, or an empty answer where nothing is found, too much is asked, or the detector cannot look."""
    member, typed = member_of(request), request.POST.get("text", "")[:MOST]
    at = loaded.situation.table if loaded else table
    if at is None or not typed.strip() or not _within_budget(member):
        return HttpResponse()
    deny = _comparable(member, loaded) if loaded else []
    try:
        found = [one for _field, one in guard.find_all({"text": typed}, table=at, by=member, deny=deny)]
    except deidentify.DetectorFailed:
        return HttpResponse()
    if not found:
        return HttpResponse()
    context = {
        "pieces": [Piece(text, found=one is not None) for text, one in deidentify.segments(typed, found)],
        "findings": list(dict.fromkeys(Finding(one.found, one.says) for one in found)),
        "stops": any(one.severity == "block" for one in found),
    }
    return render(request, "components/found.html", context)


def _comparable(member: Member, loaded: Loaded) -> list[str]:
    situation = loaded.situation
    openable = disclosure.openable(loaded.audience)
    if not openable or not (situation.originating_agency_id == member.agency_id or _has_opened(member, situation)):
        return []
    return identity.words_of(situation, openable)


def _has_opened(member: Member, situation: Situation) -> bool:
    return situation.ledger.filter(kind=EntryKind.IDENTITY_READ, actor=member).exists()


def _within_budget(member: Member) -> bool:
    return counting.counted("guard checks", str(member.pk), counting.MINUTE) <= A_MINUTE
