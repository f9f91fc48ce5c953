"""At filter 4 an agency takes over the role of one that left: it was asked (`leaving`), and accepts or declines.

Accepting discloses as the step into filter 4 does, to one agency more: the profile, the plan with the identity that is its to
open, the answers of filter 3. Each is entered first, and only on grounds that carry over to this agency.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from agencies.models import Leaving, Member
from agencies.standing import standing_of
from hub.core import clock
from hub.core.audit import verb
from hub.core.errors import NotAllowed, RuleRefused
from situations import filters, grounds, ledger
from situations.choices import POSITIVE_ANSWERS, EntryKind, RoleKind, Stage
from situations.disclosure import PROFILE, audiences, may_see
from situations.leaving import HAND_OVER
from situations.models import Involvement, Situation
from situations.visibility import IDENTITY_FIELDS, Field


@dataclass(frozen=True)
class Offered:
    """A role that waits for this agency's answer."""

    key: int
    number: str
    role: str


def offered(by: Member) -> list[Offered]:
    """Roles at filter 4 that wait for the answer of the member's agency, in situations of which the member may know."""
    asked = list(Situation.objects.filter(pk__in=_waiting(by.agency_id)).select_related("table").order_by("pk"))
    found = []
    for one in asked:
        seen = audiences([one], [standing_of(by, one.table)])[one.pk, by.pk]
        role = _role(one, by.agency_id)
        if role and may_see(seen, Field.NUMBER):
            found.append(Offered(one.pk, one.number, str(RoleKind(role).label)))
    return found


@verb
def accept(*, by: Member, situation: Situation) -> Involvement:
    """Take the role over. Raises NotAllowed for who does not speak for the agency with today's pledge, RuleRefused where
    nothing is offered, or where what was told may not be told to this agency too.
    """
    situation = filters.lock(situation.pk, by=by)
    role = _require(situation, by)
    row = Involvement.objects.filter(situation=situation, agency=by.agency_id, ended_at=None).first()
    knows = row is not None and row.accepted_at is not None
    if not knows:
        _disclose(situation, by)
    row = row or Involvement(situation=situation, agency=by.agency, asked_at=clock.now())
    row.role, row.accepted_at = role, clock.now()
    row.save()
    filters.touch(situation)
    ledger.append(EntryKind.ACCEPTED, by=by, situation=situation, detail={"agency": by.agency_id, "role": str(role)})
    return row


@verb
def decline(*, by: Member, situation: Situation) -> Situation:
    """Not take it over; nobody is blamed. The facilitator assigns another at the next conference."""
    situation = filters.lock(situation.pk, by=by)
    role = _require(situation, by)
    row = Involvement.objects.filter(situation=situation, agency=by.agency_id, ended_at=None, accepted_at=None).first()
    if row is not None:
        row.ended_at = clock.now()
        row.save(update_fields=["ended_at"])
    filters.touch(situation)
    ledger.append(EntryKind.DECLINED, by=by, situation=situation, detail={"agency": by.agency_id, "role": str(role)})
    return situation


def _require(situation: Situation, by: Member) -> RoleKind:
    standing = standing_of(by, situation.table)
    if not (standing.speaks and standing.agreement and standing.pledged):
        raise NotAllowed(_("A role is taken over by who speaks for the agency, with today's pledge."), situation=situation)
    filters.require_stage(situation, Stage.FILTER4)
    role = _role(situation, by.agency_id)
    if role is None:
        raise RuleRefused(_("No role waits for your agency's answer here."), situation=situation)
    return role


def _waiting(agency_id: int) -> set[int]:
    asked = Involvement.objects.filter(agency=agency_id, ended_at=None, accepted_at=None, situation__stage=Stage.FILTER4)
    return set(asked.values_list("situation_id", flat=True)) | set(_named(agency_id))


def _named(agency_id: int) -> dict[int, Any]:
    """Situations of which a leaving agency named this one as its successor, to the moment at which it left."""
    handed: dict[int, Any] = {}
    tables = Leaving.objects.filter(seat__table__seats__agency=agency_id, seat__table__seats__ended_on=None)
    for one in tables.distinct().order_by("at"):
        handed |= {
            role["involvement"]: one.at for role in one.roles if role["step"] == HAND_OVER and role["to"] == agency_id
        }  # fmt: skip
    rows = Involvement.objects.filter(pk__in=handed, role=RoleKind.LEAD, situation__stage=Stage.FILTER4)
    return {row.situation_id: handed[row.pk] for row in rows}


def _role(situation: Situation, agency_id: int) -> RoleKind | None:
    row = Involvement.objects.filter(situation=situation, agency=agency_id, ended_at=None).first()
    if row is not None and row.accepted_at is None:
        return RoleKind(row.role)
    since = _named(agency_id).get(situation.pk)
    led = Involvement.objects.filter(situation=situation, role=RoleKind.LEAD, ended_at=None).exists()
    if row is None or since is None or led:
        return None
    declined = situation.ledger.filter(kind=EntryKind.DECLINED, agency=agency_id, at__gte=since, detail__role=RoleKind.LEAD)
    return None if declined.exists() else RoleKind.LEAD


def _disclose(situation: Situation, by: Member) -> None:
    """Enter what the agency learns by its role; the grounds of each part must reach it."""
    mine, person = by.agency_id, [(by.agency_id, by.pk)]
    _disclose_answers(situation, by)
    if mine == situation.originating_agency_id:
        return
    kept = grounds.of_opening(situation)
    if kept is not None and not grounds.still_hold(kept, [mine]):
        line = _("The legal basis on which the identity was opened does not reach your agency. Ask the facilitator.")
        raise RuleRefused(line, situation=situation)
    ledger.append(
        EntryKind.PROFILE, by=by, situation=situation, basis="table_agreement", recipients=person, what=PROFILE,
        discloser=situation.originating_agency_id,
    )  # fmt: skip
    ledger.append(
        EntryKind.PLANNED, by=by, situation=situation, basis=situation.opening_basis or "table_agreement",
        detail={"fields": [field.value for field in IDENTITY_FIELDS], "agencies": [mine], **grounds.entered(kept)},
        recipients=person, what="plan", discloser=situation.originating_agency_id,
    )  # fmt: skip


def _disclose_answers(situation: Situation, by: Member) -> None:
    others = situation.answers.filter(kind__in=POSITIVE_ANSWERS).exclude(agency=by.agency_id)
    for one in others.order_by("agency__short_name"):
        kept = grounds.of_answer(situation, one.agency_id)
        if kept is not None and not grounds.still_hold(kept, [by.agency_id]):
            line = _("What was said at filter 3 may not be told to your agency. Ask the facilitator.")
            raise RuleRefused(line, situation=situation)
        ledger.append(
            EntryKind.ANSWER, by=by, situation=situation, basis=one.basis,
            detail={"agency": one.agency_id, "answer": one.kind, "late": True, "agencies": [by.agency_id],
                    **grounds.entered(kept)},
            recipients=[(by.agency_id, by.pk)], what="answer", discloser=one.agency_id,
        )  # fmt: skip
