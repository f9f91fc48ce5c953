"""The clocks of a desk, in days of the table's time zone, weekends too: how long something waits unread or unanswered.

What waits unread past its days is told once to the people of the desk, to the agency's representatives and to the table's
coordinator; the notice says that something waits, and nothing of it. "Probably junk" that was looked through and left where
it lay counts as unread: its first lines were shown among many, and nobody has said what it is.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.choices import AgencyRoleKind
from agencies.models import AgencyRole, Member, Table
from agencies.standing import in_force
from hub.core import clock, second_wall
from hub.core.audit import verb
from situations import ledger, noticing, retention
from situations.choices import EntryKind, NoticeKind, Pile, ReferralStage
from situations.models import IntakeDesk, Referral, ReferralMessage

NAMED = 50
"""Referrals that an entry names by number; of a flood it says how many more there were."""


@dataclass(frozen=True, slots=True)
class Waits:
    """A clock in words. `hue`: quiet, warn or bad; `late`: its days are over."""

    words: str
    hue: str
    late: bool


def with_clocks(rows: QuerySet[Referral]) -> QuerySet[Referral]:
    """The same rows with `asked_on`: the day of the oldest message of its bringer that the desk has not answered."""
    messages = ReferralMessage.objects.filter(referral=OuterRef("pk"))
    answered = Subquery(messages.filter(member__isnull=False).order_by("-number").values("number")[:1])
    asked = messages.filter(member=None, number__gt=Coalesce(OuterRef("answered"), 0)).order_by("number")
    return rows.annotate(answered=answered).annotate(asked_on=Subquery(asked.values("written_on")[:1]))


def since(referral: Referral) -> date:
    """The day on which it came to the desk that has it now."""
    return referral.passed_on or referral.received_on


def reading(referral: Any) -> Waits | None:
    """The clock that runs, of a row of `with_clocks`; None where nothing waits for the desk."""
    if referral.stage == ReferralStage.CLOSED:
        return None
    if referral.stage == ReferralStage.RECEIVED:
        return _said(_days(since(referral)), referral.desk.read_within_days, unread=True)
    start = referral.asked_on
    if start is None and referral.stage == ReferralStage.READ and referral.answered is None:
        start = since(referral)
    return _said(_days(start), referral.desk.answer_within_days, unread=False) if start else None


def _days(start: date) -> int:
    return max((clock.today() - start).days, 0)


def _said(days: int, within: int, *, unread: bool) -> Waits:
    late = days > within
    hue = "bad" if late else "warn" if days == within else "quiet"
    if unread:
        came = ngettext("unread since %(days)s day", "unread since %(days)s days", days) if days else _("came today")
        limit = ngettext("read within %(limit)s day", "read within %(limit)s days", within)
    else:
        came = ngettext("waits %(days)s day for an answer", "waits %(days)s days for an answer", days)
        came = came if days else _("waits for an answer since today")
        limit = ngettext("answer within %(limit)s day", "answer within %(limit)s days", within)
    return Waits(f"{came % {'days': days}}, {limit % {'limit': within}}", hue, late)


def escalate() -> int:
    """Tell of what waits unread past its days, once each; for the clerk, safe to run by several at once."""
    with second_wall.agencies(*IntakeDesk.objects.values_list("agency", flat=True)):
        waiting = list(_late(Referral.objects.all()).values_list("desk", flat=True).order_by().distinct())
    return retention.each(sorted(waiting), _escalate)


@verb
def _escalate(*, by: None, key: int) -> int:
    desk = IntakeDesk.objects.select_for_update(of=("self",)).select_related("table", "agency").get(pk=key)
    with second_wall.agencies(desk.agency_id):
        late = _late(Referral.objects.select_for_update(of=("self",)).filter(desk=desk))
        rows = list(late.only("pk", "pile").order_by("pk"))  # without the words: a flood has 20,000 an hour
        if not rows:
            return 0
        _enter(desk, rows)
        Referral.objects.filter(pk__in=[one.pk for one in rows]).update(escalated_on=clock.today())
    noticing.tell(NoticeKind.REFERRAL_WAITS, members=told(desk), table=desk.table, desk=desk)
    return len(rows)


def told(desk: IntakeDesk) -> list[Member]:
    """Who hears that something waits unread: the desk, the agency's representatives, the table's coordinator."""
    roles = AgencyRole.objects.filter(
        in_force(), role__in=[AgencyRoleKind.INTAKE, AgencyRoleKind.REPRESENTATIVE], member__agency=desk.agency_id
    )
    wanted = Q(pk__in=roles.values("member")) | Q(pk=desk.table.coordinator_id)
    return list(Member.objects.filter(wanted, is_active=True).order_by("pk"))


def _late(rows: QuerySet[Referral]) -> QuerySet[Referral]:
    """Unread, or left in the other pile, past the days of their desk, and not told of yet."""
    days = range(1, 15)
    over = Q(pk__in=[])
    for within in days:
        last = clock.today() - timedelta(days=within)
        over |= Q(desk__read_within_days=within, came__lt=last)
    rows = rows.annotate(came=Coalesce("passed_on", "received_on"))
    left = Q(stage=ReferralStage.READ, pile=Pile.DOUBTFUL, claimed_by=None)
    return rows.filter(over, Q(stage=ReferralStage.RECEIVED) | left, escalated_on=None)


def _enter(desk: IntakeDesk, rows: list[Referral]) -> None:
    table = Table.objects.select_for_update().get(pk=desk.table_id)
    named = [one.pk for one in rows if one.pile == Pile.QUEUE][:NAMED]
    detail = {"desk": desk.pk, "referrals": named, "waiting": len(rows)}
    ledger.append(EntryKind.REFERRAL_ESCALATED, by=None, table=table, detail=detail, discloser=desk.agency_id)
