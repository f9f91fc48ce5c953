"""A whole conference on a real server, by HTTP and sockets, with a word of its own in everything that could name somebody."""

import json
import re
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from situations.choices import Criterion
from tests.cast import PROFILE, given_for
from tests.live import LiveHub, manage
from tests.security.plain_words import row
from tests.security.visitor import Visitor

IDENTITY = {
    "name": "Qanarine Zfeldspar",
    "date_of_birth": "03/14/2011",
    "address": "77 Zlarkspur Mews",
    "aliases": "Qzippy",
    "guardian": "Oberonq Zfeldspar",
    "others": "Zwrenna Quimbyz",
}
THREAT = "Zthreatened"
"""Stands in the sealed grounds of an opening."""
NAMING = (
    "Qanarine", "Zfeldspar", "Zlarkspur", "Qzippy", "Oberonq", "Zwrenna", "Quimbyz", THREAT,
    "2011-03-14", "03/14/2011", "3/14/2011", "03-14-2011", "14.03.2011", "20110314", "March 14, 2011", "14 March 2011",
)  # fmt: skip
"""What must be nowhere: parts of the identity as they were typed, and the date of birth as anybody might write it."""
TYPED_OPEN = {"Qanarine", "Zfeldspar", "03/14/2011", "3/14/2011"}
"""Those that a writer also types into the note of a draft, which is saved as it is typed, and takes out before sending."""
GONE = row("note", "gap")
"""Stands in the note of what is rejected, and in the reason of a disagreement about it."""
KEPT = row("note", "shelf")
"""Stands in the note of what the table goes on with: de-identified, so it may be stored, and the scan must find it."""

SEATED = """
import json
from django.contrib.auth.hashers import PBKDF2PasswordHasher
PBKDF2PasswordHasher.iterations = 1_000  # invented people; hashing slowly would take longer than the rest
from agencies import membership
from conferences import scheduling
from hub.core import clock
from tests.cast import PASSWORD, assemble
people = assemble()
membership.add_member(
    by=None, roles=["privacy_officer"], password=PASSWORD, email="officer@harborview.example", name="Officer",
    agency=people.agencies["schools"],
)
membership.give_table_role(by=None, table=people.table, member=people["police_deputy"], role="break_glass")
scheduling.schedule(by=None, table=people.table, until=clock.today())
print(json.dumps({
    "conference": scheduling.next_conference(people.table).pk, "table": people.table.pk,
    **{key: one.pk for key, one in people.agencies.items()},
}))
"""
SEATS = ("schools", "police", "clinic", "recovery")


def seat(environment: dict[str, str]) -> dict[str, int]:
    """The cast on an empty installation, with a conference today; ids by name."""
    found: dict[str, int] = json.loads(manage(environment, "shell", "--no-imports", "-c", SEATED))
    return found


@dataclass
class Story:
    """Everybody who acts in it, and the number that the database gave to each thing."""

    hub: LiveHub
    ids: dict[str, int]
    ask: Callable[[str], int]
    sockets: ExitStack
    people: dict[str, Visitor] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Visitor:
        if name not in self.people:
            self.people[name] = Visitor(self.hub.address, name).sign_in()
        return self.people[name]

    @property
    def room(self) -> str:
        return f"/conferences/{self.ids['conference']}"

    def tell(self) -> None:
        """From the first draft to the closing of the conference, and what privacy officers do afterwards."""
        going_on, rejected = self._write(KEPT), self._write(GONE)
        self._sit_down()
        self._reject(rejected)
        self._filters_2_and_3(going_on)
        self._filter_4(going_on)
        self._break_the_glass(going_on)
        self._account_for()
        self["facilitator"].done(f"{self.room}/steer/close/")

    def act(self, who: str, key: int, action: str, **data: str) -> None:
        self[who].done(self._item(key, action), **data)

    def steer(self, who: str, what: str, **data: str) -> None:
        self[who].done(f"{self.room}/steer/{what}/", **data)

    def _item(self, key: int, action: str) -> str:
        item = self.ask(f"SELECT id FROM conferences_agendaitem WHERE situation_id = {key}")  # noqa: S608 - our own tables
        return f"{self.room}/items/{item}/{action}/"

    def _write(self, word: str) -> int:
        """First with the name in the note, which the guard asks about; then without."""
        writer = self["schools"]
        key = int(re.findall(r"\d+", writer.post("/situations/new/").location)[0])
        path = f"/situations/{key}/write/"
        form: dict[str, str | Sequence[str]] = {
            **{name: one for name, one in PROFILE.items() if isinstance(one, str | list)},
            **{one.value: "Everybody says so." for one in Criterion},
            "tried": "Two home visits.", "beyond_one_agency": "Needs crisis care too.", "affected_0_tie": "younger sister",
        }  # fmt: skip
        named = f"Mr. Zfeldspar says that Qanarine, born 03/14/2011, {word}."
        writer.refused(path, **{**form, **IDENTITY, "note": named, "send": "1"})
        writer.refused(f"/situations/{key}/check/", field="note", text=named)
        writer.done(path, **{**form, "note": f"Stopped coming to school, {word}.", "send": "1", "recognisable": "no"})
        assert self.ask(f"SELECT count(*) FROM situations_situation WHERE id = {key} AND stage = 'ready'") == 1  # noqa: S608
        return key

    def _sit_down(self) -> None:
        chair, conference = self["facilitator"], self.ids["conference"]
        chair.done(f"{self.room}/open/")
        for name in ("facilitator", *SEATS):
            self.steer(name, "enter")
            self[name].open_socket(self.sockets, conference)
        self.steer("facilitator", "projector", blank="0")
        self["recorder"].open_socket(self.sockets, conference, "projector")

    def _take(self, key: int) -> None:
        item = self._item(key, "").rstrip("/").rpartition("/")[2]
        self.steer("facilitator", "take-in-hand", item=item)

    def _reject(self, key: int) -> None:
        self._take(key)
        self["police"].refused(self._item(key, "dissent"), reason="Mr. Zfeldspar was seen, and Qanarine Zfeldspar too.")
        self.act("police", key, "dissent", reason=f"One agency can settle it, {GONE}.")
        self.act("facilitator", key, "reject", reason="single_agency", because=f"The schools go on alone, {GONE}.")
        self.steer("facilitator", "put-down")

    def _filters_2_and_3(self, key: int) -> None:
        self._take(key)
        for name in ("police", "clinic"):
            self.act(name, key, "agree")
        self.act("facilitator", key, "agree-all")
        self.act("schools", key, "open-identity", **given_for("ferpa_emergency", threat=f"He {THREAT} it to his teacher."))
        self._opens("clinic", self._item(key, "identity"), "Qanarine")
        self.act("clinic", key, "answer", kind="can_help", offer="A clinician can visit.")
        self.act("recovery", key, "answer", kind="serving_now", **given_for("part2_consent", consent_scope=f"All, {THREAT}."))
        self.act("police", key, "answer", kind="no_role")
        self.act("facilitator", key, "assign", agency=str(self.ids["clinic"]), role="lead")
        self.act("clinic", key, "accept")
        self.act("facilitator", key, "start-filter-4")

    def _filter_4(self, key: int) -> None:
        page, lead = f"/situations/{key}/intervention/", self["clinic"]
        soon = (timezone.localtime() + timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M")
        self._opens("clinic", f"/situations/{key}/identity/", "Zlarkspur")
        lead.done(
            f"{page}visit/", at=soon, who_goes="Two clinicians", place="At school", offer="Crisis care", safety="None known"
        )
        lead.done(f"{page}steps/", text="Call the school nurse", agency=str(self.ids["clinic"]), due_at=soon)
        lead.done(f"{page}services/", service="Crisis care", status="offered")
        lead.done(f"{page}contacts/", kind="visit", reached="yes", outcome="The door was opened.", consent_now="")
        lead.refused(f"{page}report-backs/", line="Qanarine Zfeldspar was at home.", still_aer="yes")
        lead.done(f"{page}report-backs/", line="The door was opened.", still_aer="yes")

    def _break_the_glass(self, key: int) -> None:
        number = self["police_deputy"]
        text = self["facilitator"].get(f"{self.room}/board/").text
        found = re.findall(r"\d{4}-\d{4}", text)
        assert found, "the board names the situation in hand"
        data = {**given_for("table_agreement"), "table": str(self.ids["table"]), "reason": "Missing since this morning."}
        number.done("/privacy/break-glass/", number=self._number(key), **data)
        self._opens("police_deputy", f"/situations/{key}/identity/", "Qanarine")

    def _number(self, key: int) -> str:
        place = self.ask(f"SELECT CAST(substr(number, 6) AS integer) FROM situations_situation WHERE id = {key}")  # noqa: S608
        return f"{timezone.localdate().year}-{place:04d}"

    def _account_for(self) -> None:
        found = self["officer"].done("/accounting/", name=IDENTITY["name"], date_of_birth=IDENTITY["date_of_birth"])
        assert "Harborview Clinic" in found.text, "the person is found by the blind index"

    def _opens(self, who: str, path: str, word: str) -> None:
        answer = self[who].done(path)
        assert word in answer.text, (path, answer.said)


def sealed_words_in(texts: Sequence[str]) -> dict[str, int]:
    """How often each naming word stands in some texts."""
    counted: dict[str, Any] = {word: sum(word.lower() in one.lower() for one in texts) for word in NAMING}
    return {word: count for word, count in counted.items() if count}
