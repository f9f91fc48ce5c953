"""The service directory: who finds what, who keeps what, and what is refused."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies import directory, directory_search
from agencies.directory import Entry
from agencies.directory_forms import SearchForm
from agencies.directory_search import Wanted
from agencies.models import Service, ServiceNeed, ServiceTown
from agencies.opening_hours import is_open, spans
from hub.core import clock
from hub.core.audit import acting
from hub.core.errors import NotAllowed, RuleRefused, Stale
from tests.cast import Cast, assemble, refused

pytestmark = pytest.mark.django_db
TUESDAY_NOON = datetime(2026, 11, 24, 12, 0, tzinfo=ZoneInfo("America/New_York"))
PAGE = 14
"""Questions of the page, whatever is found."""


@pytest.fixture(autouse=True)
def _nothing_in_it() -> None:
    # a prepared installation has its crisis numbers
    with acting(None, "an empty directory"):
        Service.objects.all().delete()


@pytest.fixture
def people() -> Cast:
    return assemble()


def kept(name: str, **fields: Any) -> Service:
    return directory.keep(by=None, service=None, entry=Entry(name=name, **fields))


def names(**wanted: Any) -> list[str]:
    return [one.name for one in directory_search.found(Wanted(**wanted)).rows]


def form_of(**fields: Any) -> dict[str, Any]:
    return {"name": "Pier Counseling", "phone": "978-555-0160", "towns": "Harborview, North Quay", **fields}


class TestSearch:
    def test_town_and_need_together(self) -> None:
        kept("Here for it", towns=("harborview",), needs=("suicide",))
        kept("Elsewhere", towns=("saltmarsh",), needs=("suicide",))
        kept("Here for something else", towns=("harborview",), needs=("housing",))
        kept("Everywhere", needs=("suicide",))
        assert names(town="harborview", need="suicide") == ["Here for it", "Everywhere"]
        assert names(town="nowhere") == ["Everywhere"]

    def test_words_age_and_language(self) -> None:
        kept("Casa Faro", organisation="Faro Counseling", languages=("es", "pt"), age_from=6)
        kept("Memory clinic", age_from=50, languages=("en",))
        kept("Counseling for all")
        assert names(words="counsel") == ["Counseling for all", "Casa Faro"]
        assert names(words="fáro COUNSELING") == ["Casa Faro"]
        assert names(age=6) == ["Casa Faro", "Counseling for all"]
        assert names(age=5) == ["Counseling for all"]
        assert names(language="pt") == ["Casa Faro"]
        assert names(language="e") == []

    def test_newborn_is_of_an_age(self) -> None:
        kept("Adults", age_from=18)
        kept("Infants", age_to=2)
        assert [SearchForm({"age": typed}).wanted.age for typed in ("0", "", "x")] == [0, None, None]
        assert names(age=SearchForm({"age": "0"}).wanted.age) == ["Infants"]

    @pytest.mark.parametrize("typed", ["%", "_", "'; --", "\\", "100%"])
    def test_words_are_words(self, typed: str) -> None:
        kept("Plain")
        assert names(words=typed) == []

    def test_open_now_counts_the_unreadable_as_shut(self) -> None:
        kept("By day", hours="Mon-Fri 08:00-20:00")
        kept("By night", hours="Nightly 22:00-06:00")
        kept("Always", always_open=True)
        kept("Who knows", hours="by appointment")
        kept("Says nothing")
        with clock.at(TUESDAY_NOON):
            assert names(open_now=True) == ["Always", "By day"]
        assert names(day_and_night=True) == ["Always"]

    def test_ended_ones_are_not_found(self) -> None:
        kept("Gone", is_active=False, needs=("suicide",))
        assert names() == names(need="suicide") == []
        assert directory_search.offered(needs=["suicide"], towns=[], ages=None) == []

    def test_pages_hold_every_service_once_in_order(self) -> None:
        expected = [kept(f"Same beginning of a name {number % 3}").pk for number in range(60)]
        seen, at = [], ""
        for _page in range(3):
            page = directory_search.found(Wanted(), at)
            seen += [one.pk for one in page.rows]
            at = page.onward
        assert sorted(seen) == sorted(expected)
        assert at == ""
        back = directory_search.found(Wanted(), page.back)
        assert [one.pk for one in back.rows] == seen[25:50]

    def test_pages_of_open_ones_hold_every_service_once(self) -> None:
        for number in range(70):
            kept(f"{number:03}", hours="Daily 10:00-14:00" if number % 2 else "Daily 20:00-21:00")
        with clock.at(TUESDAY_NOON):
            first = directory_search.found(Wanted(open_now=True))
            second = directory_search.found(Wanted(open_now=True), first.onward)
        assert [one.name for one in (*first.rows, *second.rows)] == [f"{number:03}" for number in range(1, 70, 2)]
        assert second.onward == ""

    @pytest.mark.parametrize("name", ["\U0001f600" * 200, "\u179f" * 200, "a" * 200])
    def test_a_cursor_holds_any_name(self, name: str) -> None:
        for _one in range(26):
            kept(name)
        assert len(directory_search.found(Wanted(), directory_search.found(Wanted()).onward).rows) == 1

    def test_a_forged_cursor_is_refused(self) -> None:
        with pytest.raises(RuleRefused):
            directory_search.found(Wanted(), "abcdef")


class TestOffered:
    def test_most_needs_first_own_town_before_everywhere_never_more_than_five(self) -> None:
        kept("One need", needs=("suicide",), towns=("harborview",))
        kept("Two needs", needs=("suicide", "housing"), towns=("harborview",))
        kept("Everywhere", needs=("suicide",))
        kept("Another town", needs=("suicide", "housing"), towns=("saltmarsh",))
        kept("For the old", needs=("suicide", "housing"), towns=("harborview",), age_from=60)
        kept("A crisis line", needs=("suicide", "housing"), public_crisis=True)
        found = directory_search.offered(needs=["suicide", "housing"], towns=["harborview"], ages=(12, 17))
        assert [one.name for one in found] == ["Two needs", "One need", "Everywhere"]
        for number in range(9):
            kept(f"More {number}", needs=("suicide",))
        assert len(directory_search.offered(needs=["suicide"], towns=[], ages=None)) == 5

    def test_nothing_is_offered_for_no_need(self) -> None:
        kept("Anything")
        assert directory_search.offered(needs=[], towns=[], ages=None) == []


@pytest.mark.pairless
class TestHours:
    @pytest.mark.parametrize(
        ("hours", "minutes"),
        [
            ("Mon-Fri 08:00-20:00; Sat 09:00-13:00", 5 * 720 + 240),
            ("Monday through Friday, 8:30 AM - 5 PM", 5 * 510),
            ("Tue and Thu 18:00-20:00", 240),
            ("Tue, Thu, Sat 10:00-15:00", 900),
            ("Nightly 17:00-08:00; by day in storms", 7 * 900),
            ("Office Mon-Fri 09:00-17:00; house staff at night", 5 * 480),
            ("Sat-Mon 22:00-06:00", 3 * 480),
            ("Day and night, admissions until 20:00", 7 * 1440),
            ("24/7", 7 * 1440),
            ("Daily 00:00-24:00", 7 * 1440),
            ("Tue 1-5 pm", 240),
        ],
    )
    def test_what_people_write_is_read(self, hours: str, minutes: int) -> None:
        assert sum(end - start for start, end in spans(hours)) == minutes

    @pytest.mark.parametrize(
        "hours", ["", "by appointment", "Mon-Fri 9-5", "Mon-Fri 25:00-27:00", "Mon 08:99-10:00", "08:00-20:00"]
    )
    def test_what_is_not_understood_is_shut(self, hours: str) -> None:
        assert spans(hours) == ()

    def test_a_night_that_crosses_the_week(self) -> None:
        sunday = datetime(2026, 11, 22, 23, 0, tzinfo=ZoneInfo("America/New_York"))
        assert is_open("Sun 22:00-02:00", sunday)
        assert is_open("Sun 22:00-02:00", sunday.replace(day=23, hour=1))
        assert not is_open("Sun 22:00-02:00", sunday.replace(day=23, hour=2))


class TestPages:
    def test_every_member_reads_and_strangers_do_not(self, client: Client, people: Cast) -> None:
        row = kept("Pier", phone="978-555-0160")
        pages = [reverse("directory"), reverse("directory_service", args=[row.pk])]
        assert [client.get(one).status_code for one in pages] == [302, 302]
        client.force_login(people["outsider"])
        assert [client.get(one).status_code for one in pages] == [200, 200]
        assert client.post(reverse("directory")).status_code == 405
        assert client.get(reverse("directory_service", args=[row.pk + 1])).status_code == 404

    def test_the_alternative_stands_with_its_number(self, client: Client, people: Cast) -> None:
        night = kept("Night desk", phone="978-555-0199")
        row = kept("Day desk", after_hours=night.key)
        words = kept("Words", after_hours="Ring the bell")
        client.force_login(people["police"])
        shown = client.get(reverse("directory_service", args=[row.pk])).content.decode()
        assert 'href="tel:9785550199"' in shown
        assert "Night desk" in shown
        assert "Ring the bell" in client.get(reverse("directory_service", args=[words.pk])).content.decode()
        listed = client.get(reverse("directory"), {"words": "day"}).content.decode()
        assert "while it is shut: Night desk 978-555-0199" in listed

    @pytest.mark.parametrize(
        "query",
        [
            {"age": "old"},
            {"need": "nothing"},
            {"language": "klingon"},
            {"town": "x" * 200},
            {"words": "a" * 300},
            {"age": "-1"},
        ],
    )
    def test_what_cannot_be_read_is_left_out(self, client: Client, people: Cast, query: dict[str, str]) -> None:
        kept("Pier")
        client.force_login(people["police"])
        answer = client.get(reverse("directory"), query)
        assert answer.status_code == 200
        assert "Pier" in answer.content.decode()

    def test_what_helps_while_it_is_shut_is_said_only_where_it_ever_is(self, client: Client, people: Cast) -> None:
        client.force_login(people["police"])
        for always in (False, True):
            row = kept(f"Always {always}", always_open=always, after_hours="Call the desk")
            page = client.get(reverse("directory_service", args=[row.pk])).content.decode()
            assert ("Call the desk" in page) is not always

    @pytest.mark.parametrize("services", [1, 3, 30])
    def test_questions_do_not_grow(self, client: Client, people: Cast, services: int) -> None:
        for number in range(services):
            kept(f"Service {number}", towns=("harborview",), needs=("suicide",), after_hours="x", always_open=True)
        client.force_login(people["police"])
        client.get(reverse("directory"))
        for query in ({}, {"town": "Harborview", "need": "suicide", "age": "14", "words": "service", "open_now": "on"}):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(reverse("directory"), query).status_code == 200
            assert len(asked) == PAGE


class TestKeeping:
    def test_several_phones_and_addresses(self, client: Client, people: Cast) -> None:
        client.force_login(people["clinic"])
        more = {"more_phones": "978-555-0161\n\n978-555-0160\n", "more_addresses": "2 Quay\n3 Mole", "address": ""}
        answer = client.post(reverse("directory_new"), form_of(agency=people.agencies["clinic"].pk, **more))
        row = Service.objects.get()
        assert (answer.status_code, row.phone, row.more_phones) == (303, "978-555-0160", ["978-555-0161"])
        assert (row.address, row.more_addresses) == ("2 Quay", ["3 Mole"])
        page = client.get(reverse("directory_service", args=[row.pk])).content.decode()
        assert ["978-555-0161" in page, "3 Mole" in page] == [True, True]
        too_long = client.post(reverse("directory_new"), form_of(agency=people.agencies["clinic"].pk, more_phones="1" * 61))
        assert too_long.status_code == 422

    def test_how_a_service_is_reached_has_digits_and_names_nobody(self, client: Client, people: Cast) -> None:
        client.force_login(people["clinic"])
        form = form_of(agency=people.agencies["clinic"].pk)
        for wrong, said in (
            ({"phone": "ask at the desk"}, "holds no telephone number"),
            ({"more_addresses": "5 Elm Street\nask for Marisol Benitez, born 3/4/2009"}, "Marisol Benitez"),
            ({"more_phones": "978-555-0161\nMarisol Benitez 978-555-0162"}, "Marisol Benitez"),
        ):
            answer = client.post(reverse("directory_new"), form | wrong)
            assert answer.status_code == 422
            assert said in answer.content.decode()
        assert not Service.objects.exists()
        beside = client.post(reverse("directory_new"), form | {"more_phones": "text HOME to 741741\n978-555-0161 ext. 3 (TTY)"})
        assert beside.status_code == 303

    def test_a_representative_keeps_the_own_agencys(self, client: Client, people: Cast) -> None:
        client.force_login(people["clinic"])
        made = client.post(reverse("directory_new"), form_of(agency=people.agencies["clinic"].pk, needs=["suicide"]))
        assert made.status_code == 303
        row = Service.objects.get()
        assert (row.agency, row.everywhere, row.public_crisis) == (people.agencies["clinic"], False, False)
        assert set(ServiceTown.objects.values_list("town", flat=True)) == {"harborview", "north quay"}
        assert set(ServiceNeed.objects.values_list("need", flat=True)) == {"suicide"}
        assert row.history.get().history_user == people["clinic"]
        page = client.get(reverse("directory_change", args=[row.pk])).content.decode()
        assert "Harborview, North Quay" in page

    @pytest.mark.parametrize("who", ["police", "clinic_deputy", "facilitator", "outsider"])
    def test_others_are_refused(self, client: Client, people: Cast, who: str) -> None:
        row = kept("Pier", agency_id=people.agencies["clinic"].pk)
        client.force_login(people[who])
        change, end = (reverse(name, args=[row.pk]) for name in ("directory_change", "directory_end"))
        answers = [client.get(change), client.post(change, form_of()), client.post(end)]
        assert [one.status_code for one in answers] == [403, 403, 403]
        row.refresh_from_db()
        assert (row.name, row.is_active) == ("Pier", True)
        assert client.get(end).status_code == 405

    def test_nobody_takes_a_service_over_or_gives_it_away(self, people: Cast) -> None:
        mine, theirs = (kept(key, agency_id=people.agencies[key].pk) for key in ("clinic", "police"))
        with refused(NotAllowed):
            directory.keep(by=people["clinic"], service=mine, entry=Entry("x", agency_id=people.agencies["police"].pk))
        with refused(NotAllowed):
            directory.keep(by=people["clinic"], service=theirs, entry=Entry("x", agency_id=people.agencies["clinic"].pk))
        with refused(NotAllowed):
            directory.keep(by=people["clinic"], service=None, entry=Entry("x"))

    def test_administrator_and_coordinator_keep_all(self, people: Cast) -> None:
        row = kept("Pier")
        directory.keep(by=people["administrator"], service=row, entry=Entry("Wharf", public_crisis=True))
        with refused(NotAllowed):
            directory.end(by=people["facilitator"], service=row)
        people.table.coordinator = people["facilitator"]
        with acting(None, "its coordinator"):
            people.table.save()
        directory.end(by=people["facilitator"], service=row)
        assert not Service.objects.get().is_active

    def test_a_representative_makes_no_crisis_number(self, people: Cast) -> None:
        own = people.agencies["clinic"].pk
        with refused(NotAllowed):
            directory.keep(by=people["clinic"], service=None, entry=Entry("x", agency_id=own, public_crisis=True))
        row = kept("Line", agency_id=own, public_crisis=True)
        with refused(NotAllowed):
            directory.keep(by=people["clinic"], service=row, entry=Entry("x", agency_id=own, public_crisis=True))
        with refused(NotAllowed):
            directory.end(by=people["clinic"], service=row)

    def test_a_number_that_is_none_any_more_is_kept_by_its_agency(self, client: Client, people: Cast) -> None:
        row = kept("Line", agency_id=people.agencies["clinic"].pk, public_crisis=True, crisis_order=3)
        client.force_login(people["administrator"])
        typed = form_of(name="Line", agency=people.agencies["clinic"].pk, crisis_order="3")
        assert client.post(reverse("directory_change", args=[row.pk]), typed).status_code == 303
        Service.objects.filter(pk=row.pk).update(crisis_order=3)  # as it was left before
        client.force_login(people["clinic"])
        typed = form_of(name="Our line", agency=people.agencies["clinic"].pk)
        assert client.post(reverse("directory_change", args=[row.pk]), typed).status_code == 303
        assert Service.objects.get(pk=row.pk).name == "Our line"

    def test_who_comes_second_keeps_what_was_typed_and_sees_the_other(self, client: Client, people: Cast) -> None:
        row = kept("Pier", needs=("housing",))
        client.force_login(people["administrator"])
        where = reverse("directory_change", args=[row.pk])
        seen = client.get(where).context["form"]["seen"].value()
        directory.keep(by=None, service=row, entry=Entry("Quay", eligibility="Anyone at all", needs=("suicide",)))
        typed = form_of(name="Jetty", description="My long words", needs=["housing"], seen=seen)
        answer = client.post(where, typed)
        html = answer.content.decode()
        assert answer.status_code == 409
        for words in ('value="Jetty"', "My long words", "What stands there now", "Quay", "Anyone at all"):
            assert words in html, words
        assert Service.objects.get(pk=row.pk).name == "Quay"
        again = {**typed, "seen": answer.context["form"]["seen"].value()}
        assert client.post(where, again).status_code == 303
        assert Service.objects.get(pk=row.pk).name == "Jetty"

    def test_what_somebody_else_wrote_is_not_overwritten(self, people: Cast) -> None:
        row = kept("Pier")
        seen = directory.entry_of(row).seal
        directory.keep(by=None, service=row, entry=Entry("Wharf"))
        with refused(Stale):
            directory.keep(by=people["administrator"], service=row, entry=Entry("Quay"), seen=seen)

    def test_ended_is_not_deleted(self, client: Client, people: Cast) -> None:
        row = kept("Pier")
        client.force_login(people["administrator"])
        assert client.post(reverse("directory_end", args=[row.pk])).status_code == 303
        assert "This service was ended" in client.get(reverse("directory_service", args=[row.pk])).content.decode()
        client.post(reverse("directory_end", args=[row.pk]), {"again": "yes"})
        assert Service.objects.get().is_active

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"name": " "}, "name"),
            ({"name": "x" * 201}, "name"),
            ({"website": "javascript:alert(1)"}, "website"),
            ({"website": "https://"}, "website"),
            ({"website": "ftp://x.example"}, "website"),
            ({"website": "http://[bad"}, "website"),
            ({"age_from": 20, "age_to": 10}, "age_from"),
            ({"age_from": -1}, "age_from"),
            ({"languages": ("english",)}, "languages"),
            ({"needs": ("nothing",)}, "needs"),
            ({"towns": ("x" * 81,)}, "towns"),
        ],
    )
    def test_what_cannot_be_said_is_refused_at_its_field(self, fields: dict[str, Any], field: str) -> None:
        with refused(RuleRefused, field):
            directory.keep(by=None, service=None, entry=Entry(**{"name": "Pier", **fields}))

    @pytest.mark.parametrize(
        "fields", [{"name": ""}, {"age_from": "9", "age_to": "3"}, {"website": "data:text/html,x"}, {"languages": "Klingon"}]
    )
    def test_a_refused_form_keeps_what_was_typed(self, client: Client, people: Cast, fields: dict[str, str]) -> None:
        client.force_login(people["administrator"])
        answer = client.post(reverse("directory_new"), form_of(**fields))
        assert answer.status_code == 422
        assert "978-555-0160" in answer.content.decode()
        assert not Service.objects.exists()

    def test_text_is_plain(self) -> None:
        row = kept("Pier <script>alert(1)</script>", description="<b>bold</b>\u202e", towns=("North  QUAY ",))
        assert (row.name, row.description) == ("Pier alert(1)", "bold")
        assert [one.town for one in row.towns.all()] == ["north quay"]
