"""The directory as a file: what is understood, what is reported, what is refused, and that what goes out comes in the same."""

import io
import json
import zipfile
from pathlib import Path
from typing import IO, Any

import pytest

from agencies import directory, hsds_import
from agencies.directory import Entry, entry_of
from agencies.models import Service, ServiceImport
from hub.core.errors import NotAllowed
from tests.agencies.hsds_samples import as_json, bring, brought, empty, remarks, service, table, term, zipped
from tests.cast import Cast, assemble, footprint, refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_in_it() -> None:
    empty()


@pytest.fixture
def people() -> Cast:
    return assemble()


FULL = service(
    url="https://pier.example/",
    description="Talks.",
    eligibility_description="Anyone",
    minimum_age=12,
    maximum_age="20",
    organization={"id": "o", "name": "Pier Society"},
    phones=[{"id": "p", "number": "978-555-0160", "extension": 12}],
    schedules=[{"id": "s", "freq": "WEEKLY", "byday": "MO,TU,WE,TH,FR", "opens_at": "08:00:00-05:00", "closes_at": "18:30"}],
    languages=[{"id": "l", "code": "es"}, {"id": "m", "name": "Khmer"}, {"id": "n", "code": "pt-BR"}],
    service_areas=[{"id": "x", "name": "Harborview"}, {"id": "y", "name": "North  Quay"}],
    service_at_locations=[
        {
            "id": "z",
            "location": {"id": "w", "addresses": [{"address_1": "1 Pier", "city": "Harborview", "postal_code": "01900"}]},
        }
    ],
    attributes=[
        term("suicide", "Suicide", "hubtable.need"),
        term("RP-1400", "Housing", "211"),
        term("X", "Peer support", "211"),
    ],
)
ENTRY = Entry(
    name="Pier Counseling", organisation="Pier Society", type="Peer support", description="Talks.", age_from=12, age_to=20,
    languages=("es", "km", "pt"), hours="Mon-Fri 8:00-18:30", phone="978-555-0160 ext. 12", address="1 Pier, Harborview, 01900",
    website="https://pier.example/", eligibility="Anyone", towns=("harborview", "north quay"), needs=("housing", "suicide"),
)  # fmt: skip


class TestUnderstanding:
    def test_a_whole_service_as_json(self) -> None:
        assert entry_of(brought(FULL)) == ENTRY

    def test_a_whole_service_as_tables(self) -> None:
        file = zipped(
            services=table({
                "id": "a-1", "organization_id": "o", "name": "Pier Counseling", "description": "Talks.", "status": "active",
                "url": "https://pier.example/", "eligibility_description": "Anyone", "minimum_age": "12", "maximum_age": "20",
            }),
            organizations=table({"id": "o", "name": "Pier Society"}),
            phones=table({"id": "p", "service_id": "a-1", "number": "978-555-0160", "extension": "12"}),
            schedule=table({"service_id": "a-1", "byday": "MO,TU,WE,TH,FR", "opens_at": "08:00", "closes_at": "18:30"}),
            languages=table(*({"id": one, "service_id": "a-1", "code": one} for one in ("es", "km", "pt"))),
            service_areas=table(*({"id": one, "service_id": "a-1", "name": one} for one in ("Harborview", "North Quay"))),
            service_at_locations=table({"id": "z", "service_id": "a-1", "location_id": "w"}),
            locations=table({"id": "w", "name": "Pier"}),
            address=table({"id": "v", "location_id": "w", "address_1": "1 Pier", "city": "Harborview", "postal_code": "01900"}),
            attributes=table(*({"id": one, "link_id": "a-1", "taxonomy_term_id": one} for one in ("suicide", "h", "x"))),
            taxonomy_terms=table(
                {"id": "suicide", "code": "suicide", "name": "S", "taxonomy": "hubtable.need"},
                {"id": "h", "code": "RP", "name": "Housing", "taxonomy": "211"},
                {"id": "x", "code": "X", "name": "Peer support", "taxonomy": "211"},
            ),
        )  # fmt: skip
        assert not hsds_import.was_refused(bring(file, "region.zip"))
        assert entry_of(Service.objects.get()) == ENTRY

    def test_a_list_page_of_an_interface(self) -> None:
        bring(as_json([FULL], total_items=1, page=[{"services": 1}], empty=False))
        assert entry_of(Service.objects.get()) == ENTRY

    def test_a_zip_of_one_json_and_a_byte_order_mark(self) -> None:
        bring(zipped(all__json=b"\xef\xbb\xbf" + as_json([FULL]).read()), "x.zip")
        assert Service.objects.get().name == "Pier Counseling"

    def test_only_the_table_of_services(self) -> None:
        made = bring(io.BytesIO(table({"id": "1", "name": "Pier", "fax": "12"}).encode("utf-8-sig")), "services.csv")
        assert remarks(made) == [(2, "fax"), (2, "service_areas")]
        assert Service.objects.get().everywhere

    @pytest.mark.parametrize(
        ("fields", "field", "attribute", "value"),
        [
            ({"minimum_age": "young"}, "minimum_age", "age_from", None),
            ({"minimum_age": 131}, "minimum_age", "age_from", None),
            ({"minimum_age": 1.5}, "minimum_age", "age_from", None),
            ({"minimum_age": int("9" * 400)}, "minimum_age", "age_from", None),
            ({"minimum_age": "9" * 400}, "minimum_age", "age_from", None),
            ({"minimum_age": True}, "minimum_age", "age_from", None),
            ({"minimum_age": 40, "maximum_age": 20}, "minimum_age", "age_to", None),
            ({"url": "javascript:alert(1)"}, "url", "website", ""),
            ({"url": "pier.example"}, "url", "website", ""),
            ({"languages": [{"name": "Klingonese"}]}, "languages", "languages", []),
            ({"languages": "en"}, "languages", "languages", []),
            ({"status": "dreaming"}, "status", "is_active", True),
            ({"description": "x" * 4001}, "description", "description", ""),
            ({"description": ["x"]}, "description", "description", ""),
            ({"schedules": [{"opens_at": "noon"}]}, "schedules", "hours", ""),
            ({"schedules": [{"opens_at": "99:99", "closes_at": "10:00", "byday": "MO"}]}, "schedules", "hours", ""),
            ({"phones": [{"number": f"{one}"} for one in range(70)]}, "phones", "phone", "0"),
            ({"phones": [None, "x"]}, "phones", "phone", ""),
            ({"organization": "Pier"}, "organization", "organisation", ""),
            ({"fees": "ten dollars"}, "fees", "name", "Pier Counseling"),
            ({"attributes": [term("crisis", "c", "hubtable.service", "first")]}, "attributes", "public_crisis", False),
        ],
    )
    def test_what_is_not_understood_is_told_and_left_out(self, fields: Any, field: str, attribute: str, value: Any) -> None:
        made = bring(as_json([service(**fields)]))
        assert (1, field) in remarks(made)
        assert getattr(Service.objects.get(), attribute) == value

    def test_every_number_and_address_is_kept_once(self) -> None:
        places = [{"location": {"addresses": [{"address_1": one}]}} for one in ("1 Pier", "2 Quay", "1 Pier")]
        numbers = [{"number": "1"}, {"number": "2", "extension": "3"}, {"number": "1"}]
        row = brought(service(phones=numbers, service_at_locations=places))
        assert (row.phone, row.more_phones) == ("1", ["2 ext. 3"])
        assert (row.address, row.more_addresses) == ("1 Pier", ["2 Quay"])
        assert not ServiceImport.objects.get().report

    def test_the_same_remark_is_said_once_with_its_number(self) -> None:
        made = bring(as_json([service(str(number), fees="x") for number in range(9)]))
        assert made.report == [{"line": 1, "field": "fees", "why": made.report[0]["why"], "times": 9}]

    def test_lines_of_a_long_file(self) -> None:
        rows = ",\n".join(
            json.dumps(service(str(number), **({"fees": "x"} if number == 3000 else {}))) for number in range(3001)
        )
        assert remarks(bring(io.BytesIO(f"[\n{rows}]".encode()))) == [(3002, "fees")]

    def test_text_is_plain(self) -> None:
        row = brought(
            service(name="<b>Pier</b>", description="<script>x</script>\u202e", service_areas=[{"name": "<i>Saltmarsh"}])
        )
        assert (row.name, row.description, row.towns.get().town) == ("Pier", "x", "saltmarsh")

    @pytest.mark.parametrize(("status", "active"), [("inactive", False), ("defunct", False), ("temporarily closed", False)])
    def test_what_is_not_active_is_ended(self, status: str, active: bool) -> None:
        assert brought(service(status=status)).is_active is active

    def test_the_city_stands_in_for_an_area_that_is_not_named(self) -> None:
        place = {"location": {"addresses": [{"city": "Saltmarsh"}]}}
        assert brought(service(service_areas=[], service_at_locations=[place])).towns.get().town == "saltmarsh"

    def test_the_agency_is_known_by_key_or_name(self, people: Cast) -> None:
        by_key = brought(service("1", organization={"id": "clinic", "name": "The clinic"}))
        by_name = brought(service("2", organization={"id": "?", "name": "Harborview Police"}))
        assert (by_key.agency, by_name.agency) == (people.agencies["clinic"], people.agencies["police"])


class TestRefusing:
    """A clear report, and nothing half-imported."""

    def refuse(self, file: IO[bytes], name: str = "services.json", **options: Any) -> dict[str, Any]:
        before = {key: value for key, value in footprint().items() if "ServiceImport" not in key}
        made = bring(file, name, **options)
        assert {key: value for key, value in footprint().items() if "ServiceImport" not in key} == before
        assert hsds_import.was_refused(made)
        assert (made.added, made.changed, made.ended) == (0, 0, 0)
        first: dict[str, Any] = made.report[0]
        return first

    @pytest.mark.parametrize(
        ("content", "line", "words"),
        [
            (b"", 1, "neither a list"),
            (b"<html>", 1, "neither a list"),
            (b'"services"', 1, "neither a list"),
            (b"[]", 0, "No service"),
            (b"{}", 1, "No list of services"),
            (b'{"organizations": []}', 1, "No list of services"),
            (b'[{"id": "1", "name": "Pier"}', 1, "expected here"),
            (b'[{"id": "1", "name": "Pier"},]', 1, "another service"),
            (b'[{"id": "1", "name": "Pier"}\n{"id": "2"}]', 2, "expected here"),
            (b'[{"id": "1",\n "name": Pier}]', 2, "not valid JSON"),
            (b'[{"id": "1", "name": "Pier", "minimum_age": NaN}]', 1, "not valid JSON"),
            (b"[1, 2]", 1, "in braces"),
            (b"[" + b'{"a":' * 200_000, 1, "nested too deeply"),
            (b'[{"id": "1", "name": "' + b"x" * 2_000_000 + b'"}]', 1, "longer than a million"),
            (b'[{"name": "Pier"}]', 1, "An id has"),
            (b'[{"id": "a b", "name": "Pier"}]', 1, "An id has"),
            (b'[{"id": "../x", "name": "Pier"}]', 1, "An id has"),
            (b'[{"id": {}, "name": "Pier"}]', 1, "An id has"),
            (b'[\n{"id": "1"}]', 2, "without a name"),
            (b'[{"id": "1", "name": "<b></b>"}]', 1, "without a name"),
            (b'[{"id": "1", "name": "' + b"x" * 201 + b'"}]', 1, "201 characters"),
        ],
    )
    def test_what_is_no_list_of_services(self, content: bytes, line: int, words: str) -> None:
        told = self.refuse(io.BytesIO(content))
        assert told["line"] == line
        assert words in told["why"]

    def test_a_later_fault_takes_back_everything(self) -> None:
        rows = [service(str(number)) for number in range(1500)]
        told = self.refuse(as_json([*rows, service("7", name="Again")]))
        assert "The id 7 is there twice" in told["why"]

    @pytest.mark.parametrize(
        ("content", "byte", "line"),
        [
            ('[\n{"id": "1", "name": "Caf\u00e9"}]'.encode("latin-1"), 26, 2),
            (b"\xff\xfe[\x00]\x00", 0, 1),
            (b"[" + b" \n" * 50_000 + b"\xff]", 100_001, 50_001),
            (b'[{"id": "1", "name": "x\xc3', 23, 1),
        ],
    )
    def test_json_that_is_not_utf8_says_which_byte(self, content: bytes, byte: int, line: int) -> None:
        told = self.refuse(io.BytesIO(content))
        assert told["line"] == line
        assert f"byte {byte} " in told["why"]

    def test_a_table_that_is_not_utf8_says_which_line(self) -> None:
        told = self.refuse(zipped(services=b"id,name\n1,Pier\n2,Caf\xe9\n"), "x.zip")
        assert told["line"] == 3
        assert "byte 20 " in told["why"]
        assert "services.csv" in told["why"]

    @pytest.mark.parametrize(
        ("content", "line", "words"),
        [
            ("", 1, "has no column id"),
            ("key,title\n1,Pier\n", 1, "has no column id. Its columns: key, title"),
            ("id;name\n1;Pier\n", 1, "has no column id"),
            ("id,name\n1,Pier,more\n", 2, "3 cells, its head 2"),
            ("id,name\n1,Pier\n2\n", 3, "1 cells, its head 2"),
            ('id,name\n1,"Pier\n', 2, "no table"),
            ("id,name\n1," + "x" * 200_000 + "\n", 2, "no table"),
            ("id,name\n1,Pier\n1,Wharf\n", 3, "there twice"),
            ("id,name\n,Pier\n", 2, "An id has"),
            ("id,name\n", 0, "No service"),
        ],
    )
    def test_wrong_tables(self, content: str, line: int, words: str) -> None:
        for file, name in ((zipped(services=content), "x.zip"), (io.BytesIO(content.encode()), "services.csv")):
            told = self.refuse(file, name)
            assert (told["line"], words in told["why"]) == (line, True), told

    def test_a_line_without_an_end(self) -> None:
        told = self.refuse(io.BytesIO(b"id,name\n1," + b"x" * 2_000_000), "services.csv")
        assert (told["line"], "longer than a million" in told["why"]) == (2, True)

    def test_a_zip_that_is_none(self) -> None:
        assert "no zip file" in self.refuse(io.BytesIO(b"hello"), "services.zip")["why"]
        assert "damaged" in self.refuse(io.BytesIO(b"PK\x03\x04 and then nothing"), "x.zip")["why"]
        whole = zipped(services="id,name\n" + "1,Pier\n" * 5).getvalue()
        broken = whole[:40] + b"\xff\xff\xff" + whole[43:]
        assert "damaged" in self.refuse(io.BytesIO(broken), "x.zip")["why"]
        assert "No services.csv" in self.refuse(zipped(phones="id,service_id\n"), "x.zip")["why"]

    @pytest.mark.parametrize(
        "name", ["../services.csv", "/etc/services.csv", "a/../../services.csv", "..\\services.csv", "C:\\services.csv"]
    )
    def test_a_zip_that_names_what_lies_outside(self, name: str, tmp_path: Path) -> None:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(name, "id,name\n1,Pier\n")
        assert "outside of itself" in self.refuse(file, "x.zip")["why"]

    def test_a_zip_that_would_fill_the_disk(self) -> None:
        bomb = zipped(services="id,name\n" + "1," + " " * 3_000_000 + "\n")
        assert "far more" in self.refuse(bomb, "x.zip")["why"]
        assert "too much" in self.refuse(zipped(**{f"f{number}": "" for number in range(201)}), "x.zip")["why"]
        assert "too much" in self.refuse(zipped(services="id,name\n1,Pier\n"), "x.zip", unpacked=5)["why"]

    def test_the_same_table_twice(self) -> None:
        assert "there twice" in self.refuse(zipped(services="id,name\n", service="id,name\n"), "x.zip")["why"]

    def test_more_services_than_a_page_takes(self) -> None:
        told = self.refuse(as_json([service(str(number)) for number in range(4)]), most=3)
        assert "More than 3 services" in told["why"]


class TestAgain:
    def test_known_ids_are_changed_and_the_same_ones_left_alone(self) -> None:
        bring(as_json([service("1"), service("2"), service("3")]))
        made = bring(as_json([service("1"), service("2", name="Wharf", attributes=[term("housing", "", "hubtable.need")])]))
        assert (made.added, made.changed, made.ended) == (0, 1, 0)
        assert {one.key: one.history.count() for one in Service.objects.all()} == {"1": 1, "2": 2, "3": 1}
        assert Service.objects.get(key="2").needs.get().need == "housing"
        assert Service.objects.filter(is_active=True).count() == 3

    def test_what_is_missing_is_ended_only_when_asked_and_never_what_was_typed(self) -> None:
        typed = directory.keep(by=None, service=None, entry=Entry("Typed"))
        bring(as_json([service("1"), service("2")]))
        assert bring(as_json([service("2")]), end_missing=True).ended == 1
        assert set(Service.objects.filter(is_active=True).values_list("key", flat=True)) == {"2", typed.key}

    def test_history_says_who_and_why(self, people: Cast) -> None:
        hsds_import.bring_in(by=people["administrator"], file=as_json([service()]), name="x.json")
        first = Service.objects.get().history.get()
        assert (first.history_user, first.history_change_reason) == (people["administrator"], "hsds_import._written")

    @pytest.mark.parametrize("who", ["clinic", "facilitator", "outsider"])
    def test_others_may_not(self, people: Cast, who: str) -> None:
        with refused(NotAllowed):
            hsds_import.bring_in(by=people[who], file=as_json([service()]), name="x.json")
