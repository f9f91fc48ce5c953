"""Somebody at the public door, as a browser without scripts: forms, hidden fields, buttons."""

import re
from html.parser import HTMLParser
from typing import Any

from django.test import Client

from agencies.choices import AgencyRoleKind
from agencies.models import Agency, AgencyRole, Member, Table
from hub.core.audit import acting
from situations.models import IntakeDesk, Referral
from situations.referrals import sealing, setting_up
from situations.referrals.answers import Answers

STORY = "My son is 24. He has not slept for days. He talks to people who are not there."
ANSWERS: list[dict[str, str]] = [
    {},
    {"relation": "parent"},
    {"happening": STORY, "danger": "soon"},
    {"tried": "We called his doctor.", "would_help": "Someone who talks to him."},
    {"knows": "no", "why_not": "He would be angry."},
    {"reach": "call", "reach_at": "978-555-0177", "reach_when": "mornings"},
    {"own_name": "Marisol Vane", "person_name": "Tobin Vane", "person_age": "24", "person_where": "at home"},
]
"""What is typed on each step until everything is looked over."""


class Fields(HTMLParser):
    """What the form of a page carries, and its headings."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.typed: dict[str, str] = {}
        self.text: list[str] = []
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "input" and found.get("type") == "hidden":
            self.hidden[found["name"]] = found.get("value", "")
        elif tag == "input" and (found.get("type") != "radio" or "checked" in found):
            self.typed[found["name"]] = found.get("value", "")
        self._area = found.get("name", "") if tag == "textarea" else self._area

    def handle_endtag(self, tag: str) -> None:
        self._area = "" if tag == "textarea" else self._area

    def handle_data(self, data: str) -> None:
        if self._area:
            self.typed[self._area] = self.typed.get(self._area, "") + data.lstrip("\n")
        self.text.append(data)


class Visitor:
    """One browser window at the door. `page` is what it shows."""

    def __init__(self, address: str = "203.0.113.7", language: str = "en") -> None:
        self.client = Client(REMOTE_ADDR=address, HTTP_ACCEPT_LANGUAGE=language)
        self.page: Any = self.client.get("/help/")

    @property
    def fields(self) -> Fields:
        parser = Fields()
        parser.feed(self.page.content.decode())
        return parser

    @property
    def heading(self) -> str:
        found = re.search(r"<h1>(.*?)</h1>", self.page.content.decode(), re.DOTALL)
        return found[1] if found else ""

    def press(self, go: str = "on", where: str = "/help/", **typed: str) -> "Visitor":
        """Send the page's form by one of its buttons."""
        carried = self.fields
        self.page = self.client.post(where, {**carried.hidden, **carried.typed, "go": go, **typed})
        return self

    def speak(self, language: str, where: str = "/help/", **typed: str) -> "Visitor":
        """Press a language's button."""
        carried = self.fields
        self.page = self.client.post(where, {**carried.hidden, **carried.typed, **typed, "language": language})
        return self

    def up_to_look(self, **changed: str) -> "Visitor":
        """All answers, until everything is looked over."""
        for typed in ANSWERS:
            self.press(**{**typed, **{name: value for name, value in changed.items() if name in typed}})
        return self

    def send(self, **typed: str) -> "Visitor":
        """Send it to the desk."""
        return self.press("send", **typed)

    @property
    def code(self) -> str:
        """The code on the page."""
        found = re.search(r'class="digits">([\d ]+)<', self.page.content.decode())
        return found[1] if found else ""

    def let_go(self) -> str:
        """Type the code back; returns it."""
        code = self.code
        self.press("on").press("on", code=code)
        return code


def words_of(referral: Referral) -> Answers:
    """What the desk would read."""
    key = sealing.key_of(referral.binding, referral.agency_id)
    return Answers.unpacked(sealing.unseal(bytes(referral.answers), key=key, binding=referral.binding))


def open_desk(people: Any, agency: str = "clinic", *, crisis_line: str = "", **fields: Any) -> IntakeDesk:
    """A desk of the cast's table in its town; `crisis_line`: of the agency, for that town."""
    with acting(None, "test"):
        people.table.towns = ["Harborview"]
        people.table.save()
        at = people.agencies[agency]
        at.crisis_line, at.towns = crisis_line, ["Harborview"]
        at.save()
    return staffed(people.table, at, **fields)


def staffed(table: Table, agency: Agency, **fields: Any) -> IntakeDesk:
    """A desk of the agency, at which its first member works: a desk without anybody takes nothing."""
    member = Member.objects.filter(agency=agency, is_active=True, is_administrator=False).order_by("pk")[0]
    if not AgencyRole.objects.filter(member=member, role=AgencyRoleKind.INTAKE, ended_on=None).exists():
        setting_up.name_intake(by=None, agency=agency, member=member)
    with acting(None, "test"):
        return IntakeDesk.objects.create(table=table, agency=agency, **fields)
