"""The board's cursor: raise the revision under the row's lock, then announce it after the commit, without content."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.dispatch import receiver

from conferences.models import Conference
from hub.core import realtime
from hub.core.prepared import ask
from situations import held_texts

_noticed: ContextVar[list[int] | None] = ContextVar("noticed", default=None)
_RAISE = 'UPDATE "conferences_conference" SET "revision" = "revision" + 1 WHERE "id" = %s RETURNING "revision"'


def bump(conference: Conference) -> int:
    """Raise the conference's revision and announce it. Call inside the verb's transaction.

    No `save()` on purpose: the cursor is no fact about the meeting, so it leaves no history row.
    """
    [[conference.revision]] = ask(connection, _RAISE, (conference.pk,))
    noticed = _noticed.get()
    if noticed is not None:
        noticed.append(conference.revision)
    realtime.announce(realtime.conference_topic(conference.pk), revision=conference.revision)
    return conference.revision


@contextmanager
def notices() -> Iterator[list[int]]:
    """Collects the revisions that verbs raise inside; none where a step must stay unseen, such as a "no role"."""
    found: list[int] = []
    token = _noticed.set(found)
    try:
        yield found
    finally:
        _noticed.reset(token)


@receiver(held_texts.changed)
def look_again(sender: Any, table_id: int, **kwargs: Any) -> None:
    """An open board says how many texts wait for a second person. In a transaction of its own: who holds a text has the
    situation locked already, and the board's verbs lock the conference first.
    """
    transaction.on_commit(partial(_look_again, table_id), robust=True)


def _look_again(table_id: int) -> None:
    with transaction.atomic():
        for conference in Conference.objects.filter(table=table_id, sitting__closed_at=None).exclude(sitting=None):
            bump(conference)
