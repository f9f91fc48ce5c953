"""The canary: a word of its own in every field at every stage, everything read as everybody, each word where it may be."""

import re
from collections.abc import Iterator, Mapping

import pytest
from django.contrib.sessions.models import Session
from django.urls import get_resolver
from prometheus_client import generate_latest
from pytest_django import DjangoDbBlocker

from hub.health import PROBES
from situations.choices import EntryKind
from situations.models import LedgerEntry
from tests.cast import scene
from tests.security import markup, reading
from tests.security.community import FIELDS, IDENTITY, KEYS, WORD, mark
from tests.security.expectations import NOBODY, OPENED, READ, REJECTED, Names
from tests.security.witness import BOARD_KEYS, Seen, Witness, stored, witness

pytestmark = pytest.mark.django_db
POLICY = (
    "base-uri 'none'; connect-src 'self'; default-src 'none'; font-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "img-src 'self' data:; manifest-src 'self'; script-src 'self'; style-src 'self'"
)
LABELS = {
    "view", "status", "verb", "kind", "duty", "delivered", "database", "figure", "le",
    "generation", "implementation", "major", "minor", "patchlevel", "version",
}  # fmt: skip
"""Those of the metrics: none of them can name somebody."""
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


@pytest.fixture(scope="module")
def everything(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Witness]:
    with scene(django_db_blocker):
        yield witness()


def wrong(seen: Seen, table: Mapping[str, Mapping[str, Names]]) -> dict[str, tuple[Names, Names]]:
    """Word to (those who read it and may not, those who may and do not)."""
    expected = {mark(what, key): who for what, row in table.items() for key, who in row.items()}
    read = {word: frozenset(seen.get(word, NOBODY)) for word in {*expected, *seen}}
    found = {word: (read[word] - expected.get(word, NOBODY), expected.get(word, NOBODY) - read[word]) for word in read}
    return {word: both for word, both in found.items() if any(both)}


def test_each_word_is_read_by_exactly_those_who_may(everything: Witness):
    assert wrong(everything.seen, READ) == {}


def test_what_was_just_rejected_is_read_by_exactly_those_who_may(everything: Witness):
    assert wrong(everything.after_rejection, REJECTED) == {}


def test_no_page_and_no_socket_ever_holds_an_identity(everything: Witness):
    names = {mark(name, key) for name in IDENTITY for key in KEYS}
    assert len(names) == len(IDENTITY) * len(KEYS)
    assert {word: everything.seen.get(word, NOBODY) for word in names} == dict.fromkeys(names, NOBODY)


def test_identity_is_answered_to_an_explicit_post_of_those_who_may(everything: Witness):
    assert everything.opened == OPENED


def test_identity_is_answered_the_same_at_the_board(everything: Witness):
    assert everything.opened_at_the_board == {key: OPENED[key] for key in BOARD_KEYS}


def test_every_opening_is_in_the_ledger_and_in_no_cache(everything: Witness):
    openings = sum(len(who) for who in (*everything.opened.values(), *everything.opened_at_the_board.values()))
    assert LedgerEntry.objects.filter(kind=EntryKind.IDENTITY_READ).count() == openings == len(everything.answers) > 0
    assert {one.headers["Cache-Control"] for one in everything.answers} == {"no-store, private"}


def test_errors_tell_nothing(everything: Witness):
    refused = {one.answer.status_code for one in everything.pages}
    assert {403, 404, 405, 422} <= refused
    assert 500 not in refused
    assert everything.broken.status_code == 500
    assert not WORD.findall(everything.broken.content.decode().lower())
    assert not [one.path for one in everything.pages if one.answer.status_code >= 400 and WORD.search(one.text)]


def test_headers_titles_and_addresses_tell_nothing(everything: Witness):
    for page in everything.pages:
        titles = " ".join(TITLE.findall(page.text))
        headers = " ".join(f"{name} {value}" for name, value in page.answer.items()).lower()
        assert not WORD.search(page.path + titles + headers)


def test_logs_tell_nothing(everything: Witness):
    assert any("runtimeerror" in line for line in everything.journal.lines), "the forced failure was logged"
    assert not [line for line in everything.journal.lines if WORD.search(line)]


def test_metrics_tell_nothing(everything: Witness):
    text = generate_latest().decode()
    assert 'hubtable_verbs_total{verb="identity.read"}' in text, "what was done was counted"
    assert not WORD.search(text.lower())
    labels = {(name, value) for name, value in re.findall(r'(\w+)="([^"]*)"', text)}
    assert {name for name, _value in labels} <= LABELS
    assert not [value for name, value in labels if name != "le" and re.search(r"\d{4}", value)]
    named = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    ours = {"none", "tests.security.breaking_urls.breaks"}
    assert {value for name, value in labels if name == "view"} <= named | ours


def test_announcements_carry_topic_and_revision_only(everything: Witness):
    shapes = {tuple(sorted(message)) for _group, message in everything.announced}
    assert shapes == {("revision", "topic", "type"), ("member", "type")}
    assert {type(message.get("revision", 0)) for _group, message in everything.announced} == {int}
    assert not WORD.search(str(everything.announced).lower())


def test_sessions_tell_nothing(everything: Witness):
    decoded = [str(one.get_decoded()).lower() for one in Session.objects.all()]
    assert len(decoded) > 15
    assert not [one for one in decoded if WORD.search(one)]


def test_storage_holds_no_identity_and_nothing_of_what_was_redacted(everything: Witness):
    places = stored()
    assert mark("note", "opened") in places, "the scan finds what is there"
    assert not [word for word in places if any(word == mark(name, key) for name in IDENTITY for key in KEYS)]
    assert not {mark(what, "redacted") for what in FIELDS} & set(places)


def test_ledger_tells_nothing(everything: Witness):
    tables = {table.removeprefix("situations_") for places in stored().values() for table in places}
    assert {table.removeprefix("historical") for table in tables} == {
        "situation", "screening", "aercriterion", "stance", "answer", "planstep", "visit", "contact", "servicerecord",
        "reportback",
    }  # fmt: skip


def test_no_page_is_cached_framed_or_without_its_policy(everything: Witness):
    for page in everything.pages:
        assert page.answer.headers["Cache-Control"] == "no-store, private", page.path
        assert page.answer.headers["X-Content-Type-Options"] == "nosniff"
        if page.path in PROBES:  # a word in plain text, answered before everything that looks at hosts or sessions
            assert page.answer.headers["Content-Type"] == "text/plain"
            continue
        policy = page.answer.headers["Content-Security-Policy"]
        assert "; ".join(sorted(policy.split("; "))) == POLICY, page.path
        assert page.answer.headers["X-Frame-Options"] == "DENY"
        at_the_door = page.path.startswith(reading.DOOR) and page.answer.status_code == 200
        assert page.answer.headers["Referrer-Policy"] == ("no-referrer" if at_the_door else "same-origin")


def test_no_page_holds_anything_inline_or_from_elsewhere(everything: Witness):
    read = 0
    for page in everything.pages:
        if page.answer.headers.get("Content-Type", "").startswith("text/html"):
            read += 1
            assert markup.parsed(page.answer.content.decode(), reading.elsewhere(page.path)).found == [], page.path
    assert read > 1000


def test_reading_writes_nothing_but_refusals(everything: Witness):
    assert everything.written == {"LedgerEntry", "SignIn"}  # the walk signs everybody in
