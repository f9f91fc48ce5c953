"""The intake desk: who works at one, which referrals are there for them, and how each step of theirs is entered.

Only people with the role "intake" of the desk's own agency, today; no administrator, facilitator or other agency learns even
that a referral exists (PRODUCT: "The referral goes to one agency's intake desk, sealed").
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.lookups import IsNull
from django.utils.translation import gettext as _

from agencies.choices import AgencyRoleKind
from agencies.models import AgencyRole, Agreement, Member, Seat, Table
from agencies.standing import in_force
from hub.core import clock
from hub.core.errors import NotVisible, RuleRefused, Stale
from situations import ledger
from situations.choices import EntryKind, Pile, ReferralStage
from situations.models import IntakeDesk, LedgerEntry, Referral, ReferralMessage


def people(agency_id: int) -> QuerySet[Member]:
    """Who works at the agency's desks today."""
    roles = AgencyRole.objects.filter(in_force(), role=AgencyRoleKind.INTAKE, member__agency=agency_id)
    return Member.objects.filter(pk__in=roles.values("member"), is_active=True, is_administrator=False).order_by("pk")


def works_at_one(member: Member) -> bool:
    """Whether the member works at the desks of the own agency today. Administrators never do: they see no case."""
    return people(member.agency_id).filter(pk=member.pk).exists()


def require_desk(member: Member) -> None:
    """Raise NotVisible unless the member works at a desk."""
    if not works_at_one(member):
        raise NotVisible(_("There is no such page, or it is not open to you."))


def offered() -> QuerySet[IntakeDesk]:
    """The desks that take anything today: open, seated, under an agreement in force, and with somebody who works there."""
    day = clock.today()
    seat = Seat.objects.filter(table=OuterRef("table"), agency=OuterRef("agency"), ended_on=None)
    agreed = Agreement.objects.filter(
        table=OuterRef("table"), agency=OuterRef("agency"), in_force_from__lte=day, in_force_until__gte=day
    )
    staff = AgencyRole.objects.filter(
        in_force(day), role=AgencyRoleKind.INTAKE, member__agency=OuterRef("agency"), member__is_active=True,
        member__is_administrator=False,
    )  # fmt: skip
    open_now = IntakeDesk.objects.filter(Exists(seat), Exists(agreed), Exists(staff), is_open=True)
    return open_now.select_related("table", "agency").order_by("table__name", "agency__name", "pk")


def offered_to_families() -> QuerySet[IntakeDesk]:
    """Those of them to which the public door leads."""
    return offered().filter(takes_families=True)


def lock(pk: int, *, by: Member) -> Referral:
    """The referral with its row locked. Raises NotVisible unless `by` works at the desk of the agency that can read it now."""
    rows = Referral.objects.select_for_update(of=("self",)).select_related("desk__table", "agency", "claimed_by")
    referral = rows.filter(pk=pk).first()
    if referral is None or referral.agency_id != by.agency_id or not works_at_one(by):
        raise NotVisible(_("There is no such referral, or it is not open to you."))
    return referral


def lock_doubtful(keys: Iterable[int], *, by: Member) -> list[Referral]:
    """Those of them that are open and look like junk now, with their rows locked; all others are left out.

    Raises NotVisible for who works at no desk.
    """
    require_desk(by)
    rows = Referral.objects.select_for_update(of=("self",)).select_related("desk__table", "agency", "claimed_by")
    there = rows.filter(pk__in=list(keys), agency=by.agency_id, pile=Pile.DOUBTFUL)
    return list(there.exclude(stage=ReferralStage.CLOSED).order_by("pk"))


def found(pk: int, *, by: Member) -> Referral:
    """The same without the lock, for a page; nothing sealed is opened."""
    rows = Referral.objects.select_related("desk__table", "agency", "claimed_by", "from_agency", "from_member")
    referral = rows.filter(pk=pk, agency=by.agency_id).first()
    if referral is None or not works_at_one(by):
        raise NotVisible(_("There is no such referral, or it is not open to you."))
    return referral


def require_open(referral: Referral) -> None:
    """Raise RuleRefused for a closed referral."""
    if referral.stage == ReferralStage.CLOSED:
        raise RuleRefused(_("This is closed. Open it again first."))


def require_claimed(referral: Referral, by: Member) -> None:
    """Raise Stale if somebody else has claimed it, RuleRefused if nobody has, or if it is closed."""
    require_open(referral)
    if referral.claimed_by_id is None:
        raise RuleRefused(_("Claim it first, so that two people do not work on it at once."))
    if referral.claimed_by_id != by.pk:
        raise Stale(_("Somebody else of your desk has claimed this. Nothing was changed; this is how it stands now."))


def require_read(referral: Referral) -> None:
    """Raise RuleRefused for what nobody has opened yet."""
    if referral.stage == ReferralStage.RECEIVED:
        raise RuleRefused(_("Open it and read it first."))


def enter(kind: EntryKind, *, by: Member | None, referral: Referral, basis: str = "", **detail: Any) -> LedgerEntry:
    """Enter a step in the chain of the referral's table: ids and codes. Callers hold the lock on the referral."""
    table = Table.objects.select_for_update().get(pk=referral.desk.table_id)
    detail = {"referral": referral.pk, **detail}
    return ledger.append(kind, by=by, table=table, basis=basis, detail=detail, discloser=referral.agency_id)


def of_agency(agency_id: int) -> QuerySet[Referral]:
    """Everything that the agency's desks can read; nothing sealed is fetched."""
    return Referral.objects.filter(agency=agency_id).defer("answers")


def _unanswered() -> Combinable:
    """Who brought it has written last, or was never written to."""
    said = ReferralMessage.objects.filter(referral=OuterRef("pk"))
    last_writer = Subquery(said.order_by("-number").values("member")[:1])
    return Q(IsNull(last_writer, True)) & (Q(stage=ReferralStage.READ) | Exists(said))


def _conditions(member: Member) -> dict[str, Any]:
    closed = Q(stage=ReferralStage.CLOSED)
    still = ~closed & Q(pile=Pile.QUEUE)
    return {
        "queue": still & Q(claimed_by=None),
        "mine": still & Q(claimed_by=member),
        "others": still & Q(claimed_by__isnull=False) & ~Q(claimed_by=member),
        # last, so that the messages of what is closed, junk or unread are not looked up
        "waiting": still & ~Q(stage=ReferralStage.RECEIVED) & _unanswered(),
        "doubtful": ~closed & Q(pile=Pile.DOUBTFUL),
        "closed": closed,
    }


def listed(member: Member, name: str) -> QuerySet[Referral]:
    """One list of the desk's page. `doubtful` is what looks like junk: it never stands between the others."""
    rows = of_agency(member.agency_id).filter(_conditions(member)[name])
    return rows.select_related("desk__table", "claimed_by", "from_agency")


def counts(member: Member) -> dict[str, int]:
    """How many stand in each list; one query."""
    rows = of_agency(member.agency_id)
    return rows.aggregate(**{name: Count("pk", filter=one) for name, one in _conditions(member).items()})
