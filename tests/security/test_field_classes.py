"""Every column has a declared class, and each class keeps its promise: read off the raw database after everything happened."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.db import connections, models, router
from pytest_django import DjangoDbBlocker

from hub.core import fieldclass
from hub.core.fieldclass import Declared, FieldClass
from situations import field_classes
from situations.visibility import IDENTITY_FIELDS
from tests.cast import scene
from tests.security.community import IDENTITY, WORD, Community, settle

pytestmark = pytest.mark.django_db
CHECKS = (
    fieldclass.every_field_is_declared_once,
    fieldclass.nothing_is_declared_that_is_not_there,
    fieldclass.identifying_fields_are_sealed,
)
UNTYPED = {
    # words of a list, and numbers
    "Situation": "subject_type age_band sex language risk_factors protective_factors study_flags consent_status returned_from",
    "Contact": "kind reached companions consent_now",
    "AerCriterion": "holds",
    "Answer": "kind",
    "ServiceRecord": "status",
    "ReportBack": "still_aer",
    "Reportable": "signs",
    # typed by screeners and privacy officers; the tests of their own verbs look for them
    "Screening": "sent_back_because",
    "BreakGlass": "reason",
    "LegalHold": "reference",
    "Suspension": "reference",
}
"""Columns of class profile into which the community below types no word of its own."""


def complaints() -> list[str]:
    return [f"{one.id} {one.msg}" for check in CHECKS for one in check(None)]


def declare(patch: pytest.MonkeyPatch, **changes: Mapping[FieldClass, str] | None) -> None:
    """The declarations of `situations` with some models declared otherwise, or (None) not at all."""
    table: dict[str, Any] = {**field_classes.FIELD_CLASSES, **{f"situations.{name}": one for name, one in changes.items()}}
    kept: Declared = {label: one for label, one in table.items() if one is not None}
    patch.setattr(field_classes, "FIELD_CLASSES", kept)
    fieldclass.declared.cache_clear()


@pytest.fixture(autouse=True)
def _declarations_as_they_are() -> Iterator[None]:
    yield
    fieldclass.declared.cache_clear()


# declared


def test_every_field_of_every_model_is_declared_once_and_exists() -> None:
    assert complaints() == []
    assert {field.name for field in fieldclass.every_field() if fieldclass.class_of(field) is None} == set()


def test_undeclared_field_is_named_and_its_history_too(monkeypatch: pytest.MonkeyPatch) -> None:
    declare(monkeypatch, ReportBack={FieldClass.PROCESS: "situation agency sitting at still_aer", FieldClass.TECHNICAL: "id"})
    assert sorted(complaints()) == [
        "hub.E020 situations.HistoricalReportBack.line has no declared class.",
        "hub.E020 situations.ReportBack.line has no declared class.",
    ]


def test_undeclared_model_is_named_field_by_field(monkeypatch: pytest.MonkeyPatch) -> None:
    declare(monkeypatch, Recusal=None)
    assert [one.split()[1] for one in complaints()] == [
        f"situations.Recusal.{name}" for name in ("id", "situation", "member", "at")
    ]


def test_declaration_of_what_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    declare(monkeypatch, Gone={FieldClass.PROCESS: "id"})
    assert complaints() == ["hub.E021 situations.Gone.id is declared as process and does not exist."]


def test_field_declared_twice_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    declare(monkeypatch, Recusal={FieldClass.PROCESS: "situation member at", FieldClass.TECHNICAL: "id at"})
    assert complaints() == ["hub.E022 situations.Recusal.at is declared as process and technical."]


def test_identifying_field_in_clear_text_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    declare(
        monkeypatch, Recusal={FieldClass.IDENTIFYING: "member", FieldClass.PROCESS: "situation at", FieldClass.TECHNICAL: "id"}
    )
    assert complaints() == ["hub.E023 situations.Recusal.member is identifying and is neither ciphertext nor a keyed digest."]


def test_what_opens_an_envelope_is_what_is_declared_identifying() -> None:
    identity = fieldclass.declared()["situations.Identity"]
    assert {name for name, classes in identity.items() if classes == [FieldClass.IDENTIFYING]} == {
        one.value for one in IDENTITY_FIELDS
    }


# kept


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Community]:
    """A word of its own in each field of each situation, at every stage, all through the verbs."""
    with scene(django_db_blocker):
        yield settle()


def typed(model: type[models.Model], field: "models.Field[Any, Any]") -> set[str]:
    """The words of the community that stand in one column, read as bytes."""
    own = connections[router.db_for_read(model)]
    table, column = (own.ops.quote_name(one) for one in (model._meta.db_table, str(field.column)))
    with own.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")  # noqa: S608 - the schema's own names
        return {word for (value,) in cursor.fetchall() for word in WORD.findall(_text(value).lower())}


def _text(value: Any) -> str:
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)


def test_typed_words_stand_in_columns_of_class_profile_alone(town: Community) -> None:
    found = {(str(field), fieldclass.class_of(field)) for field in fieldclass.every_field() if typed(field.model, field)}
    assert {one for _name, one in found} == {FieldClass.PROFILE}


def test_every_typed_profile_column_was_written_to(town: Community) -> None:
    """So that the scan above, and those of ledger, announcements, logs and sessions (test_canary), miss no column."""
    profile = [one for one in fieldclass.every_field() if fieldclass.class_of(one) is FieldClass.PROFILE]
    own = [one for one in profile if not hasattr(one.model, "instance_type")]
    silent = {f"situations.{model}.{name}" for model, names in UNTYPED.items() for name in names.split()}
    assert {str(one) for one in own if not typed(one.model, one)} == silent


def test_identifying_columns_hold_ciphertext_and_digests(town: Community) -> None:
    columns = [one for one in fieldclass.every_field() if fieldclass.class_of(one) is FieldClass.IDENTIFYING]
    filled = 0
    for one in columns:
        values = [
            bytes(value)
            for (value,) in one.model._default_manager.values_list(one.name)
            if value and not isinstance(value, str)
        ]
        filled += bool(values)
        # a format byte, a nonce, whole blocks of 64 bytes, a tag: nothing of the length of a name
        assert {(value[0], (len(value) - 1 - 12 - 16) % 64) for value in values} <= {(1, 0)}
        assert typed(one.model, one) == set()
    assert filled >= len(IDENTITY)
