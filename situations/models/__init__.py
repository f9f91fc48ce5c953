"""What: the situation and its parts, the sealed identity, what the table decided, the plan, and the ledger."""

from situations.models.checkpoint import Checkpoint
from situations.models.deliberation import AerCriterion, Answer, Involvement, Recusal, Stance
from situations.models.identity import BlindIndex, DataKey, Identity
from situations.models.ledger import LedgerEntry, Recipient
from situations.models.plan import Contact, PlanStep, ReportBack, ServiceRecord, Visit
from situations.models.situation import Screening, Situation

__all__ = [
    "AerCriterion",
    "Answer",
    "BlindIndex",
    "Checkpoint",
    "Contact",
    "DataKey",
    "Identity",
    "Involvement",
    "LedgerEntry",
    "PlanStep",
    "Recipient",
    "Recusal",
    "ReportBack",
    "Screening",
    "ServiceRecord",
    "Situation",
    "Stance",
    "Visit",
]
