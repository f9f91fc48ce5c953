"""Files of the Open Referral form (HSDS 3), read as a stream of services, whatever their size and whoever made them.

JSON: an array of services, or an object that holds one under `contents` or `services`. Tables: `services.csv`, alone or in a
zip with the other tables. Rows of a zip go through a temporary database on disk, because what belongs to a service stands in
tables of their own; nothing is ever written under a name that a file says. All refusals are `FileRefused`, before anything of
the directory was changed.
"""

import codecs
import csv
import json
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import PurePosixPath
from typing import IO, Any

from django.utils.translation import gettext as _

Row = dict[str, Any]
Lines = Iterator[tuple[int, Row]]
CHUNK, ELEMENT = 1 << 16, 1 << 20
UNPACKED, RATIO, MEMBERS = 2 << 30, 200, 200
"""Bytes that a zip may unpack to, bytes unpacked for one packed, files in it: above, it is no directory but a trap."""
TABLES = {
    "services": "id", "organizations": "id", "phones": "service_id", "schedules": "service_id", "languages": "service_id",
    "service_areas": "service_id", "service_at_locations": "service_id", "locations": "id", "addresses": "location_id",
    "attributes": "link_id", "taxonomy_terms": "id",
}  # fmt: skip
"""The tables that are read, and the column by which a row of each is found."""
NEEDED = {"services": ("id", "name"), "organizations": ("id", "name"), "taxonomy_terms": ("id", "name")}
LISTS = ("contents", "services")
_OTHER_NAMES = {name.removesuffix("es" if name == "addresses" else "s"): name for name in TABLES} | {
    "physical_addresses": "addresses", "physical_address": "addresses", "services_at_location": "service_at_locations",
}  # fmt: skip


class FileRefused(Exception):
    """Nothing of the file was taken. `line` (0: the file as a whole) and `field` say where, the message why."""

    def __init__(self, why: str, *, line: int = 0, field: str = "") -> None:
        super().__init__(why)
        self.why, self.line, self.field = why, line, field


@contextmanager
def opened(file: IO[bytes], name: str, unpacked: int = UNPACKED) -> Iterator[Lines]:
    """The services of a file, each with the line where it begins. Raises FileRefused here or while they are read.

    `unpacked`: bytes that a zip may hold; more is refused before anything of it is read.
    """
    file.seek(0)
    beginning = file.read(4)
    file.seek(0)
    if beginning.startswith(b"PK"):
        with _unzipped(file, unpacked) as rows:
            yield rows
    elif name.lower().endswith(".zip"):
        raise FileRefused(_("This is no zip file, although its name says so."))
    elif name.lower().endswith(".csv"):
        with _joined() as tables:
            _fill(tables, "services", "services.csv", file)
            yield _services(tables)
    else:
        yield _json(file)


def _json(file: IO[bytes]) -> Lines:
    text = _Text(file)
    if text.peek() == "{":
        _to_the_list(text)
    if text.peek() != "[":
        raise FileRefused(_("This is neither a list of services in JSON, nor a zip or csv file of HSDS."), line=text.line)
    text.take("[")
    while text.peek() != "]":
        line = text.line
        row = text.value()
        if not isinstance(row, dict):
            raise FileRefused(_("A service is an object, in braces."), line=line)
        yield line, row
        if text.peek() != "]":
            text.take(",")
            if text.peek() == "]":
                raise FileRefused(_("After a comma another service is expected."), line=text.line)
    text.take("]")


def _to_the_list(text: "_Text") -> None:
    text.take("{")
    while text.peek() != "}":
        key = text.value()
        text.take(":")
        if key in LISTS and text.peek() == "[":
            return
        text.value()
        if text.peek() == ",":
            text.take(",")
    raise FileRefused(_("No list of services is in it: one is expected under contents or services."), line=text.line)


class _Text:
    """JSON read piece by piece; at most one value, and never more than `ELEMENT` characters of it, is held."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._buffer, self._at = file, "", 0
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._bytes, self._lines, self._ended = 0, 0, False
        self._values = json.JSONDecoder(parse_constant=_no_constant)

    @property
    def line(self) -> int:
        """Where the next value begins."""
        self.peek()
        return self._lines + self._buffer.count("\n", 0, self._at) + 1

    def peek(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            while self._at < len(self._buffer) and self._buffer[self._at] in " \t\r\n":
                self._at += 1
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._more():
                return ""

    def take(self, sign: str) -> None:
        """Pass over this sign."""
        if self.peek() != sign:
            found = self.peek() or _("the end of the file")
            raise FileRefused(_("%(sign)s is expected here, not %(found)s.") % {"sign": sign, "found": found}, line=self.line)
        self._at += 1

    def value(self) -> Any:
        """The next value, whole."""
        line = self.line
        while True:
            try:
                found, end = self._values.raw_decode(self._buffer, self._at)
            except RecursionError:
                raise FileRefused(_("It is nested too deeply."), line=line) from None
            except ValueError as error:
                if len(self._buffer) - self._at > ELEMENT:
                    raise FileRefused(
                        _("One service is longer than a million characters, or is not closed."), line=line
                    ) from None
                if not self._more():
                    where = self._lines + getattr(error, "lineno", 1)
                    why = {"why": getattr(error, "msg", error)}
                    raise FileRefused(_("This is not valid JSON: %(why)s.") % why, line=where) from None
                continue
            # a number at the end of what was read may go on
            if end == len(self._buffer) and self._more():
                continue
            self._at = end
            return found

    def _more(self) -> bool:
        if self._ended:
            return False
        self._lines += self._buffer.count("\n", 0, self._at)
        self._buffer, self._at = self._buffer[self._at :], 0
        piece = self._file.read(CHUNK)
        self._ended = not piece
        try:
            self._buffer += self._decoder.decode(piece, final=self._ended)
        except UnicodeDecodeError as error:
            waiting = len(error.object) - len(piece)
            line = self._lines + self._buffer.count("\n") + error.object.count(b"\n", 0, error.start) + 1
            raise _not_utf8(self._bytes - waiting + error.start, line) from None
        self._bytes += len(piece)
        return True


@contextmanager
def _unzipped(file: IO[bytes], unpacked: int) -> Iterator[Lines]:
    try:
        with zipfile.ZipFile(file) as archive:
            members = _tables_in(archive, unpacked)
            lists = [one for one in archive.namelist() if one.lower().endswith(".json") and "datapackage" not in one.lower()]
            if "services" not in members and len(lists) == 1:
                with archive.open(lists[0]) as found:
                    yield _json(found)
                return
            if "services" not in members:
                raise FileRefused(_("No services.csv is in the zip file."))
            with _joined() as tables:
                for table, member in members.items():
                    with archive.open(member) as found:
                        _fill(tables, table, member, found)
                yield _services(tables)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise FileRefused(_("The zip file is damaged: %(why)s.") % {"why": error}) from None
    except (NotImplementedError, RuntimeError) as error:
        raise FileRefused(
            _("The zip file is locked, or packed in a way that is not read here: %(why)s.") % {"why": error}
        ) from None


def _tables_in(archive: zipfile.ZipFile, unpacked: int) -> dict[str, str]:
    members = archive.infolist()
    if len(members) > MEMBERS or sum(one.file_size for one in members) > unpacked:
        most = {"files": MEMBERS, "megabytes": unpacked >> 20}
        raise FileRefused(_("The zip file holds too much: at most %(files)s files and %(megabytes)s MB, unpacked.") % most)
    found: dict[str, str] = {}
    for one in members:
        path = PurePosixPath(one.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in one.filename or "\0" in one.orig_filename:
            raise FileRefused(_("The zip file names %(name)s, outside of itself.") % {"name": one.filename[:80]})
        if one.file_size > ELEMENT and one.file_size > RATIO * max(one.compress_size, 1):
            raise FileRefused(_("%(name)s unpacks to far more than it says anything.") % {"name": one.filename[:80]})
        table = _OTHER_NAMES.get(path.stem.lower(), path.stem.lower())
        if path.suffix.lower() != ".csv" or table not in TABLES or path.name.startswith("."):
            continue
        if table in found:
            raise FileRefused(_("The table %(name)s is there twice.") % {"name": table})
        found[table] = one.filename
    return found


@contextmanager
def _joined() -> Iterator[sqlite3.Connection]:
    # a nameless database lies in a temporary file that ends with it
    with closing(sqlite3.connect("")) as tables:
        tables.execute("CREATE TABLE row (name TEXT, key TEXT, line INTEGER, text TEXT)")
        tables.execute("CREATE INDEX by_key ON row (name, key)")
        yield tables


def _fill(tables: sqlite3.Connection, table: str, member: str, file: IO[bytes]) -> None:
    """Put the rows of one csv file where they are found by what they belong to."""
    key = TABLES[table]
    rows = (
        (table, row.get(key) or "", line, json.dumps(row)) for line, row in _csv(file, member, (key, *NEEDED.get(table, ())))
    )
    tables.executemany("INSERT INTO row VALUES (?, ?, ?, ?)", rows)


def _csv(file: IO[bytes], member: str, needed: tuple[str, ...]) -> Lines:
    reader = csv.reader(_decoded(file, member), strict=True)
    try:
        head = [one.strip().lower() for one in next(reader, [])]
        missing = [one for one in dict.fromkeys(needed) if one not in head]
        if missing:
            names = {"file": member, "missing": missing[0], "there": ", ".join(head)[:200] or _("none")}
            raise FileRefused(
                _("%(file)s has no column %(missing)s. Its columns: %(there)s.") % names, line=1, field=missing[0]
            )
        for cells in reader:
            if cells and len(cells) != len(head):
                names = {"file": member, "cells": str(len(cells)), "columns": str(len(head))}
                why = _("%(file)s: this row has %(cells)s cells, its head %(columns)s.") % names
                raise FileRefused(why, line=reader.line_num)
            if any(cells):
                yield reader.line_num, {name: cell.strip() for name, cell in zip(head, cells, strict=True) if cell.strip()}
    except csv.Error as error:
        raise FileRefused(_("%(file)s is no table: %(why)s.") % {"file": member, "why": error}, line=reader.line_num) from None


def _decoded(file: IO[bytes], member: str) -> Iterator[str]:
    before, line = 0, 0
    while piece := file.readline(ELEMENT):
        line += 1
        if len(piece) == ELEMENT:
            raise FileRefused(_("%(file)s: a line is longer than a million characters.") % {"file": member}, line=line)
        try:
            text = piece.decode("utf-8-sig" if line == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise _not_utf8(before + error.start, line, member) from None
        before += len(piece)
        yield text


def _services(tables: sqlite3.Connection) -> Lines:
    """Each service as JSON would say it: what belongs to it inside it."""
    for line, text in tables.execute("SELECT line, text FROM row WHERE name = 'services' ORDER BY rowid"):
        row: Row = json.loads(text)
        key = row.get("id", "")
        for part in ("phones", "schedules", "languages", "service_areas"):
            row[part] = _found(tables, part, key)
        row["organization"] = next(iter(_found(tables, "organizations", row.pop("organization_id", ""))), None)
        row["service_at_locations"] = [_located(tables, one) for one in _found(tables, "service_at_locations", key)]
        row["attributes"] = [_named(tables, one) for one in _found(tables, "attributes", key)]
        yield line, row


def _located(tables: sqlite3.Connection, row: Row) -> Row:
    key = row.get("location_id", "")
    location = next(iter(_found(tables, "locations", key)), {})
    return row | {"location": location | {"addresses": _found(tables, "addresses", key)}}


def _named(tables: sqlite3.Connection, row: Row) -> Row:
    term = next(iter(_found(tables, "taxonomy_terms", row.get("taxonomy_term_id", ""))), None)
    return row | {"taxonomy_term": term}


def _found(tables: sqlite3.Connection, name: str, key: str) -> list[Row]:
    if not key:
        return []
    asked = tables.execute("SELECT text FROM row WHERE name = ? AND key = ? ORDER BY rowid", (name, key))
    return [json.loads(text) for (text,) in asked.fetchmany(ROWS_OF_ONE)]


ROWS_OF_ONE = 1000
"""Rows of one table that belong to one service; more are nobody's opening hours."""


def _not_utf8(byte: int, line: int, member: str = "") -> FileRefused:
    where = {"byte": byte, "file": member or _("The file")}
    why = _("%(file)s is not in UTF-8: byte %(byte)s is no part of a character. Save it as UTF-8 and send it again.")
    return FileRefused(why % where, line=line)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")
