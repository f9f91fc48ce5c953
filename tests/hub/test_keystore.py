"""Keys lie in their own database, which nothing forgets to make and nothing else gets into."""

from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connections, router
from pytest_django.fixtures import Settings

from hub.keystore import checks
from hub.keystore.models import DataKey, ReferralKey, ShreddedKey, ShreddedReferralKey
from situations.models import Identity, Situation
from tests.live import environment_of, manage

DATA = {"ENGINE": "django.db.backends.postgresql", "HOST": "db", "PORT": 5432, "NAME": "hub"}


@pytest.mark.pairless
def test_keys_go_to_their_database_and_everything_else_does_not():
    for model in apps.get_models(include_auto_created=True):
        keys = model in {DataKey, ShreddedKey, ReferralKey, ShreddedReferralKey}
        assert (router.db_for_write(model), router.db_for_read(model)) == (("keys",) * 2 if keys else ("default",) * 2)
        assert router.allow_migrate_model("keys", model) == keys
        assert router.allow_migrate_model("default", model) != keys


@pytest.mark.pairless
def test_no_relation_crosses_over():
    assert not router.allow_relation(DataKey(), Situation())
    assert router.allow_relation(Identity(), Situation())


@pytest.mark.django_db
def test_each_database_has_its_tables_only():
    keys = set(connections["keys"].introspection.table_names())
    kept = {"datakey", "shreddedkey", "referralkey", "shreddedreferralkey"}
    assert keys == {f"keystore_{one}" for one in kept} | {"django_migrations"}
    assert not {one for one in connections["default"].introspection.table_names() if one.startswith("keystore")}


@pytest.mark.pairless
def test_plain_migrate_makes_both_and_a_named_app_its_own(tmp_path: Path):
    environment = environment_of(tmp_path, demo=False)
    assert "0001_initial, from situations" in manage(environment, "migrate", "situations", "0001")
    assert not (tmp_path / "keys.sqlite3").exists()
    assert manage(environment, "migrate").count("Apply all migrations") == 2
    assert manage(environment, "migrate", "--database", "keys").count("No migrations to apply") == 1
    assert manage(environment, "migrate", "keystore").count("No migrations to apply") == 1


@pytest.mark.django_db
def test_nothing_is_left_to_migrate():
    call_command("migrate", check_unapplied=True, verbosity=0)


@pytest.mark.pairless
@pytest.mark.parametrize(
    ("data", "keys", "demo", "refused"),
    [("", "", False, False), ("given", "", False, True), ("given", "", True, False), ("given", "given", False, False)],
)
def test_keys_in_a_file_beside_data_on_a_server_are_refused(settings: Settings, data, keys, demo, refused):
    settings.DATABASE_URL, settings.KEYS_DATABASE_URL, settings.DEMO = data, keys, demo
    told = checks.keys_lie_apart(None)
    assert [(one.id, "KEYS_DATABASE_URL is not" in one.msg) for one in told] == ([("hub.E005", True)] if refused else [])


@pytest.mark.pairless
def test_one_database_for_both_is_refused():
    assert "a backup of the data would hold the keys" in checks.fault(DATA, {**DATA, "PORT": "5432"})
    assert not checks.fault(DATA, {**DATA, "NAME": "hub_keys"})
