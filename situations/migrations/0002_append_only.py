"""Triggers that refuse UPDATE and DELETE on the ledger and its recipients, in SQLite and PostgreSQL alike."""

from typing import Any

from django.db import migrations

TABLES = ("situations_ledgerentry", "situations_recipient")

POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION hubtable_append_only() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'the ledger is append-only'; END;
$$ LANGUAGE plpgsql
"""


def add_triggers(apps: Any, schema_editor: Any) -> None:
    postgres = schema_editor.connection.vendor == "postgresql"
    if postgres:
        schema_editor.execute(POSTGRES_FUNCTION)
    for table in TABLES:
        for action in ("UPDATE", "DELETE"):
            name = f"{table}_no_{action.lower()}"
            body = (
                "FOR EACH ROW EXECUTE FUNCTION hubtable_append_only()"
                if postgres
                else "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
            )
            schema_editor.execute(f"CREATE TRIGGER {name} BEFORE {action} ON {table} {body}")


def drop_triggers(apps: Any, schema_editor: Any) -> None:
    on = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        for action in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER {table}_no_{action}" + (f" ON {table}" if on else ""))


class Migration(migrations.Migration):
    dependencies = [("situations", "0001_initial")]
    operations = [migrations.RunPython(add_triggers, drop_triggers)]
