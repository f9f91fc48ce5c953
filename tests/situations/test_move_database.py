"""The demo community moves up: to PostgreSQL and back, twice, interrupted, and against whatever could be wrong."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from situations import moving_places
from situations.moving_places import CannotMove
from tests.live import ROOT, environment_of, manage, prepare
from tests.servers import KEYS, SERVES, fresh_database, postgres, two_roles

pytestmark = pytest.mark.pairless
WEEKS = 3
TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
LINE = re.compile(r"^ +(\d+) ([0-9a-f]{12}) (\w+)$")


@dataclass(frozen=True)
class Said:
    """What one run of the command printed."""

    text: str
    error: str

    @property
    def tables(self) -> dict[str, tuple[int, str]]:
        """Table to its rows and its digest."""
        found = (LINE.match(line) for line in self.text.splitlines())
        return {one[3]: (int(one[1]), one[2]) for one in found if one}


def command(url: str, keys: str = "") -> list[str]:
    return [sys.executable, "manage.py", "move_database", "--to", url, "--keys-to", keys or f"{url}{KEYS}"]


def move(environment: dict[str, str], url: str, keys: str = "") -> Said:
    done = subprocess.run(command(url, keys), cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    assert bool(done.returncode) == done.stderr.startswith("CommandError: "), done.stderr
    return Said(done.stdout, done.stderr.removeprefix("CommandError: ").strip())


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The demo community with its last weeks, as one process keeps it."""
    environment = environment_of(prepare(tmp_path_factory.mktemp("moving"), demo=False), demo=True)
    manage(environment, "shell", "--no-imports", "-c", f"from tests.bench.hall import lived; lived({WEEKS})")
    return environment


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres(bare=True) as running:
        yield running.url


@pytest.fixture(scope="module")
def target(server: str) -> Iterator[str]:
    with fresh_database(server) as url:
        yield url


@pytest.fixture(scope="module")
def moved(embedded: dict[str, str], target: str) -> Said:
    """The first move that was let to its end: one before it was killed while it wrote."""
    with subprocess.Popen(command(target), cwd=ROOT, env=embedded, stdout=subprocess.DEVNULL) as child:
        _wait_until_it_writes(target, child)
        child.send_signal(signal.SIGKILL)
    assert (_value(target, TABLES), _value(target + KEYS, TABLES)) == (0, 0)
    said = move(embedded, target)
    assert said.error == ""
    return said


def _wait_until_it_writes(target: str, child: subprocess.Popen[bytes]) -> None:
    server, _, name = target.rpartition("/")
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND query LIKE 'INSERT INTO %%'"
    # one connection for all questions: on a busy machine a new one takes longer than the writing
    with psycopg.connect(f"{server}/postgres", autocommit=True) as watching:
        while watching.execute(query, [name]).fetchone() == (0,):
            assert child.poll() is None, "it came to its end before it could be killed"
            time.sleep(0.002)


def _value(url: str, query: str) -> object:
    with psycopg.connect(url, options="-c hubtable.passing=moving") as connection:
        row = connection.execute(query).fetchone()
    return row[0] if row else None


def _run(url: str, *statements: str, user: str = "postgres") -> None:
    with psycopg.connect(url, user=user) as connection:
        for one in statements:
            connection.execute(one)


def test_everything_arrives_and_serves_there(embedded: dict[str, str], moved: Said, target: str):
    with closing(sqlite3.connect(Path(embedded["HUBTABLE_DATA"]) / "hubtable.sqlite3")) as here:
        for table in ("situations_identity", "situations_historicalplanstep", "situations_ledgerentry", "agencies_member"):
            (rows,) = here.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - our own tables
            assert moved.tables[table][0] == rows == _value(target, f"SELECT count(*) FROM {table}")  # noqa: S608
        (last,) = here.execute("SELECT seq FROM sqlite_sequence WHERE name = 'situations_situation'").fetchone()
    assert "django_session" not in moved.tables
    there = embedded | two_roles(target)
    manage(there, "migrate", "--verbosity", "0")  # gives the role that serves what it needs
    assert manage(there, "verify_ledger").startswith("The ledger is whole: ")
    code = "from situations.models import Situation; print(Situation._meta.db_table, Situation.objects.count())"
    assert manage(there, "shell", "--no-imports", "-c", code).split() == [
        "situations_situation", str(moved.tables["situations_situation"][0])
    ]  # fmt: skip
    assert _value(target, "SELECT nextval(pg_get_serial_sequence('situations_situation', 'id'))") == last + 1


def test_second_move_takes_the_place_of_the_first_unless_somebody_worked_there(
    embedded: dict[str, str], moved: Said, server: str
):
    with fresh_database(server) as url:
        first, second = move(embedded, url), move(embedded, url)
        assert first.tables == second.tables == moved.tables
        earlier = "An earlier copy, in which nobody had worked, has gone for it.\n"
        assert second.text == first.text.replace("Sessions are left", f"{earlier}Sessions are left")
        _run(url, "UPDATE agencies_member SET name = 'Somebody else' WHERE id = 1")
        assert "somebody has worked since" in move(embedded, url).error
        assert _value(url, "SELECT name FROM agencies_member WHERE id = 1") == "Somebody else"


ALTERS = """
CREATE FUNCTION alters() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.town := NEW.town || '!'; RETURN NEW; END $$;
CREATE FUNCTION hooks() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
    IF to_regclass('situations_situation') IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgname = 'alters') THEN
        CREATE TRIGGER alters BEFORE INSERT ON situations_situation FOR EACH ROW EXECUTE FUNCTION alters();
    END IF;
END $$;
CREATE EVENT TRIGGER hooks ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION hooks()
"""


def test_database_that_does_not_keep_what_it_is_given_gets_nothing(embedded: dict[str, str], server: str):
    with fresh_database(server) as url:
        _run(url, ALTERS)
        said = move(embedded, url)
        assert said.error == (
            "Not the same at the new place: situations_situation: a row is not the same there Nothing was moved."
        )
        assert (_value(url, TABLES), _value(url + KEYS, TABLES)) == (0, 0)


def test_moving_back_to_files_gives_the_same_rows(embedded: dict[str, str], moved: Said, target: str, tmp_path: Path):
    there = embedded | two_roles(target)
    files = [tmp_path / name for name in ("data.sqlite3", "keys.sqlite3")]
    said = move(there, *(f"sqlite:///{one}" for one in files))
    assert (said.error, said.tables) == ("", moved.tables)
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted(one.name for one in files)
    assert {one.stat().st_mode & 0o777 for one in files} == {0o600}


def test_ledger_that_does_not_hold_is_not_moved(embedded: dict[str, str], server: str, tmp_path: Path):
    data = tmp_path / "var"
    shutil.copytree(embedded["HUBTABLE_DATA"], data)
    with closing(sqlite3.connect(data / "hubtable.sqlite3")) as owner:
        owner.execute("DROP TRIGGER situations_ledgerentry_no_update")
        owner.execute("UPDATE situations_ledgerentry SET basis = 'consent' WHERE sequence = 1 AND situation_id = 1")
        owner.commit()
    with fresh_database(server) as url:
        said = move({**embedded, "HUBTABLE_DATA": str(data)}, url)
        assert said.error.startswith("Here the ledger does not hold: situation:1 entry 1: ")
        assert _value(url, TABLES) == 0


def test_installation_in_use_or_of_an_older_version_is_not_moved(embedded: dict[str, str], server: str, tmp_path: Path):
    data = tmp_path / "var"
    shutil.copytree(embedded["HUBTABLE_DATA"], data)
    environment = {**embedded, "HUBTABLE_DATA": str(data)}
    with closing(sqlite3.connect(data / "hubtable.sqlite3")) as owner:
        owner.execute("DELETE FROM django_migrations WHERE app = 'situations' AND name >= '0009'")
        owner.commit()
    with fresh_database(server) as url:
        assert "run manage.py migrate first" in move(environment, url).error
        holds = "import time; from hub.core import running; lock = running.at_work(); lock.__enter__(); print(1, flush=True)"
        code = [sys.executable, "manage.py", "shell", "--no-imports", "-c", f"{holds}; time.sleep(600)"]
        with subprocess.Popen(code, cwd=ROOT, env=environment, stdout=subprocess.PIPE) as other:
            assert other.stdout is not None
            assert other.stdout.readline() == b"1\n"
            assert "stop every process of HubTable first" in move(environment, url).error
            other.kill()
        assert _value(url, TABLES) == 0


@pytest.mark.parametrize(
    "url", ["", "hubtable", "mysql://hub@127.0.0.1/hub", "sqlite://:memory:", "postgresql://hub@127.0.0.1:1/"]
)
def test_address_that_names_no_database_of_ours_is_said_to_be_none(url: str):
    with pytest.raises(CannotMove, match=r"postgresql://ROLE@HOST/NAME"):
        moving_places.named("moving", url)


def _open(url: str) -> None:
    with moving_places.opened(moving_places.named("moving", url)):
        pass


@pytest.fixture
def _may_connect(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        yield


@pytest.mark.usefixtures("_may_connect")
def test_server_that_cannot_be_used_is_named_with_its_reason(server: str):
    with pytest.raises(CannotMove, match="cannot be reached"):
        _open("postgresql://hub@127.0.0.1:1/hub")
    with pytest.raises(CannotMove, match="no directory"):
        _open("sqlite:////nowhere/at/all.sqlite3")
    with fresh_database(server) as url:
        with pytest.raises(CannotMove, match="not the role that serves"):
            _open(url.replace("//hubtable@", f"//{SERVES}@"))
        with psycopg.connect(url), pytest.raises(CannotMove, match="other connections"):
            _open(url)
        _open(url)


def test_target_that_is_not_empty_or_not_apart_is_refused(embedded: dict[str, str], server: str):
    with fresh_database(server) as url:
        _run(url, "CREATE TABLE somebodys (one int)")
        assert "not empty, and it is no earlier copy" in move(embedded, url).error
        assert "Both URLs name one database" in move(embedded, url, url).error
        here = os.path.join(embedded["HUBTABLE_DATA"], "hubtable.sqlite3")  # noqa: PTH118 - as text
        assert "names the database that is to be moved" in move(embedded, f"sqlite:///{here}", url).error
        assert _value(url, TABLES) == 1
