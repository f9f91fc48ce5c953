"""A snapshot sees one moment, even while somebody else writes.

On a database of its own, because other tests stand in a transaction.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests import live

pytestmark = pytest.mark.pairless

READS = """
import django, json, sqlite3
django.setup()
from django.conf import settings
from django.db import connection, transaction
from agencies.models import Agency
from hub.core.snapshot import snapshot

def write():
    other = sqlite3.connect(settings.DATABASES["default"]["NAME"], timeout=5)
    other.execute("INSERT INTO django_content_type (app_label, model) VALUES ('seen', 'm' || random())")
    other.commit()
    other.close()

from django.contrib.contenttypes.models import ContentType
count = ContentType.objects.filter(app_label="seen").count
found = [count()]
with snapshot():
    found.append(count())
    write()
    found.append(count())
    try:
        with transaction.atomic():
            ContentType.objects.create(app_label="seen", model="late")
        found.append("wrote")
    except Exception as refused:
        found.append(type(refused).__name__)
found.append(count())
with transaction.atomic():
    ContentType.objects.create(app_label="seen", model="afterwards")
found.append(connection.transaction_mode)
print(json.dumps(found))
"""


def test_a_snapshot_sees_one_moment_and_leaves_the_connection_as_it_was(tmp_path: Path):
    data = live.prepare(tmp_path / "var", demo=False)
    environment = {**live.environment_of(data, demo=False), "DJANGO_SETTINGS_MODULE": "hub.settings.base"}
    done = subprocess.run(
        [sys.executable, "-c", READS], cwd=live.ROOT, env=environment, check=True, capture_output=True, text=True
    )
    assert json.loads(done.stdout) == [0, 0, 0, "OperationalError", 1, "IMMEDIATE"]
