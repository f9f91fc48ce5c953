"""A table with a coordinator, agencies with heads, and texts at each step of their signing. Through the same verbs."""

import re
from datetime import date, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from agencies import agreeing, signing
from agencies.choices import AgencyKind, ContactKind, DocumentKind
from agencies.models import AgencyContact, Agreement, Document, Table
from hub.core import clock
from hub.core.audit import acting
from tests.cast import Cast, assemble

HEAD = "Ottoline Marchbanks"
EMAIL = "head@harborview.example"
FILLED = {
    "host": "Town of Harborview",
    "privacy_contact": "Privacy desk, 978-555-0199",
    "breach_hours": "24",
    "withdrawal_days": "30",
    "authority": "its mission and this agreement",
    "responsible_officer": "The commissioner's deputy",
}
YEAR = timedelta(days=365)


def staffed() -> Cast:
    """The cast of the tests, with the recorder as coordinator and a head named for the police and the clinic."""
    people = assemble()
    with acting(None, "test"):
        people.table.coordinator = people["recorder"]
        people.table.save()
        for key, kind in (("police", AgencyKind.POLICE), ("clinic", AgencyKind.HOSPITAL)):
            people.agencies[key].kind = kind
            people.agencies[key].save()
            named(people, key)
    return people


def named(people: Cast, key: str, name: str = HEAD, email: str = EMAIL) -> AgencyContact:
    """Somebody named as the head of an agency."""
    with acting(None, "test"):
        return AgencyContact.objects.create(
            agency=people.agencies[key], kind=ContactKind.HEAD, name=name, position="Director", email=email
        )


def draft(people: Cast, key: str = "police", kind: str = DocumentKind.MOU, **days: Any) -> Document:
    """A whole draft, in force for a year from today."""
    begins: date = days.get("begins", clock.today())
    until: date = days.get("until", begins + YEAR)
    return agreeing.prepare(
        by=people["recorder"], table=table_of(people), agency=people.agencies[key], kind=kind, begins=begins, until=until,
        filled=FILLED,
    )  # fmt: skip


def table_of(people: Cast) -> Table:
    """The table as it is now."""
    return Table.objects.select_related("coordinator").get(pk=people.table.pk)


def sent(people: Cast, key: str = "police", kind: str = DocumentKind.MOU, **days: Any) -> tuple[Document, str]:
    """A text that waits for its signature, and the secret of its link."""
    made = draft(people, key, kind, **days)
    secret = agreeing.send(by=people["recorder"], document=made, by_mail=True)
    return now(made), secret


def signed(people: Cast, key: str = "police", kind: str = DocumentKind.MOU, **days: Any) -> Document:
    """Signed in the browser by the head, through the link."""
    made, secret = sent(people, key, kind, **days)
    signing.sign_by_link(by=None, secret=secret, name=HEAD, affirmed=True, text_hash=made.text_hash)
    return now(made)


def now(document: Document) -> Document:
    """The document as it is in the database."""
    return Document.objects.select_related("table__coordinator", "agency", "agreement").get(pk=document.pk)


def in_force(people: Cast, key: str = "police") -> list[tuple[date, date]]:
    """First and last day of the agency's agreements that are not over, earliest first."""
    rows = Agreement.objects.filter(agency=people.agencies[key], in_force_until__gte=clock.today())
    return list(rows.order_by("in_force_from", "pk").values_list("in_force_from", "in_force_until"))


def url(name: str, document: Document) -> str:
    """The address of a step of a text; without a name that of its page."""
    return reverse(f"table_document_{name}" if name else "table_document", args=[document.pk])


def glance(people: Cast) -> str:
    """The address of the page of the whole table."""
    return reverse("table_agreements", args=[people.table.pk])


def page(client: Client, where: str, status: int = 200) -> str:
    """What a page shows, once it answered with this status."""
    answer = client.get(where)
    assert answer.status_code == status
    return answer.content.decode()


def row(html: str, agency: str) -> str:
    """The words of a seat's line."""
    found = re.search(rf'<th scope="row">{agency}</th>.*?</tr>', html, re.DOTALL)
    assert found is not None
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())
