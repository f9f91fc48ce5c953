"""The wrapped keys move to their own database, and those destroyed so far onto its list."""

from typing import Any

from django.db import connections, migrations, transaction

KEYS = "keys"
COLUMNS = ("situation_id", "agency_id", "master_version", "wrapped")


def move(apps: Any, schema_editor: Any) -> None:
    """Copy every key and see it there before the old table goes. Safe to repeat: what is there already stays."""
    here = schema_editor.connection.alias
    old = list(apps.get_model("situations", "DataKey").objects.using(here).values_list(*COLUMNS))
    shredded = apps.get_model("situations", "Identity").objects.using(here).exclude(shredded_at=None)
    gone = list(shredded.values_list("situation_id", "agency_id", "shredded_at"))
    if not old and not gone:
        return
    if "keystore_datakey" not in connections[KEYS].introspection.table_names():
        raise RuntimeError("The keys' database has no tables yet: run manage.py prepare, or manage.py migrate without a name.")
    key, tombstone = apps.get_model("keystore", "DataKey"), apps.get_model("keystore", "ShreddedKey")
    with transaction.atomic(using=KEYS):
        rows = [key(situation=one[0], agency=one[1], master_version=one[2], wrapped=bytes(one[3])) for one in old]
        key.objects.using(KEYS).bulk_create(rows, ignore_conflicts=True, batch_size=500)
        marks = [tombstone(situation=one[0], agency=one[1], at=one[2]) for one in gone]
        tombstone.objects.using(KEYS).bulk_create(marks, ignore_conflicts=True, batch_size=500)
    _compare(old, key)


def _compare(old: list[Any], key: Any) -> None:
    there = {(one.situation, one.agency): bytes(one.wrapped) for one in key.objects.using(KEYS).all()}
    lost = [one[:2] for one in old if there.get(one[:2]) != bytes(one[3])]
    if lost:
        raise RuntimeError(f"{len(lost)} of {len(old)} keys did not arrive in the keys' database; nothing was deleted.")


class Migration(migrations.Migration):
    dependencies = [("situations", "0004_grounds_and_oversight"), ("keystore", "0001_initial")]

    operations = [
        # no way back: keys that lay with the data again would be in its next backup
        migrations.RunPython(move),
        migrations.DeleteModel("DataKey"),
    ]
