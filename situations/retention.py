"""What goes away, and how: a rejected situation keeps its outline only, in storage too, history rows included.

Rule: PRODUCT, "A rejected situation keeps only: number, dates, originating agency, subject type, age band, sex, reason"
(practice of the Ontario risk-driven tracking database, domain.md 1.3). The ledger stays: it holds no content.
"""

from typing import Any

from django.utils.translation import gettext as _

from agencies.models import Member
from hub.core import clock
from hub.core.audit import verb
from hub.core.errors import RuleRefused
from situations import filters, ledger, sealing
from situations.choices import EntryKind, Stage
from situations.filters import Mover
from situations.models import (
    AerCriterion,
    Answer,
    BlindIndex,
    Contact,
    Identity,
    Involvement,
    PlanStep,
    ReportBack,
    Screening,
    ServiceRecord,
    Situation,
    Stance,
    Visit,
)

EMPTY: dict[str, Any] = {
    "language": "", "town": "", "risk_factors": [], "protective_factors": [], "study_flags": [], "affected_persons": [],
    "note": "", "consent_status": "", "consent_reason": "", "conclusion_because": "", "opening_basis": "",
    "returned_from": None,
}  # fmt: skip
# plan and report-backs too: filter 4 can be taken back step by step, and the situation then be rejected
REMOVED = (AerCriterion, Stance, Answer, Involvement, Screening, PlanStep, Visit, Contact, ServiceRecord, ReportBack)


@verb
def redact_rejected(*, by: Member | None, situation: Situation) -> Situation:
    """Remove everything a rejected situation may not keep, and shred its identity. Cannot be taken back.

    Raises RuleRefused unless it is rejected; doing it twice changes nothing.
    """
    situation = _locked(situation, by)
    if situation.stage != Stage.REJECTED:
        raise RuleRefused(_("Only a rejected situation is redacted."), situation=situation)
    if situation.redacted_at is not None:
        return situation
    filters.touch(situation, **EMPTY, redacted_at=clock.now())
    # QuerySet.update on history: the one place where the past itself must go, not only its surface
    Situation.history.filter(id=situation.pk).update(**EMPTY)
    for model in REMOVED:
        model.objects.filter(situation=situation).delete()
        model.history.filter(situation_id=situation.pk).delete()
    ledger.append(EntryKind.REDACTED, by=by, situation=situation)
    shred(by=by, situation=situation)
    return situation


@verb
def shred(*, by: Member | None, situation: Situation) -> None:
    """Destroy the identity: the wrapped key and blind index are deleted, the ciphertext (history too) is emptied."""
    situation = _locked(situation, by)
    identity = Identity.objects.filter(situation=situation).first()
    keys = sealing.destroy_keys(situation)
    BlindIndex.objects.filter(situation=situation).delete()
    if identity is None:
        return
    for name in ("name", "date_of_birth", "address", "aliases", "guardian", "others"):
        setattr(identity, name, b"")
    identity.shredded_at = clock.now()
    identity.save()
    Identity.history.filter(id=identity.pk).delete()
    ledger.append(EntryKind.SHREDDED, by=by, situation=situation, detail={"keys": keys})


def _locked(situation: Situation, by: Member | None) -> Situation:
    situation = filters.lock(situation.pk)
    if by is not None:
        filters.require(situation, by, Mover.CLERK)
    return situation
