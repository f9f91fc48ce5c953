"""Files of the Open Referral form, made for tests and for the bench: good ones of any size, parts to break, and the way in."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from typing import IO, Any

from agencies import hsds_export, hsds_import
from agencies.models import Service, ServiceImport
from hub.core.audit import acting

Row = dict[str, Any]
TOWNS = ("Harborview", "Saltmarsh", "Alder Falls", "North Quay", *(f"Town {number}" for number in range(36)))
NEEDS = ("housing", "mental_health", "suicide", "alcohol", "drugs", "physical_health", "poverty", "parenting")
KINDS = ("Counseling", "Shelter", "Food pantry", "Clinic", "Legal help", "Recovery coaching", "Child care", "Job training")


def service(key: str = "a-1", **fields: Any) -> Row:
    """The least that is a service."""
    return {
        "id": key,
        "name": "Pier Counseling",
        "status": "active",
        "service_areas": [{"id": "x", "name": "Harborview"}],
        **fields,
    }


def term(code: str, name: str, taxonomy: str, value: str = "") -> Row:
    """One attribute with its taxonomy term."""
    return {
        "id": f"{taxonomy}-{code}",
        "value": value,
        "taxonomy_term": {"id": code, "code": code, "name": name, "taxonomy": taxonomy},
    }


def many(count: int) -> Iterator[Row]:
    """So many services of eighty organisations in forty towns, as a region's directory would have them."""
    for number in range(count):
        kind, town = KINDS[number % len(KINDS)], TOWNS[number % len(TOWNS)]
        yield {
            "id": f"{number:08}-0000-4000-8000-000000000000",
            "name": f"{kind} of {town} no. {number}",
            "description": f"{kind} for people of {town} and the towns around it, in person and by telephone.",
            "status": "active",
            "url": f"https://service-{number}.example/",
            "eligibility_description": "Anyone who lives here; sliding fee; no papers are asked for.",
            "minimum_age": (number * 7) % 60,
            "organization": {"id": f"o-{number % 80}", "name": f"Organisation {number % 80}", "description": "-"},
            "phones": [{"id": f"p-{number}", "number": f"978-555-{number % 10000:04}"}],
            "schedules": [
                {
                    "id": f"s-{number}",
                    "freq": "WEEKLY",
                    "byday": "MO,TU,WE,TH,FR",
                    "opens_at": "08:00",
                    "closes_at": f"{16 + number % 6}:30",
                }
            ],
            "languages": [{"id": "l", "code": code, "name": code} for code in ("en", "es", "pt")[: 1 + number % 3]],
            "service_areas": [{"id": "a", "name": TOWNS[(number + step) % len(TOWNS)]} for step in range(2)],
            "attributes": [term(need, need, "hubtable.need") for need in (NEEDS[number % 8], NEEDS[(number // 8) % 8])],
        }


def as_json(rows: list[Row], **around: Any) -> io.BytesIO:
    """The services as an array, or within an object."""
    return io.BytesIO(json.dumps({**around, "contents": rows} if around else rows).encode())


def table(*rows: Mapping[str, Any]) -> str:
    """A csv table of these rows, with the columns of the first."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def zipped(**files: str | bytes) -> io.BytesIO:
    """A zip of csv files, by table; `__` in a name is a dot."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", ".") if "__" in name else f"{name}.csv", content)
    file.seek(0)
    return file


def empty() -> None:
    """Take every service out of the directory."""
    # a prepared installation has its crisis numbers
    with acting(None, "an empty directory"):
        Service.objects.all().delete()


def bring(file: IO[bytes], name: str = "services.json", **options: Any) -> ServiceImport:
    """Bring a file in as the command line does."""
    return hsds_import.bring_in(by=None, file=file, name=name, **options)


def brought(*rows: dict[str, Any]) -> Service:
    """The first of these services, brought in."""
    made = bring(as_json(list(rows)))
    assert not hsds_import.was_refused(made), made.report
    return Service.objects.get(key=rows[0]["id"])


def remarks(made: ServiceImport) -> list[tuple[int, str]]:
    """Line and field of everything in a report."""
    return [(one["line"], one["field"]) for one in made.report]


def exported(form: str) -> io.BytesIO:
    """The whole directory as a file."""
    file = io.BytesIO()
    hsds_export.FORMS[form][0](file)
    file.seek(0)
    return file
