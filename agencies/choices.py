"""The words of people, agencies and tables (PRODUCT: "Words")."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AgencyRoleKind(TextChoices):
    """What a member is within the own agency."""

    REPRESENTATIVE = "representative", _("representative")
    DEPUTY = "deputy", _("deputy")
    SCREENER = "screener", _("screener")
    PRIVACY_OFFICER = "privacy_officer", _("privacy officer")
    INTAKE = "intake", _("intake desk")


class TableRoleKind(TextChoices):
    """What a member is at a table, apart from any seat."""

    FACILITATOR = "facilitator", _("facilitator")
    RECORDER = "recorder", _("recorder")
    OBSERVER = "observer", _("observer")
    ANALYST = "analyst", _("analyst")
    PRIVACY_OFFICER = "privacy_officer", _("privacy officer of the table")
    BREAK_GLASS = "break_glass", _("may break the glass in an emergency")


class Protocol(TextChoices):
    """How a table works (PRODUCT: "Protocols of a table"); only `hub` is built so far."""

    HUB = "hub", _("HUB, four filters")


class Regime(TextChoices):
    """The law an agency is under; it decides which legal bases it may choose."""

    POLICE = "police", _("police")
    FERPA = "ferpa", _("school (FERPA)")
    STATE = "state_c66a", _("state agency (M.G.L. c.66A)")
    HIPAA = "hipaa", _("HIPAA covered entity")
    PART2 = "part2", _("substance-use programme (42 CFR Part 2)")
    OTHER = "other", _("the table's agreement")


class PledgeGiven(TextChoices):
    """How a pledge was given: on one's own device, or spoken at roll call and recorded by who presides."""

    ON_DEVICE = "on_device", _("on own device")
    ALOUD = "aloud", _("spoken at roll call")


class AgencyKind(TextChoices):
    """The kinds of partners that the field names; each has a template of the table's agreement."""

    COMMUNITY = "community", _("community organisation")
    COURT = "court", _("trial court or probation")
    COMMUNITY_ACTION = "community_action", _("community action agency")
    EMERGENCY = "emergency", _("emergency service provider")
    SCHOOL = "school", _("school district")
    STATE = "state", _("state agency")
    HOSPITAL = "hospital", _("hospital")
    POLICE = "police", _("police department")
    OTHER = "other", _("other")


class ContactKind(TextChoices):
    """What a contact of an agency is for."""

    HEAD = "head", _("head of the agency, who signs for it")
    DAILY = "daily", _("daily contact")
    PRIVACY = "privacy", _("privacy")
    RECORDS = "records", _("records")


class JoiningState(TextChoices):
    """How far an agency's joining of a table is."""

    ASKED = "asked", _("asked")
    APPROVED = "approved", _("approved, agreement to be signed")
    SEATED = "seated", _("seated")
    DECLINED = "declined", _("turned down")
    WITHDRAWN = "withdrawn", _("withdrawn")


class DocumentKind(TextChoices):
    """The layers of agreements: the table's agreement, and what single laws ask for beside it."""

    MOU = "mou", _("table agreement")
    BAA = "baa", _("business associate agreement (HIPAA)")
    PART2 = "part2", _("addendum for substance-use programmes (42 CFR Part 2)")
    FERPA = "ferpa", _("addendum for schools (FERPA)")
    C66A = "c66a", _("addendum for state agencies (M.G.L. c.66A)")
    CJIS = "cjis", _("security addendum (CJIS)")


class DocumentState(TextChoices):
    """How far a text is."""

    DRAFT = "draft", _("draft")
    SENT = "sent", _("sent for signature")
    SIGNED = "signed", _("signed")
    WITHDRAWN = "withdrawn", _("withdrawn")


class SignedHow(TextChoices):
    """How a document was signed."""

    BROWSER = "browser", _("in the browser")
    PAPER = "paper", _("on paper")


class TrainingKind(TextChoices):
    """What people at tables are trained in."""

    CIT = "cit", _("crisis intervention team (CIT)")
    HUB = "hub", _("HUB or Situation Table")
    CROSS = "cross", _("cross-training between agencies")
    PRIVACY = "privacy", _("privacy and confidentiality")


SPEAKING_ROLES = frozenset({AgencyRoleKind.REPRESENTATIVE, AgencyRoleKind.DEPUTY})
"""Those who may sit on their agency's seat."""

CASE_ROLES = SPEAKING_ROLES | {AgencyRoleKind.SCREENER}
"""Those who work with their own agency's situations (minimum necessary inside the agency)."""


class PhraseKind(TextChoices):
    """What a word on a table's list is, of which the guard does not ask."""

    AGENCY = "agency", _("an agency or office")
    PROGRAM = "program", _("a program or service")
    DRUG = "drug", _("a medicine or drug")
    PLACE = "place", _("a place that many people share")
    OTHER = "other", _("another word")
