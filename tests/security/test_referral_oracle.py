"""No page, socket, mail, notice, file or row shows a word of what was brought to anybody but its desk and who holds the code.

A case is brought by a family, written about from both sides, taken up and marked; another waits; a third comes from a partner.
Then every address of the URL table is read by everybody, and everybody presses the one button that opens words.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test import Client, TestCase
from pytest_django import DjangoDbBlocker

from hub.core import clock
from situations import noticing
from situations.choices import ConsentToTell
from situations.models import Referral
from situations.referrals import clocks, partners, replying, taking_up
from situations.referrals.answers import Answers
from tests.cast import assemble, given_for, scene
from tests.intake import ANSWERS, Intake, intake
from tests.security import reading
from tests.security.community import Community
from tests.security.family import MARKED, MESSAGE, WORDS, Ask, Family

pytestmark = pytest.mark.django_db
REPLY = "Zreplytext of Qdeskworker."
ALL = tuple(one.lower() for one in (*WORDS, "Zreplytext", "Qdeskworker"))
DESK, OTHER_DESK = "recovery_deputy", "clinic_deputy"


@dataclass
class Brought:
    """What was brought, and all that was read of it: word to the accounts that read it."""

    town: Community
    desks: Intake
    family: Family
    referrals: dict[str, Referral]
    pages: list[reading.Page]
    seen: dict[str, set[str]]
    opened: dict[str, dict[str, set[str]]]
    mails: list[str]


@pytest.fixture(scope="module")
def brought(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Brought]:
    with scene(django_db_blocker), TestCase.captureOnCommitCallbacks(execute=True):
        yield _told()


def _told() -> Brought:
    people = assemble()
    desks = intake(people)
    family = Family(_posts(Client()), MARKED)
    family.bring(desks.desks["recovery"].pk)
    family.write()
    referrals = {"taken": desks.found(family.code), "waiting": desks.bring(answers=_marked())[0]}
    referrals["partner"] = _from_police(desks)
    _worked_on(desks, referrals["taken"])
    with clock.at(clock.now() + timedelta(days=4)):
        clocks.escalate()
    noticing.send_waiting()
    mails = [f"{one.subject} {one.body}".lower() for one in mail.outbox]
    situation = people.draft()
    town = Community(people, {"one": situation}, people.conference())
    pages = list(reading.read_pages(town, reading.addresses(town)))
    seen = _collected((one.account, one.text) for one in pages)
    opened = {name: _opened(town, one) for name, one in referrals.items()}
    return Brought(town, desks, family, referrals, pages, seen, opened, mails)


def _posts(client: Client) -> Ask:
    return lambda path, form: client.post(path, form).content.decode()


def _marked() -> Answers:
    return replace(ANSWERS, happening=MARKED.happening, person_name=MARKED.person_name, own_name=MARKED.own_name)


def _from_police(desks: Intake) -> Referral:
    basis = "table_agreement"
    return partners.bring(
        by=desks.people["police"], desk=desks.desks["clinic"], answers=_marked(), language="en", basis=basis,
        given=given_for(basis), token=uuid4(),
    ).referral  # fmt: skip


def _worked_on(desks: Intake, referral: Referral) -> None:
    worker = desks.staff["recovery"]
    claimed = desks.read(referral)
    replying.record_consent(by=worker, referral=claimed, how=ConsentToTell.values[0], on=clock.today())
    replying.reply(by=worker, referral=claimed, text=REPLY, tells=replying.Tells.ON_CONSENT)
    taking_up.take_up(by=worker, referral=claimed)


def _collected(texts: Iterator[tuple[str, str]]) -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for account, text in texts:
        for word in ALL:
            if word in text:
                found[word].add(account)
    return dict(found)


def _opened(town: Community, referral: Referral) -> dict[str, set[str]]:
    """Account to the words that it was answered when it pressed "open"."""
    found = {}
    for account in reading.accounts(town):
        answer = reading.client_of(town, account).post(f"/desk/{referral.pk}/read/")
        if words := {word for word in ALL if word in answer.content.decode().lower()}:
            found[account] = words
    return found


def test_story_was_told(brought: Brought):
    assert len(brought.pages) > 500
    assert MESSAGE in brought.family.page
    assert Referral.objects.count() == 3


def test_no_get_shows_a_word_to_anybody(brought: Brought):
    assert brought.seen == {}


def test_words_open_to_the_desks_own_people_alone(brought: Brought):
    assert {name: set(who) for name, who in brought.opened.items()} == {
        "taken": {DESK}, "waiting": {DESK}, "partner": {OTHER_DESK},
    }  # fmt: skip
    assert brought.opened["taken"][DESK] >= {"zwhathappens", "qpersonage", "zmessagetext", "zreplytext"}


def test_only_desk_partner_and_nobody_else_find_that_it_is_there(brought: Brought):
    for name, referral in brought.referrals.items():
        there = {one.account for one in brought.pages if one.path == f"/desk/{referral.pk}/" and one.answer.status_code == 200}
        assert there == {OTHER_DESK if name == "partner" else DESK}
        mine = {
            one.account for one in brought.pages if one.path == f"/partner/{referral.pk}/" and one.answer.status_code == 200
        }
        assert mine == ({"police", "police_deputy"} if name == "partner" else set())


def test_refused_and_missing_look_the_same(brought: Brought):
    key = brought.referrals["taken"].pk
    for account in ("facilitator", "administrator", "privacy_officer", OTHER_DESK):
        answers = [one for one in brought.pages if one.account == account and one.path in {f"/desk/{key}/", "/desk/999999/"}]
        assert [one.answer.status_code for one in answers] == [404, 404]
        first, second = (
            re.sub(r"[0-9a-f]{32}|/desk/\d+/|\w{64}|value=\"[^\"]*\"", "", one.answer.content.decode()) for one in answers
        )
        assert first == second


def test_code_stands_in_nothing_but_the_page_that_showed_it(brought: Brought):
    plain = brought.family.code.replace(" ", "")
    assert sum(brought.family.code in one for one in brought.family.pages) == 1
    for text in (*(one.text for one in brought.pages), *map(str, _rows())):
        assert brought.family.code not in text
        assert plain not in text


def test_stored_form_of_the_code_stands_in_no_page(brought: Brought):
    stored = set(Referral.objects.values_list("receipt", flat=True)) | {str(one) for one in _bindings()}
    assert not [one.path for one in brought.pages for receipt in stored if receipt in one.text]


def test_no_row_holds_a_word(brought: Brought):
    """Neither of what was brought nor of the draft that was made of it: names went into its envelope, words nowhere."""
    assert not {word for row in _rows() for word in ALL if word in row}


def test_mails_and_notices_say_that_something_waits_and_nothing_of_it(brought: Brought):
    assert len(brought.mails) >= 2
    for text in brought.mails:
        assert not [word for word in ALL if word in text]
        assert "/desk/" not in text


def _bindings() -> list[object]:
    return list(Referral.objects.values_list("binding", flat=True))


def _rows() -> Iterator[str]:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - the schema's own names
            for row in cursor.fetchall():
                yield " ".join(_readable(value) for value in row).lower()


def _readable(value: object) -> str:
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
