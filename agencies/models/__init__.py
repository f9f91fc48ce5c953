"""Who: agencies and their members, tables and their seats, agreements and pledges, the roll of a sitting, and the directory."""

from agencies.models.accounts import AccountReview, Invitation, SignIn, SignInFailure, SingleSignOn
from agencies.models.allowed import AllowedPhrase
from agencies.models.directory import Service, ServiceImport, ServiceNeed, ServiceTown
from agencies.models.documents import Document, Reminder, Signature, YearlyPledge
from agencies.models.joining import AgencyContact, Joining, Leaving
from agencies.models.people import Agency, AgencyRole, Member
from agencies.models.roll import Attendance, Sitting
from agencies.models.tables import Agreement, Pledge, Seat, Table, TableRole
from agencies.models.training import Training

__all__ = [
    "AccountReview",
    "Agency",
    "AgencyContact",
    "AgencyRole",
    "Agreement",
    "AllowedPhrase",
    "Attendance",
    "Document",
    "Invitation",
    "Joining",
    "Leaving",
    "Member",
    "Pledge",
    "Reminder",
    "Seat",
    "Service",
    "ServiceImport",
    "ServiceNeed",
    "ServiceTown",
    "SignIn",
    "SignInFailure",
    "Signature",
    "SingleSignOn",
    "Sitting",
    "Table",
    "TableRole",
    "Training",
    "YearlyPledge",
]
