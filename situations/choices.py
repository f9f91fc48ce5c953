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
    REFERRAL_READ = "referral_read", _("Referral read by the desk")
    REFERRAL_CLAIMED = "referral_claimed", _("Referral claimed")
    REFERRAL_RELEASED = "referral_released", _("Referral put back into the queue")
    REFERRAL_SORTED = "referral_sorted", _("Referral moved to the other pile")
    REFERRAL_ANSWERED = "referral_answered", _("Message to who brought a referral")
    REFERRAL_EMERGENCY = "referral_emergency", _("Referral marked as an emergency")
    REFERRAL_CONSENT = "referral_consent", _("Consent to tell the family recorded")
    REFERRAL_DRAFTED = "referral_drafted", _("Referral turned into a draft")
    REFERRAL_PASSED = "referral_passed", _("Referral passed to another desk")
    REFERRAL_REISSUED = "referral_reissued", _("Receipt issued again")
    REFERRAL_ESCALATED = "referral_escalated", _("Waiting referral escalated")
    REFERRAL_CLOSED = "referral_closed", _("Referral closed")
    REFERRAL_DELETED = "referral_deleted", _("Referral deleted")
    REFERRAL_BROUGHT = "referral_brought", _("Referral brought by a partner agency")
    GUARD_HELD = "guard_held", _("Text held for a second person")
    GUARD_OVERRIDDEN = "guard_overridden", _("Held text let through by a second person")
    GUARD_REFUSED = "guard_refused", _("Held text refused by a second person")
    GUARD_READ = "guard_read", _("Held text shown to a second person")
    GUARD_EXPIRED = "guard_expired", _("Held text deleted: nobody decided in time")
    WORD_SUGGESTED = "word_suggested", _("A word suggested for the table's list")


class NoticeKind(TextChoices):
    """What a member is told apart from any page they opened. Holds no case data."""

    BREAK_GLASS = "break_glass", _("An identity was opened by break-glass")
    SHRED_DUE = "shred_due", _("An identity will be shredded within a week")
    REFERRAL_WAITS = "referral_waits", _("A referral waits at the intake desk")
    TEXT_HELD = "text_held", _("A text waits for a second person")
    TEXT_PASSED = "text_passed", _("A second person let a text of yours through")
    TEXT_REFUSED = "text_refused", _("A text of yours has to be changed")
    TEXT_EXPIRED = "text_expired", _("Nobody decided on a text of yours in time")


class ShredReason(TextChoices):
    """Why an identity was destroyed."""

    REJECTED = "rejected", _("the situation was rejected")
    RETENTION = "retention", _("the table's retention time has passed")


class Door(TextChoices):
    """Through which door a referral came in."""

    FAMILY = "family", _("public page")
    PARTNER = "partner", _("partner agency")


class Pile(TextChoices):
    """Where the desk finds it. Nothing is thrown away by a machine; what looks like junk lies apart."""

    QUEUE = "queue", _("queue")
    DOUBTFUL = "doubtful", _("probably junk")


class ReferralStage(TextChoices):
    """What the receipt code shows (the words for families stand with their page)."""

    RECEIVED = "received", _("received")
    READ = "read", _("read by the desk")
    TAKEN_UP = "taken_up", _("an agency has taken it up")
    CLOSED = "closed", _("closed")


class ConsentToTell(TextChoices):
    """How the person said that the family may be told about them."""

    WRITTEN = "written", _("in writing")
    VERBAL = "verbal", _("aloud")


class Closing(TextChoices):
    """Why a referral is closed."""

    HELPED = "helped", _("an agency is working on it")
    ANSWERED = "answered", _("the question was answered")
    ELSEWHERE = "elsewhere", _("somebody else can help better")
    NOT_FOR_TABLE = "not_for_table", _("it is not for this group")
    TWICE = "twice", _("it was brought twice")
    WITHDRAWN = "withdrawn", _("who brought it took it back")
    JUNK = "junk", _("it was no referral")


class NotIdentifying(TextChoices):
    """Why a writer says that what the guard found points to nobody. Codes for the ledger; no words are kept."""

    AGENCY = "agency", _("it names an agency, a program or an office")
    STAFF = "staff", _("it names somebody who works here, not the person or their family")
    PLACE = "place", _("it is a place that many people share")
    WORD = "word", _("it is an ordinary word and no name")
    PUBLIC = "public", _("it is a medicine, a law, a day or a number that everybody knows")


class HeldState(TextChoices):
    """Where a text stands that the guard stopped and a second person was asked about."""

    WAITING = "waiting", _("waits for a second person")
    PASSED = "passed", _("let through by a second person")
    REFUSED = "refused", _("to be changed")


class LetThrough(TextChoices):
    """Why a second person lets a stopped text through."""

    NOBODY = "nobody", _("it points to nobody")
    OURS = "ours", _("it names an agency, a program or somebody who works here")
    NEEDED = "needed", _("the table needs it, and nobody is recognized by it")


class SendBack(TextChoices):
    """Why a second person does not let it through."""

    NAMES = "names", _("it names or nearly names somebody")
    RECOGNISABLE = "recognisable", _("somebody at this table could recognize the person")
    NOT_NEEDED = "not_needed", _("the table does not need to know this")
