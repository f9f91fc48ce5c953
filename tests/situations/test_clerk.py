"""What the clerk does in its time: shredding, warnings, held redactions, the day's checkpoint; once, whoever runs it."""

import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from copy import deepcopy
from datetime import timedelta
from io import StringIO
from pathlib import Path
from threading import Event

import pytest
from django.core.management import CommandError, call_command
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from hub.core import clock
from hub.core.audit import verb
from hub.core.running import stopped_by_signal
from situations import clerk, holds, identity, retention
from situations.clerk import Duty
from situations.models import Certificate, Checkpoint, Identity, Notice, Situation
from tests.cast import IDENTITY, Cast, assemble, fresh, scene
from tests.live import ROOT, environment_of, installation, manage, prepare
from tests.servers import free_port, process, wait_until
from tests.situations.ended import concluded, leave_office, make_officer, over

Made = tuple[Cast, list[Situation]]
NO_MAIL = re.compile(
    r"[-\d:, ]+ WARNING (?:situations\.noticing (?:\d+ e-mails wait to be sent again|the mail server does not answer"
    r" \(NoMailServer\)|one e-mail waits: the mail server did not take it \(NoMailServer\))"
    r"|agencies\.unused_accounts a warning of an unused account was not sent \(NoMailServer\))"
)
PAST = """
from datetime import timedelta
from hub.core import clock
from tests.cast import assemble
from tests.situations.ended import concluded
with clock.at(clock.now() - timedelta(days=200)):
    concluded(assemble(), 6)
"""
COUNT = """
from hub.core.running import stopped_by_signal
from situations.models import Certificate as C, Checkpoint as P, Identity as I, LedgerEntry as L, Notice as N
left = I.objects.filter(shredded_at=None)
print(left.count(), C.objects.count(), L.objects.filter(kind="shredded").count(), N.objects.count(), P.objects.count())
"""


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Made]:
    """Two situations concluded today; the schools' deputy is their privacy officer."""
    with scene(django_db_blocker):
        people = assemble()
        make_officer(people["schools_deputy"])
        yield people, concluded(people, 2)


@pytest.fixture
def people(db: None, made: Made) -> Cast:
    return deepcopy(made[0])


@pytest.fixture
def situation(db: None, made: Made) -> Situation:
    return deepcopy(made[1][0])


@pytest.fixture
def other(db: None, made: Made) -> Situation:
    return deepcopy(made[1][1])


def later(situation: Situation, **more: float) -> AbstractContextManager[None]:
    """At the moment when its retention is over, or so much after it."""
    return clock.at(over(situation, **more))


# shredding


def test_identity_is_shredded_when_its_time_is_over_and_not_before(people, situation, other):
    with later(situation, seconds=-1):
        assert retention.shred_due() == 0
        first = retention.due(within_days=1)[0]
        assert (first.number, first.agency, first.held) == (situation.number, "Schools", False)
        assert first.shreds_at == over(situation)
        assert retention.due() == []
        assert identity.read(by=people["schools"], situation=situation) == IDENTITY
    with later(other):
        assert retention.shred_due() == 2
        assert retention.shred_due() == 0
        assert retention.due(within_days=400) == []
        assert identity.sealed_fields(situation) == []
    assert [bytes(getattr(one, name)) for one in Identity.objects.all() for name in IDENTITY] == [b""] * 12
    assert Certificate.objects.filter(why="retention").count() == 2


def test_profile_plan_and_conclusion_stay_for_the_counts(people, situation, other):
    with later(other):
        retention.shred_due()
    kept = fresh(situation)
    assert (kept.note, kept.risk_factors, kept.stage) == (situation.note, situation.risk_factors, "concluded")
    assert kept.criteria.count() == 4


def test_due_is_counted_by_each_table_and_may_be_asked_of_one(people, situation, django_assert_num_queries):
    with later(situation, days=1), django_assert_num_queries(3):
        assert len(retention.due(people.table)) == 2
    situation.table.retention_days = 400
    assert retention.shreds_at(situation) == situation.ended_at + timedelta(days=400)


def test_draft_and_running_situation_are_never_due(people):
    people.draft()
    with clock.at(clock.now() + timedelta(days=170)):
        assert retention.due() == []


def test_one_that_fails_is_undone_alone_told_and_tried_again(people, situation, other):
    @verb
    def breaks(*, by: None, key: int) -> bool:
        done = retention.shred(by=by, situation=Situation.objects.get(pk=key))
        if key == situation.pk:
            raise OSError("quotes the row")
        return done is not None

    with later(other), pytest.raises(ExceptionGroup) as raised:
        retention.each([situation.pk, other.pk], breaks)
    assert [type(one) for one in raised.value.exceptions] == [OSError]
    assert identity.sealed_fields(situation) != []
    assert identity.sealed_fields(other) == []
    with later(other):
        assert retention.shred_due() == 1


# warnings


def test_officers_of_agency_and_table_are_told_once_a_week_before(people, situation, other):
    with later(situation, days=-7, seconds=-1):
        assert clerk.warn_of_shredding() == 0
    with later(other, days=-7):
        assert clerk.warn_of_shredding() == 2
        assert clerk.warn_of_shredding() == 0
        told = {(one.member.email.partition("@")[0], one.situation_id, one.kind, one.table_id) for one in Notice.objects.all()}
    officers = ("schools_deputy", "privacy_officer")
    assert told == {(who, one.pk, "shred_due", people.table.pk) for who in officers for one in (situation, other)}


def test_who_takes_office_later_is_told_too_and_who_left_is_not(people, situation):
    leave_office(people["privacy_officer"])
    with later(situation, days=-7):
        clerk.warn_of_shredding()
        make_officer(people["schools"])
        clerk.warn_of_shredding()
    told = Notice.objects.filter(situation=situation).values_list("member__email", flat=True).order_by("pk")
    assert [one.partition("@")[0] for one in told] == ["schools_deputy", "schools"]


def test_held_identity_is_not_announced(people, situation):
    holds.place(by=people["schools_deputy"], situation=situation, reference="A 1")
    with later(situation, days=-7):
        clerk.warn_of_shredding()
    assert not Notice.objects.filter(situation=situation).exists()


# the day's checkpoint


def test_day_is_signed_once(people):
    assert clerk.sign_the_day() == 1
    assert clerk.sign_the_day() == 0
    with clock.at(clock.now() + timedelta(days=1)):
        assert clerk.sign_the_day() == 1
    assert Checkpoint.objects.filter(table=None).count() == 2


# the round, and the command


def test_duties_are_these_in_this_order():
    assert [one.do.__name__ for one in clerk.DUTIES] == [
        "expire", "warn_of_shredding", "shred_due", "redact_waiting", "forget_held", "forget_suggested", "finish_shredding",
        "open_written", "delete_due", "finish", "escalate", "sign_the_day", "remind", "disable", "warn", "forget", "forget",
        "forget", "forget", "send_mail",
    ]  # fmt: skip


def test_duty_that_fails_stops_no_other_and_is_logged_without_what_it_said(caplog):
    def breaks() -> int:
        raise ExceptionGroup("quotes the row", [OSError("quotes the row")])

    done = list(clerk.go_round((Duty("break", breaks), Duty("go on", lambda: 3))))
    assert done == [("break", -1), ("go on", 3)]
    assert caplog.messages == ["The clerk could not break: OSError"]


def test_after_a_signal_the_duty_in_hand_is_the_last():
    stop = Event()

    def stopped() -> int:
        stop.set()
        return 1

    assert list(clerk.go_round((Duty("one", stopped), Duty("two", stopped)), stop)) == [("one", 1)]


def test_command_does_one_round_and_says_what_it_did(people, situation, other):
    out = StringIO()
    with later(other):
        call_command("clerk", "--once", stdout=out)
    # inside a test nothing is committed, so that keys and e-mails wait for the duties that come after a crash
    assert out.getvalue().splitlines() == [
        "warn of what is shredded within a week: 2",
        "shred what is due: 2",
        "destroy keys that a crash had left: 2",
        "sign the day's checkpoint: 1",
        "warn before an account is disabled: 15",
        "send e-mails that had to wait: 4",
    ]


def test_command_ends_with_an_error_when_a_duty_failed(people, other, settings: Settings):
    settings.LEDGER_SIGNING_KEY = b""
    with later(other), pytest.raises(CommandError, match="The clerk could not shred what is due; sign the day's checkpoint"):
        call_command("clerk", "--once", stdout=StringIO())
    assert identity.sealed_fields(other) != []


def test_signal_asks_it_to_end():
    before = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        stop = stopped_by_signal()
        signal.raise_signal(signal.SIGTERM)
        assert stop.is_set()
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def test_two_clerks_at_once_do_nothing_twice(tmp_path: Path) -> None:
    with installation(tmp_path) as environment:
        manage(environment, "shell", "--no-imports", "-c", PAST)
        command = [sys.executable, "manage.py", "clerk", "--once"]
        clerks = [
            subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for _ in range(2)
        ]
        said = [one.communicate(timeout=60) for one in clerks]
        assert [one.returncode for one in clerks] == [0, 0], said
        # without a mail server each mail that waits is told, and nothing else is
        assert [line for _out, err in said for line in err.splitlines() if not NO_MAIL.fullmatch(line)] == []
        assert manage(environment, "shell", "--no-imports", "-c", COUNT).split() == ["0", "6", "6", "6", "1"]
        assert "whole" in manage(environment, "verify_ledger")


@pytest.mark.pairless
def test_embedded_server_does_the_clerks_duties_too(tmp_path: Path) -> None:
    environment = environment_of(prepare(tmp_path, demo=False), demo=False)
    manage(environment, "shell", "--no-imports", "-c", PAST)
    command = [sys.executable, "manage.py", "serve", "--port", str(free_port())]

    def signed() -> bool:
        with closing(sqlite3.connect(tmp_path / "hubtable.sqlite3")) as data:
            row: tuple[int] = data.execute("SELECT count(*) FROM situations_checkpoint WHERE table_id IS NULL").fetchone()
            return row[0] == 1

    with process(command, tmp_path / "server.log", signal.SIGTERM, cwd=ROOT, env=environment) as server:
        wait_until(signed, server, tmp_path / "server.log")
    assert server.returncode == 0
    assert manage(environment, "shell", "--no-imports", "-c", COUNT).split() == ["0", "6", "6", "6", "1"]
