"""Setting up an intake desk: who works there, whether it is open, and within how many days it reads, answers and deletes."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from agencies import policies
from agencies.choices import AgencyRoleKind
from agencies.models import Agency, AgencyRole, Member, Seat, Table
from agencies.standing import agreement_in_force, in_force
from hub.core import clock, realtime, second_wall
from hub.core.audit import verb
from hub.core.errors import NotAllowed, RuleRefused
from situations.choices import EntryKind, ReferralStage
from situations.models import IntakeDesk, Referral
from situations.referrals import desk as desks

DAYS = ("read_within_days", "answer_within_days", "deleted_after_days")


@verb
def set_up(
    *, by: Member | None, table: Table, agency: Agency, is_open: bool, takes_families: bool = True, **days: int
) -> IntakeDesk:
    """Open, change or close the agency's desk for what is brought to this table; the same call for all three.

    By the table's coordinator, or by a representative of the agency (None: the clerk). Raises NotAllowed for others;
    RuleRefused without a seat and an agreement in force, without anybody who works there, and at a number of days that is out
    of bounds.
    """
    if by is not None and not may_set_up(by, table, agency):
        raise NotAllowed(_("Only the table's coordinator or the agency's representative can set up its desk."))
    Agency.objects.select_for_update().get(pk=agency.pk)
    if is_open:
        _require_fit(table, agency)
    desk = IntakeDesk.objects.filter(table=table, agency=agency).first() or IntakeDesk(table=table, agency=agency)
    desk.is_open, desk.takes_families = is_open, takes_families
    for name in DAYS:
        setattr(desk, name, days.get(name, getattr(desk, name)))
    try:
        desk.clean_fields()
    except ValidationError as refused:
        name, lines = next(iter(refused.message_dict.items()))
        raise RuleRefused(lines[0], field=name) from refused
    desk.save()
    return desk


def may_set_up(member: Member, table: Table, agency: Agency) -> bool:
    """Whether the member decides about this agency's desk at this table."""
    return member.is_active and (table.coordinator_id == member.pk or policies.represents(member, agency))


@verb
def name_intake(*, by: Member | None, agency: Agency, member: Member) -> AgencyRole:
    """Let somebody of the agency work at its desks from today. By the agency's representative alone, or the clerk (None).

    Raises RuleRefused for somebody of another agency, without an open account, an administrator, or who has the role.
    """
    _require_representative(by, agency)
    Agency.objects.select_for_update().get(pk=agency.pk)
    if member.agency_id != agency.pk or not member.is_active or member.is_administrator:
        raise RuleRefused(_("Choose somebody of the agency who has an account and is no administrator."), field="member")
    if AgencyRole.objects.filter(member=member, role=AgencyRoleKind.INTAKE, ended_on=None).exists():
        raise RuleRefused(_("%(name)s works at the desk already.") % {"name": member.name}, field="member")
    return AgencyRole.objects.create(member=member, role=AgencyRoleKind.INTAKE, started_on=clock.today())


@verb
def end_intake(*, by: Member | None, role: AgencyRole) -> AgencyRole:
    """Somebody works at the desks no more, from now on. What they claimed goes back into the queue, each entered.

    Raises RuleRefused for a role that has ended, and for the last one while a desk is open: it would be read by nobody.
    """
    agency = role.member.agency
    _require_representative(by, agency)
    Agency.objects.select_for_update().get(pk=agency.pk)
    role = AgencyRole.objects.select_for_update(of=("self",)).select_related("member").get(pk=role.pk)
    if role.ended_on is not None or role.role != AgencyRoleKind.INTAKE:
        raise RuleRefused(_("This role has ended already."))
    others = desks.people(agency.pk).exclude(pk=role.member_id)
    if IntakeDesk.objects.filter(agency=agency, is_open=True).exists() and not others.exists():
        raise RuleRefused(_("Nobody else works at the desk. Name somebody else, or close the desk first."))
    role.ended_on = clock.today()
    role.save(update_fields=["ended_on"])
    _put_back(role.member, by=by)
    realtime.revoke(member=role.member_id)
    return role


def staff(agency: Agency) -> list[AgencyRole]:
    """Who works at the agency's desks, by name."""
    roles = AgencyRole.objects.filter(in_force(), role=AgencyRoleKind.INTAKE, member__agency=agency, member__is_active=True)
    return list(roles.select_related("member").order_by("member__name", "pk"))


def close_with_seat(table: Table, agency: Agency) -> None:
    """Close the desk of an agency that leaves the table: nobody could do it afterwards, and nothing can be brought there."""
    for desk in IntakeDesk.objects.select_for_update().filter(table=table, agency=agency, is_open=True):
        desk.is_open = False
        desk.save(update_fields=["is_open"])


def _put_back(member: Member, *, by: Member | None) -> None:
    with second_wall.agencies(member.agency_id):
        rows = Referral.objects.select_for_update(of=("self",)).select_related("desk__table").filter(claimed_by=member)
        # as they are under the lock: what a colleague has claimed meanwhile is theirs
        for referral in rows.exclude(stage=ReferralStage.CLOSED).order_by("pk"):
            desks.enter(EntryKind.REFERRAL_RELEASED, by=by, referral=referral, of=member.pk)
            referral.claimed_by = None
            referral.save(update_fields=["claimed_by"])


def _require_representative(by: Member | None, agency: Agency) -> None:
    if by is not None and not policies.represents(by, agency):
        raise NotAllowed(_("Only a representative of the agency says who works at its desk."))


def _require_fit(table: Table, agency: Agency) -> None:
    if not Seat.objects.filter(table=table, agency=agency, ended_on=None).exists():
        raise RuleRefused(_("The agency has no seat at this table."), field="is_open")
    if not agreement_in_force(agency.pk, table.pk):
        raise RuleRefused(_("The agency has no agreement in force with this table."), field="is_open")
    if not desks.people(agency.pk).exists():
        raise RuleRefused(_("Nobody works at the desk yet: the agency's representative names somebody first."), field="is_open")
