"""Texts that the guard stopped, and row-level security for them, in the way of 0009: nothing to do on SQLite.

A row is there for the agency that wrote it, and, where it was written for the table, for the agencies of who chairs the table.
"""

import uuid
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TABLE = "situations_heldtext"
OURS = "= ANY ((SELECT hubtable_agencies())::bigint[])"
ALL = "(SELECT hubtable_passing()) IN ('shredding', 'moving')"
READS = "(SELECT hubtable_passing()) IN ('shredding', 'moving', 'backup')"
# current_date is UTC's; a table's own day may still be the one before
CHAIRS = (
    f"for_chairs AND (EXISTS (SELECT 1 FROM agencies_tablerole r JOIN agencies_member p ON p.id = r.member_id "  # noqa: S608 - our own names
    f"WHERE r.table_id = {TABLE}.table_id AND (r.ended_on IS NULL OR r.ended_on >= current_date) "
    f"AND r.role IN ('facilitator', 'recorder') AND p.agency_id {OURS} OFFSET 0) "
    f"OR EXISTS (SELECT 1 FROM agencies_sitting m JOIN agencies_member p ON p.id = m.presides_id "
    f"WHERE m.table_id = {TABLE}.table_id AND m.closed_at IS NULL AND p.agency_id {OURS} OFFSET 0))"
)
THEIRS = f"agency_id {OURS} OR ({CHAIRS})"
RULES = {
    "SELECT": f"USING ({READS} OR {THEIRS})",
    "INSERT": f"WITH CHECK ({ALL} OR agency_id {OURS})",
    "UPDATE": f"USING ({ALL} OR {THEIRS}) WITH CHECK ({ALL} OR {THEIRS})",
    "DELETE": f"USING ({ALL} OR agency_id {OURS})",
}


def build(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    for command, rule in RULES.items():
        schema_editor.execute(f"CREATE POLICY second_wall_{command.lower()} ON {TABLE} FOR {command} {rule}", params=None)
    schema_editor.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    schema_editor.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")


def tear_down(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(f"ALTER TABLE {TABLE} NO FORCE ROW LEVEL SECURITY")
    schema_editor.execute(f"ALTER TABLE {TABLE} DISABLE ROW LEVEL SECURITY")
    for command in RULES:
        schema_editor.execute(f"DROP POLICY second_wall_{command.lower()} ON {TABLE}")


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0006_quick_exit"),
        ("situations", "0013_passed_on"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HeldText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("for_chairs", models.BooleanField(default=False)),
                ("field", models.CharField(max_length=40)),
                ("kinds", models.JSONField(default=list)),
                ("held_at", models.DateTimeField()),
                ("binding", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("words", models.BinaryField(default=b"")),
                ("digest", models.CharField(max_length=64, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waits for a second person"),
                            ("passed", "let through by a second person"),
                            ("refused", "to be changed"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("because", models.CharField(blank=True, max_length=16)),
                (
                    "agency",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "situation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="held_texts",
                        to="situations.situation",
                    ),
                ),
                (
                    "table",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="held_texts", to="agencies.table"
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["held_at", "pk"],
                "indexes": [
                    models.Index(condition=models.Q(("state", "waiting")), fields=["table"], name="held_texts_waiting")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state", "waiting"), ("words", b""), _connector="OR"), name="decided_has_no_words"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decided_by", models.F("written_by")), _negated=True), name="decided_by_another"
                    ),
                ],
            },
        ),
        migrations.RunPython(build, tear_down),
    ]
