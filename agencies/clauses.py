"""The wording of agreements and pledges: templates are data (data/agreements/*.yaml), versioned, put together for one agency.

They are written in our own words and are starting points for counsel (docs/agreements.md). A text that was sent is kept with
its document and never made again from here.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.core.checks import Error, Tags, register

from agencies.choices import AgencyKind, DocumentKind, Regime

SOURCES = Path(__file__).parent / "data" / "agreements"
PLEDGE = "yearly-pledge"
ASKED = frozenset({"host", "privacy_contact", "breach_hours", "withdrawal_days", "authority", "responsible_officer"})
"""What whoever prepares a document types."""
KNOWN = ASKED | {
    "agency_name", "agency_kind", "table_name", "region", "head_name", "head_position", "coordinator_name", "response_hours",
    "filter3_opens", "retention_days", "smallest_hidden", "from", "until",
}  # fmt: skip
"""Everything that an agreement can name; what is not asked comes from the records."""
OF_A_PERSON = frozenset({"member_name", "member_position", "agency_name", "table_name", "coordinator_name", "until"})
ADDENDA: Mapping[str, DocumentKind] = {
    Regime.HIPAA: DocumentKind.BAA,
    Regime.PART2: DocumentKind.PART2,
    Regime.FERPA: DocumentKind.FERPA,
    Regime.STATE: DocumentKind.C66A,
    Regime.POLICE: DocumentKind.CJIS,
}
"""Which addendum an agency under a law signs beside the table's agreement."""
_PLACE = re.compile(r"\{([^{}]*)\}")
_FILTERS = {1, 2, 3, 4}


class BadTemplate(ValueError):
    """A template's data is not whole; the message says which, and why."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause; empty `kinds` or `regimes` mean every agency."""

    key: str
    title: str
    text: str
    kinds: frozenset[str] = frozenset()
    regimes: frozenset[str] = frozenset()
    filters: frozenset[int] = frozenset()

    def is_for(self, kind: str, regimes: Collection[str]) -> bool:
        return (not self.kinds or kind in self.kinds) and (not self.regimes or bool(self.regimes.intersection(regimes)))


@dataclass(frozen=True, slots=True)
class Template:
    """One text with its places to fill. `asks`: what is typed; `kind` is empty for the pledge of a person."""

    key: str
    version: int
    kind: str
    title: str
    asks: tuple[str, ...]
    clauses: tuple[Clause, ...]

    def places(self) -> frozenset[str]:
        """Every name that stands in braces."""
        texts = [self.title, *(one.title for one in self.clauses), *(one.text for one in self.clauses)]
        return frozenset(name for text in texts for name in _PLACE.findall(text))

    def assembled(self, values: Mapping[str, str], kind: str = "", regimes: Collection[str] = ()) -> str:
        """The whole text for an agency of this kind under these regimes. Raises KeyError for a place without a value.

        What was typed is put in as it is: braces in it are no places.
        """
        chosen = [one for one in self.clauses if one.is_for(kind, regimes)]
        parts = [_filled(self.title, values), f"Wording {self.key}, version {self.version}."]
        parts += [f"{place}. {one.title}\n{_filled(one.text, values)}" for place, one in enumerate(chosen, 1)]
        return "\n\n".join(parts) + "\n"


def template(key: str) -> Template:
    """The template of this key. Raises KeyError if there is none."""
    return templates()[key]


def of_kind(kind: str) -> Template:
    """The template of a layer of agreements."""
    return next(one for one in templates().values() if one.kind == kind)


def addenda_of(regimes: Collection[str]) -> list[DocumentKind]:
    """The addenda that an agency under these laws signs, in the order of `DocumentKind`."""
    wanted = {ADDENDA[one] for one in regimes if one in ADDENDA}
    return [kind for kind in DocumentKind if kind in wanted]


@cache
def templates() -> dict[str, Template]:
    """Every template by its key. Raises BadTemplate when a file is not whole."""
    return {one.key: one for one in map(_read, sorted(SOURCES.glob("*.yaml")))}


def _read(file: Path) -> Template:
    return parsed(yaml.safe_load(file.read_text()), file.stem)


def parsed(source: Any, name: str) -> Template:
    """A template from its data. Raises BadTemplate."""
    try:
        clauses = tuple(_clause(**one) for one in source["clauses"])
        made = Template(source["key"], int(source["version"]), source.get("kind", ""), source["title"],
                        tuple(source.get("asks", ())), clauses)  # fmt: skip
    except (KeyError, TypeError, ValueError) as wrong:
        raise BadTemplate(f"{name}: {wrong}") from wrong
    if made.key != name:
        raise BadTemplate(f"{name}: its key is {made.key}")
    return made


def _clause(
    *, key: str, title: str, text: str,
    kinds: Collection[str] = (), regimes: Collection[str] = (), filters: Collection[int] = (),
) -> Clause:  # fmt: skip
    # a line end of the file parts paragraphs; the rest is folded by YAML
    return Clause(key, title, text.strip(), frozenset(kinds), frozenset(regimes), frozenset(filters))


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda found: values[found[1]], text)


def faults(found: Mapping[str, Template]) -> Iterator[str]:
    """What is wrong with these templates together: unknown places, a kind without one, a clause that nobody would read."""
    for one in found.values():
        known = KNOWN if one.kind else OF_A_PERSON
        yield from (f"{one.key}: nobody knows {{{name}}}" for name in sorted(one.places() - known))
        yield from (f"{one.key}: {name} is asked for and stands nowhere" for name in one.asks if name not in one.places())
        yield from (f"{one.key}: {name} is not asked for" for name in sorted((one.places() & ASKED) - set(one.asks)))
        yield from _orphans(one)
    kinds = [one.kind for one in found.values() if one.kind]
    yield from (f"there is not one template of the kind {kind}" for kind in DocumentKind if kinds.count(kind) != 1)
    if PLEDGE not in found:
        yield "there is no yearly pledge"
    for table_agreement in (one for one in found.values() if one.kind == DocumentKind.MOU):
        special = {kind for clause in table_agreement.clauses for kind in clause.kinds}
        yield from (f"{table_agreement.key}: no clause is for {kind}" for kind in AgencyKind if kind not in special)


def _orphans(one: Template) -> Iterator[str]:
    keys = [clause.key for clause in one.clauses]
    yield from (f"{one.key}: the clause {key} stands there twice" for key in sorted({k for k in keys if keys.count(k) > 1}))
    for clause in one.clauses:
        if clause.kinds - set(AgencyKind.values) or clause.regimes - set(Regime.values) or clause.filters - _FILTERS:
            yield f"{one.key}: the clause {clause.key} is for a kind, regime or filter that there is not"
        if not (clause.title and clause.text):
            yield f"{one.key}: the clause {clause.key} has no title or no text"


@register(Tags.compatibility)
def templates_are_whole(app_configs: Any, **kwargs: Any) -> list[Error]:
    """agencies.E001: a template that is not whole would be noticed by whoever is to sign it."""
    try:
        found = list(faults(templates()))
    except BadTemplate as broken:
        found = [str(broken)]
    return [Error(one, hint=f"Mend the file in {SOURCES.name}.", id="agencies.E001") for one in found]
