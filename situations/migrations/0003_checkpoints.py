"""Checkpoints, under triggers that refuse UPDATE and DELETE as on the ledger (0002)."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

TABLE = "situations_checkpoint"


def add_triggers(apps: Any, schema_editor: Any) -> None:
    body = (
        "FOR EACH ROW EXECUTE FUNCTION hubtable_append_only()"
        if schema_editor.connection.vendor == "postgresql"
        else "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
    )
    for action in ("UPDATE", "DELETE"):
        schema_editor.execute(f"CREATE TRIGGER {TABLE}_no_{action.lower()} BEFORE {action} ON {TABLE} {body}")


def drop_triggers(apps: Any, schema_editor: Any) -> None:
    on = f" ON {TABLE}" if schema_editor.connection.vendor == "postgresql" else ""
    for action in ("update", "delete"):
        schema_editor.execute(f"DROP TRIGGER {TABLE}_no_{action}{on}")


class Migration(migrations.Migration):
    dependencies = [("agencies", "0001_initial"), ("situations", "0002_append_only")]
    operations = [
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("chains", models.PositiveIntegerField()),
                ("entries", models.PositiveIntegerField()),
                ("root", models.CharField(max_length=64)),
                ("leaves", models.JSONField()),
                ("signature", models.CharField(max_length=128)),
                ("key", models.CharField(max_length=8)),
                ("public_key", models.CharField(max_length=64)),
                (
                    "sitting",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checkpoint",
                        to="agencies.sitting",
                    ),
                ),
                (
                    "table",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.table"
                    ),
                ),
            ],
            options={"ordering": ["at", "pk"]},
        ),
        migrations.RunPython(add_triggers, drop_triggers),
    ]
