"""The words of a situation (PRODUCT: "Words", "The four filters", "Conclusions")."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Stage(TextChoices):
    """Where a situation is. Only `situations.filters` writes it."""

    DRAFT = "draft", _("draft")
    SCREENING = "screening", _("with the screener")
    READY = "ready", _("ready for the table")
    KEPT = "kept", _("kept by the agency")
    TABLED = "tabled", _("on the agenda")
    FILTER2 = "filter2", _("filter 2")
    FILTER3 = "filter3", _("filter 3")
    FILTER4 = "filter4", _("filter 4")
    CONCLUDED = "concluded", _("concluded")
    REJECTED = "rejected", _("rejected")


IN_AGENCY = frozenset({Stage.DRAFT, Stage.SCREENING, Stage.READY, Stage.KEPT})
"""Filter 1: nothing leaves the agency."""


class Criterion(TextChoices):
    """The four criteria of acutely elevated risk; all must hold (domain.md section 2)."""

    SIGNIFICANT_INTEREST = "significant_interest", _("Significant interest at stake")
    PROBABLE_HARM = "probable_harm", _("Harm is probable")
    SEVERE_HARM = "severe_harm", _("Harm would be severe")
    MULTI_DISCIPLINARY = "multi_disciplinary", _("Several agencies needed")


class Consent(TextChoices):
    """What was asked of the person, and answered."""

    WRITTEN = "written", _("written")
    VERBAL = "verbal", _("verbal")
    NOT_SOUGHT = "not_sought", _("not sought")
    REFUSED = "refused", _("refused")


class StanceKind(TextChoices):
    """A seat's answer at filter 2."""

    AGREES = "agrees", _("agrees")
    DISSENTS = "dissents", _("disagrees")


class AnswerKind(TextChoices):
    """A seat's answer at filter 3. Cannot say is not stored at all: it is the same as no answer."""

    SERVING_NOW = "serving_now", _("serving now")
    SERVED_BEFORE = "served_before", _("served before")
    CAN_HELP = "can_help", _("can help")
    NO_ROLE = "no_role", _("no role")


DISCLOSING_ANSWERS = frozenset({AnswerKind.SERVING_NOW, AnswerKind.SERVED_BEFORE})
"""These say something about the person, so they are disclosures and need a legal basis. An offer does not."""

POSITIVE_ANSWERS = DISCLOSING_ANSWERS | {AnswerKind.CAN_HELP}


class RoleKind(TextChoices):
    """An agency's part from filter 4 on."""

    LEAD = "lead", _("lead")
    ASSISTING = "assisting", _("assisting")


class ContactKind(TextChoices):
    """How the person was approached."""

    VISIT = "visit", _("visit")
    CALL = "call", _("call")
    MESSAGE = "message", _("message")
    OFFICE = "office", _("at an office")


class ConsentNow(TextChoices):
    """What the person says to the offer."""

    GIVEN = "given", _("agreed")
    REFUSED = "refused", _("declined")


class EntryKind(TextChoices):
    """What a ledger entry records. Codes are stored; words are for the page."""

    WRITTEN = "written", _("Written")
    SUBMITTED = "submitted", _("Sent to the screener")
    SENT_BACK = "sent_back", _("Sent back by the screener")
    SCREENED = "screened", _("Passed filter 1")
    KEPT = "kept", _("Kept by the agency")
    TABLED = "tabled", _("Put on the agenda")
    PROFILE = "profile", _("Profile shown")
    RECUSED = "recused", _("Stepped out: conflict of interest")
    CONSENT = "consent", _("Consent recorded")
    CRITERION = "criterion", _("Criterion changed")
    DISSENT = "dissent", _("Disagreement recorded")
    DISSENT_WITHDRAWN = "dissent_withdrawn", _("Disagreement withdrawn")
    WENT_ON = "went_on", _("Went on despite a disagreement")
    AER = "aer", _("Agreed: acutely elevated risk")
    REJECTED = "rejected", _("Rejected")
    IDENTITY_OFFERED = "identity_offered", _("Identity opened to the seats")
    IDENTITY_CLOSED = "identity_closed", _("Identity closed")
    IDENTITY_READ = "identity_read", _("Identity read")
    ANSWER = "answer", _("Filter 3 answer")
    ANSWER_WITHDRAWN = "answer_withdrawn", _("Filter 3 answer withdrawn")
    ASKED = "asked", _("Asked to act")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    RELEASED = "released", _("Released from its role")
    PLANNED = "planned", _("Filter 4: full identity to lead and assisting")
    CLOCK = "clock", _("Response clock started")
    PLAN_CHANGED = "plan_changed", _("Plan changed")
    CONTACT = "contact", _("Contact logged")
    SERVICE = "service", _("Service recorded")
    REPORT_BACK = "report_back", _("Report-back")
    CONTINUED = "continued", _("Continues")
    CONCLUDED = "concluded", _("Concluded")
    TAKEN_BACK = "taken_back", _("Taken back")
    CARRIED_OVER = "carried_over", _("Carried over")
    REDACTED = "redacted", _("Redacted in storage")
    SHREDDED = "shredded", _("Identity shredded")
    RETURNED = "returned", _("Linked to an earlier situation")
    REFUSED = "refused", _("Refused attempt")
    REPORTABLE = "reportable", _("Told that it may be reportable")
    GUARD_ASKED = "guard_asked", _("Text questioned by the guard")
    BREAK_GLASS = "break_glass", _("Break-glass opening")
    BREAK_GLASS_ENDED = "break_glass_ended", _("Break-glass ended")
    HOLD = "hold", _("Legal hold set")
    HOLD_LIFTED = "hold_lifted", _("Legal hold lifted")
    ACCOUNTED = "accounted", _("Accounting of disclosures made")
    SUSPENDED = "suspended", _("Accounting suspended for law enforcement")


class NoticeKind(TextChoices):
    """What a member is told apart from any page they opened. Holds no case data."""

    BREAK_GLASS = "break_glass", _("An identity was opened by break-glass")
    SHRED_DUE = "shred_due", _("An identity will be shredded within a week")


class ShredReason(TextChoices):
    """Why an identity was destroyed."""

    REJECTED = "rejected", _("the situation was rejected")
    RETENTION = "retention", _("the table's retention time has passed")
