"""Four languages, complete: what stands in the catalogues, and which pages speak which."""

import re
from datetime import date

import polib
import pytest
from django import forms
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format

from agencies import crisis, membership
from agencies.views import public
from tests.cast import assemble
from tests.tongues import catalogues
from tests.tongues.collecting import Word, in_template, templates, wanted
from tests.tongues.missing import untranslated

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%%")
NUMBER = re.compile(r"\d+")
TAG = re.compile(r"</?\w+[^>]*>")
LANGUAGES = pytest.mark.parametrize("language", catalogues.TRANSLATED)


def of(entry: polib.POEntry | polib.MOEntry) -> list[tuple[str, str]]:
    """Each original with what stands for it."""
    if not entry.msgid_plural:
        return [(entry.msgid, entry.msgstr)]
    return [(entry.msgid_plural, text) for text in entry.msgstr_plural.values()]


@LANGUAGES
@pytest.mark.pairless
def test_every_word_of_public_pages_is_translated(language: str) -> None:
    catalogue = catalogues.read(language)
    there = {catalogues.word_of(entry) for entry in catalogue}
    assert set(wanted(language)) - there == set(), "run `make words` and translate what is empty then"
    assert there - set(wanted(language)) == set(), "run `make words`: these stand nowhere any more"
    assert [entry.msgid for entry in catalogue if not entry.translated() or entry.fuzzy or entry.obsolete] == []


@LANGUAGES
@pytest.mark.pairless
def test_compiled_catalogue_is_that_of_the_words(language: str) -> None:
    path = catalogues.path_of(language)
    compiled = {catalogues.word_of(entry): of(entry) for entry in polib.mofile(str(path.with_suffix(".mo")))}
    assert compiled == {catalogues.word_of(entry): of(entry) for entry in catalogues.read(language)}


@LANGUAGES
@pytest.mark.pairless
def test_translations_keep_what_is_not_words(language: str) -> None:
    """Placeholders, numbers that are dialled, markup, and the white space around."""
    for one, other in (pair for entry in catalogues.read(language) for pair in of(entry)):
        assert sorted(PLACEHOLDER.findall(one)) == sorted(PLACEHOLDER.findall(other)), other
        assert set(NUMBER.findall(one)) == set(NUMBER.findall(other)), other
        assert sorted(TAG.findall(one)) == sorted(TAG.findall(other)), other
        assert (one[:1].isspace(), one[-1:].isspace()) == (other[:1].isspace(), other[-1:].isspace()), other


@pytest.mark.pairless
def test_no_language_takes_over_another_ones_words() -> None:
    """A sentence that reads the same in two languages was pasted into the wrong catalogue."""
    said = {
        language: {text for entry in catalogues.read(language) for _one, text in of(entry)} for language in ("es", "pt", "ht")
    }
    english = {entry.msgid for entry in catalogues.read("es")}
    for one, other in (("es", "pt"), ("es", "ht"), ("pt", "ht")):
        assert {text for text in said[one] & said[other] if len(text.split()) > 4} == set()
    for texts in said.values():
        assert {text for text in texts & english if len(PLACEHOLDER.sub("", text).split()) > 2} == set()


@pytest.mark.pairless
def test_words_are_found_where_templates_hide_them() -> None:
    template = (
        """{% load i18n %}{% include "x.html" with title=_("One") only %}{% translate "It's two" %}"""
        """{% blocktranslate count n=rows|length %}{{ n }} row{% plural %}{{ n }} rows{% endblocktranslate %}"""
        """{% blocktranslate trimmed with a=b %}\n  100% of\n  {{ a }}\n{% endblocktranslate %}"""
    )
    assert list(in_template(template)) == [
        Word("One"), Word("It's two"), Word("%(n)s row", "%(n)s rows"), Word("100%% of %(a)s"),
    ]  # fmt: skip


@pytest.mark.pairless
def test_frame_of_public_pages_is_looked_through() -> None:
    names = {path.name for path in templates()}
    assert {"base.html", "crisis.html", "public_tables.html", "404.html", "sending.html"} <= names


@pytest.mark.pairless
@pytest.mark.parametrize(
    ("language", "day", "month"),
    [("en", "19 November 2026", "19 Nov 2026"), ("es", "19 de noviembre de 2026", "19 Nov 2026"),
     ("pt", "19 de novembro de 2026", "19 Nov 2026"), ("ht", "19 novanm 2026", "19 Nov 2026")],
)  # fmt: skip
def test_days_are_written_as_the_language_does(language: str, day: str, month: str) -> None:
    with translation.override(language):
        assert date_format(date(2026, 11, 19)) == day
        assert date_format(date(2026, 11, 19), "SHORT_DATE_FORMAT") == month


@pytest.mark.pairless
@pytest.mark.parametrize(
    ("language", "said"),
    [("en", ["0 days", "1 day", "2 days"]), ("es", ["0 días", "1 día", "2 días"]), ("pt", ["0 dia", "1 dia", "2 dias"]),
     ("ht", ["0 jou", "1 jou", "2 jou"])],
)  # fmt: skip
def test_numbers_take_the_form_of_the_language(language: str, said: list[str]) -> None:
    one, many = "A worker at %(agency)s reads it within %(days)s day.", "A worker at %(agency)s reads it within %(days)s days."
    with translation.override(language):
        texts = [translation.ngettext(one, many, days) % {"agency": "X", "days": days} for days in range(3)]
    assert [re.search(r"\d \w+", text)[0] for text in texts] == said  # type: ignore[index]


class Small(forms.Form):
    word = forms.CharField(max_length=3)


@pytest.mark.pairless
@pytest.mark.parametrize(
    ("language", "missing", "long"),
    [
        ("es", "Este campo es obligatorio.", "3"),
        ("pt", "Este campo é obrigatório.", "3"),
        ("ht", "Ou dwe ranpli kote sa a.", "3 karaktè"),
    ],
)
def test_forms_complain_in_the_language(language: str, missing: str, long: str) -> None:
    with translation.override(language), untranslated() as asked:
        assert Small({}).errors["word"] == [missing]
        assert long in Small({"word": "four"}).errors["word"][0]
    assert asked == set()


@pytest.mark.pairless
@pytest.mark.parametrize(("language", "name"), [("en", "Emergency"), ("es", "Emergencias"), ("ht", "Ijans")])
@pytest.mark.django_db
def test_crisis_numbers_are_named_in_the_language(language: str, name: str) -> None:
    with translation.override(language):
        assert crisis.numbers_for()[0].name == name


def read(client: Client, url: str, language: str) -> str:
    answer = client.get(url, headers={"accept-language": language})
    page = answer.content.decode()
    assert answer.headers["Content-Language"] in page.partition(">")[2][:60]
    return page


@pytest.mark.django_db
class TestPages:
    """Which page speaks which language."""

    @pytest.mark.parametrize(
        ("asked", "given"),
        [("es-419,es;q=0.9", "es"), ("pt-BR", "pt"), ("ht, fr;q=0.5", "ht"), ("fr, ht;q=0.5", "ht"), ("km", "en"), ("", "en")],
    )
    def test_public_page_follows_the_browser(self, client: Client, asked: str, given: str) -> None:
        assert f'<html lang="{given}">' in read(client, reverse("public_tables"), asked)

    @LANGUAGES
    @pytest.mark.parametrize("town", ["", "Harborview", "Nowhere"])
    def test_nothing_on_it_is_left_in_english(self, client: Client, language: str, town: str) -> None:
        crisis.enter(by=None)
        membership.found_table(
            by=None, slug="hub", name="Hub", towns=["Harborview"], is_public=True, public_phone="978-555-0150"
        )
        with untranslated() as asked:
            client.get(reverse("public_tables"), {"town": town, "lang": language})
        assert asked == set()

    @LANGUAGES
    def test_refusals_and_failures_are_in_the_language(
        self, client: Client, language: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        url = reverse("public_tables") + f"?lang={language}"
        # Django also words what our page of this refusal does not say
        forged = Client(enforce_csrf_checks=True).post(url)
        with untranslated() as asked:
            answers = [client.post(url), client.get(f"/nowhere/?lang={language}")]
            monkeypatch.setattr(public, "A_MINUTE", 0)
            answers.append(client.get(url))
            with translation.override(language):
                broken = [render_to_string("500.html", {"reference": "a1"}), render_to_string("errors/503.html")]
        assert [answer.status_code for answer in (forged, *answers)] == [403, 405, 404, 429]
        pages = [*(answer.content.decode() for answer in (forged, *answers)), *broken]
        assert [page for page in pages if f'<html lang="{language}">' not in page] == []
        assert asked == set()

    def test_choice_goes_before_the_browser_and_travels_along(self, client: Client) -> None:
        membership.found_table(by=None, slug="hub", name="Hub", towns=["Harborview"], is_public=True)
        page = read(client, reverse("public_tables") + "?lang=pt&town=Lynn", "es")
        assert '<html lang="pt">' in page
        assert f'{reverse("public_tables_town", args=["harborview"])}?lang=pt"' in page
        assert '<input type="hidden" name="lang" value="pt">' in page
        assert re.search(r'href="/tables/\?lang=ht&amp;town=Lynn"\s+lang="ht"\s+hreflang="ht"', page)
        assert not client.cookies

    @pytest.mark.parametrize("wrong", ["de", "xx", "en'><b>", "../../etc", "es\0"])
    def test_a_language_that_there_is_not_changes_nothing(self, client: Client, wrong: str) -> None:
        page = client.get(reverse("public_tables"), {"lang": wrong}).content.decode()
        assert '<html lang="en">' in page
        assert "en'><b>" not in page

    def test_address_that_does_not_exist_says_so_in_the_language(self, client: Client) -> None:
        answer = client.get("/nowhere/", headers={"accept-language": "ht"})
        assert answer.status_code == 404
        assert "Paj sa a pa la" in answer.content.decode()

    def test_pages_of_members_stay_english_whatever_the_browser_says(self, client: Client) -> None:
        assert '<html lang="en">' in read(client, reverse("account_login"), "es")
        client.force_login(assemble()["facilitator"])
        assert '<html lang="en">' in read(client, reverse("today") + "?lang=es", "es")
        assert '<html lang="en">' in read(client, "/nowhere/", "es")

    def test_no_request_leaves_its_language_to_the_next(self, client: Client) -> None:
        client.get(reverse("public_tables"), {"lang": "es"})
        assert translation.get_language() == settings.LANGUAGE_CODE
