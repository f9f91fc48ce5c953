"""The component library: what stands on the gallery page is what every other page is made of."""

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from hub.core import page, parts
from hub.gallery import gallery

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLE_SHEET = r'{% static "(css/[^"]+)" %}'
COMPONENTS = sorted((ROOT / "templates" / "components").glob("*.html"))


class Elements(HTMLParser):
    """Every start tag with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def values(self, attribute: str) -> list[str]:
        return [attrs[attribute] for _tag, attrs in self.found if attribute in attrs]


class Member:
    """Somebody signed in; the frame asks for no more than this."""

    is_authenticated = True

    def get_full_name(self) -> str:
        return "Imani Castellanos"


def request_of(user: object, **headers: str) -> HttpRequest:
    request = RequestFactory().get("/", headers=headers)
    request.user = user  # type: ignore[assignment]
    request.resolver_match = None
    return request


@pytest.fixture
def shown() -> str:
    return gallery(request_of(AnonymousUser())).content.decode()


def component(name: str, **values: object) -> str:
    return render_to_string(f"components/{name}.html", values)


def test_gallery_shows_every_component() -> None:
    sources = "".join(path.read_text() for path in TEMPLATES)
    assert [path.name for path in COMPONENTS if f"components/{path.name}" not in sources] == []


def test_gallery_keeps_the_content_security_policy(shown: str) -> None:
    elements = Elements(shown)
    assert elements.values("style") == []
    assert [name for _tag, attrs in elements.found for name in attrs if name.startswith("on")] == []
    assert [attrs for tag, attrs in elements.found if tag == "script" and "src" not in attrs] == []
    assert [tag for tag, _attrs in elements.found if tag == "style"] == []


def test_gallery_ids_are_unique_except_where_a_field_is_shown_twice(shown: str) -> None:
    twice = {value for value, count in Counter(Elements(shown).values("id")).items() if count > 1}
    assert {value for value in twice if not value.startswith(("id_visit", "criterion-"))} == set()


def test_gallery_references_lead_somewhere(shown: str) -> None:
    elements = Elements(shown)
    wanted = {
        one
        for name in ("aria-describedby", "aria-labelledby", "for")
        for value in elements.values(name)
        for one in value.split()
    }
    assert wanted - set(elements.values("id")) == set()


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_component_names_its_parameters_and_is_isolated(path: Path) -> None:
    source = path.read_text()
    assert source.startswith("{# ")
    includes = re.findall(r"{% include [^%]*%}", source)
    assert [include for include in includes if not include.endswith(" only %}")] == []


def test_readme_describes_every_component() -> None:
    readme = (ROOT / "templates" / "components" / "README.md").read_text()
    assert [path.stem for path in COMPONENTS if f"`{path.stem}`" not in readme] == []


def test_every_icon_named_in_a_template_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'id="i-([a-z0-9]+)"', (ROOT / "static" / "icons.svg").read_text()))
    sources = "".join(path.read_text() for path in TEMPLATES)
    named = set(re.findall(r'{% icon "([a-z0-9]+)"', sources)) | set(re.findall(r' icon="([a-z0-9]+)"', sources))
    assert named
    assert named - sprite == set()


def test_every_style_sheet_is_linked_once() -> None:
    sheets = (ROOT / "templates" / "stylesheets.html").read_text()
    door = (ROOT / "templates" / "help" / "stylesheets.html").read_text()  # a frightened person's phone loads few of them
    own = "css/faces/family_door.css"
    linked = re.findall(STYLE_SHEET, sheets) + [one for one in re.findall(STYLE_SHEET, door) if one == own]
    files = [str(path.relative_to(ROOT / "static")) for path in (ROOT / "static" / "css").rglob("*.css")]
    assert sorted(linked) == sorted(files)


def test_icon_beside_a_word_is_silent_and_alone_has_a_name() -> None:
    silent = Template('{% load parts %}{% icon "ok" %}').render(Context())
    named = Template('{% load parts %}{% icon "on" word %}').render(Context({"word": "<connected>"}))
    assert 'aria-hidden="true"' in silent
    assert 'role="img" aria-label="&lt;connected&gt;"' in named


def test_ring_arcs_say_how_many_and_not_who() -> None:
    assert [arc.kind for arc in parts.ring_arcs(5, 2, 1)] == ["yes", "yes", "no", "", ""]
    assert parts.ring_arcs(0, 0) == ()
    assert len({arc.rotate for arc in parts.ring_arcs(9, 9)}) == 9


def test_ring_with_a_dissent_says_that_the_filter_is_held() -> None:
    html = component("ring", arcs=parts.ring_arcs(9, 6, 1), answered=7, total=9, agree=6, dissent=1, hue="f2")
    assert "7 of 9 answered" in html
    assert "1 disagrees. The filter is held." in html
    assert "agree." not in html


def test_seats_show_three_facts_apart() -> None:
    row = parts.SeatRow(
        "Fire and EMS",
        "answers aloud",
        connected=False,
        present=True,
        cleared=False,
        answer=parts.Answer("agrees", "ok", "ok"),
    )
    labels = Elements(component("seats", rows=[row], head="Answer")).values("aria-label")
    assert labels == ["not connected", "present", "not cleared"]


def test_criteria_that_cannot_be_switched_have_no_button_and_no_verdict() -> None:
    criterion = parts.Criterion("severe", 3, "Harm would be severe", "Death or lasting injury", holds=True)
    html = component("criteria", criteria=[criterion], hue="f2")
    assert "<button" not in html
    assert "holds" not in html


def test_criteria_switch_asks_for_the_other_state() -> None:
    criterion = parts.Criterion("severe", 3, "Harm would be severe", "", holds=True)
    (button,) = [
        attrs
        for tag, attrs in Elements(component("criteria", criteria=[criterion], hue="f2", editable=True, post="/c")).found
        if tag == "button"
    ]
    assert (button["aria-pressed"], button["hx-post"]) == ("true", "/c")
    assert button["hx-vals"] == '{"criterion": "severe", "holds": "false"}'


def test_clock_draws_the_same_in_a_language_with_decimal_commas() -> None:
    with translation.override("de"):
        html = component("clock", words="1 h", line="of 48 h", percent=2.5, marks=[parts.Mark(50, "24 h")], hue="f4")
    assert 'width="2.5"' in html


def test_button_escapes_what_a_view_gives() -> None:
    html = component("button", action=parts.Action("<b>", attrs={"data-dialog": '"><script>'}))
    assert "<b>" not in html
    assert "<script>" not in html


class Offer(forms.Form):
    offer = forms.CharField(label="Offer")
    part = forms.ChoiceField(label="Part", widget=forms.RadioSelect, choices=[("help", "Can help")])


def test_field_is_described_by_every_note_that_is_shown() -> None:
    html = component("field", field=Offer({})["offer"], hint="Short.", readers="recorder", save=parts.SaveMark("sending"))
    elements = Elements(html)
    described = elements.values("aria-describedby")[0].split()
    assert described == ["id_offer_hint", "id_offer_readers", "id_offer_save", "id_offer_error"]
    assert set(described) <= set(elements.values("id"))


def test_group_of_choices_is_described_as_a_whole() -> None:
    (group,) = [
        attrs for tag, attrs in Elements(component("field", field=Offer({})["part"], hint="One.")).found if tag == "fieldset"
    ]
    assert group["aria-describedby"] == "id_part_hint id_part_error"


def test_field_without_notes_is_described_by_none() -> None:
    assert Elements(component("field", field=Offer()["offer"])).values("aria-describedby") == []


def test_form_errors_lead_to_each_field_and_are_silent_in_order() -> None:
    links = Elements(component("form_errors", form=Offer({}))).values("href")
    assert [link for link in links if link.startswith("#id_")] == ["#id_offer", "#id_part"]
    assert component("form_errors", form=Offer({"offer": "a ride", "part": "help"})).strip() == ""


@pytest.mark.parametrize("state", ["saved", "sending", "not_saved", "not_taken", "held"])
def test_save_mark_carries_its_state(state: str) -> None:
    assert Elements(component("save_mark", state=state, at="14:06:31")).values("data-save") == [state]


def test_page_of_anonymous_has_no_name_and_nowhere_to_go() -> None:
    frame = page.page_of(request_of(AnonymousUser()))
    assert (frame.person_line, frame.navigation, frame.sign_out_url) == ("", (), "")


def test_page_of_member_names_person_and_agency(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "_describe", [page._by_account])
    page.describe_people_with(
        lambda user: page.Person(user.get_full_name(), "Harborview Public Schools", frozenset({"screener"}))
    )
    frame = page.page_of(request_of(Member()))
    assert frame.person_line == "Imani Castellanos, Harborview Public Schools"
    assert frame.roles == {"screener"}
    assert frame.sign_out_url


def test_page_is_not_computed_for_a_fragment_that_does_not_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def describe(user: object) -> page.Person:
        asked.append(user)
        return page.Person("Imani Castellanos")

    monkeypatch.setattr(page, "_describe", [describe])
    context = page.page(request_of(Member()))
    assert asked == []
    assert context["page"].person_line == context["page"].person_line == "Imani Castellanos"
    assert len(asked) == 1


def test_menu_signs_out_by_post() -> None:
    frame = page.Page(demo=False, layout="base.html", sign_out_url="/account/logout/")
    elements = Elements(component("menu", page=frame, csrf_token="t0ken"))
    assert [attrs for tag, attrs in elements.found if tag == "form"] == [{"method": "post", "action": "/account/logout/"}]
    assert "t0ken" in elements.values("value")


@pytest.mark.parametrize("code", ["403", "404", "409", "422", "signed_out"])
def test_refusal_to_htmx_is_a_fragment_and_else_a_page(code: str) -> None:
    fragment = render_to_string(f"errors/{code}.html", request=request_of(AnonymousUser(), hx_request="true"))
    whole = render_to_string(f"errors/{code}.html", request=request_of(AnonymousUser()))
    # page.js sends an answer to the page's notice when it begins with this mark
    assert re.match(r"\s*<[^>]+data-refusal", fragment)
    assert "<html" not in fragment
    assert whole.count("<main") == whole.count("data-refusal") == 1


def test_refusal_says_its_own_words_escaped() -> None:
    html = render_to_string("errors/422.html", {"message": "Answer <3> first."}, request=request_of(AnonymousUser()))
    assert "Answer &lt;3&gt; first." in html


def test_server_error_page_needs_no_context() -> None:
    assert "Something broke on our side" in render_to_string("500.html")
