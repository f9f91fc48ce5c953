"""The longer lists page by page: what was held, destroyed, entered in one record; what an administrator chooses from."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agencies import membership
from agencies.views import administration, table
from conferences import chairing, listing
from hub.core import clock
from situations import holds, noticing, record, retention, retention_page
from situations.choices import NoticeKind
from situations.models import LedgerEntry, Notice, Situation
from tests.cast import Cast, act, fresh, to_filter2, to_filter4
from tests.situations.ended import concluded
from tests.situations.oversight import watched

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return watched()


def page(client: Client, people: Cast, who: str, url: str) -> str:
    client.force_login(people[who])
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def walked(client: Client, people: Cast, who: str, url: str, *, name: str, rows: str) -> list[list[str]]:
    """What `rows` finds on each page, by the links onward of one list, whose own cursor stands last in them."""
    html = page(client, people, who, url)
    onward = re.search(rf'rel="next"\s+href="(\?[^"]*\b{name}=[^"#&]+)["#]', html)
    further = (
        walked(client, people, who, url.partition("?")[0] + unescape(onward.group(1)), name=name, rows=rows) if onward else []
    )
    return [re.findall(rows, html), *further]


def test_past_conferences_are_on_one_page_each_once(people: Cast, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "SIZE", 2)
    held = []
    for days in range(5):
        with clock.at(clock.now() + timedelta(days=days)):
            held.append(people.conference())
            chairing.close_conference(by=people["facilitator"], conference=held[-1])
    pages = walked(client, people, "schools", reverse("conference_list"), name="at", rows=r"/conferences/(\d+)/minutes/")
    assert [[int(key) for key in one] for one in pages] == [
        [held[4].pk, held[3].pk], [held[2].pk, held[1].pk], [held[0].pk],
    ]  # fmt: skip


def rejected(people: Cast, count: int) -> list[Situation]:
    """As many rejected, so redacted and certified, all at one moment."""
    made = [people.ready() for _ in range(count)]
    conference = people.conference()
    with clock.at(clock.now()):
        for one in made:
            act(people["facilitator"], conference, to_filter2(people, conference, one), "reject", reason="not_aer")
        chairing.put_down(by=people["facilitator"], conference=conference)
    return [fresh(one) for one in made]


def test_certificates_of_one_moment_are_shown_each_once(people: Cast, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention_page, "SIZE", 2)
    made = rejected(people, 3)
    rows = r'<a href="/privacy/certificates/[^"]+">([^<]+)</a>'
    pages = walked(client, people, "privacy_officer", reverse("retention_due"), name="certificates", rows=rows)
    assert [len(one) for one in pages] == [2, 1]
    assert sorted(number for one in pages for number in one) == [one.number for one in made]


def test_what_is_due_and_what_is_held_have_pages_of_their_own(
    people: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention_page, "SIZE", 2)
    with clock.at(clock.now()):
        made = concluded(people, 3)
        for one in made:
            holds.place(by=people["schools_officer"], situation=one, reference="H-1")
    with clock.at(clock.now() + timedelta(days=people.table.retention_days - 3)):
        due, held = (
            walked(client, people, "schools_officer", reverse("retention_due"), name=name, rows=rows)
            for name, rows in (("due", r'class="num">([\d-]+)</th>'), ("holds", r'<span class="num">([\d-]+)</span>'))
        )
    numbers = [one.number for one in made]
    assert due == held == [numbers[:2], numbers[2:]]


def test_warning_of_a_shredding_goes_when_it_has_happened(people: Cast) -> None:
    situation = concluded(people, 1)[0]
    noticing.tell(NoticeKind.SHRED_DUE, members=[people["privacy_officer"]], table=people.table, situation=situation)
    retention.shred(by=None, situation=situation)
    assert Notice.objects.get().seen_at is not None


def test_record_goes_over_several_pages_and_keeps_its_cards(
    people: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    situation = people.ready()
    to_filter4(people, people.conference(), situation)
    url = reverse("situation_detail", args=[situation.pk])
    rows = r"entry (\d+)"
    whole = walked(client, people, "privacy_officer", url, name="at", rows=rows)
    assert len(whole) == 1
    monkeypatch.setattr(record, "SIZE", 4)
    pages = walked(client, people, "privacy_officer", url, name="at", rows=rows)
    assert len(pages) > 1
    assert sorted(int(one) for page in pages for one in page) == sorted(int(one) for one in whole[0])
    entries = LedgerEntry.objects.filter(situation=situation)
    assert {int(one) for one in whole[0]} == set(entries.values_list("sequence", flat=True))


def test_administrator_finds_agreements_and_accounts_by_name(
    people: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(administration, "A_PAGE", 3)
    pages = walked(client, people, "administrator", reverse("administration"), name="at", rows=r'<th scope="row">([^<]+)</th>')
    assert [len(one) for one in pages] == [3, 1]
    assert len({name for one in pages for name in one}) == 4
    html = page(client, people, "administrator", f"{reverse('administration')}?seek=polic")
    assert re.findall(r'<th scope="row">([^<]+)</th>', html) == ["Harborview Police"]
    assert f'value="{people["police"].pk}"' in html
    assert f'value="{people["schools"].pk}"' not in html


def test_administrator_looks_at_one_table_at_a_time(people: Cast, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "OFFERED", 1)
    other = membership.found_table(by=None, slug="other", name="Other Hub")
    third = membership.found_table(by=None, slug="third", name="Third Hub")
    html = page(client, people, "administrator", reverse("table_detail"))
    assert ("Harborview Hub</h1>" in html, "Other Hub</a>" in html, "Third Hub</a>" in html) == (True, True, False)
    html = page(client, people, "administrator", f"{reverse('table_detail')}?seek=third")
    assert (f"?table={third.pk}" in html, f"?table={other.pk}" in html) == (True, False)
    assert "Other Hub</h1>" in page(client, people, "administrator", f"{reverse('table_detail')}?table={other.pk}")
    assert "Other Hub" not in page(client, people, "schools", f"{reverse('table_detail')}?table={other.pk}&seek=other")


LISTS: list[tuple[str, Callable[[Cast], str]]] = [
    ("schools", lambda _people: f"{reverse('conference_list')}?at=x"),
    ("schools_officer", lambda _people: f"{reverse('retention_due')}?holds=x"),
    ("schools_officer", lambda _people: f"{reverse('accounting_suspensions')}?at=x"),
    ("privacy_officer", lambda _people: f"{reverse('privacy')}?at=x"),
    ("administrator", lambda _people: f"{reverse('administration')}?at=x"),
]


@pytest.mark.parametrize(("who", "url"), LISTS)
def test_bad_cursor_is_answered_in_words(people: Cast, client: Client, who: str, url: Callable[[Cast], str]) -> None:
    client.force_login(people[who])
    answer = client.get(url(people))
    assert answer.status_code == 422
    assert "Begin again with its first page." in answer.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_minutes_ask_the_same_for_one_and_three(
    people: Cast, client: Client, django_assert_num_queries: Any, count: int
) -> None:
    made = [people.ready() for _ in range(count)]
    conference = people.conference()
    for one in made:
        to_filter4(people, conference, one)
    chairing.close_conference(by=people["facilitator"], conference=conference)
    client.force_login(people["schools"])
    client.get(reverse("minutes", args=[conference.pk]))
    with django_assert_num_queries(MINUTES):
        client.get(reverse("minutes", args=[conference.pk]))


MINUTES = 26
"""Session, member, conference, standing, items and audiences, who acts and reported, roll, issues, paper, the seal."""
