"""A snapshot sees one moment, even while somebody else writes.

On a database of its own, because other tests stand in a transaction.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests import live
from tests.servers import KEYS, postgres

pytestmark = pytest.mark.pairless

READS = """
import django, json
django.setup()
from concurrent.futures import ThreadPoolExecutor
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from hub.core.snapshot import snapshot

def write():
    ContentType.objects.create(app_label="seen", model="meanwhile")
    connection.close()

count = ContentType.objects.filter(app_label="seen").count
found = [count()]
with snapshot():
    found.append(count())
    with ThreadPoolExecutor(1) as pool:
        pool.submit(write).result()
    with snapshot():
        found.append(count())
    used = connection.connection
    try:
        with transaction.atomic():
            ContentType.objects.create(app_label="seen", model="late")
        found.append("wrote")
    except Exception as refused:
        found.append(type(refused).__name__)
found.append(count())
with transaction.atomic():
    ContentType.objects.create(app_label="seen", model="afterwards")
found.append(count())
found.append(used is connection.connection)
if connection.vendor == "sqlite":
    found.append(connection.transaction_mode)
else:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('transaction_isolation')")
        found.append(cursor.fetchone()[0])
print(json.dumps(found))
"""


def read(data: Path, **servers: str) -> list[object]:
    environment = {**live.environment_of(data, demo=True, extra=servers), "DJANGO_SETTINGS_MODULE": "hub.settings.base"}
    done = subprocess.run(
        [sys.executable, "-c", READS], cwd=live.ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    found: list[object] = json.loads(done.stdout)
    return found


def test_a_snapshot_sees_one_moment_and_leaves_the_connection_as_it_was(tmp_path: Path):
    data = live.prepare(tmp_path / "var", demo=False)
    assert read(data) == [0, 0, 0, "OperationalError", 1, 2, True, "IMMEDIATE"]


def test_on_postgresql_too_and_its_connection_is_lent_to_writers_afterwards(tmp_path: Path):
    data = live.prepare(tmp_path / "var", demo=False)
    live.manage(live.environment_of(data, demo=True), "version")  # makes secrets, which on servers nobody does
    with postgres() as server:
        found = read(data, DATABASE_URL=server.url, KEYS_DATABASE_URL=server.url + KEYS)
    assert found == [0, 0, 0, "InternalError", 1, 2, True, "read committed"]
