"""The words of people, agencies and tables (PRODUCT: "Words")."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AgencyRoleKind(TextChoices):
    """What a member is within the own agency."""

    REPRESENTATIVE = "representative", _("representative")
    DEPUTY = "deputy", _("deputy")
    SCREENER = "screener", _("screener")
    PRIVACY_OFFICER = "privacy_officer", _("privacy officer")


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


SPEAKING_ROLES = frozenset({AgencyRoleKind.REPRESENTATIVE, AgencyRoleKind.DEPUTY})
"""Those who may sit on their agency's seat."""

CASE_ROLES = SPEAKING_ROLES | {AgencyRoleKind.SCREENER}
"""Those who work with their own agency's situations (minimum necessary inside the agency)."""
