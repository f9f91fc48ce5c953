"""What is append-only refuses to be emptied by the two ways that the triggers of 0002 to 0004 do not see.

PostgreSQL: row triggers do not see TRUNCATE. An empty table may be truncated, as one without rows may be deleted from.
SQLite: INSERT OR REPLACE deletes the row that is in its way without asking the trigger on DELETE.
"""

from typing import Any

from django.db import migrations

# table to what a row of it may share with no other
TABLES = {
    "situations_ledgerentry": ("id = NEW.id", "chain = NEW.chain AND sequence = NEW.sequence"),
    "situations_recipient": ("id = NEW.id",),
    "situations_checkpoint": ("id = NEW.id", "sitting_id = NEW.sitting_id"),
    "situations_certificate": ("id = NEW.id", "key = NEW.key", "entry_id = NEW.entry_id"),
    "situations_reportable": ("id = NEW.id",),
}
FUNCTION = """
CREATE OR REPLACE FUNCTION hubtable_no_truncate() RETURNS trigger AS $$
DECLARE kept boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I.%I)', TG_TABLE_SCHEMA, TG_TABLE_NAME) INTO kept;
    IF kept THEN RAISE EXCEPTION 'the ledger is append-only'; END IF;
    RETURN NULL;
END;
$$ LANGUAGE plpgsql
"""


def add_triggers(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTION, params=None)
    for table, keys in TABLES.items():
        schema_editor.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION hubtable_no_truncate()"
            if schema_editor.connection.vendor == "postgresql"
            else f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}"
            f" WHEN {' OR '.join(f'EXISTS (SELECT 1 FROM {table} WHERE {one})' for one in keys)}"
            " BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
        )


def drop_triggers(apps: Any, schema_editor: Any) -> None:
    postgres = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        schema_editor.execute(
            f"DROP TRIGGER {table}_no_truncate ON {table}" if postgres else f"DROP TRIGGER {table}_no_replace"
        )
    if postgres:
        schema_editor.execute("DROP FUNCTION hubtable_no_truncate()")


class Migration(migrations.Migration):
    dependencies = [("situations", "0007_notice_mailed")]
    operations = [migrations.RunPython(add_triggers, drop_triggers)]
