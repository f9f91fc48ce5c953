"""The directory as a file: on pages and by the command, there and back, and without the names of persons."""

import io
import json
import re
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from agencies import directory, guarding, hsds_import
from agencies.directory import Entry, entry_of
from agencies.models import Service, ServiceImport, ServiceTown
from hub.core.audit import acting
from tests.agencies.hsds_samples import as_json, bring, brought, empty, exported, many, service, zipped
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_in_it() -> None:
    empty()


@pytest.fixture
def people() -> Cast:
    return assemble()


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cf", "Co", "Cn"]), max_size=30).filter(
    lambda text: not guarding.names_somebody(text, known=())
)
CODES = st.sampled_from(["en", "es", "pt", "ht", "km", "vi", "zh"])
ENTRIES = st.builds(
    Entry,
    name=WORDS.map(lambda text: f"Pier {text}"),
    organisation=WORDS,
    type=WORDS,
    description=WORDS,
    age_from=st.none() | st.integers(1, 30),
    age_to=st.none() | st.integers(30, 130),
    languages=st.lists(CODES, max_size=4, unique=True).map(tuple),
    hours=WORDS
    | st.sampled_from(["Day and night", "Mon-Fri 08:00-20:00; Sat 09:00-13:00", "Nightly 17:00-08:00", "24/7", "Tue 9-5"]),
    always_open=st.booleans(),
    phone=st.sampled_from(["", "988", "978-555-0160 ext. 4", "text HOME to 741741"]),
    more_phones=st.lists(st.sampled_from(["988", "978-555-0161", "text HOME to 741741"]), max_size=3).map(tuple),
    address=WORDS,
    more_addresses=st.lists(WORDS, max_size=3).map(tuple),
    website=st.sampled_from(["", "https://pier.example/?a=1&b=%20", "http://x.example"]),
    eligibility=WORDS,
    after_hours=WORDS,
    public_crisis=st.just(value=False),
    is_active=st.booleans(),
    towns=st.lists(st.sampled_from(["harborview", "north quay", "saltmarsh"]) | WORDS, max_size=3).map(tuple),
    needs=st.lists(st.sampled_from(["housing", "suicide", "self_harm"]), max_size=3, unique=True).map(tuple),
)


class TestRoundTrip(TestCase):
    """What goes out comes in again the same, in both forms."""

    databases = "__all__"

    @settings(max_examples=25, deadline=None)
    @given(st.lists(ENTRIES, min_size=1, max_size=4), st.sampled_from(["json", "csv"]))
    def test_any_directory(self, entries: list[Entry], form: str) -> None:
        empty()
        for one in entries:
            directory.keep(by=None, service=None, entry=one)
        before = {one.key: entry_of(one) for one in Service.objects.all()}
        file = exported(form)
        empty()
        made = bring(file, f"services.{'zip' if form == 'csv' else 'json'}")
        assert not hsds_import.was_refused(made), made.report
        assert {one.key: entry_of(one) for one in Service.objects.all()} == before
        assert (made.added, made.report) == (len(entries), [])
        file.seek(0)
        again = bring(file, f"services.{'zip' if form == 'csv' else 'json'}")
        assert (again.added, again.changed) == (0, 0)


@pytest.mark.parametrize("form", ["json", "csv"])
def test_crisis_numbers_and_agencies_survive_the_round(people: Cast, form: str) -> None:
    call_command("crisis_numbers")
    directory.keep(by=None, service=None, entry=Entry("Own", agency_id=people.agencies["clinic"].pk))
    before = {one.key: entry_of(one) for one in Service.objects.all()}
    file = exported(form)
    empty()
    bring(file, "x.zip" if form == "csv" else "x.json")
    assert {one.key: entry_of(one) for one in Service.objects.all()} == before


def test_twenty_thousand_services_by_the_command(tmp_path: Path) -> None:
    path = tmp_path / "region.json"
    path.write_bytes(as_json(list(many(20_000))).read())
    call_command("import_services", str(path), stdout=io.StringIO())
    assert (Service.objects.count(), ServiceTown.objects.count()) == (20_000, 40_000)
    assert Service.history.count() >= 20_000
    made = ServiceImport.objects.get()
    assert (made.added, made.report) == (20_000, [])


def test_the_command_fails_loudly(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(b"[]")
    for one in (path, tmp_path / "nothing.json"):
        with pytest.raises(CommandError):
            call_command("import_services", str(one), stdout=io.StringIO())


class TestPages:
    def upload(self, client: Client, content: bytes, name: str = "services.json") -> Any:
        return client.post(reverse("directory_imports"), {"file": SimpleUploadedFile(name, content)})

    def test_the_administrator_imports_and_reads_the_report(self, client: Client, people: Cast) -> None:
        client.force_login(people["administrator"])
        answer = self.upload(client, as_json([service(fees="ten dollars")]).read(), "region <b>.json")
        assert answer.status_code == 303
        shown = client.get(answer["Location"]).content.decode()
        assert "1 services added, 0 changed, 0 ended." in shown
        assert "fees" in shown
        assert "<b>" not in shown.partition("<h1>")[2].partition("</h1>")[0]
        assert client.get(reverse("directory_imports")).status_code == 200

    def test_a_refused_file_says_so(self, client: Client, people: Cast) -> None:
        client.force_login(people["administrator"])
        answer = self.upload(client, b"nonsense")
        assert "Nothing of this file was taken" in client.get(answer["Location"]).content.decode()
        assert not Service.objects.exists()

    def test_a_file_that_is_too_large_or_missing(self, client: Client, people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        client.force_login(people["administrator"])
        monkeypatch.setattr(hsds_import, "BY_PAGE", 10)
        answer = self.upload(client, b"[" + b" " * 20)
        assert (answer.status_code, "more than 20 MB" in answer.content.decode()) == (422, True)
        assert client.post(reverse("directory_imports")).status_code == 422
        assert self.upload(client, b"").status_code == 422
        assert not ServiceImport.objects.exists()

    def test_a_zip_that_unpacks_to_more_than_a_page_takes(
        self, client: Client, people: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client.force_login(people["administrator"])
        monkeypatch.setattr(hsds_import, "UNPACKED_BY_PAGE", 5)
        answer = self.upload(client, zipped(services="id,name\n1,Pier\n").getvalue(), "services.zip")
        assert "holds too much" in client.get(answer["Location"]).content.decode()
        assert not Service.objects.exists()

    @pytest.mark.parametrize("name", ["\0", "fees\0", "\ud800", "\u202efees"])
    def test_names_that_cannot_be_shown_are_told_of_all_the_same(self, client: Client, people: Cast, name: str) -> None:
        client.force_login(people["administrator"])
        odd: dict[str, Any] = {"languages": [{"name": f"Kling{name}"}], name: "x", "attributes": [{"label": f"x{name}"}]}
        answer = self.upload(client, json.dumps([service(**odd)]).encode())
        assert answer.status_code == 303
        shown = client.get(answer["Location"])
        assert "Kling is no language" in shown.content.decode().replace("fees", "")
        assert Service.objects.count() == 1

    @pytest.mark.parametrize("who", ["clinic", "facilitator", "outsider"])
    def test_others_export_and_do_not_import(self, client: Client, people: Cast, who: str) -> None:
        made = bring(as_json([service()]))
        client.force_login(people[who])
        assert self.upload(client, b"[]").status_code == 403
        assert client.get(reverse("directory_report", args=[made.pk])).status_code == 404
        assert "Import the file" not in client.get(reverse("directory_imports")).content.decode()
        got = client.get(reverse("directory_export", args=["json"]))
        assert json.loads(got.content)[0]["name"] == "Pier Counseling"
        assert client.get(reverse("directory_export", args=["csv"])).content.startswith(b"PK")
        assert client.get(reverse("directory_export", args=["xml"])).status_code == 404


NAMED = "Ask for Kevin Murphy, born 3/4/2009."


def numbers(*given: str) -> list[dict[str, str]]:
    """Phones that begin alike."""
    return [{"number": f"978-555-{one}"} for one in given]


def places(*given: str) -> list[dict[str, Any]]:
    """A place at each of these addresses."""
    return [{"location": {"addresses": [{"address_1": one}]}} for one in given]


def told(made: ServiceImport) -> list[tuple[str, str, list[str]]]:
    """Field, the first two words of why, and the services of everything in a report."""
    return [(one["field"], " ".join(one["why"].split()[:2]).rstrip(","), one.get("services", [])) for one in made.report]


class TestNames:
    """Nobody typed an imported text here, so nobody can be asked about it."""

    def test_a_text_that_names_somebody_is_left_out_and_told_of(self) -> None:
        rows = [service("a-1", description=NAMED, eligibility_description="Anyone"), service("a-2", description="Talks.")]
        made = bring(as_json(rows))
        first, second = Service.objects.order_by("key")
        assert (first.description, first.eligibility, second.description) == ("", "Anyone", "Talks.")
        assert [(one["field"], one["services"]) for one in made.report] == [("description", ["a-1"])]
        assert "Murphy" not in json.dumps(made.report)

    def test_each_of_them_is_told_of_by_its_service_and_takes_no_other_remarks_place(self) -> None:
        keys = [f"a-{number}" for number in range(hsds_import.LINES + 1)]
        made = bring(as_json([*(service(key, description=NAMED) for key in keys), service("b", fees="ten dollars")]))
        assert [(one["field"], one["times"], one.get("services")) for one in made.report] == [
            ("description", len(keys), keys),
            ("fees", 1, None),
        ]

    def test_the_report_leads_to_each_of_them_and_counts_whom_it_does_not_name(
        self, client: Client, people: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(hsds_import, "NAMED", 2)
        made = bring(as_json([service(f"a-{number}", description=NAMED) for number in range(5)]))
        client.force_login(people["administrator"])
        shown = client.get(reverse("directory_report", args=[made.pk])).content.decode()
        assert reverse("directory_service", args=[Service.objects.get(key="a-1").pk]) in shown
        assert ("a-2" in shown, "and 3 more, which are not named" in shown) == (False, True)

    def test_only_the_number_beside_which_a_name_stands_goes(self) -> None:
        phones = [{"number": "978-555-0160 Kevin Murphy"}, {"number": "978-555-0161"}]
        row = brought(service(phones=phones))
        assert (row.phone, row.more_phones) == ("978-555-0161", [])

    def test_where_and_how_one_reaches_it_is_let_be(self) -> None:
        place = {"location": {"addresses": [{"address_1": "12 Main Street", "city": "Harborview", "postal_code": "01900"}]}}
        text = "Rooms of the Elizabeth Stone House; write to help@pier.example."
        row = brought(service(description=text, phones=[{"number": "978-555-0160"}], service_at_locations=[place]))
        assert (row.description, row.phone, row.address) == (text, "978-555-0160", "12 Main Street, Harborview, 01900")

    def test_what_the_service_is_called_names_nobody(self) -> None:
        row = brought(service(name="Kevin Murphy Center", description="The Kevin Murphy Center cooks every night."))
        assert row.description == "The Kevin Murphy Center cooks every night."

    def test_what_is_taken_only_for_what_the_service_is_called_is_told_of(self) -> None:
        text = "Ask for Maria Lopez, LICSW."
        made = bring(as_json([service(organization={"name": "Maria Lopez, LICSW"}, description=text)]))
        assert Service.objects.get().description == text
        assert [(one["field"], one["services"], one["why"][:6]) for one in made.report] == [("description", ["a-1"], "taken,")]

    def test_a_town_that_nobody_here_serves_makes_no_name_known(self, people: Cast) -> None:
        towns = [{"name": "Kevin Murphy"}, {"name": "Harborview"}]
        assert brought(service(description="Ask for Kevin Murphy.", service_areas=towns)).description == ""
        people.table.towns = ["Kevin  Murphy"]
        with acting(None, "a town of that name"):
            people.table.save(update_fields=["towns"])
        row = brought(service("a-2", description="Ask for Kevin Murphy.", service_areas=towns))
        assert row.description == "Ask for Kevin Murphy."

    def test_what_somebody_answered_for_here_stays(self) -> None:
        brought(service(description="Talks."))
        with acting(None, "let through by a second person"):
            Service.objects.update(description=NAMED)
        made = bring(as_json([service(description=NAMED, eligibility_description="Anyone")]))
        assert (Service.objects.get().description, made.changed, made.report) == (NAMED, 1, [])

    def test_what_is_left_out_leaves_what_stood_there(self) -> None:
        brought(service(description="Talks.", phones=[{"number": "978-555-0160"}]))
        late = service(description=NAMED, phones=[{"number": "978-555-0161 Kevin Murphy"}], eligibility_description="Anyone")
        made = bring(as_json([late]))
        row = Service.objects.get()
        assert (row.description, row.phone, row.eligibility) == ("Talks.", "978-555-0160", "Anyone")
        assert told(made) == [
            ("description", "left out", ["a-1"]), ("phone", "left out", ["a-1"]),
            ("description", "what stood", ["a-1"]), ("phone", "what stood", ["a-1"]),
        ]  # fmt: skip

    def test_of_a_list_from_which_something_is_left_out_all_that_stood_stays(self) -> None:
        brought(service(phones=[{"number": "978-555-0160"}, {"number": "978-555-0161"}]))
        late = service(phones=[{"number": "978-555-0162"}, {"number": "978-555-0163 Kevin Murphy"}])
        for changed in (1, 0):
            assert bring(as_json([late])).changed == changed
            row = Service.objects.get()
            assert (row.phone, row.more_phones) == ("978-555-0162", ["978-555-0160", "978-555-0161"])

    @pytest.mark.parametrize(
        ("given", "phone", "more"),
        [
            (("0161 Kevin Murphy", "0160"), "0160", ["0161"]),
            (("0161 Kevin Murphy", "0162"), "0160", ["0162", "0161"]),
            (("0161 Kevin Murphy",), "0160", ["0161"]),
            (("0161 Kevin Murphy", "0162 Kevin Murphy", "0161"), "0160", ["0161"]),
        ],
    )
    def test_nor_is_one_lost_where_the_first_is_left_out(self, given: tuple[str, ...], phone: str, more: list[str]) -> None:
        brought(service(phones=numbers("0160", "0161")))
        row = brought(service(phones=numbers(*given)))
        assert (row.phone, row.more_phones) == (f"978-555-{phone}", [f"978-555-{one}" for one in more])

    @pytest.mark.parametrize("given", [("Ask for Kevin Murphy", "1 Pier"), ("1 Pier", "Ask for Kevin Murphy")])
    def test_of_what_stays_although_the_file_has_it_no_more_is_told(
        self, client: Client, people: Cast, given: tuple[str, ...]
    ) -> None:
        brought(service(service_at_locations=places("1 Pier", "12 Hidden Lane")))
        made = bring(as_json([service(service_at_locations=places(*given)), service("a-2")]))
        row = Service.objects.get(key="a-1")
        assert (row.address, row.more_addresses) == ("1 Pier", ["12 Hidden Lane"])
        assert [one[1:] for one in told(made)] == [("left out", ["a-1"]), ("what stood", ["a-1"])]
        assert made.report[1]["field"] == "address"
        client.force_login(people["administrator"])
        shown = client.get(reverse("directory_report", args=[made.pk])).content.decode()
        assert "what stood here before stays" in shown
        assert ("Hidden" in shown, "Murphy" in shown) == (False, False)

    @pytest.mark.parametrize(
        ("stood", "given"),
        [((), ("1 Pier", "Ask for Kevin Murphy")), (("1 Pier",), ("Ask for Kevin Murphy", "1 Pier")),
         (("1 Pier", "2 Quay"), ("1 Pier",))],
    )  # fmt: skip
    def test_nothing_is_told_to_stay_where_the_file_has_it_all_or_is_taken_whole(
        self, stood: tuple[str, ...], given: tuple[str, ...]
    ) -> None:
        brought(service(service_at_locations=places(*stood)))
        made = bring(as_json([service(service_at_locations=places(*given))]))
        assert "what stood" not in [why for _field, why, _services in told(made)]
        row = Service.objects.get()
        assert (row.address, row.more_addresses) == ("1 Pier", [])

    @pytest.mark.parametrize("count", [1, 3])
    def test_towns_are_asked_for_once_a_file(self, count: int) -> None:
        rows = [service(f"a-{number}", description=f"{NAMED} {number}") for number in range(count)]
        with CaptureQueriesContext(connection) as queries:
            made = bring(as_json(rows))
        assert made.report[0]["times"] == count
        asked = [one["sql"] for one in queries if re.match(r'SELECT "agencies_(table|agency)"."towns"', one["sql"])]
        assert len(asked) == 2

    def test_nothing_is_taken_where_nobody_can_look(self, lose_word_lists: Callable[[], None]) -> None:
        # the same text was looked at a moment ago, and what was found is kept
        made = bring(as_json([service(description="Talks.")]))
        assert not hsds_import.was_refused(made)
        lose_word_lists()
        made = bring(as_json([service(description="Talks."), service("a-2", description="Talks.")]))
        assert hsds_import.was_refused(made)
        assert list(Service.objects.values_list("key", flat=True)) == ["a-1"]


class Enormous(io.RawIOBase):
    """A file of 200 MB that lies nowhere: services with a text of a megabyte each, and then a fault."""

    TEXT, COUNT = 900_000, 233

    def __init__(self) -> None:
        self._parts = self._written()
        self._left = b""
        self.read_so_far = 0

    def _written(self) -> Iterator[bytes]:
        yield b"["
        for number in range(self.COUNT):
            yield json.dumps(service(f"a-{number}", description="a" * self.TEXT)).encode() + b","
        yield json.dumps(service("a-0")).encode() + b"]"

    def seek(self, _to: int, _whence: int = 0) -> int:
        self._parts, self._left = self._written(), b""
        return 0

    def read(self, size: int = -1) -> bytes:
        while len(self._left) < size and (part := next(self._parts, b"")):
            self._left += part
        piece, self._left = self._left[:size], self._left[size:]
        self.read_so_far += len(piece)
        return piece


def test_two_hundred_megabytes_are_read_piece_by_piece_and_nothing_is_half_imported() -> None:
    file = Enormous()
    tracemalloc.start()
    made = bring(cast("IO[bytes]", file))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert file.read_so_far > 400 << 20  # once for its hash, once to understand it
    assert peak < 20 << 20
    assert [(one["field"], one["refused"]) for one in made.report] == [("id", True)]
    assert not Service.objects.exists()
