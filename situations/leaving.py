"""An agency leaves a table: what happens to each of its open roles is asked, and carried out together with the seat's end.

A role is handed over to another seated agency, which is asked as everybody is asked, or given up with a reason. A lead is
never only given up: somebody has to go on. Until the agency that is asked has accepted (`taking_over`), it learns nothing more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.dispatch import Signal
from django.utils.translation import gettext as _

from agencies import guarding, policies, roll
from agencies.models import Agency, Agreement, Leaving, Member, Seat, Table
from agencies.standing import agencies_agreed, standing_of
from agencies.typed import line
from hub.core import clock, realtime
from hub.core.audit import verb
from hub.core.errors import NotAllowed, NotVisible, RuleRefused
from situations import filters, ledger
from situations.choices import EntryKind, RoleKind, Stage
from situations.disclosure import audiences, may_see
from situations.models import Involvement, Situation
from situations.referrals import setting_up
from situations.visibility import Field

BECAUSE_LIMIT = 300
OVER = (Stage.CONCLUDED, Stage.REJECTED)
WITH_THE_TABLE = (Stage.READY, Stage.TABLED, Stage.FILTER2, Stage.FILTER3)
HAND_OVER, GIVE_UP = "hand_over", "give_up"

left = Signal()
"""Sent with `table`, inside the verb: an agency's seat has ended."""


@dataclass(frozen=True)
class Decision:
    """What becomes of one role: handed over to the agency `to`, or given up."""

    step: str
    to: int | None = None


@dataclass(frozen=True)
class OpenRole:
    """A role that is asked about. `number` is empty where the member may not know the situation."""

    key: int
    number: str
    role: str
    lead: bool
    accepted: bool


def open_roles(by: Member, table: Table) -> list[OpenRole]:
    """The own agency's roles, accepted or asked, in situations of this table that are not over; as the member may know them."""
    rows = list(_roles(by.agency_id, table))
    seen = audiences([one.situation for one in rows], [standing_of(by, table)])
    return [
        OpenRole(
            one.pk, one.situation.number if may_see(seen[one.situation_id, by.pk], Field.NUMBER) else "",
            str(one.get_role_display()), one.role == RoleKind.LEAD, one.accepted_at is not None,
        )
        for one in rows
    ]  # fmt: skip


def successors(by: Member, table: Table) -> list[Agency]:
    """The other agencies with a seat at this table and an agreement in force, by name."""
    seats = Agency.objects.filter(seats__table=table, seats__ended_on=None, pk__in=agencies_agreed(table.pk))
    return list(seats.exclude(pk=by.agency_id))


@guarding.enters_questions
@verb
def leave(
    *, by: Member, table: Table, because: str, decisions: Mapping[int, Decision], ends_agreement: bool = False,
    answered: guarding.Answers = guarding.NOTHING,
) -> Leaving:  # fmt: skip
    """End the own agency's seat, every open role decided (`decisions`, by involvement); its desk and its people's boards close.

    Raises NotVisible without a seat, NotAllowed unless `by` is its representative, RuleRefused while something that the agency
    brought is with the table, for a role that is not decided, and for a lead that nobody takes; and as the guard does.
    """
    seat = Seat.objects.select_for_update().filter(table=table, agency=by.agency_id, ended_on=None).first()
    if seat is None:
        raise NotVisible(_("Your agency has no seat at this table."))
    if not policies.represents(by, by.agency):
        raise NotAllowed(_("Your agency's representative decides that it leaves."))
    why = line(because, limit=BECAUSE_LIMIT, field="because", missing=_("Say why your agency leaves: the table reads it."))
    guarding.ask({"because": why}, by=by, table=table, answered=answered)
    _require_nothing_pending(by.agency_id, table)
    rows = list(_roles(by.agency_id, table))
    _require_decided(by, table, rows, decisions)
    for row in sorted(rows, key=lambda one: one.situation_id):  # two that leave at once lock in one order
        _carry_out(by, row, decisions[row.pk])
    seat.ended_on = clock.today()
    seat.save(update_fields=["ended_on"])
    roll.leave_with_seat(by=by, table=table)
    setting_up.close_with_seat(table, by.agency)
    if ends_agreement:
        _end_agreements(by.agency_id, table)
    for pk in Member.objects.filter(agency=by.agency_id).values_list("pk", flat=True):
        realtime.revoke(member=pk)
    left.send(sender=Seat, table=table)
    kept = [{"involvement": row.pk, "step": decisions[row.pk].step, "to": decisions[row.pk].to} for row in rows]
    return Leaving.objects.create(seat=seat, by=by, at=clock.now(), because=why, roles=kept)


def _roles(agency_id: int, table: Table) -> Sequence[Involvement]:
    rows = Involvement.objects.filter(agency=agency_id, ended_at=None, situation__table=table)
    return list(rows.exclude(situation__stage__in=OVER).select_related("situation__table").order_by("asked_at", "pk"))


def _require_nothing_pending(agency_id: int, table: Table) -> None:
    if Situation.objects.filter(originating_agency=agency_id, table=table, stage__in=WITH_THE_TABLE).exists():
        raise RuleRefused(
            _("A situation that your agency brought is with the table: take it back, or wait until it is decided.")
        )


def _require_decided(
    by: Member, table: Table, rows: Sequence[Involvement], decisions: Mapping[int, Decision]
) -> None:  # fmt: skip
    others = {one.pk for one in successors(by, table)}
    for row in rows:
        field, decision = f"role_{row.pk}", decisions.get(row.pk)
        if decision is None or decision.step not in {HAND_OVER, GIVE_UP}:
            raise RuleRefused(_("Say what becomes of this role."), field=field)
        if decision.step == GIVE_UP and row.role == RoleKind.LEAD:
            message = _("A lead is handed over. If no agency can take it, ask the facilitator to assign another lead first.")
            raise RuleRefused(message, field=field)
        if decision.step == HAND_OVER and decision.to not in others:
            raise RuleRefused(_("Choose an agency that has a seat and an agreement in force."), field=field)
        if decision.step == HAND_OVER and row.role != RoleKind.LEAD and _has_role(row.situation_id, decision.to):
            raise RuleRefused(_("This agency has a role there already: choose another, or give the role up."), field=field)


def _has_role(situation: int, agency: int | None) -> bool:
    return Involvement.objects.filter(situation=situation, agency=agency, ended_at=None).exists()


def _carry_out(by: Member, row: Involvement, decision: Decision) -> None:
    # without `by`: whoever stepped out of a situation still decides for the agency, and learns nothing of it
    situation = filters.lock(row.situation_id)
    row = Involvement.objects.select_for_update().get(pk=row.pk)
    if row.ended_at is not None:
        raise RuleRefused(_("Somebody else changed a role meanwhile. Look at the list again."))
    row.ended_at = clock.now()
    row.save(update_fields=["ended_at"])
    kind = EntryKind.RELEASED if row.accepted_at else EntryKind.DECLINED
    ledger.append(kind, by=by, situation=situation, detail={"agency": row.agency_id})
    if decision.step == HAND_OVER and decision.to is not None:
        # who assists already goes on doing so while it is asked to lead: `Leaving.roles` says that it was
        if not _has_role(situation.pk, decision.to):
            Involvement.objects.create(
                situation=situation, agency_id=decision.to, role=row.role, asked_at=clock.now()
            )  # fmt: skip
        ledger.append(EntryKind.ASKED, by=by, situation=situation, detail={"agency": decision.to, "role": row.role})
    filters.touch(situation)


def _end_agreements(agency_id: int, table: Table) -> None:
    today = clock.today()
    for one in Agreement.objects.filter(agency=agency_id, table=table, in_force_from__lte=today, in_force_until__gt=today):
        one.in_force_until = today
        one.save(update_fields=["in_force_until"])
