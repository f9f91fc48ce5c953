"""What the table tells of itself, and who is trained: by the clerk, on the day of founding."""

from datetime import timedelta

from agencies import profiling, training
from agencies.choices import AgencyRoleKind, TrainingKind
from agencies.models import AgencyRole
from conferences.demo.founding import Community
from conferences.demo.source import Entry
from hub.core import clock
from hub.core.audit import acting

RENEWED = timedelta(days=730)
"""How long a training of the demo counts."""


def describe(community: Community, entry: Entry) -> None:
    """The public lines, the coordinator, and a training of everybody who speaks for a seat; nothing is demanded of anybody."""
    table, public = community.table, entry["public"]
    table.towns = public["towns"]
    with acting(None, "demo: the towns of the table"):
        table.save(update_fields=["towns"])
    profiling.name_coordinator(by=None, table=table, member=community.members[entry["coordinator"]])
    profiling.publish(
        by=None, table=table, is_public=True, public_email=public["email"], public_name=public["name"],
        public_phone=public["phone"], bringing_a_case=public["bringing_a_case"],
    )  # fmt: skip
    table.refresh_from_db()
    speaking = AgencyRole.objects.filter(role__in=[AgencyRoleKind.REPRESENTATIVE, AgencyRoleKind.DEPUTY])
    for role in speaking.select_related("member__agency").order_by("pk"):
        completed = clock.today() - timedelta(days=90 + role.pk * 7)
        training.record(
            by=None, member=role.member, kind=TrainingKind.HUB, completed_on=completed, expires_on=completed + RENEWED
        )  # fmt: skip
