"""Bringing a file of services into the directory: all of it or nothing, and a report of what was not understood.

The file is read, understood and checked as a whole before the directory is touched; what was understood waits in a temporary
database on disk, so that the size of a file costs no memory. Then one transaction writes it.
"""

import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import IO, Any

from django.db import IntegrityError
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from agencies import directory, hsds, hsds_files, hsds_looking
from agencies.directory import Entry
from agencies.hsds_files import CHUNK, FileRefused
from agencies.models import Agency, Member, Service, ServiceImport, ServiceNeed, ServiceTown
from hub.core import clock
from hub.core.audit import current, verb
from hub.core.errors import NotAllowed, RuleRefused, Stale
from hub.core.text import plain, readable

BATCH = 500
LINES, NAMED, PROBLEMS = 200, 1_000, 50
"""Kinds of remarks that a report keeps, services that it names of each; problems after which a file is read no further."""
BY_PAGE, UNPACKED_BY_PAGE, SERVICES_BY_PAGE = 20 << 20, 64 << 20, 5_000
"""Bytes, unpacked ones and services that a page takes: more would hold up a conference, and is the command's work."""


@dataclass
class Kind:
    """One kind of remark: its first line, how often it was made, and the services that somebody has to look at for it."""

    line: int
    times: int = 0
    services: list[str] = field(default_factory=list)

    def add(self, service: str) -> None:
        """Once more; the service is named for as long as there is room."""
        self.times += 1
        if service and len(self.services) < NAMED:
            self.services.append(service)


@dataclass
class Report:
    """What was not understood, by (field, why)."""

    lines: dict[tuple[str, str], Kind] = field(default_factory=dict)
    more: int = 0

    def add(self, line: int, name: str, why: str, service: str = "") -> None:
        """Enter a remark; beyond `LINES` kinds they are only counted. Of the file's own names what can be shown."""
        name, why = readable(name), readable(why)
        if (name, why) in self.lines or len(self.lines) < LINES:
            self.lines.setdefault((name, why), Kind(line)).add(service)
        else:
            self.more += 1

    def stored(self) -> list[dict[str, Any]]:
        """As `ServiceImport.report` keeps it."""
        found: list[dict[str, Any]] = [
            {"line": one.line, "field": name, "why": why, "times": one.times}
            | ({"services": one.services} if one.services else {})
            for (name, why), one in self.lines.items()
        ]
        rest = {"line": 0, "field": "", "why": _("and more, which are not listed"), "times": self.more}
        return [*found, rest] if self.more else found


class Staged:
    """What was understood of a file, on disk until it is written."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database, self.report, self.count = database, Report(), 0
        database.execute("CREATE TABLE service (key TEXT PRIMARY KEY, line INTEGER, text TEXT)")

    def add(self, one: hsds.Understood, line: int) -> None:
        """Raises FileRefused for an id that was there before."""
        try:
            entry = json.dumps([vars(one.entry), one.agency])
            self._database.execute("INSERT INTO service VALUES (?, ?, ?)", (one.key, line, entry))
        except sqlite3.IntegrityError:
            (first,) = self._database.execute("SELECT line FROM service WHERE key = ?", (one.key,)).fetchone()
            why = _("The id %(key)s is there twice: first on line %(line)s.") % {"key": one.key, "line": first}
            raise FileRefused(why, line=line, field="id") from None
        self.count += 1
        for remark in one.remarks:
            self.report.add(remark.line, remark.field, remark.why, remark.service)

    def holds(self, key: str) -> bool:
        """Whether the file has a service of this id."""
        return self._database.execute("SELECT 1 FROM service WHERE key = ?", (key,)).fetchone() is not None

    def batches(self) -> Iterator[list[tuple[str, Entry, tuple[str, str]]]]:
        """(id, entry, organisation) in the order of the file."""
        rows = iter(self._database.execute("SELECT key, text FROM service ORDER BY rowid"))
        while batch := list(islice(rows, BATCH)):
            yield [(key, *_read(text)) for key, text in batch]


def bring_in(
    *, by: Member | None, file: IO[bytes], name: str, end_missing: bool = False, most: int | None = None,
    unpacked: int = hsds_files.UNPACKED,
) -> ServiceImport:  # fmt: skip
    """Bring a file in. Known ids are changed, new ones added; `end_missing` ends what an earlier file had and this one lacks.

    `most`, `unpacked`: services, and bytes of what a zip holds, above which it is refused. `by` None is the command line.
    Raises NotAllowed unless `by` keeps all services; Stale when somebody did the same at the same moment. A file that is
    refused leaves a report of why, and nothing else.
    """
    if by is not None and not directory.keeps_all(by):
        raise NotAllowed(_("A directory is imported by the administrator or the table's coordinator."))
    name, digest = plain(name.replace("/", " ").replace("\\", " ")[-200:], limit=200) or "-", _digest(file)
    with staged(file, name, most, unpacked) as (found, refused):
        if refused is None:
            return _write(by=by, found=found, name=name, digest=digest, end_missing=end_missing)
        return _note(by=by, report=refused, name=name, digest=digest)


@contextmanager
def staged(
    file: IO[bytes], name: str, most: int | None = None, unpacked: int = hsds_files.UNPACKED
) -> Iterator[tuple[Staged, list[dict[str, Any]] | None]]:
    """The whole file as it was understood, and why it is refused (None: it is not)."""
    with closing(sqlite3.connect("")) as database:
        found, problems, towns = Staged(database), Report(), hsds_looking.towns_served()
        try:
            with hsds_files.opened(file, name, unpacked) as rows:
                for line, row in rows:
                    _stage(found, problems, line, row, towns)
                    if most is not None and found.count > most:
                        why = _("More than %(most)s services: have the command import_services take it in.")
                        problems.add(line, "", why % {"most": most})
                        break
                    if len(problems.lines) >= PROBLEMS:
                        break
        except FileRefused as refused:
            problems.add(refused.line, refused.field, refused.why)
        if not problems.lines and not found.count:
            problems.add(0, "", _("No service is in the file."))
        yield found, [one | {"refused": True} for one in problems.stored()] if problems.lines else None


def was_refused(made: ServiceImport) -> bool:
    """Whether nothing of the file was taken."""
    return any(one.get("refused") for one in made.report)


def _stage(found: Staged, problems: Report, line: int, row: dict[str, Any], towns: Collection[str]) -> None:
    try:
        understood = hsds.Reading(line, row).understood()
        found.add(replace_checked(understood, line, towns), line)
    except FileRefused as refused:
        problems.add(refused.line, refused.field, refused.why)


def replace_checked(one: hsds.Understood, line: int, towns: Collection[str]) -> hsds.Understood:
    """The same with an entry that can be stored, and that names nobody. Raises FileRefused where it cannot."""
    try:
        looked_at = hsds_looking.looked_at(one, line, towns)
        return replace(looked_at, entry=directory.checked(looked_at.entry))
    except RuleRefused as refused:
        raise FileRefused(str(refused.message), line=line, field=refused.field) from None


@verb
def _note(*, by: Member | None, report: list[dict[str, Any]], name: str, digest: str) -> ServiceImport:
    return ServiceImport.objects.create(by=by, at=clock.now(), file_name=name, file_hash=digest, report=report)


def _write(*, by: Member | None, found: Staged, name: str, digest: str, end_missing: bool) -> ServiceImport:
    try:
        return _written(by=by, found=found, name=name, digest=digest, end_missing=end_missing)
    except IntegrityError:
        raise Stale(_("Somebody else imported the same services at the same moment. Nothing of this file was taken.")) from None


@verb
def _written(*, by: Member | None, found: Staged, name: str, digest: str, end_missing: bool) -> ServiceImport:
    made = ServiceImport.objects.create(by=by, at=clock.now(), file_name=name, file_hash=digest, report=found.report.stored())
    agencies = dict(Agency.objects.values_list("key", "pk")) | dict(Agency.objects.values_list("name", "pk"))
    for batch in found.batches():
        there = {
            one.key: one
            for one in Service.objects.filter(key__in=[key for key, _entry, _of in batch]).prefetch_related("towns", "needs")
        }
        fresh: list[tuple[Service, Entry]] = []
        for key, read, (agency_key, agency_name) in batch:
            entry = replace(read, agency_id=agencies.get(agency_key) or agencies.get(agency_name))
            row = there.get(key)
            if row is None:
                fresh.append((directory.filled(Service(key=key, imported=made), entry), entry))
            elif directory.entry_of(row) != entry:
                row.imported = made
                directory.write(row, entry)
                made.changed += 1
        _add(fresh, by)
        made.added += len(fresh)
    made.ended = _end(found) if end_missing else 0
    made.save(update_fields=["added", "changed", "ended"])
    return made


def _add(fresh: list[tuple[Service, Entry]], by: Member | None) -> None:
    """Many new services at once, with their history: one at a time would keep everybody else from writing for minutes."""
    acting = current()
    stored = bulk_create_with_history(
        [row for row, _entry in fresh], Service, batch_size=BATCH, default_user=by,
        default_change_reason=acting.reason if acting else "", default_date=clock.now(),
    )  # fmt: skip
    pairs = [(row.pk, entry) for row, (_row, entry) in zip(stored, fresh, strict=True)]
    towns = [ServiceTown(service_id=pk, town=town) for pk, entry in pairs for town in entry.towns]
    needs = [ServiceNeed(service_id=pk, need=need) for pk, entry in pairs for need in entry.needs]
    ServiceTown.objects.bulk_create(towns, batch_size=BATCH)
    ServiceNeed.objects.bulk_create(needs, batch_size=BATCH)


def _end(found: Staged) -> int:
    rows = Service.objects.filter(is_active=True, imported__isnull=False).values_list("pk", "key")
    gone = [pk for pk, key in rows.iterator(chunk_size=BATCH) if not found.holds(key)]
    for pk in gone:
        row = Service.objects.get(pk=pk)
        row.is_active = False
        row.save(update_fields=["is_active"])
    return len(gone)


def _read(text: str) -> tuple[Entry, tuple[str, str]]:
    values, (key, name) = json.loads(text)
    values |= {part: tuple(values[part]) for part in (*directory.LISTS, "towns", "needs")}
    return Entry(**values), (key, name)


def _digest(file: IO[bytes]) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(CHUNK):
        digest.update(piece)
    return digest.hexdigest()
