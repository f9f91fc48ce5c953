"""What partner agencies bring, with a seat or without one: the same questions, signed in, and a receipt of delivery.

An agency gives information to another one, so it is entered with its legal basis before it is there. Afterwards the partner
sees of it what a family would see: how far it is, and no word more.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agencies.choices import CASE_ROLES, AgencyRoleKind
from agencies.models import AgencyRole, Member, Table
from agencies.standing import in_force
from hub.core import second_wall
from hub.core.audit import verb
from hub.core.errors import NotVisible, RuleRefused
from situations import grounds, ledger
from situations.choices import Door, EntryKind, Pile
from situations.grounds import Weighed
from situations.models import IntakeDesk, LedgerEntry, Referral
from situations.referrals import bringing, desk, passing_on, receipts, stating
from situations.referrals.answers import Answers
from situations.referrals.receipts import Receipt

BRINGS = CASE_ROLES | {AgencyRoleKind.INTAKE}
"""Who works with cases of the own agency brings them, also to others."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """A receipt of delivery. `code`: opens the messages with the desk, shown once; `weighed`: on what grounds."""

    referral: Referral
    code: str
    weighed: Weighed


def may_bring(member: Member) -> bool:
    """Whether the member may bring something for the own agency. It needs no seat; administrators bring nothing."""
    roles = AgencyRole.objects.filter(in_force(), member=member, role__in=BRINGS)
    return member.is_active and not member.is_administrator and roles.exists()


def require_partner(member: Member) -> None:
    """Raise NotVisible unless the member may."""
    if not may_bring(member):
        raise NotVisible(_("There is no such page, or it is not open to you."))


def desks_for(member: Member) -> QuerySet[IntakeDesk]:
    """The desks of other agencies that take something today."""
    return desk.offered().exclude(agency=member.agency_id)


def bring(
    *, by: Member, desk: IntakeDesk, answers: Answers, language: str, basis: str, given: grounds.Given, token: UUID
) -> Delivered:
    """Bring a case to that desk for the member's agency. The same `token` again changes nothing and returns the same.

    Raises NotVisible for who may not, RuleRefused at the desk, at an empty story, and at the basis and what it asks for.
    """
    require_partner(by)
    code = receipts.code_of(f"partner:{by.pk}:{token}".encode())
    # before anything is locked: whoever guesses codes can make this wait
    receipt = Receipt(code, receipts.digest(code))
    return _bring(by=by, desk=desk, answers=answers, language=language, basis=basis, given=given, token=token, receipt=receipt)


@verb
def _bring(
    *, by: Member, desk: IntakeDesk, answers: Answers, language: str, basis: str, given: grounds.Given, token: UUID,
    receipt: Receipt,
) -> Delivered:  # fmt: skip
    target = desks_for(by).filter(pk=desk.pk).first()
    if target is None:
        raise RuleRefused(_("Choose a desk that is open today."), field="desk")
    if not answers.happening.strip():
        raise RuleRefused(_("Say in a few sentences what is happening."), field="happening")
    weighed = passing_on.weigh(by, target, basis, given)
    with second_wall.agencies(by.agency_id):
        row = of_agency(by).filter(receipt=receipt.stored).first()
        if row is None:
            entry = _enter(by, target, weighed, token)
            bringing.bring(
                by=by, desk=target, answers=answers, language=language, pile=Pile.QUEUE, binding=token,
                from_agency=by.agency, receipt=receipt,
            )  # fmt: skip
            row = of_agency(by).get(receipt=receipt.stored)
            stating.keep(row, entry, weighed, by=by)
    return Delivered(row, receipt.code, weighed)


def of_agency(member: Member) -> QuerySet[Referral]:
    """What the member's agency has brought and is not deleted yet, newest first."""
    rows = Referral.objects.filter(from_agency=member.agency_id, door=Door.PARTNER)
    return rows.select_related("desk__table", "agency", "from_member").order_by("-pk")


def found(pk: int, *, by: Member) -> Referral:
    """One of them. Raises NotVisible for every other referral, as for none at all."""
    require_partner(by)
    row = of_agency(by).filter(pk=pk).first()
    if row is None:
        raise NotVisible(_("There is no such page, or it is not open to you."))
    return row


def _enter(by: Member, target: IntakeDesk, weighed: Weighed, token: UUID) -> LedgerEntry:
    table = Table.objects.select_for_update().get(pk=target.table_id)
    # it has no number yet: by its binding the accounting finds which one it was
    detail = {"key": str(token), **passing_on.entered(target, weighed)}
    return ledger.append(EntryKind.REFERRAL_BROUGHT, by=by, table=table, basis=weighed.basis.code, detail=detail)
