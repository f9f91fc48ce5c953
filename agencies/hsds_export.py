"""The directory in the Open Referral form (HSDS 3): as JSON, or as tables in a zip. What goes out comes in again the same.

Written piece by piece, so that the size of the directory costs no memory. What HSDS has no field for stands in attributes of
taxonomies of our own (`agencies.hsds`). Ended services are in it, as inactive: somebody else's copy has to learn of it.
"""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from tempfile import TemporaryFile
from typing import IO, Any

from agencies import needs as vocabulary
from agencies.directory import entry_of
from agencies.hsds import DAYS, NEED, OTHER, TYPE
from agencies.models import Service
from agencies.opening_hours import DAY, spans

Row = dict[str, Any]
BATCH = 500
COLUMNS = {
    "services": (
        "id", "organization_id", "name", "description", "url", "status", "eligibility_description", "minimum_age",
        "maximum_age",
    ),
    "organizations": ("id", "name", "description"),
    "phones": ("id", "service_id", "number"),
    "schedules": ("id", "service_id", "freq", "byday", "opens_at", "closes_at", "description"),
    "languages": ("id", "service_id", "name", "code"),
    "service_areas": ("id", "service_id", "name"),
    "locations": ("id", "location_type", "name"),
    "addresses": ("id", "location_id", "address_1", "city", "state_province", "postal_code", "country", "address_type"),
    "service_at_locations": ("id", "service_id", "location_id"),
    "attributes": ("id", "link_id", "taxonomy_term_id", "link_entity", "value"),
    "taxonomy_terms": ("id", "code", "name", "taxonomy"),
}  # fmt: skip


def services() -> Iterator[Row]:
    """Every service as HSDS says it whole, in the order in which they were entered."""
    rows = Service.objects.select_related("agency").prefetch_related("towns", "needs").order_by("pk")
    for row in rows.iterator(chunk_size=BATCH):
        yield service(row)


def service(row: Service) -> Row:
    """One service with all that belongs to it."""
    entry, key = entry_of(row), row.key
    found: Row = {
        "id": key,
        "name": entry.name,
        "description": entry.description,
        "url": entry.website,
        "status": "active" if entry.is_active else "inactive",
        "eligibility_description": entry.eligibility,
        "minimum_age": entry.age_from,
        "maximum_age": entry.age_to,
        "organization": _organisation(row),
        "phones": [
            {"id": _id(key, "phone", *nth), "number": number} for nth, number in _numbered(entry.phone, entry.more_phones)
        ],
        "schedules": _schedules(key, entry.hours),
        "languages": [
            {"id": _id(key, "language", code), "name": vocabulary.language_name(code), "code": code} for code in entry.languages
        ],
        "service_areas": [
            {"id": _id(key, "area", town), "name": town} for town in entry.towns or ("Everywhere",)
        ],
        "service_at_locations": [_place(key, nth, one) for nth, one in _numbered(entry.address, entry.more_addresses)],
        "attributes": [
            *(_attribute(key, NEED, need, vocabulary.need_name(need)) for need in entry.needs),
            *([_attribute(key, TYPE, entry.type, entry.type)] if entry.type else []),
            *(_attribute(key, OTHER, name, name, value) for name, value in _own(row)),
        ],
    }  # fmt: skip
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def write_json(file: IO[bytes]) -> None:
    """The whole directory as an array of services."""
    file.write(b"[")
    for number, row in enumerate(services()):
        file.write((b",\n" if number else b"\n") + json.dumps(row, ensure_ascii=False).encode())
    file.write(b"\n]\n")


def write_tables(file: IO[bytes]) -> None:
    """The whole directory as csv tables in a zip."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for table, columns in COLUMNS.items():
            with TemporaryFile() as rows:
                text = io.TextIOWrapper(rows, "utf-8", newline="")
                writer = csv.DictWriter(text, columns, extrasaction="ignore")
                writer.writeheader()
                writer.writerows(_rows(table))
                text.flush()
                rows.seek(0)
                with archive.open(f"{table}.csv", "w", force_zip64=True) as member:
                    while piece := rows.read(1 << 16):
                        member.write(piece)
                text.detach()


FORMS = {"json": (write_json, "application/json", "services.json"), "csv": (write_tables, "application/zip", "services.zip")}
"""What can be asked for: how it is written, its type, its name."""


def _rows(table: str) -> Iterator[Row]:
    """The rows of one table; what several services share is written once."""
    written: set[str] = set()
    for row in services():
        for one in _of(table, row):
            if one["id"] not in written:
                yield one
            if table in {"organizations", "taxonomy_terms"}:
                written.add(one["id"])


def _of(table: str, row: Row) -> list[Row]:
    key, places = row["id"], row.get("service_at_locations", [])
    take: dict[str, Callable[[], list[Row]]] = {
        "services": lambda: [row | {"organization_id": row.get("organization", {}).get("id", "")}],
        "organizations": lambda: [row["organization"]] if "organization" in row else [],
        "locations": lambda: [one["location"] for one in places],
        "addresses": lambda: [
            two | {"location_id": one["location"]["id"]} for one in places for two in one["location"]["addresses"]
        ],
        "service_at_locations": lambda: [one | {"service_id": key, "location_id": one["location"]["id"]} for one in places],
        "attributes": lambda: [
            one | {"link_id": key, "taxonomy_term_id": one["taxonomy_term"]["id"]} for one in row.get("attributes", [])
        ],
        "taxonomy_terms": lambda: [one["taxonomy_term"] for one in row.get("attributes", [])],
    }
    return take[table]() if table in take else [one | {"service_id": key} for one in row.get(table, [])]


def _organisation(row: Service) -> Row | None:
    if not row.organisation and row.agency is None:
        return None
    key = row.agency.key if row.agency else _id("organisation", row.organisation)
    return {"id": key, "name": row.organisation or str(row.agency), "description": row.organisation or str(row.agency)}


def _schedules(key: str, hours: str) -> list[Row]:
    """The words with the first of the hours that can be read from them; all by themselves where none can be."""
    by_time: dict[tuple[str, str], list[str]] = {}
    for start, end in spans(hours):
        if end - start > DAY:
            by_time["00:00", "24:00"] = list(DAYS)
        else:
            by_time.setdefault((_clock(start), _clock(end)), []).append(DAYS[start // DAY])
    rows = [
        {
            "id": _id(key, "schedule", *times),
            "freq": "WEEKLY",
            "byday": ",".join(days),
            "opens_at": times[0],
            "closes_at": times[1],
        }
        for times, days in by_time.items()
    ] or ([{"id": _id(key, "schedule")}] if hours else [])
    return [row | ({"description": hours} if not number else {}) for number, row in enumerate(rows)]


def _clock(minute: int) -> str:
    return f"{minute % DAY // 60:02}:{minute % 60:02}"


def _numbered(first: str, others: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """The first without a number, as it always went out; the others with theirs."""
    if first:
        yield (), first
    yield from (((str(number),), one) for number, one in enumerate(others, 2))


def _place(key: str, nth: tuple[str, ...], address: str) -> Row:
    place = {
        "id": _id(key, "address", *nth), "address_1": address, "city": "", "state_province": "", "postal_code": "",
        "country": "US", "address_type": "physical",
    }  # fmt: skip
    location = {"id": _id(key, "location", *nth), "location_type": "physical", "addresses": [place]}
    return {"id": _id(key, "place", *nth), "location": location}


def _attribute(key: str, taxonomy: str, code: str, name: str, value: str = "") -> Row:
    term = {"id": _id(taxonomy, code), "code": code, "name": name, "description": name, "taxonomy": taxonomy}
    return {"id": _id(key, taxonomy, code), "link_entity": "service", "value": value, "taxonomy_term": term}


def _own(row: Service) -> Iterator[tuple[str, str]]:
    if row.always_open:
        yield "always_open", "true"
    if row.after_hours:
        yield "after_hours", row.after_hours
    if row.public_crisis:
        yield "crisis", str(row.crisis_order)


def _id(*parts: str) -> str:
    """The same id for the same thing in every export, in the form of a UUID, as HSDS asks."""
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-8{digest[13:16]}-a{digest[17:20]}-{digest[20:32]}"
