"""What families read: nothing left in another language, plain enough for grade six, no word of the trade."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import textstat
from django.test import Client

from agencies import crisis
from tests.cast import Cast, assemble, scene
from tests.situations.door import open_desk
from tests.tongues.missing import untranslated
from tests.tongues.reading import longest, prose, sentences
from tests.tongues.walk import Walk

pytestmark = pytest.mark.django_db
GRADE, LONGEST = 6.0, 26
"""The reading grade in the United States that no page may be above; words of the longest sentence in any language."""
EASE = 70.0
"""Fernández Huerta: "fairly easy" begins here."""
TRADE = re.compile(
    r"\b(referrals?|subjects?|AER|cases?|intake|disclos\w+|situations?|clients?|patients?|mandated)\b", re.IGNORECASE
)


@pytest.fixture(scope="module")
def people(django_db_setup, django_db_blocker):
    with scene(django_db_blocker):
        made = assemble()
        crisis.enter(by=None)
        yield made


@dataclass(frozen=True)
class Walked:
    """All pages in one language by name, what they say, and what no catalogue had for them."""

    pages: dict[str, str]
    said: dict[str, list[str]]
    missing: set[str]


@pytest.fixture(scope="module")
def kept() -> dict[str, Walked]:
    return {}


@pytest.fixture
def walked(db, people: Cast, kept: dict[str, Walked]) -> Callable[[str], Walked]:
    """Every page, fetched once for all tests."""
    names = tuple(one.name for one in people.agencies.values())

    def walk(language: str) -> Walked:
        if language not in kept:
            with untranslated() as missing:
                pages = Walk(language, open_desk(people)).everywhere()
            kept[language] = Walked(pages, {name: sentences(page, names=names) for name, page in pages.items()}, missing)
        return kept[language]

    return walk


@pytest.mark.parametrize("language", ["en", "es", "pt", "ht"])
def test_every_page_is_in_its_language_as_a_whole(walked: Callable[[str], Walked], language: str) -> None:
    found = walked(language)
    assert found.missing == set()
    assert len(found.pages) > 40
    assert [name for name, page in found.pages.items() if f'<html lang="{language}">' not in page] == []
    assert {name: longest(lines) for name, lines in found.said.items() if longest(lines) > LONGEST} == {}


def test_english_is_plain(walked: Callable[[str], Walked]) -> None:
    grades = {name: textstat.flesch_kincaid_grade(prose(lines)) for name, lines in walked("en").said.items()}
    assert {name: grade for name, grade in grades.items() if grade > GRADE} == {}


def test_spanish_is_plain(walked: Callable[[str], Walked]) -> None:
    textstat.set_lang("es")
    try:
        eases = {name: textstat.fernandez_huerta(prose(lines)) for name, lines in walked("es").said.items()}
    finally:
        textstat.set_lang("en_US")
    assert {name: ease for name, ease in eases.items() if ease < EASE} == {}


def test_no_word_of_the_trade(walked: Callable[[str], Walked]) -> None:
    said = [(name, line) for name, lines in walked("en").said.items() for line in lines]
    assert [(name, line) for name, line in said if TRADE.search(line)] == []


@pytest.mark.parametrize("url", ["/tables/?lang={}", "/tables/?town=Nowhere&lang={}", "/nowhere/?lang={}"])
def test_pages_beside_the_door_are_as_plain(people: Cast, client: Client, url: str) -> None:
    lines = sentences(client.get(url.format("en")).content.decode())
    assert textstat.flesch_kincaid_grade(prose(lines)) <= GRADE
    assert [line for line in lines if TRADE.search(line)] == []
    for language in ("es", "pt", "ht"):
        with untranslated() as missing:
            page = client.get(url.format(language)).content.decode()
        assert f'<html lang="{language}">' in page
        assert missing == set()
