"""The roll of a sitting: opening, arrivals, departures, the pledge, and the hand-over of the facilitator's role.

Present (roll call) is kept apart from connected (a socket) and cleared (may see a situation); see PRODUCT, "What meeting
tools get wrong". The facilitator's role moves only by offer and acceptance, never because a connection dropped.
"""

from django.utils.translation import gettext as _

from agencies.choices import PledgeGiven
from agencies.models import Attendance, Member, Pledge, Sitting, Table, TableRole
from agencies.standing import Standing, agreement_in_force, in_force, open_sitting, standing_of
from hub.core import clock
from hub.core.audit import verb
from hub.core.errors import NotAllowed, RuleRefused


@verb
def open_table(*, by: Member, table: Table) -> Sitting:
    """Open a sitting; who opens presides. Raises NotAllowed unless a facilitator, RuleRefused while one is open."""
    standing = standing_of(by, table)
    if not (standing.facilitates and standing.agreement):
        raise NotAllowed(_("Only a facilitator of this table can open a conference."))
    if open_sitting(table.pk) is not None:
        raise RuleRefused(_("A conference of this table is already open. Close it first."))
    sitting = Sitting.objects.create(table=table, opened_at=clock.now(), presides=by)
    _enter(sitting, by)
    return sitting


@verb
def arrive(*, by: Member, sitting: Sitting, member: Member) -> Attendance:
    """Record that `member` is in the room from now. By the member, or by who presides or records."""
    _still_open(sitting)
    standing = standing_of(member, sitting.table, sitting)
    if not (standing.belongs and (standing.speaks or standing.table_roles)):
        raise NotAllowed(_("%(name)s has no seat or role at this table.") % {"name": member.name})
    _own_or_recorded(by, sitting, member)
    if standing.present:
        raise RuleRefused(_("%(name)s is present already.") % {"name": member.name})
    return _enter(sitting, member)


@verb
def leave(*, by: Member, sitting: Sitting, member: Member) -> Attendance:
    """Record that `member` has left; from now on not a recipient. The facilitator hands over first."""
    sitting = _locked(sitting)
    _own_or_recorded(by, sitting, member)
    if sitting.presides_id == member.pk:
        raise RuleRefused(_("Hand over the facilitator's role first: somebody must preside."))
    attendance = Attendance.objects.select_for_update().filter(sitting=sitting, member=member, left_at=None).first()
    if attendance is None:
        raise RuleRefused(_("%(name)s is not present.") % {"name": member.name})
    attendance.left_at = clock.now()
    attendance.save(update_fields=["left_at"])
    if sitting.offered_to_id == member.pk:
        sitting.offered_to = None
        sitting.save(update_fields=["offered_to"])
    return attendance


@verb
def leave_with_seat(*, by: Member, table: Table) -> int:
    """The seat of `by`'s agency has ended: whoever of it sits there has left the room. Returns how many.

    Who holds a role at the table itself stays: recorders and observers are there without a seat, and somebody must preside.
    """
    stays = TableRole.objects.filter(in_force(), table=table).values("member")
    rows = Attendance.objects.filter(sitting__table=table, sitting__closed_at=None, member__agency=by.agency_id, left_at=None)
    gone = list(rows.exclude(member__in=stays).select_for_update())
    for one in gone:
        one.left_at = clock.now()
        one.save(update_fields=["left_at"])
    return len(gone)


@verb
def pledge(*, by: Member, table: Table, member: Member) -> Pledge:
    """Affirm today's confidentiality pledge: one's own on one's device, or spoken at roll call, recorded by who presides."""
    standing = standing_of(member, table)
    if not standing.belongs:
        raise NotAllowed(_("Your agency has no agreement in force with this table."))
    given = PledgeGiven.ON_DEVICE
    if by.pk != member.pk:
        if not (_records(standing_of(by, table)) and standing.present):
            raise NotAllowed(_("A spoken pledge is recorded by the facilitator or recorder, for somebody who is present."))
        given = PledgeGiven.ALOUD
    made, _new = Pledge.objects.get_or_create(
        table=table,
        member=member,
        day=clock.today(),
        defaults={"affirmed_at": clock.now(), "given": given, "recorded_by": by},
    )
    return made


@verb
def offer_chair(*, by: Member, sitting: Sitting, to: Member | None) -> Sitting:
    """Offer the facilitator's role to somebody present (None takes the offer back). Only by who presides."""
    sitting = _locked(sitting)
    if sitting.presides_id != by.pk:
        raise NotAllowed(_("Only the facilitator can hand over the facilitator's role."))
    if to is not None:
        standing = standing_of(to, sitting.table, sitting)
        if not (standing.present and standing.pledged and standing.belongs and to.pk != by.pk):
            raise RuleRefused(_("The role can be offered to somebody who is present and has given today's pledge."))
    sitting.offered_to = to
    sitting.save(update_fields=["offered_to"])
    return sitting


@verb
def accept_chair(*, by: Member, sitting: Sitting) -> Sitting:
    """Accept an offered facilitator's role; from now on this member presides.

    Without an offer only when nobody can make one any more (`is_orphaned`), so that a meeting never has to stop.
    """
    sitting = _locked(sitting)
    if sitting.offered_to_id != by.pk and not is_orphaned(sitting):
        raise RuleRefused(_("The facilitator's role is not offered to you now."))
    standing = standing_of(by, sitting.table, sitting)
    if not (standing.present and standing.pledged and standing.belongs):
        raise RuleRefused(_("Take your seat and give today's pledge first."))
    sitting.presides, sitting.offered_to = by, None
    sitting.save(update_fields=["presides", "offered_to"])
    return sitting


def is_orphaned(sitting: Sitting) -> bool:
    """Whether who presides has lost the account or the agency's agreement. A dropped connection is neither."""
    return not (sitting.presides.is_active and agreement_in_force(sitting.presides.agency_id, sitting.table_id))


@verb
def close_table(*, by: Member, sitting: Sitting) -> Sitting:
    """Close the sitting; everyone still in the room is recorded as leaving now. Only by who presides."""
    sitting = _locked(sitting)
    if sitting.presides_id != by.pk:
        raise NotAllowed(_("Only the facilitator can close the conference."))
    moment = clock.now()
    for attendance in Attendance.objects.filter(sitting=sitting, left_at=None):
        attendance.left_at = moment
        attendance.save(update_fields=["left_at"])
    sitting.closed_at, sitting.offered_to = moment, None
    sitting.save(update_fields=["closed_at", "offered_to"])
    return sitting


def _enter(sitting: Sitting, member: Member) -> Attendance:
    return Attendance.objects.create(sitting=sitting, member=member, agency_id=member.agency_id, arrived_at=clock.now())


def _locked(sitting: Sitting) -> Sitting:
    fresh = Sitting.objects.select_for_update().select_related("table").get(pk=sitting.pk)
    _still_open(fresh)
    return fresh


def _still_open(sitting: Sitting) -> None:
    if sitting.closed_at is not None:
        raise RuleRefused(_("This conference is closed."))


def _records(standing: Standing) -> bool:
    return standing.presides or (standing.records and standing.present)


def _own_or_recorded(by: Member, sitting: Sitting, member: Member) -> None:
    if by.pk != member.pk and not _records(standing_of(by, sitting.table, sitting)):
        raise NotAllowed(_("Arrivals and departures of others are recorded by the facilitator or recorder."))
