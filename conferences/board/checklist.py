"""The conditions of a legal basis, as a seat sees them before it discloses: fetched when one is chosen, never pushed.

Nothing in it is ticked or filled in: what is affirmed is affirmed by a person (`situations.grounds`).
"""

from typing import Any

from agencies.models import Agency, Member, Sitting
from conferences.loading import LoadedConference
from conferences.models import AgendaItem
from hub.core import clock
from hub.core.parts import Pair
from situations import grounds, identity, involvement
from situations.legal_bases import Basis
from situations.models import Situation

OPENING, ANSWER = "opening", "answer"
LONG = frozenset({"threat", "why_imminent", "why_recipient", "consent_scope", "request", "judgment"})


def checklist(loaded: LoadedConference, item: AgendaItem, code: str, purpose: str) -> dict[str, Any]:
    """What the fragment shows. Raises RuleRefused unless the member's agency may choose the basis."""
    basis = grounds.check_basis(loaded.member, code)
    purpose = OPENING if purpose == OPENING else ANSWER
    told = _told(loaded.conference.sitting, item.situation, loaded.member, purpose)
    return {
        "prefix": purpose,
        "name": str(basis.name),
        "citation": basis.citation,
        "means": str(basis.means),
        "conditions": [Pair(one.code, str(one.text)) for one in basis.conditions_for(loaded.member.agency.regimes)],
        "minimum_necessary": basis.minimum_necessary,
        "needs": [_need(basis, need) for need in basis.needs],
        "told": ", ".join(told.values()),
        "left_out": ", ".join(grounds.left_out(basis, told)),
        "instead": str(basis.instead),
    }


def _need(basis: Basis, need: str) -> dict[str, Any]:
    today = clock.today()
    last = (today + grounds.LONGEST_EMERGENCY).isoformat() if need == "emergency_ends_on" else ""
    return {
        "name": need,
        "label": str(grounds.NEEDS[need]),
        "kind": "date" if need in grounds.DATES else "limb" if need == "limb" else "long" if need in LONG else "short",
        "limit": grounds.WORDS_LIMIT,
        "first": today.isoformat(),
        "last": last,
        "limbs": [Pair(one.code, str(one.text)) for one in basis.limbs] if need == "limb" else [],
    }


def _told(sitting: Sitting | None, situation: Situation, member: Member, purpose: str) -> dict[int, str]:
    if sitting is None:
        return {}
    if purpose == OPENING:
        people = identity.would_receive(situation, sitting)
    else:
        people = involvement.would_hear(situation, sitting, member.agency_id)
    rows = Agency.objects.filter(pk__in={agency for agency, _member in people} - {member.agency_id}).order_by("short_name")
    return dict(rows.values_list("pk", "short_name"))
