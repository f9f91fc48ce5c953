"""A town in which the walk happens: its people, its clock, its story, and the judge who reads all that anybody receives."""

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from unittest.mock import patch

from django.core import mail
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from agencies import membership
from conferences.choices import ItemState
from conferences.models import AgendaItem, Conference
from hub.core import clock
from situations import ledger, noticing
from situations.choices import EntryKind, HeldState
from situations.models import HeldText, Identity, LedgerEntry
from tests.cast import Cast, assemble, footprint
from tests.security.soak import facts, oracle
from tests.security.soak.doors import WALL, Doors, Reply
from tests.security.soak.facts import Facts
from tests.security.soak.words import IDENTITY, Word, Words

Pick = Callable[[Sequence[Any]], Any]
"""Chooses one of several: hypothesis in the tests, a random number in the long form."""
SECONDS = 20
TOKEN = re.compile(r'(csrfmiddlewaretoken" value="|press_key" value="|x-csrftoken": "|x-request-id: )[a-z0-9]+')


@dataclass(frozen=True)
class Held:
    """One text that waits, or was decided on and not sent since: who sent what where, and its words."""

    key: int
    writer: int
    agency: int
    situation: int
    chairs: bool
    words: frozenset[str]
    path: str
    data: dict[str, Any]


class Leak(AssertionError):
    """Somebody has what they may not have, or the ledger does not say that they have it; with the whole story."""


@dataclass
class Town:
    """One example: everything in it is undone afterwards."""

    people: Cast
    doors: Doors
    now: datetime
    words: Words = field(default_factory=Words)
    story: list[str] = field(default_factory=list)
    conference: Conference | None = None
    seen: Facts | None = None
    held: dict[int, Held] = field(default_factory=dict)
    """What the guard stopped and somebody had held, until it was sent: nobody has it but who looks at it."""

    @property
    def facts(self) -> Facts:
        """What is true now; read once between two requests."""
        if self.seen is None:
            self.seen = facts.read(self.people.table.pk, clock.today(), clock.now())
        return self.seen

    @property
    def everybody(self) -> list[str]:
        return sorted(self.people.members)

    def name(self, member: int) -> str:
        return next((name for name, one in self.people.members.items() if one.pk == member), "")

    def situations(self, *stages: str) -> list[int]:
        """Ids of those at one of these stages; all without one."""
        return [key for key, case in self.facts.cases.items() if not stages or case.stage in stages]

    def in_hand(self) -> AgendaItem | None:
        if self.conference is None:
            return None
        return AgendaItem.objects.filter(conference=self.conference, state=ItemState.IN_HAND).first()

    def say(self, line: str) -> None:
        """One more line of the story."""
        self.story.append(line)

    def send(self, who: str, path: str, data: dict[str, Any] | None = None, *, still: bool = False, **headers: str) -> Reply:
        """One request, judged: what came back, what the board then shows to everybody, and where the situations stand.

        `still`: the clock does not move, so that two moments can be compared.
        """
        before, self.now = self.facts, self.now + timedelta(seconds=0 if still else SECONDS)
        self.doors.browser(who)
        counted = footprint() if data is not None else {}
        reply = self.doors.send(who, path, data, **headers)
        self.seen = None
        asked = f"{'GET' if data is None else 'POST'} {path}"
        typed = {name: value for name, value in (data or {}).items() if value not in ("", None)}
        self.say(f"{clock.now():%a %H:%M:%S} {who}: {asked} {typed or ''} -> {reply.status}")
        self._keep_held(who, path, data or {}, reply, before)
        self._judge_reply(who, path, data, reply, before)
        self._judge_steps(before)
        self._judge_mail()
        # a draft is saved as it is typed, before it is refused to be sent
        if data is not None and reply.status == HTTPStatus.UNPROCESSABLE_ENTITY and not path.endswith("/write/"):
            self._judge_refused(typed, counted, may_hold=bool(typed.get("guard_second")))
        if data is not None and reply.status < HTTPStatus.BAD_REQUEST:
            self.judge_screens()
        return reply

    def others(self, agency: int, pages: Sequence[tuple[str, str]]) -> dict[str, Any]:
        """What everybody outside the seat of this agency gets now: screens, revisions, and these (who, path) pages."""
        speaking = {one for one, role in self.facts.agency_roles if role in {"representative", "deputy"}}
        seat = {name for name, one in self.people.members.items() if one.agency_id == agency and one.pk in speaking}
        got: dict[str, Any] = dict(self.doors.pushed(self.conference)) if self.conference else {}
        got |= {f"{who} {path}": TOKEN.sub("", self.doors.send(who, path, None).text) for who, path in pages if who not in seat}
        self.seen = None  # a page that is refused is an entry
        revisions = list(Conference.objects.order_by("pk").values_list("revision", flat=True))
        return {name: one for name, one in got.items() if name not in seat} | {
            "revisions": (revisions, {key: case.revision for key, case in self.facts.cases.items()})
        }

    def judge_screens(self) -> None:
        """Every panel of every socket, the projector's among them, against what its reader may have."""
        if self.conference is None:
            return
        for who, panels in self.doors.pushed(self.conference).items():
            if panels is not None:
                self._judge(who, "\n".join(panels.values()), f"the socket of {who}")

    def judge_redacted(self) -> None:
        """(d) Nothing of a redacted situation is in the database, and its identity cannot be read."""
        gone = [key for key, case in self.facts.cases.items() if case.redacted]
        text = stored_text() if gone else ""
        for key in gone:
            left = {one.what for one in self.words.read(text) if one.situation == key}
            self.require(not left, f"{sorted(left)} of redacted {key} in the database")
            kept = Identity.objects.filter(situation=key).first()
            self.require(kept is None or not any(bytes(getattr(kept, one)) for one in IDENTITY), f"{key} keeps its envelope")

    def judge_storage(self) -> None:
        """(e) The ledger holds, and no identity stands anywhere as it was typed."""
        broken = list(ledger.verify())
        self.require(not broken, f"the ledger is broken: {broken}")
        names = [one for one in self.words.read(stored_text()) if one.what in IDENTITY]
        self.require(not names, f"stored as typed: {names}")

    def require(self, holds: bool, why: str) -> None:
        """Raise Leak with the story unless it holds."""
        if not holds:
            steps = "\n".join(f"{place}. {line}" for place, line in enumerate(self.story, start=1))
            raise Leak(f"{why}\n\nWhat had happened:\n{steps}")

    def _judge_reply(self, who: str, path: str, data: dict[str, Any] | None, reply: Reply, before: Facts) -> None:
        self.require(reply.status != 500, f"{who} was answered with an error of ours: {reply.error}")
        # what comes back in the form in which it was just typed tells its writer nothing; an envelope is never read back
        typed = {one.text for one in self.words.read(str(data or ""))}
        asked = data is not None and path.endswith("/identity/")
        on_wall = path.endswith("/projector/")
        got = {one for one in self.words.read(reply.text) if one.text not in typed}
        self._judge_words(WALL if on_wall else who, got, f"the answer to {who}", asked=asked, at=path)
        if data is None and reply.status < 400:
            self.require(not reply.announced, f"reading is announced: {reply.announced}")
        opened = {one for one in got if one.what in IDENTITY}
        if opened:
            self._judge_opening(who, opened, before)

    def _judge(self, who: str, text: str, where: str) -> None:
        self._judge_words(who, self.words.read(text), where)

    def _judge_words(self, who: str, got: set[Word], where: str, *, asked: bool = False, at: str = "") -> None:
        member = self.people[who].pk if who in self.people.members else 0
        waiting = {word: held for word in got for held in self.held.values() if word.text in held.words}
        for word, text in waiting.items():
            self._judge_held(member, word, text, where, at)
        for word in got - set(waiting):
            held = oracle.may(self.facts, member, word, identity_asked=asked, wall=who == WALL)
            stage = self.facts.cases[word.situation].stage if word.situation else "-"
            place = f"{word.what} of situation {word.situation} (at {stage}) is in {where}"
            self.require(held, f"{place}, who may not have it")
            if who != WALL and word.situation:
                missing = oracle.unaccounted(self.facts, member, word)
                self.require(not missing, f"{place}, and {missing}")

    def _judge_held(self, member: int, word: Word, held: Held, where: str, at: str) -> None:
        """(g) What is held is shown to a second person alone, where it is asked for, and the reading is entered."""
        place = f"the held {word.what} of situation {word.situation} is in {where}"
        self.require(at == reverse("held_text_words", args=[held.key]), f"{place}, which is not where one looks at it")
        looks = oracle.may_look(self.facts, member, held.writer, held.agency, held.situation, chairs=held.chairs)
        self.require(looks, f"{place}, who is no second person")
        last = LedgerEntry.objects.filter(kind=EntryKind.GUARD_READ, actor=member).order_by("-pk").first()
        self.require(last is not None and last.detail["held"] == held.key, f"{place}, and no entry says so")

    def _judge_opening(self, who: str, opened: set[Word], before: Facts) -> None:
        """Each reading of an identity is one entry, which names the reader and every field that was read."""
        new = LedgerEntry.objects.order_by("-pk")[: self.facts.entries - before.entries]
        fields = {one.what for one in opened}
        member = self.people[who].pk
        found = [
            one for one in new
            if one.situation_id == next(iter(opened)).situation and fields <= set(one.detail.get("fields", ()))
            and one.recipients.filter(member_id=member, what="identity").exists()
        ]  # fmt: skip
        self.require(len(found) == 1, f"{who} read {sorted(fields)}, and {len(found)} new entries say so")

    def _keep_held(self, who: str, path: str, data: dict[str, Any], reply: Reply, before: Facts) -> None:
        typed = {one.text for one in self.words.read(str(data))}
        if reply.status < HTTPStatus.BAD_REQUEST:
            # sent: from now on it is what it says
            self.held = {key: one for key, one in self.held.items() if not one.words & typed}
        for row in HeldText.objects.filter(state=HeldState.WAITING).exclude(pk__in=list(self.held)):
            chairs = row.situation_id is None or before.presides == row.written_by_id
            words = frozenset(one.text for one in self.words.read(str(data.get(row.field, ""))))
            self.held[row.pk] = Held(
                row.pk, self.people[who].pk, row.agency_id, row.situation_id or 0, chairs, words, path, data
            )  # fmt: skip

    def _judge_refused(self, typed: dict[str, Any], before: dict[str, int], *, may_hold: bool) -> None:
        """(f) What the guard stops, or what is refused for another reason, is an entry at most, which holds no word of it; and
        sealed, with notices and a line at the board, where a second person was asked for."""
        entered = {"LedgerEntry", "HeldText", "Notice", "conferences_conference revisions"} if may_hold else {"LedgerEntry"}
        changed = {name for name, count in footprint().items() if count != before[name]} - entered
        self.require(not changed, f"it was refused, and it changed {sorted(changed)}")
        kept = self.words.read(str(typed)) & self.words.read(stored_text())
        self.require(not kept, f"it was refused, and {sorted(one.what for one in kept)} is stored")

    def _judge_mail(self) -> None:
        """E-mail leaves the community: it holds nothing that anybody typed."""
        sent, mail.outbox = mail.outbox, []
        for one in sent:
            self.require(not self.words.read(f"{one.subject}\n{one.body}"), f"an e-mail to {one.to} holds what was typed")

    def _judge_steps(self, before: Facts) -> None:
        for key, case in self.facts.cases.items():
            was = before.cases[key].stage if key in before.cases else "draft"
            step = (was, case.stage)
            self.require(was == case.stage or step in oracle.STEPS, f"situation {key} went {was} -> {case.stage}")


def stored_text() -> str:
    """Every column of every row of every table, as it could be read from the file."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - the schema's own names
            found += [_readable(value) for row in cursor.fetchall() for value in row]
    return "\n".join(found)


def _readable(value: Any) -> str:
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)


def _send_now(keys: list[int]) -> None:
    # in the product a thread of its own, which could not see into the transaction of this town
    noticing.send_waiting()


@contextmanager
def founded() -> Iterator[Town]:
    """A town of its own in a transaction that is undone, with the product's clock on its time."""
    quiet = logging.getLogger("django.request")
    with transaction.atomic(), patch.object(quiet, "disabled", True), patch.object(noticing, "_send_apart", _send_now):
        people = assemble()
        membership.give_table_role(by=None, table=people.table, member=people["police_deputy"], role="break_glass")
        town = Town(people, Doors(people), timezone.localtime().replace(hour=10, minute=0, second=0, microsecond=0))
        with patch.object(clock, "now", lambda: town.now):
            yield town
        transaction.set_rollback(True)
