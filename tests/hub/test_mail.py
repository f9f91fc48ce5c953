"""E-mails that leave: to a real mail server in this process, and what happens while it is down. No case data in any of them."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from agencies.models import Member
from hub.core import clock
from situations import noticing
from situations.choices import NoticeKind
from situations.models import Notice, Situation
from tests.cast import IDENTITY, PROFILE, Cast, fresh
from tests.live import ROOT, environment_of, prepare
from tests.servers import free_port
from tests.situations.oversight import REASON, broken, watched

OFFICERS = {"privacy_officer@harborview.example", "schools_officer@harborview.example", "police_officer@harborview.example"}
SAYS = "An identity was opened by break-glass at Harborview Hub. Sign in to read who, when and why."


class Kept(Message):
    """A mailbox that keeps what it was sent; it knows nobody at `nowhere.example`."""

    def __init__(self) -> None:
        super().__init__(EmailMessage)
        self.mails: list[EmailMessage] = []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's own name
        if address.endswith("@nowhere.example"):
            return "550 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def handle_message(self, message: EmailMessage) -> None:  # type: ignore[override]
        self.mails.append(message)


@pytest.fixture
def sink(settings) -> Iterator[Kept]:
    """A mail server on a port of its own, as `HUBTABLE_SMTP_HOST` and `_PORT` would name it."""
    box = Kept()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield box
    server.stop()


@pytest.fixture
def people(db: None) -> Cast:
    return watched()


@pytest.fixture
def tabled(people: Cast) -> Situation:
    situation = people.ready()
    people.conference()
    return fresh(situation)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation without anybody in it."""
    return prepare(tmp_path_factory.mktemp("empty") / "var", demo=False)


def break_in_a_process(empty: Path, data: Path, port: int) -> str:
    """What `tests.hub.breaking` says on a copy of the installation, with its mail server at this port."""
    shutil.copytree(empty, data)
    extra = {"HUBTABLE_SMTP_HOST": "127.0.0.1", "HUBTABLE_SMTP_PORT": str(port)}
    command = [sys.executable, "-m", "tests.hub.breaking"]
    environment = environment_of(data, demo=False, extra=extra)
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    return done.stdout.strip() + done.stderr


@pytest.mark.pairless
def test_officers_are_mailed_at_once_when_the_opening_is_committed(sink: Kept, settings, empty: Path, tmp_path: Path):
    assert break_in_a_process(empty, tmp_path / "var", settings.EMAIL_PORT) == "1 0"
    assert {one["To"] for one in sink.mails} == OFFICERS


@pytest.mark.pairless
def test_server_that_is_down_neither_stops_nor_undoes_the_opening(empty: Path, tmp_path: Path):
    said = break_in_a_process(empty, tmp_path / "var", free_port())
    assert said.startswith("1 3")
    assert "the mail server does not answer (ConnectionRefusedError)" in said
    assert "@" not in said


def test_mail_goes_only_with_the_commit(people: Cast, tabled: Situation, django_capture_on_commit_callbacks: Any):
    with django_capture_on_commit_callbacks() as waiting:
        broken(people, tabled)
    assert [one.func for one in waiting if getattr(one, "func", None)] == [noticing._send_apart]


def test_nothing_in_it_is_about_the_case(people: Cast, tabled: Situation, sink: Kept):
    broken(people, tabled)
    assert noticing.send_waiting() == (3, 0)
    secret = [*IDENTITY.values(), str(PROFILE["note"]), REASON, str(tabled.number), "Night", "Schools", "Recovery", "http"]
    for one in sink.mails:
        assert one["Subject"] == "HubTable: An identity was opened by break-glass"
        assert SAYS in str(one.get_payload())
        assert [word for word in secret if word in one.as_string()] == []


def test_each_officer_gets_a_mail_of_their_own(people: Cast, tabled: Situation, sink: Kept):
    broken(people, tabled)
    noticing.send_waiting()
    assert {one["To"] for one in sink.mails} == OFFICERS
    assert len(sink.mails) == len(OFFICERS)
    assert not any(one["Cc"] or one["Bcc"] for one in sink.mails)


def test_what_waits_is_sent_when_the_server_is_back_and_only_once(people: Cast, tabled: Situation, settings, sink: Kept):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    broken(people, tabled)
    assert noticing.send_waiting() == (0, 3)
    settings.EMAIL_PORT = port
    assert noticing.send_waiting() == (3, 0)
    assert noticing.send_waiting() == (0, 0)
    assert len(sink.mails) == len(OFFICERS)


def test_one_address_that_is_refused_does_not_hold_the_others(people: Cast, tabled: Situation, sink: Kept):
    Member.objects.filter(pk=people["police_officer"].pk).update(email="officer@nowhere.example")
    broken(people, tabled)
    assert noticing.send_waiting() == (2, 1)
    assert Notice.objects.get(mailed_at=None).member == people["police_officer"]


def test_after_three_days_nothing_is_mailed_any_more(people: Cast, tabled: Situation, sink: Kept):
    with clock.at(clock.now() - noticing.GIVES_UP):
        noticing.tell(NoticeKind.BREAK_GLASS, members=[people["privacy_officer"]], table=people.table, situation=tabled)
    assert noticing.send_waiting() == (0, 0)
    assert noticing.unseen(people["privacy_officer"])
    assert sink.mails == []


def test_closed_account_is_not_mailed(people: Cast, tabled: Situation, sink: Kept):
    broken(people, tabled)
    Member.objects.filter(pk=people["schools_officer"].pk).update(is_active=False)
    assert noticing.send_waiting() == (2, 0)
    assert {one["To"] for one in sink.mails} == OFFICERS - {"schools_officer@harborview.example"}


def test_what_can_wait_is_one_mail_a_member_however_much_it_is(
    people: Cast, tabled: Situation, sink: Kept, django_capture_on_commit_callbacks: Any
):
    officers = [people["schools_officer"], people["police_officer"]]
    with django_capture_on_commit_callbacks() as at_once:
        for one in (tabled, people.ready()):
            noticing.tell(NoticeKind.SHRED_DUE, members=officers, table=people.table, situation=one)
    assert [one for one in at_once if getattr(one, "func", None) == noticing._send_apart] == []
    assert noticing.send_waiting() == (4, 0)
    assert sorted(one["To"] for one in sink.mails) == sorted(one.email for one in officers)
    assert noticing.send_waiting() == (0, 0)


def test_without_a_mail_server_nothing_is_printed_and_what_can_wait_waits(
    people: Cast, tabled: Situation, settings, capsys: pytest.CaptureFixture[str]
):
    settings.EMAIL_BACKEND = "hub.core.unsent.EmailBackend"
    broken(people, tabled)
    assert noticing.send_waiting() == (0, 3)
    assert "To: " not in capsys.readouterr().out
