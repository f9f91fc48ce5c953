"""The second wall, from outside: raw SQL by the role that serves, on rows that the verbs have made.

Nothing here goes through Django: what is shown and refused is PostgreSQL's own doing.
"""

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.apps import apps
from psycopg import errors
from psycopg_pool import ConnectionPool

from hub.core import second_wall
from hub.core.second_wall import Reason
from tests.live import installation, manage
from tests.security.wall_story import RECEIPTS
from tests.servers import postgres

pytestmark = pytest.mark.pairless
ROOT = Path(__file__).resolve().parents[2]
IDENTITY, INDEX, PAST = "situations_identity", "situations_blindindex", "situations_historicalidentity"
PLAN = ["situations_planstep", "situations_visit", "situations_contact", "situations_servicerecord"]
REPORTS = "situations_reportback"
REFERRAL, MESSAGE = "situations_referral", "situations_referralmessage"
STATED = "situations_referralgrounds"
SET = "SELECT set_config('hubtable.agencies', %s, true), set_config('hubtable.passing', %s, true)"


@dataclass(frozen=True)
class House:
    """A whole installation; `serves` and `owner` are the addresses of its two roles."""

    serves: str
    owner: str
    agencies: dict[str, int]
    situations: dict[str, int]
    referrals: dict[str, int]
    members: dict[str, int]

    def rows(self, table: str, agency: str = "", *, passing: str = "") -> int:
        """How many rows the agency finds there."""
        with psycopg.connect(self.serves) as connection:
            connection.execute(SET, [str(self.agencies[agency]) if agency else "", passing])
            return int(connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])  # noqa: S608 - our own table

    def brought(self, table: str, agency: str = "", *, passing: str = "") -> set[str]:
        """Of which referrals the agency, or who passes, finds rows there."""
        column = "id" if table == REFERRAL else "referral_id"
        with psycopg.connect(self.serves) as connection:
            connection.execute(SET, [str(self.agencies[agency]) if agency else "", passing])
            rows = connection.execute(f"SELECT {column} FROM {table}").fetchall()  # noqa: S608 - our own table
        name = {number: one for one, number in self.referrals.items()}
        return {name[one] for (one,) in rows}

    def seen(self, table: str, agency: str = "", *, passing: str = "") -> set[str]:
        """Of which situations the agency finds rows there; `agency` empty: nobody is named, but somebody may pass."""
        with psycopg.connect(self.serves) as connection:
            if agency or passing:
                connection.execute(SET, [str(self.agencies[agency]) if agency else "", passing])
            rows = connection.execute(f"SELECT DISTINCT situation_id FROM {table}").fetchall()  # noqa: S608 - our own table
        name = {number: one for one, number in self.situations.items()}
        return {name[one] for (one,) in rows}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with postgres() as server, installation(tmp_path_factory.mktemp("wall"), server=server.url) as environment:
        code = "from tests.security import wall_story; wall_story.live()"
        said = json.loads(manage(environment, "shell", "--no-imports", "-c", code).splitlines()[-1])
        assert environment["DATABASE_URL"] != environment["DATABASE_OWNER_URL"]
        yield House(environment["DATABASE_URL"], environment["DATABASE_OWNER_URL"], **said)


@pytest.mark.parametrize("table", sorted(second_wall.tables()))
def test_who_names_nobody_finds_no_row_of_any_table(house: House, table: str):
    with psycopg.connect(house.owner) as owner:
        owner.execute(SET, ["", "moving"])
        assert owner.execute(f"SELECT count(*) FROM {table}").fetchone() != (0,)  # noqa: S608
    with psycopg.connect(house.serves) as connection:
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)  # noqa: S608
        connection.execute(SET, ["", "because"])
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)  # noqa: S608
        connection.execute(SET, [str(house.agencies["stranger"]), ""])
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)  # noqa: S608


@pytest.mark.parametrize(
    ("agency", "found"),
    [
        ("schools", {"draft", "led", "glass", "opened"}),  # brought all four
        ("recovery", {"led", "opened"}),  # leads one, is in the room where the other is open
        ("clinic", {"opened"}),  # in the room
        ("police", {"glass"}),  # not in the room; one of its members broke the glass
        ("stranger", set()),
    ],
)
def test_identity_is_there_for_who_brought_it_acts_was_shown_it_or_broke_the_glass(house: House, agency: str, found: set[str]):
    assert house.seen(IDENTITY, agency) == found


@pytest.mark.parametrize("table", PLAN)
def test_plan_is_there_for_who_acts_and_for_who_chairs(house: House, table: str):
    found = {agency: house.seen(table, agency) for agency in house.agencies}
    # the clinic's people facilitate and record: the board shows them whether the clock is kept
    assert found == {"recovery": {"led"}, "clinic": {"led"}, "schools": set(), "police": set(), "stranger": set()}


def test_report_backs_are_there_for_the_whole_table_and_nobody_else(house: House):
    found = {agency: house.seen(REPORTS, agency) for agency in house.agencies}
    assert found == {agency: {"led"} if agency != "stranger" else set() for agency in house.agencies}


@pytest.mark.parametrize(
    ("reason", "open_to_it"),
    [
        ("stored", {IDENTITY, PAST, REFERRAL, MESSAGE}),
        ("agenda", {"situations_contact"}),
        *((reason, second_wall.tables()) for reason in ("shredding", "backup", "moving")),
    ],
)
def test_reason_opens_no_more_than_its_own_tables(house: House, reason: str, open_to_it: set[str]):
    assert {table for table in second_wall.tables() if house.rows(table, passing=reason)} == open_to_it
    assert reason in set(Reason)


@pytest.mark.parametrize(("agency", "count"), [("recovery", 1), ("clinic", 1), ("schools", 1), ("police", 0), ("stranger", 0)])
def test_held_text_is_there_for_its_agency_and_one_of_the_table_for_who_chairs_it(house: House, agency: str, count: int):
    # the facilitator and the recorder are of the clinic: the one of the schools is for them, the one of the lead is not
    assert house.rows("situations_heldtext", agency) == count


@pytest.mark.parametrize(
    ("agency", "found"),
    [("recovery", {"family"}), ("clinic", {"partner"}), ("schools", set()), ("stranger", set())],
)
def test_referral_and_its_messages_are_there_for_its_desks_agency(house: House, agency: str, found: set[str]):
    assert house.brought(REFERRAL, agency) == house.brought(MESSAGE, agency) == found


def test_partner_finds_what_it_brought_and_no_message(house: House):
    assert house.brought(REFERRAL, "police") == {"partner"}
    assert house.brought(MESSAGE, "police") == set()


def test_what_a_basis_had_written_down_is_there_for_who_gave_it_alone(house: House):
    found = {agency: house.brought(STATED, agency) for agency in house.agencies}
    assert found == {agency: {"partner"} if agency == "police" else set() for agency in house.agencies}


@pytest.mark.parametrize("table", [REFERRAL, MESSAGE])
def test_receipt_opens_its_own_referral_alone(house: House, table: str):
    for name, receipt in RECEIPTS.items():
        assert house.brought(table, passing=f"receipt:{receipt}") == {name}
    for other in ("receipt:", "receipt:" + "0" * 64, "receipt:%", RECEIPTS["family"], "receipt"):
        assert house.brought(table, passing=other) == set()


def test_receipt_opens_no_other_table(house: House):
    held = f"receipt:{RECEIPTS['family']}"
    assert {table for table in second_wall.tables() if house.rows(table, passing=held)} == {REFERRAL, MESSAGE}


COPY = "desk_id, agency_id, language, pile, stage, received_on, answers, is_emergency, consent_to_tell, closing"
DENIED = errors.InsufficientPrivilege


@pytest.mark.parametrize(
    ("agency", "held", "door", "brings"),
    [
        ("", "1" * 64, "family", True),
        ("", "2" * 64, "family", False),  # under another receipt
        ("", "", "family", False),
        ("", "1" * 64, "partner", False),  # nobody signed in
        ("police", "", "partner", True),
        ("police", "", "family", False),
        ("schools", "", "partner", False),  # for another agency than one's own
    ],
)
def test_referral_is_brought_by_who_holds_its_receipt_or_by_the_partner_it_names(
    house: House, agency: str, held: str, door: str, brings: bool
):
    partner = (house.members["police"], house.agencies["police"]) if door == "partner" else (None, None)
    with psycopg.connect(house.serves) as connection:
        row = _plain_row(house)
        connection.execute(SET, [str(house.agencies[agency]) if agency else "", f"receipt:{held}" if held else ""])
        insert = [*row, door, *partner, "1" * 64]
        statement = f"""INSERT INTO {REFERRAL} ({COPY}, door, from_member_id, from_agency_id, receipt, binding)
            VALUES ({", ".join(["%s"] * len(insert))}, gen_random_uuid()) RETURNING id"""  # noqa: S608
        if brings:
            assert connection.execute(statement, insert).fetchone()
        else:
            with pytest.raises(DENIED, match="row-level security"):
                connection.execute(statement, insert)
        connection.rollback()


def _plain_row(house: House) -> tuple[Any, ...]:
    with psycopg.connect(house.owner) as owner:
        owner.execute(SET, ["", "moving"])
        found = owner.execute(f"SELECT {COPY} FROM {REFERRAL} WHERE door = 'family'").fetchone()  # noqa: S608
    assert found
    return found


@pytest.mark.parametrize(
    ("agency", "held", "statement", "rows"),
    [
        ("recovery", "", "UPDATE situations_referral SET stage = 'read'", 1),
        ("police", "", "UPDATE situations_referral SET stage = 'read'", 0),  # who brought it reads what became of it
        ("", "family", "UPDATE situations_referralmessage SET read_on = current_date", 1),
        ("", "family", "DELETE FROM situations_referral", 0),  # the desk deletes
        ("recovery", "", "DELETE FROM situations_referralmessage", 1),
        ("police", "", "DELETE FROM situations_referralmessage", 0),
    ],
)
def test_referral_is_changed_by_its_desk_and_answered_with_its_receipt(
    house: House, agency: str, held: str, statement: str, rows: int
):
    with psycopg.connect(house.serves) as connection:
        told = f"receipt:{RECEIPTS[held]}" if held else ""
        connection.execute(SET, [str(house.agencies[agency]) if agency else "", told])
        assert connection.execute(statement).rowcount == rows
        connection.rollback()


def test_referral_is_passed_on_by_who_names_both_desks_and_nobody_else(house: House):
    agencies = [house.agencies["recovery"], house.agencies["clinic"]]
    statement = f"UPDATE {REFERRAL} SET agency_id = %s WHERE id = %s"  # noqa: S608
    for told, allowed in ((agencies[:1], False), (agencies, True)):
        with psycopg.connect(house.serves) as connection:
            connection.execute(SET, [",".join(map(str, told)), ""])
            if allowed:
                assert connection.execute(statement, [agencies[1], house.referrals["family"]]).rowcount == 1
            else:
                with pytest.raises(DENIED, match="row-level security"):
                    connection.execute(statement, [agencies[1], house.referrals["family"]])
            connection.rollback()


def test_connection_that_goes_back_to_its_pool_has_forgotten_for_whom_it_worked(house: House):
    with ConnectionPool(house.serves, min_size=1, max_size=1) as pool:
        with pool.connection() as first:
            first.execute(SET, [str(house.agencies["schools"]), ""])
            assert first.execute(f"SELECT count(*) FROM {IDENTITY}").fetchone() == (4,)  # noqa: S608
        with pool.connection() as second:
            assert second is first
            assert second.execute(f"SELECT count(*) FROM {IDENTITY}").fetchone() == (0,)  # noqa: S608


@pytest.mark.parametrize(
    "statement",
    [
        f"ALTER TABLE {IDENTITY} DISABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {IDENTITY} NO FORCE ROW LEVEL SECURITY",
        f"DROP POLICY second_wall_select ON {IDENTITY}",
        f"CREATE POLICY mine ON {IDENTITY} USING (true)",
        f"TRUNCATE {IDENTITY} CASCADE",
        f"ALTER TABLE {IDENTITY} OWNER TO CURRENT_USER",
        "CREATE TABLE mine (one int)",
        "SET ROLE hubtable",
        "SET SESSION AUTHORIZATION hubtable",
        "ALTER ROLE CURRENT_USER BYPASSRLS",
        "CREATE OR REPLACE FUNCTION hubtable_passing() RETURNS text LANGUAGE sql AS $$ SELECT 'moving' $$",
        "ALTER TABLE situations_ledgerentry DISABLE TRIGGER ALL",
        "UPDATE situations_ledgerentry SET basis = 'consent'",
        "DELETE FROM situations_recipient",
        "TRUNCATE situations_ledgerentry CASCADE",
        "UPDATE django_migrations SET name = 'none'",
    ],
)
def test_role_that_serves_cannot_take_the_wall_or_the_ledger_down(house: House, statement: str):
    with psycopg.connect(house.serves) as connection, pytest.raises(DENIED):
        connection.execute(statement)


def test_switching_row_security_off_is_refused_and_not_obeyed(house: House):
    for address in (house.serves, house.owner):
        with psycopg.connect(address) as connection:
            connection.execute("SET row_security = off")
            with pytest.raises(DENIED):
                connection.execute(f"SELECT * FROM {IDENTITY}")  # noqa: S608


def test_owner_of_the_tables_is_held_too(house: House):
    with psycopg.connect(house.owner) as connection:
        for table in second_wall.tables():
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)  # noqa: S608
        query = "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
        assert {one for (one,) in connection.execute(query)} == second_wall.tables()


EMPTIED = f"UPDATE {IDENTITY} SET name = ''"  # noqa: S608
COLUMNS = "name, date_of_birth, address, aliases, guardian, others"
EMPTY = ", ".join(["''::bytea"] * 6)


@pytest.mark.parametrize(
    ("agency", "statement", "rows"),
    [
        ("police", EMPTIED, 0),
        ("recovery", EMPTIED, 0),  # who acts reads the envelope and does not change it
        ("schools", EMPTIED, 1),  # its own draft, and nothing that has left the agency
        ("schools", f"DELETE FROM {INDEX}", 1),  # noqa: S608
        ("schools", "UPDATE situations_planstep SET text = ''", 0),
        ("clinic", "UPDATE situations_planstep SET text = ''", 0),  # who chairs reads
        ("recovery", "UPDATE situations_planstep SET text = ''", 1),
        ("recovery", f"DELETE FROM {REPORTS}", 0),  # noqa: S608 - what was said stays said
    ],
)
def test_row_is_changed_only_by_who_may_write_it(house: House, agency: str, statement: str, rows: int):
    with psycopg.connect(house.serves) as connection:
        connection.execute(SET, [str(house.agencies[agency]), ""])
        assert connection.execute(statement).rowcount == rows
        connection.rollback()


@pytest.mark.parametrize(("agency", "situation"), [("police", "draft"), ("schools", "led"), ("", "draft")])
def test_no_identity_is_written_for_somebody_elses_situation_nor_after_the_draft(house: House, agency: str, situation: str):
    number = house.situations[situation]
    insert = f"INSERT INTO {IDENTITY} (situation_id, agency_id, {COLUMNS}) VALUES (%s, %s, {EMPTY})"  # noqa: S608
    with psycopg.connect(house.serves) as connection:
        connection.execute(SET, [str(house.agencies[agency]) if agency else "", ""])
        with pytest.raises(DENIED, match="row-level security"):
            connection.execute(insert, [number, house.agencies["schools"]])


def test_every_model_with_a_sealed_or_planned_word_stands_behind_the_wall():
    meant = {"identity", "blindindex", "planstep", "visit", "contact", "servicerecord", "reportback"}
    meant |= {"referral", "referralmessage", "referralgrounds", "heldtext"}
    models = {one._meta.db_table: one for one in apps.get_app_config("situations").get_models()}
    for table in list(models):
        if table.removeprefix("situations_").removeprefix("historical") in meant:
            assert table in second_wall.tables(), table
            del models[table]
    assert not second_wall.tables() & set(models)


def test_only_these_modules_pass_through_the_wall():
    found = set()
    for app in ("hub", "agencies", "situations", "conferences"):
        for path in (ROOT / app).rglob("*.py"):
            found |= {(str(path.relative_to(ROOT)), one) for one in _reasons(ast.parse(path.read_text()))}
    assert found == {
        ("conferences/agenda.py", "AGENDA"),
        ("hub/core/dumping.py", "BACKUP"),
        ("situations/break_glass.py", "STORED"),
        ("situations/certificates.py", "STORED"),
        ("situations/held_texts.py", "SHREDDING"),
        ("situations/moving.py", "MOVING"),
        ("situations/noticing.py", "STORED"),
        ("situations/referrals/deleting.py", "SHREDDING"),
        ("situations/referrals/struck.py", "SHREDDING"),
        ("situations/referrals/struck.py", "STORED"),
        ("situations/restoring.py", "STORED"),
        ("situations/retention.py", "SHREDDING"),
        ("situations/retention.py", "STORED"),
        ("situations/sealing.py", "STORED"),
    }


def test_only_these_modules_speak_for_who_holds_a_receipt():
    found = set()
    for path in (*(ROOT / "hub").rglob("*.py"), *(ROOT / "situations").rglob("*.py")):
        calls = (one for one in ast.walk(ast.parse(path.read_text())) if isinstance(one, ast.Call))
        if any(_last(one.func) == "holding" for one in calls):
            found.add(str(path.relative_to(ROOT)))
    assert found == {
        "situations/referrals/bringing.py", "situations/referrals/receipts.py", "situations/views/referral_receipt.py",
    }  # fmt: skip


def _reasons(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _last(node.value) == "Reason":
            yield node.attr
        if isinstance(node, ast.Call) and _last(node.func) == "passing":
            # said in the code, never worked out
            assert isinstance(node.args[0], ast.Attribute), ast.dump(node)


def _last(node: Any) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
