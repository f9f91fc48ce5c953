"""What each column of the database may hold, declared by hand: `field_classes.py` of each app, and of the project.

Guarantees, by checks that every start and every test run makes: each field of each model has exactly one class, nothing is
declared that does not exist, and what could name the person talked about is stored sealed. A history row has the classes
of the record it is a copy of. What follows from each class: docs/field-classes.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import Error, Tags, register
from django.db.models import BinaryField, Field, Model

Apps = Sequence[AppConfig] | None


class FieldClass(StrEnum):
    """What a column holds."""

    IDENTIFYING = "identifying"
    """Could name the person talked about: ciphertext, or a digest under a key. Opened by `situations.identity` alone."""
    PROFILE = "profile"
    """Says something about the person talked about: read through the visibility table, gone with a redaction."""
    PROCESS = "process"
    """Who of which agency did what, when, on what basis: staff and institutions, and codes of the protocol."""
    TECHNICAL = "technical"
    """Keys, counters, hashes, signatures, credentials: says nothing about anybody."""


Declared = Mapping[str, Mapping[FieldClass, str]]
"""Model label to class to the names of its fields, with spaces between."""

PROJECT = "hub.field_classes"
"""Where the models of other people's apps are declared."""
HISTORY: Mapping[FieldClass, str] = {
    FieldClass.PROCESS: "history_date history_user history_change_reason history_type",
    FieldClass.TECHNICAL: "history_id",
}
"""What a history row has besides the fields of its record; its reason is the name of a verb."""


@cache
def declared() -> Mapping[str, Mapping[str, list[FieldClass]]]:
    """Every declaration there is: model label to field to classes (one, unless somebody declared it twice)."""
    found: dict[str, dict[str, list[FieldClass]]] = {}
    for module in _modules():
        table: Declared = module.FIELD_CLASSES
        for label, classes in table.items():
            fields = found.setdefault(label, {})
            for name, one in _pairs(classes):
                fields.setdefault(name, []).append(one)
    return found


def class_of(field: "Field[Any, Any]") -> FieldClass | None:
    """The declared class of one field; of a history row's field that of its record. None if nobody declared it."""
    record = getattr(field.model, "instance_type", None)
    if record is not None and (own := dict(_pairs(HISTORY)).get(field.name)):
        return own
    classes = declared().get(label_of(record or field.model), {}).get(field.name, [])
    return classes[0] if classes else None


def every_field() -> Iterator["Field[Any, Any]"]:
    """Each stored field of each model, history and join tables among them."""
    for model in apps.get_models(include_auto_created=True):
        yield from stored_fields(model)


def stored_fields(model: type[Model]) -> list["Field[Any, Any]"]:
    """The fields of a model that are columns."""
    return list(model._meta.concrete_fields)  # noqa: SLF001 - Django's documented way


def columns() -> dict[tuple[str, str], FieldClass | None]:
    """(table, column) to class, for whoever reads the raw database."""
    tables = {model: model._meta.db_table for model in apps.get_models(include_auto_created=True)}  # noqa: SLF001 - as above
    return {(tables[one.model], str(one.column)): class_of(one) for one in every_field()}


def label_of(model: type[Model]) -> str:
    """`app.Model`."""
    return model._meta.label  # noqa: SLF001 - as above


@register(Tags.models)
def every_field_is_declared_once(app_configs: Apps, **kwargs: Any) -> list[Error]:
    """hub.E020: nobody has said what a field may hold; hub.E022: somebody has said it twice."""
    errors = [
        Error(f"{field} has no declared class.", hint="Name it in its app's field_classes.py.", id="hub.E020")
        for field in every_field()
        if class_of(field) is None
    ]
    twice = [
        Error(f"{label}.{name} is declared as {' and '.join(classes)}.", id="hub.E022")
        for label, fields in declared().items()
        for name, classes in fields.items()
        if len(classes) > 1
    ]
    return errors + twice


@register(Tags.models)
def nothing_is_declared_that_is_not_there(app_configs: Apps, **kwargs: Any) -> list[Error]:
    """hub.E021: a declaration that outlived its field would stand for the next one of that name."""
    there = {
        label_of(model): {one.name for one in stored_fields(model)} for model in apps.get_models(include_auto_created=True)
    }
    return [
        Error(f"{label}.{name} is declared as {classes[0]} and does not exist.", id="hub.E021")
        for label, fields in declared().items()
        for name, classes in fields.items()
        if name not in there.get(label, set())
    ]


@register(Tags.models)
def identifying_fields_are_sealed(app_configs: Apps, **kwargs: Any) -> list[Error]:
    """hub.E023: a name in a column of text would be in every backup."""
    return [
        Error(f"{field} is identifying and is neither ciphertext nor a keyed digest.", id="hub.E023")
        for field in every_field()
        if class_of(field) is FieldClass.IDENTIFYING and not (isinstance(field, BinaryField) or str(field) in _digests())
    ]


def _digests() -> set[str]:
    return {name for module in _modules() for name in getattr(module, "KEYED_DIGESTS", ())}


def _modules() -> Iterator[Any]:
    names = [*(f"{one.name}.field_classes" for one in apps.get_app_configs() if not one.name.startswith("hub")), PROJECT]
    yield from (import_module(name) for name in names if find_spec(name))


def _pairs(classes: Mapping[FieldClass, str]) -> Iterator[tuple[str, FieldClass]]:
    for one, names in classes.items():
        yield from ((name, one) for name in names.split())
