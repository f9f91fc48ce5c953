"""Lets everything happen once, and keeps what anybody could read of it, and every trace that it left."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from channels.layers import get_channel_layer
from django.db import connection
from django.test import TestCase, override_settings
from django.urls import reverse

from hub.logs import ContentFreeFormatter, JsonFormatter
from tests.cast import footprint, item_of
from tests.security import reading
from tests.security.community import IDENTITY, KEYS, WORD, Community, mark, reject_in_hand, settle

BOARD_KEYS = ("talked", "opened", "acting")
Seen = defaultdict[str, set[str]]
Opened = dict[str, dict[str, frozenset[str]]]


class Journal(logging.Handler):
    """Every line that the product would log, as either formatter writes it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(ContentFreeFormatter())
        self.json = JsonFormatter()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += [self.format(record).lower(), self.json.format(record).lower()]


@dataclass
class Witness:
    """All that was seen: by account, and in what no account should read."""

    town: Community
    pages: list[reading.Page]
    written: set[str]
    seen: Seen
    after_rejection: Seen
    opened: Opened
    opened_at_the_board: Opened
    answers: list[Any]
    broken: Any
    journal: Journal
    announced: list[Any] = field(default_factory=list)


@contextmanager
def journal() -> Iterator[Journal]:
    """Everything logged inside, at DEBUG."""
    handler, loggers = Journal(), [logging.getLogger(name) for name in ("", "django", "daphne")]
    levels, root = [one.level for one in loggers], logging.getLogger()
    # in place of the test runner's own handlers, which would keep every traceback of every request
    handlers, root.handlers = root.handlers, [handler]
    for one in loggers:
        one.setLevel(logging.DEBUG)
    try:
        yield handler
    finally:
        root.handlers = handlers
        for one, level in zip(loggers, levels, strict=True):
            one.setLevel(level)


@contextmanager
def announcements(patch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Everything that goes over the channel layer (which is channels' own, and goes on working)."""
    layer, sent = get_channel_layer(), []
    send = layer.group_send

    async def record(group: str, message: Any) -> None:
        sent.append((group, message))
        await send(group, message)

    with patch.context() as inside, TestCase.captureOnCommitCallbacks(execute=True):
        inside.setattr(layer, "group_send", record)
        yield sent


def witness() -> Witness:
    """Read everything as everybody: all addresses once, then the board and its sockets with each situation in hand."""
    patch = pytest.MonkeyPatch()
    with journal() as lines, announcements(patch) as announced:
        town = settle()
        seen: Seen = defaultdict(set)
        paths = reading.addresses(town, closed=reading.posts_only(town)) + reading.form_addresses(town)
        before = footprint()
        pages = list(reading.read_pages(town, paths))
        written = {name for name, count in footprint().items() if count != before[name]}
        collect(seen, ((one.account, one.text) for one in pages))
        opened, answers = _open_all(town, KEYS, _by_page)
        at_the_board, more = _open_all(town, BOARD_KEYS, _by_item)
        collect(seen, reading.read_sockets(town))
        with override_settings(ROOT_URLCONF="tests.security.breaking_urls"):
            broken = reading.client_of(town, "schools").get(f"/situations/{town.situations['opened'].pk}/breaks/")
        for key in ("talked", "sealed", "acting", "concluded"):
            town.take(key)
            _read_board(town, seen)
        reject_in_hand(town)
        after: Seen = defaultdict(set)
        _read_board(town, after, reverse("situation_detail", args=[town.situations["tabled"].pk]))
        return Witness(town, pages, written, seen, after, opened, at_the_board, answers + more, broken, lines, announced)


def collect(found: Seen, texts: Iterable[tuple[str, str]]) -> None:
    """Adds to each word everyone who could read it."""
    for account, text in texts:
        for word in WORD.findall(text):
            found[word].add(account)


def _read_board(town: Community, found: Seen, *more: str) -> None:
    """Panels and projector with what is in hand now, over HTTP and socket."""
    paths = [*reading.board_addresses(town), *more]
    collect(found, ((one.account, one.text) for one in reading.read_pages(town, paths)))
    collect(found, reading.read_sockets(town))


def stored() -> dict[str, set[str]]:
    """Word to the tables of the database in which it stands as it was typed, read column by column."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - the schema's own names
            for row in cursor.fetchall():
                for word in WORD.findall(" ".join(_readable(value) for value in row).lower()):
                    found[word].add(table)
    return found


def _readable(value: Any) -> str:
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)


def _by_page(town: Community, key: str) -> str:
    return reverse("situation_identity", args=[town.situations[key].pk])


def _by_item(town: Community, key: str) -> str:
    item = item_of(town.conference, town.situations[key])
    return reverse("board_identity", args=[town.conference.pk, item.pk])


def _open_all(town: Community, keys: Iterable[str], address: Any) -> tuple[Opened, list[Any]]:
    """Everybody tries to open every identity: what each was answered, and the answers."""
    opened: Opened = {key: {} for key in keys}
    answers = []
    for account in reading.accounts(town):
        client = reading.client_of(town, account)
        for key in opened:
            answer = client.post(address(town, key))
            text = answer.content.decode().lower()
            if fields := frozenset(name for name in IDENTITY if mark(name, key) in text):
                opened[key][account] = fields
                answers.append(answer)
    return opened, answers
