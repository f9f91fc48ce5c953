"""What goes away, and how: identities when their time is over, and all but the outline of a rejected situation.

Rules: PRODUCT, "A rejected situation keeps only: number, dates, originating agency, subject type, age band, sex, reason"
(practice of the Ontario risk-driven tracking database, domain.md 1.3); "Table settings: retention days" for the identity
of a concluded one, whose de-identified profile, plan and report-backs stay for the counts. A legal hold stops both.
The ledger stays: it holds no content. (docs/retention.md)
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.models import Member, Table
from hub.core import clock, second_wall
from hub.core.audit import verb
from hub.core.errors import RuleRefused
from hub.core.second_wall import Reason
from situations import certificates, filters, held_texts, ledger, sealing, suggesting
from situations.certificates import Destroyed
from situations.choices import EntryKind, NoticeKind, ShredReason, Stage
from situations.filters import Mover
from situations.models import (
    AerCriterion,
    Answer,
    BlindIndex,
    BreakGlass,
    Certificate,
    Contact,
    Grounds,
    Identity,
    Involvement,
    LedgerEntry,
    LegalHold,
    Notice,
    PlanStep,
    ReportBack,
    Screening,
    ServiceRecord,
    Situation,
    Stance,
    Suspension,
    Visit,
)
from situations.visibility import IDENTITY_FIELDS

LATE = timedelta(days=60)
"""How late a shredding can be and still be looked for among all that ended: the clerk does it within minutes."""

REDACTED = "redacted"
"""Stands where a text was that may not be empty."""

EMPTY: dict[str, Any] = {
    "language": "", "town": "", "risk_factors": [], "protective_factors": [], "study_flags": [], "affected_persons": [],
    "note": "", "consent_status": "", "consent_reason": "", "conclusion_because": "", "opening_basis": "",
    "returned_from": None,
}  # fmt: skip
# plan and report-backs too: filter 4 can be taken back step by step, and the situation then be rejected
REMOVED = (AerCriterion, Stance, Answer, Involvement, Screening, PlanStep, Visit, Contact, ServiceRecord, ReportBack)
# rows that an accounting of disclosures still needs (who, when, on what basis): only their words go
WORDLESS: tuple[tuple[Any, dict[str, str]], ...] = (
    (BreakGlass, {"reason": REDACTED}),
    (LegalHold, {"reference": ""}),
    (Suspension, {"reference": ""}),
)


@dataclass(frozen=True)
class Due:
    """An identity of a concluded situation, and when it is shredded. `held`: a legal hold stops it."""

    situation: int
    number: str
    table_id: int
    table: str
    agency: str
    ended_at: datetime
    shreds_at: datetime
    held: bool

    @property
    def shreds_on(self) -> date:
        """The day in the table's time zone."""
        return timezone.localtime(self.shreds_at).date()


def sealed() -> Q:
    """Situations of which something sealed is still stored: an identity, or words of grounds."""
    identities = Identity.objects.filter(situation=OuterRef("pk"), shredded_at=None)
    words = Grounds.objects.filter(situation=OuterRef("pk")).exclude(words=b"")
    return Q(Exists(identities)) | Q(Exists(words))


@second_wall.passing(Reason.STORED)
def anything_sealed(situation: Situation) -> bool:
    """Whether anything sealed of this one is still stored."""
    return Situation.objects.filter(sealed(), pk=situation.pk).exists()


def held(situation: Situation) -> bool:
    """Whether any agency's legal hold stands."""
    return LegalHold.objects.filter(situation=situation, lifted_at=None).exists()


def shreds_at(situation: Situation) -> datetime | None:
    """When the identity of a concluded situation is to be shredded; None for any other."""
    if situation.stage != Stage.CONCLUDED or situation.ended_at is None:
        return None
    return situation.ended_at + timedelta(days=situation.table.retention_days)


def due(
    table: Table | None = None, within_days: int = 0, among: QuerySet[Situation] | None = None, most: int | None = None
) -> list[Due]:
    """Identities whose time is over within so many days, first ones first; a few queries whatever the number.

    Of one table: as `ending`; `among` narrows it to those that somebody answers for, `most` to about the first so many.
    """
    parts = [_over(within_days)] if table is None else ending(table, within_days, among)
    found = [one for part in parts for one in as_due(part.order_by("ended_at", "pk")[:most])]
    return sorted(found, key=lambda one: (one.shreds_at, one.situation))


def ending(table: Table, within_days: int, among: QuerySet[Situation] | None = None) -> list[QuerySet[Situation]]:
    """What of one table is shredded within so many days or late by up to `LATE`, and what only a hold has kept for longer.

    Without a hold nothing is later than that while a clerk runs; so a page need not look through all that ever ended.
    """
    until = clock.now() + timedelta(days=within_days - table.retention_days)
    rows = (Situation.objects.all() if among is None else among).filter(sealed(), table=table, stage=Stage.CONCLUDED)
    rows = rows.select_related("table", "originating_agency")
    # as keys, because the database would rather look through all that ever ended; people set holds one by one
    holds = list(LegalHold.objects.filter(lifted_at=None, situation__table=table).values_list("situation", flat=True))
    return [
        rows.filter(ended_at__gt=until - LATE, ended_at__lte=until),
        rows.filter(ended_at__lte=until - LATE, pk__in=holds),
    ]


def _over(within_days: int) -> QuerySet[Situation]:
    """Of all tables, and however late."""
    until, ended = clock.now() + timedelta(days=within_days), Q(pk__in=[])
    for days in Table.objects.order_by().values_list("retention_days", flat=True).distinct():
        ended |= Q(table__retention_days=days, ended_at__lte=until - timedelta(days=days))
    rows = Situation.objects.filter(ended, sealed(), stage=Stage.CONCLUDED)
    return rows.select_related("table", "originating_agency")


@second_wall.passing(Reason.STORED)
def as_due(rows: Iterable[Situation]) -> list[Due]:
    """What is said of each; two queries whatever the number."""
    found = list(rows)
    holds = set(LegalHold.objects.filter(situation__in=found, lifted_at=None).values_list("situation_id", flat=True))
    return [_due(one, one.pk in holds, at) for one in found for at in [shreds_at(one)] if at is not None]


def waiting_to_redact() -> QuerySet[Situation]:
    """Rejected, the facilitator has gone on, no hold stands, and the details are still stored: a hold had stopped it.

    The facilitator has gone on for certain once the sitting is closed (until then a rejection can be taken back).
    """
    holds = LegalHold.objects.filter(situation=OuterRef("pk"), lifted_at=None)
    open_still = LedgerEntry.objects.filter(
        situation=OuterRef("pk"), kind=EntryKind.REJECTED, sitting__isnull=False, sitting__closed_at=None
    )
    rejected = Situation.objects.filter(stage=Stage.REJECTED, redacted_at=None)
    return rejected.filter(~Exists(holds), ~Exists(open_still))


@verb
@second_wall.passing(Reason.SHREDDING)
def redact_rejected(*, by: Member | None, situation: Situation) -> Situation:
    """Remove everything a rejected situation may not keep, and shred its identity. Cannot be taken back.

    Raises RuleRefused unless it is rejected; doing it twice changes nothing. Under a legal hold it changes nothing either:
    it waits, and the clerk does it once the hold is lifted.
    """
    situation = _locked(situation, by)
    if situation.stage != Stage.REJECTED:
        raise RuleRefused(_("Only a rejected situation is redacted."), situation=situation)
    if situation.redacted_at is not None or held(situation):
        return situation
    filters.touch(situation, **EMPTY, redacted_at=clock.now())
    # QuerySet.update on history: the one place where the past itself must go, not only its surface
    Situation.history.filter(id=situation.pk).update(**EMPTY)
    for model in REMOVED:
        model.objects.filter(situation=situation).delete()
        model.history.filter(situation_id=situation.pk).delete()
    for model, words in WORDLESS:
        _without_words(model, situation, words)
    ledger.append(EntryKind.REDACTED, by=by, situation=situation)
    shred(by=by, situation=situation, why=ShredReason.REJECTED)
    return situation


@verb
@second_wall.passing(Reason.SHREDDING)
def shred(*, by: Member | None, situation: Situation, why: ShredReason = ShredReason.RETENTION) -> Certificate | None:
    """Destroy what is sealed, with a certificate: keys and blind index are deleted, ciphertexts (history too) emptied.

    None when nothing was there any more. Raises RuleRefused under a legal hold. Whether it is time, the caller knows.
    """
    situation = _locked(situation, by)
    if held(situation):
        raise RuleRefused(_("A legal hold stands: nothing is shredded until it is lifted."), situation=situation)
    anything = anything_sealed(situation)
    held_texts.forget(situation)
    suggesting.forget(situation, by)
    keys = sealing.destroy_keys(situation)
    BlindIndex.objects.filter(situation=situation).delete()
    if not anything:
        return None
    rows = _without_words(Grounds, situation, {"words": b""}) + _emptied(situation)
    return certificates.issue(by=by, situation=situation, why=why, destroyed=Destroyed(keys, rows))


@verb
@second_wall.passing(Reason.SHREDDING)
def shred_again(*, by: None, situation: Situation) -> None:
    """Empty what a restored backup brought back of a shredded identity; its keys are gone for good, so no hold keeps it."""
    situation = _locked(situation, by)
    held_texts.forget(situation)
    suggesting.forget(situation, by)
    keys = sealing.destroy_keys(situation)
    BlindIndex.objects.filter(situation=situation).delete()
    _without_words(Grounds, situation, {"words": b""})
    _emptied(situation)
    ledger.append(EntryKind.SHREDDED, by=by, situation=situation, detail={"keys": keys, "replayed": True})


def shred_due() -> int:
    """Shred every identity whose time is over and that no hold stops; each alone. Returns how many there were.

    Safe to run twice at once and again. Raises ExceptionGroup after the round when some could not be shredded.
    """
    return each((one.situation for one in due() if not one.held), _shred_if_due)


def redact_waiting() -> int:
    """Redact every rejected situation whose hold was lifted; as `shred_due`."""
    return each(waiting_to_redact().values_list("pk", flat=True), _redact_if_waiting)


def forget_held() -> int:
    """Delete held texts that nobody decided on in time; as `shred_due`."""
    return each(held_texts.old(), held_texts.expire)


def each(keys: Iterable[int], do: Callable[..., int]) -> int:
    """One transaction for each, so that one that fails does not stop the others."""
    done, failed = 0, []
    for key in list(keys):
        try:
            done += do(by=None, key=key)
        except Exception as error:
            failed.append(error)
    if failed:
        raise ExceptionGroup("some could not be handled", failed)
    return done


def claimed(key: int) -> Situation | None:
    """The situation with its row locked, or None while another clerk has it in hand."""
    rows = Situation.objects.select_related("table", "originating_agency")
    skip = connection.features.has_select_for_update_skip_locked
    return rows.select_for_update(of=("self",), skip_locked=skip).filter(pk=key).first()


@verb
def _shred_if_due(*, by: None, key: int) -> bool:
    situation = claimed(key)
    at = shreds_at(situation) if situation else None
    if situation is None or at is None or at > clock.now() or held(situation):
        return False
    return shred(by=None, situation=situation) is not None


@verb
def _redact_if_waiting(*, by: None, key: int) -> bool:
    situation = claimed(key)
    if situation is None or not waiting_to_redact().filter(pk=key).exists():
        return False
    return redact_rejected(by=None, situation=situation).redacted_at is not None


def _due(situation: Situation, is_held: bool, at: datetime) -> Due:  # noqa: FBT001 - read in one place
    table, agency = situation.table.name, situation.originating_agency.short_name
    assert situation.ended_at is not None  # noqa: S101 - `at` was counted from it
    return Due(situation.pk, situation.number, situation.table_id, table, agency, situation.ended_at, at, is_held)


def _without_words(model: Any, situation: Situation, words: dict[str, Any]) -> int:
    """Overwrite texts in the rows and in all their history; returns how many history rows there were."""
    for row in model.objects.filter(situation=situation):
        for name, value in words.items():
            setattr(row, name, value)
        row.save()
    past: int = model.history.filter(situation_id=situation.pk).update(**words)
    return past


def _emptied(situation: Situation) -> int:
    identity = Identity.objects.filter(situation=situation, shredded_at=None).first()
    if identity is None:
        return 0
    for field in IDENTITY_FIELDS:
        setattr(identity, field.value, b"")
    identity.shredded_at = clock.now()
    identity.save()
    # that it would be shredded is no news any more: nobody has to put it away
    Notice.objects.filter(situation=situation, kind=NoticeKind.SHRED_DUE, seen_at=None).update(seen_at=clock.now())
    past: int = Identity.history.filter(id=identity.pk).delete()[0]
    return past


def _locked(situation: Situation, by: Member | None) -> Situation:
    situation = filters.lock(situation.pk)
    if by is not None:
        filters.require(situation, by, Mover.CLERK)
    return situation
