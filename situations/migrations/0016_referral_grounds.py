"""What a basis had written down when a referral was given to another agency, and row-level security for it, as in 0012.

The agency that gave it reads it; neither the desk that has the referral now nor who holds the receipt does.
"""

import uuid
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

TABLE = "situations_referralgrounds"
OURS = "agency_id = ANY ((SELECT hubtable_agencies())::bigint[])"
ALL = "(SELECT hubtable_passing()) IN ('shredding', 'moving')"
READS = "(SELECT hubtable_passing()) IN ('shredding', 'moving', 'backup')"
RULES = {
    "SELECT": f"USING ({READS} OR {OURS})",
    "INSERT": f"WITH CHECK ({ALL} OR {OURS})",
    "UPDATE": f"USING ({ALL} OR {OURS}) WITH CHECK ({ALL} OR {OURS})",
    "DELETE": f"USING ({ALL})",
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
    dependencies = [("agencies", "0006_quick_exit"), ("situations", "0015_reissued_on")]
    operations = [
        migrations.CreateModel(
            name="ReferralGrounds",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("binding", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("words", models.BinaryField()),
                (
                    "agency",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="situations.ledgerentry"
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="grounds", to="situations.referral"
                    ),
                ),
            ],
            options={"verbose_name_plural": "referral grounds"},
        ),
        migrations.RunPython(build, tear_down),
    ]
