"""Who: agencies and their members, tables and their seats, agreements and pledges, and the roll of a sitting."""

from agencies.models.people import Agency, AgencyRole, Member
from agencies.models.roll import Attendance, Sitting
from agencies.models.tables import Agreement, Pledge, Seat, Table, TableRole

__all__ = [
    "Agency",
    "AgencyRole",
    "Agreement",
    "Attendance",
    "Member",
    "Pledge",
    "Seat",
    "Sitting",
    "Table",
    "TableRole",
]
