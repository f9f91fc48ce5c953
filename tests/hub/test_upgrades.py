"""A new version's tables must serve the old version's processes too: while it comes in, both run (docs/upgrading.md)."""

import pytest
from django.apps import apps
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

pytestmark = pytest.mark.pairless

OURS = {config.label for config in apps.get_app_configs() if not config.path.count("site-packages")}
FIRST = {"situations": "0010", "agencies": "0003", "conferences": "0003", "keystore": "0002", "pressing": "0002"}
"""Before these there was no rolling upgrade."""
TAKES_AWAY = (
    migrations.DeleteModel, migrations.RemoveField, migrations.RenameField, migrations.RenameModel, migrations.AlterModelTable,
)  # fmt: skip


def why_not(operation: Operation) -> str:
    """Why the version before this one could not work with what the operation leaves; empty if it can."""
    if isinstance(operation, TAKES_AWAY):
        return "takes away or renames what the version before asks for: do it one version later"
    if isinstance(operation, migrations.AddField):
        field = operation.field
        optional = field.null or field.db_default is not models.NOT_PROVIDED or field.many_to_many
        return "" if optional else "adds a column that the version before does not fill: null=True or db_default"
    return ""


def later() -> list[tuple[str, list[Operation]]]:
    """Our migrations since rolling upgrades, by name; one that takes away says in `contracts` since when nobody asks for it."""
    graph = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    return [
        (f"{app}.{name}", list(migration.operations))
        for (app, name), migration in sorted(graph.items())
        if app in OURS and name >= FIRST.get(app, "") and not getattr(migration, "contracts", "")
    ]


def test_every_migration_leaves_the_version_before_working() -> None:
    found = {name: [why for one in operations if (why := why_not(one))] for name, operations in later()}
    assert {name: whys for name, whys in found.items() if whys} == {}


def test_migrations_of_ours_are_looked_at() -> None:
    assert {"situations", "agencies", "conferences", "keystore", "pressing"} <= OURS
    assert "situations.0010_pages" in dict(later())


@pytest.mark.parametrize(
    ("operation", "allowed"),
    [
        (migrations.AddField("Thing", "more", models.TextField(null=True)), True),
        (migrations.AddField("Thing", "more", models.TextField(db_default="")), True),
        (migrations.AddField("Thing", "more", models.TextField(default="")), False),
        (migrations.CreateModel("Other", []), True),
        (migrations.RemoveField("Thing", "more"), False),
        (migrations.RenameField("Thing", "more", "other"), False),
        (migrations.DeleteModel("Thing"), False),
    ],
)
def test_what_the_version_before_could_not_stand_is_found(operation: Operation, allowed: bool) -> None:
    assert (why_not(operation) == "") == allowed
