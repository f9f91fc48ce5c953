"""What a whole conference leaves on disk and on the wire behind it: raw files, dumps, log, announcements, cache, sessions.

On SQLite and Redis by itself; on PostgreSQL where the tests have one.
"""

import base64
import os
import socket
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psycopg
import pytest
from django.core import signing
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from hub.core import fieldclass
from hub.core.fieldclass import FieldClass
from hub.settings import stores
from tests import live
from tests.security.story import GONE, KEPT, NAMING, TYPED_OPEN, Story, sealed_words_in, seat
from tests.servers import KEYS, _binaries, redis_server

PLANTED = "Zplantedz"


def spellings(word: str) -> set[bytes]:
    """A word as it could stand in a file, in lower case: plain, wide, in hexadecimal, base64, an address, JSON."""
    found = set()
    for one in {word, word.lower(), word.upper(), word.capitalize()}:
        plain = one.encode()
        found |= {
            plain,
            one.encode("utf-16-le"),
            plain.hex().encode(),
            quote(one, safe="").encode(),
            one.replace("/", "\\/").encode(),
        }
        # in base64 a word looks different at each of three places; what its neighbours change is left out
        # (and nothing else: five letters of it stand in some database by chance)
        for before in range(3):
            coded = base64.b64encode(bytes(before) + plain)
            found.add(coded[(0, 2, 3)[before] : (before + len(plain)) * 8 // 6])
    return {one.lower() for one in found}


def words_in(content: bytes, words: tuple[str, ...] = NAMING) -> set[str]:
    """Which of the words stand in a file, however they are written."""
    content = content.lower()
    return {word for word in words if any(one in content for one in spellings(word))}


@contextmanager
def overheard(url: str) -> Iterator[bytearray]:
    """Every command that Redis is given: announcements on their way, and what is cached."""
    place, heard = urlsplit(url), bytearray()
    with closing(socket.create_connection((str(place.hostname), int(place.port or 0)))) as line:
        line.sendall(b"MONITOR\r\n")

        def listen() -> None:
            while piece := line.recv(65536):
                heard.extend(piece)

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield heard
        line.shutdown(socket.SHUT_RDWR)
        thread.join(5)


@dataclass
class Remains:
    """What is left when the server has stopped."""

    story: Story
    files: dict[str, bytes] = field(default_factory=dict)
    dump: bytes = b""
    rows: dict[tuple[str, str], str] = field(default_factory=dict)
    redis: bytes = b""
    longest_name: int = 0
    secret: str = ""
    cluster: dict[str, bytes] = field(default_factory=dict)
    while_running: dict[str, bytes] = field(default_factory=dict)

    @property
    def log(self) -> bytes:
        return self.files["server.log"]

    def sessions(self) -> list[str]:
        """Each decoded, as the server would read it."""
        salt = "django.contrib.sessions.SessionStore"
        coded = self.rows["django_session", "session_data"].split("\n")
        return [str(signing.loads(one, key=self.secret, salt=salt, serializer=signing.JSONSerializer)) for one in coded]


@pytest.fixture(scope="module")
def remains(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Remains]:
    with ExitStack() as stack:
        data = tmp_path_factory.mktemp("rest") / "var"
        layer = stack.enter_context(redis_server())
        environment = stack.enter_context(live.installation(data, extra={"REDIS_URL": layer.url}))
        url = environment["DATABASE_OWNER_URL"]
        extra = {"DATABASE_URL": url, "REDIS_URL": layer.url}
        ids = seat(environment)
        # demo mode speaks plain HTTP; nothing of the demo community is loaded, because the data is prepared
        with overheard(layer.url) as heard, live.live_hub(prepared=data, demo=True, extra=extra) as hub, ExitStack() as sockets:
            found = Remains(Story(hub, ids, lambda sql: _number(hub.data, url, sql), sockets))
            found.story.tell()
            for name in ("facilitator", "schools", "police", "clinic", "recovery", "recorder"):
                found.story[name].hear_out()
            found.while_running = _files(hub.data)
            sockets.close()
            hub.child.terminate()
            hub.child.wait(20)
            found.files = _files(hub.data)
            found.rows = _rows(hub.data, url)
            found.longest_name = _longest_name(hub.data, url)
            found.dump = _dumped(hub.data, url)
            found.cluster = _cluster(url) if url else {}
            found.secret = (hub.data / "secrets" / "secret_key").read_text().strip()
        found.redis = bytes(heard)
        yield found


def _open(data: Path, url: str) -> Any:
    # the administrator: the second wall holds everybody else
    return psycopg.connect(url, user="postgres") if url else sqlite3.connect(data / "hubtable.sqlite3")


def _number(data: Path, url: str, sql: str) -> int:
    with closing(_open(data, url)) as database:
        return int(database.execute(sql).fetchone()[0])


def _files(data: Path) -> dict[str, bytes]:
    """Everything that the installation wrote, but collected static files and its own secrets."""
    apart = {"static", "secrets"}
    found = [one for one in data.rglob("*") if one.is_file() and not apart & set(one.relative_to(data).parts)]
    return {str(one.relative_to(data)): one.read_bytes() for one in found}


def _rows(data: Path, url: str) -> dict[tuple[str, str], str]:
    """(table, column) to everything in it, one value a line."""
    found = {}
    with closing(_open(data, url)) as database:
        for table, column in fieldclass.columns():
            if not table.startswith("keystore_"):
                rows = database.execute(f'SELECT "{column}" FROM "{table}"').fetchall()  # noqa: S608 - the schema's own names
                found[table, column] = "\n".join(_text(value) for (value,) in rows)
    return found


def _longest_name(data: Path, url: str) -> int:
    with closing(_open(data, url)) as database:
        return int(database.execute("SELECT max(length(name)) FROM situations_identity").fetchall()[0][0])


def _cluster(url: str) -> dict[str, bytes]:
    """PostgreSQL's own files: both databases', with their dead rows, and the write-ahead log of everything."""
    administrator = make_conninfo(url, user="postgres", dbname="postgres")
    names = [str(conninfo_to_dict(one)["dbname"]) for one in (url, url + KEYS)]
    with closing(psycopg.connect(administrator, autocommit=True)) as server:
        server.execute("CHECKPOINT")
        home = Path(server.execute("SHOW data_directory").fetchall()[0][0])
        numbers = [str(one) for (one,) in server.execute("SELECT oid FROM pg_database WHERE datname = ANY(%s)", (names,))]
    folders = [home / "pg_wal", *(home / "base" / one for one in numbers)]
    return {str(one.relative_to(home)): one.read_bytes() for folder in folders for one in folder.iterdir() if one.is_file()}


def _text(value: Any) -> str:
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)


def _dumped(data: Path, url: str) -> bytes:
    """Both databases as a dump writes them."""
    if url:
        command = [str(_binaries() / "pg_dump")]
        both = [make_conninfo(one, user="postgres") for one in (url, url + KEYS)]
        return b"".join(subprocess.run([*command, one], check=True, capture_output=True).stdout for one in both)
    pieces = []
    for name in ("hubtable.sqlite3", "keys.sqlite3"):
        with closing(sqlite3.connect(data / name)) as database:
            pieces += [one.encode() for one in database.iterdump()]
    return b"\n".join(pieces)


# the scan can fail


@pytest.mark.parametrize("word", [PLANTED, *NAMING])
def test_scan_finds_a_planted_word_however_it_is_written(word: str) -> None:
    """Negative control, for each word that the scans below do not find."""
    for planted in (
        word, word.upper(), f'{{"note": "x{word}y"}}', quote(f"a {word} b"), f"x{word}".encode("utf-16-le").decode("latin-1"),
        base64.b64encode(f"abc{word}def".encode()).decode(), base64.b64encode(f"ab{word}def".encode()).decode(),
        base64.b64encode(f"a{word}def".encode()).decode(), word.encode().hex(),
    ):  # fmt: skip
        assert words_in(b"\x00before" + planted.encode("latin-1") + b"after", (word,)) == {word}, planted


def test_scan_finds_what_may_be_stored(remains: Remains) -> None:
    """The note that the table goes on with is in the database and in its dump: the scans read the right files."""
    assert words_in(remains.dump, (KEPT,)) == {KEPT}
    assert KEPT in remains.rows["situations_situation", "note"]
    if "hubtable.sqlite3" in remains.files and not os.environ.get("DATABASE_URL"):
        assert words_in(remains.files["hubtable.sqlite3"], (KEPT,)) == {KEPT}


def test_story_was_told_to_its_end(remains: Remains) -> None:
    kinds = set(remains.rows["situations_ledgerentry", "kind"].split("\n"))
    assert kinds >= {
        "written", "screened", "tabled", "profile", "guard_asked", "dissent", "rejected", "redacted", "shredded", "aer",
        "identity_offered", "identity_read", "answer", "asked", "accepted", "planned", "plan_changed", "contact", "service",
        "report_back", "break_glass", "accounted",
    }  # fmt: skip
    read = [one for visitor in remains.story.people.values() for one in visitor.answers if "Qanarine" in one.text]
    assert len(read) > 3, "the words went through the server"


# what is left


def test_no_file_of_the_installation_names_anybody(remains: Remains) -> None:
    assert {name: found for name, content in remains.files.items() if (found := words_in(content))} == {}
    kept = set() if os.environ.get("DATABASE_URL") else {"hubtable.sqlite3", "keys.sqlite3"}
    assert {"server.log", *kept} <= set(remains.files)


def test_no_file_names_anybody_while_the_server_runs_either(remains: Remains) -> None:
    """With the write-ahead log of SQLite, as whoever copies the disk of a running server gets it."""
    assert {name: found for name, content in remains.while_running.items() if (found := words_in(content))} == {}


def test_no_file_of_the_server_names_anybody(remains: Remains) -> None:
    """PostgreSQL's, dead rows and write-ahead log among them; on SQLite there is no server, and the file is scanned above.

    What a draft's note said before it was sent is in dead rows until vacuum has passed (docs/field-classes.md says so).
    """
    assert bool(remains.cluster) == bool(os.environ.get("DATABASE_URL"))
    joined = b"\x00".join(remains.cluster.values()).lower()
    assert {word for word in NAMING if word.lower().encode() in joined} <= TYPED_OPEN
    assert (KEPT.encode() in joined) == bool(remains.cluster), "the scan reads the right files"


def test_dump_names_nobody(remains: Remains) -> None:
    assert words_in(remains.dump) == set()


def test_log_tells_nothing(remains: Remains) -> None:
    assert words_in(remains.log, (*NAMING, KEPT, GONE)) == set()


def test_announcements_and_cache_tell_nothing(remains: Remains) -> None:
    assert b'"PUBLISH"' in remains.redis, "announcements were overheard"
    assert b'"SET' in remains.redis, "rate limits were overheard"
    assert words_in(remains.redis, (*NAMING, KEPT, GONE)) == set()


def test_sessions_tell_nothing(remains: Remains) -> None:
    sessions = remains.sessions()
    assert len(sessions) > 6
    assert words_in("\n".join(sessions).encode(), (*NAMING, KEPT, GONE)) == set()


def test_sockets_were_pushed_the_note_and_never_a_name(remains: Remains) -> None:
    frames = [frame for visitor in remains.story.people.values() for frame in visitor.frames]
    assert any(KEPT in frame for frame in frames)
    assert sealed_words_in(frames) == {}


def test_ledger_and_its_like_hold_no_typed_word(remains: Remains) -> None:
    """Words typed about a situation stand in columns of class profile alone."""
    classes = fieldclass.columns()
    found = {place for place, text in remains.rows.items() if words_in(text.encode("latin-1", "replace"), (KEPT, GONE))}
    assert {classes[place] for place in found} == {FieldClass.PROFILE}


def test_what_was_redacted_is_gone_from_the_disk(remains: Remains) -> None:
    """From rows and history everywhere; on SQLite from free pages and the write-ahead log too, once the server has stopped."""
    assert words_in(remains.dump, (GONE,)) == set()
    if not os.environ.get("DATABASE_URL"):
        assert {name: 1 for name, content in remains.files.items() if words_in(content, (GONE,))} == {}
        assert "hubtable.sqlite3-wal" not in remains.files


def remaining(file: Path, *statements: str, pragmas: str = stores.SQLITE_PRAGMAS) -> int:
    """How often the word stands in a file of 3,000 notes, over many pages, after all of them were redacted."""
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.executescript(f"{pragmas} CREATE TABLE notes (id integer PRIMARY KEY, note text)")
        database.executemany("INSERT INTO notes (note) VALUES (?)", [(f"{GONE} {'x' * (one % 300)}",) for one in range(3000)])
        for one in statements:
            database.execute(one)
    assert not file.with_name(f"{file.name}-wal").exists()
    return file.read_bytes().count(GONE.encode())


@pytest.mark.parametrize("statement", ["DELETE FROM notes", "UPDATE notes SET note = ''"])
def test_sqlite_overwrites_what_is_redacted_because_it_is_told_to(tmp_path: Path, statement: str) -> None:
    assert remaining(tmp_path / "told.sqlite3", statement) == 0
    careless = stores.SQLITE_PRAGMAS + "PRAGMA secure_delete=OFF;"
    assert remaining(tmp_path / "not_told.sqlite3", statement, pragmas=careless) > 1000


def test_vacuum_takes_the_pieces_that_rebuilt_pages_keep(tmp_path: Path) -> None:
    """Many changes and deletions in a row make SQLite move rows, and a moved row's old place is not always overwritten."""
    mixed = ["UPDATE notes SET note = '' WHERE id % 2", "DELETE FROM notes WHERE note <> ''"]
    assert remaining(tmp_path / "kept.sqlite3", *mixed) < 10
    assert remaining(tmp_path / "vacuumed.sqlite3", *mixed, "VACUUM") == 0


def test_identity_is_there_all_the_same(remains: Remains) -> None:
    """Negative control: what is nowhere to be read has not been left out by the story."""
    # as a whole: a sealed name may hold the byte that stands between two rows
    assert remains.longest_name > 64
