"""What: the situation and its parts, the sealed identity, what the table decided, the plan, and the ledger."""

from situations.models.checkpoint import Checkpoint
from situations.models.deliberation import AerCriterion, Answer, Involvement, Recusal, Stance
from situations.models.grounds import Grounds, Reportable
from situations.models.held_text import HeldText
from situations.models.identity import BlindIndex, Identity
from situations.models.ledger import LedgerEntry, Recipient
from situations.models.oversight import BreakGlass, Certificate, LegalHold, Notice, Suspension
from situations.models.plan import Contact, PlanStep, ReportBack, ServiceRecord, Visit
from situations.models.referral import IntakeDesk, Referral, ReferralGrounds, ReferralMessage
from situations.models.situation import Screening, Situation

__all__ = [
    "AerCriterion",
    "Answer",
    "BlindIndex",
    "BreakGlass",
    "Certificate",
    "Checkpoint",
    "Contact",
    "Grounds",
    "HeldText",
    "Identity",
    "IntakeDesk",
    "Involvement",
    "LedgerEntry",
    "LegalHold",
    "Notice",
    "PlanStep",
    "Recipient",
    "Recusal",
    "Referral",
    "ReferralGrounds",
    "ReferralMessage",
    "ReportBack",
    "Reportable",
    "Screening",
    "ServiceRecord",
    "Situation",
    "Stance",
    "Suspension",
    "Visit",
]
