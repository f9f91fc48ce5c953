"""The templates of agreements: whole, for every kind of partner, and put together without a gap or an echo."""

from typing import Any

import pytest
import yaml

from agencies import clauses
from agencies.agreeing import KIND_WORDS
from agencies.choices import AgencyKind, DocumentKind, Regime

pytestmark = pytest.mark.pairless
VALUES = {name: f"<{name}>" for name in clauses.KNOWN}
FIELD = (
    AgencyKind.COMMUNITY, AgencyKind.COURT, AgencyKind.COMMUNITY_ACTION, AgencyKind.EMERGENCY, AgencyKind.SCHOOL,
    AgencyKind.STATE, AgencyKind.HOSPITAL,
)  # fmt: skip
TOPICS = (
    "never for", "no more than", "consent", "silent", "psychotherapy", "passed on", "recorded", "keeps control", "encrypted",
    "correction", "destroyed", "wrong hands", "subpoena", "research", "trained", "misuse", "talk with", "insurance", "leave",
    "three years",
)  # fmt: skip
"""What an agreement between agencies has to settle; a word of each clause that does."""


def source(key: str) -> Any:
    return yaml.safe_load((clauses.SOURCES / f"{key}.yaml").read_text())


def test_all_of_them_are_whole() -> None:
    assert clauses.templates_are_whole(None) == []


@pytest.mark.parametrize("kind", AgencyKind)
def test_each_kind_of_partner_has_a_clause_of_its_own_and_none_of_the_others(kind: AgencyKind) -> None:
    template = clauses.of_kind(DocumentKind.MOU)
    text = template.assembled(VALUES, kind)
    special = [one for one in template.clauses if one.kinds]
    assert [one.key for one in special if f"{one.title}\n" in text] == [kind]
    assert KIND_WORDS[kind]


def test_the_seven_partners_that_the_field_names_read_seven_different_texts() -> None:
    template = clauses.of_kind(DocumentKind.MOU)
    assert len({template.assembled(VALUES, kind) for kind in FIELD}) == len(FIELD) == 7


@pytest.mark.parametrize("topic", TOPICS)
def test_the_table_agreement_settles(topic: str) -> None:
    text = clauses.of_kind(DocumentKind.MOU).assembled(VALUES, AgencyKind.OTHER).lower()
    assert topic in text


def test_each_filter_has_its_clause() -> None:
    found = [number for one in clauses.of_kind(DocumentKind.MOU).clauses for number in sorted(one.filters)]
    assert found == [1, 2, 3, 4]


@pytest.mark.parametrize("regime", Regime)
def test_a_law_brings_its_clause_and_only_with_it(regime: Regime) -> None:
    template = clauses.of_kind(DocumentKind.MOU)
    [clause] = [one for one in template.clauses if regime in one.regimes]
    assert f". {clause.title}\n" in template.assembled(VALUES, AgencyKind.OTHER, [regime])
    assert f". {clause.title}\n" not in template.assembled(VALUES, AgencyKind.OTHER)


def test_each_law_has_its_addendum() -> None:
    every = clauses.addenda_of(Regime.values)
    assert every == [kind for kind in DocumentKind if kind != DocumentKind.MOU]
    assert clauses.addenda_of([Regime.OTHER]) == []
    assert all(clauses.of_kind(kind).kind == kind for kind in DocumentKind)


def test_clauses_are_numbered_without_a_gap() -> None:
    text = clauses.of_kind(DocumentKind.MOU).assembled(VALUES, AgencyKind.COURT, [Regime.STATE])
    numbers = [int(block.split(".")[0]) for block in text.split("\n\n")[2:]]
    assert numbers == list(range(1, len(numbers) + 1))


def test_what_is_typed_into_a_place_opens_no_other_place() -> None:
    text = clauses.of_kind(DocumentKind.MOU).assembled(VALUES | {"host": "{head_name} {nobody}"}, AgencyKind.COURT)
    assert "{head_name} {nobody} runs" in text


def test_a_place_without_a_value_is_an_error_and_no_gap() -> None:
    with pytest.raises(KeyError):
        clauses.of_kind(DocumentKind.MOU).assembled({}, AgencyKind.COURT)


def test_the_yearly_pledge_settles_what_it_must() -> None:
    text = clauses.template(clauses.PLEDGE).assembled(dict.fromkeys(clauses.OF_A_PERSON, "x"))
    assert all(word in text for word in ("confidential", "look", "family", "step out", "devices", "does not end", "punished"))


def broken(key: str, **changes: Any) -> dict[str, clauses.Template]:
    return {**clauses.templates(), key: clauses.parsed({**source(key), **changes}, key)}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": "Of {nobody}"}, "nobody knows {nobody}"),
        ({"asks": ["host", "privacy_contact", "breach_hours", "authority"]}, "withdrawal_days is not asked for"),
        ({"asks": [*source("table-agreement")["asks"], "responsible_officer"]}, "responsible_officer is asked for and stands"),
        ({"kind": "baa"}, "not one template of the kind mou"),
    ],
)
def test_a_fault_is_said(changes: dict[str, Any], said: str) -> None:
    assert any(said in one for one in clauses.faults(broken("table-agreement", **changes)))


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        ({"key": "parties", "title": "T", "text": "t"}, "parties stands there twice"),
        ({"key": "new", "title": "T", "text": "t", "kinds": ["castle"]}, "new is for a kind, regime or filter"),
        ({"key": "new", "title": "T", "text": "t", "regimes": ["canon_law"]}, "new is for a kind, regime or filter"),
        ({"key": "new", "title": "T", "text": "t", "filters": [5]}, "new is for a kind, regime or filter"),
        ({"key": "new", "title": "", "text": "t"}, "new has no title"),
    ],
)
def test_a_clause_that_nobody_would_read_is_said(clause: dict[str, Any], said: str) -> None:
    found = broken("table-agreement", clauses=[*source("table-agreement")["clauses"], clause])
    assert any(said in one for one in clauses.faults(found))


def test_a_kind_of_partner_without_a_clause_is_said() -> None:
    found = broken("table-agreement", clauses=[one for one in source("table-agreement")["clauses"] if one["key"] != "court"])
    assert list(clauses.faults(found)) == ["table-agreement: no clause is for court"]


@pytest.mark.parametrize("wrong", [{}, {"key": "x"}, {"key": "y", "version": "one", "title": "", "clauses": []}, None])
def test_a_file_that_is_not_whole_is_refused(wrong: Any) -> None:
    with pytest.raises(clauses.BadTemplate, match="x: "):
        clauses.parsed(wrong, "x")
