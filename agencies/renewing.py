"""Reminders that an agreement or an addendum ends: 60, 30 and 7 days ahead, each once, by e-mail and without any case data."""

import logging
from collections.abc import Iterable
from datetime import date, timedelta

from django.core.mail import EmailMessage
from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string

from agencies.agreeing import head_of
from agencies.choices import AgencyRoleKind, DocumentKind, DocumentState
from agencies.models import AgencyRole, Agreement, Document, Reminder, Seat
from agencies.standing import in_force
from hub.core import clock
from hub.core.audit import verb

log = logging.getLogger(__name__)
AHEAD = (60, 30, 7)
"""Days before its last day."""
Ending = Agreement | Document
"""What lapses: an agreement with the table, or an addendum to it."""


def remind() -> int:
    """Send what is due; returns how many letters. Raises what the mail server raised, after the others were sent.

    Whatever was missed while nobody ran the clerk is not sent afterwards: the nearest date says it all.
    """
    sent, failed = 0, []
    lapsing: list[Ending] = [*ending(), *addenda_ending()]
    for one in lapsing:
        try:
            sent += _remind(by=None, one=one)
        except OSError as error:
            failed.append(error)
    if failed:
        raise ExceptionGroup("reminders wait", failed)
    return sent


def ending() -> list[Agreement]:
    """Agreements of seated agencies that end within 60 days and that none follows."""
    day = clock.today()
    later = Agreement.objects.filter(
        table=OuterRef("table"), agency=OuterRef("agency"), in_force_until__gt=OuterRef("in_force_until")
    )
    seated = Seat.objects.filter(table=OuterRef("table"), agency=OuterRef("agency"), ended_on=None)
    last = day + timedelta(days=max(AHEAD))
    rows = Agreement.objects.filter(Exists(seated), ~Exists(later), in_force_from__lte=day, in_force_until__range=(day, last))
    return list(rows.order_by("in_force_until", "pk"))


def addenda_ending() -> list[Document]:
    """Signed addenda of seated agencies that end within 60 days and that none of their kind follows."""
    day = clock.today()
    signed = Document.objects.filter(state=DocumentState.SIGNED).exclude(kind=DocumentKind.MOU)
    later = signed.filter(
        table=OuterRef("table"), agency=OuterRef("agency"), kind=OuterRef("kind"), in_force_until__gt=OuterRef("in_force_until")
    )
    seated = Seat.objects.filter(table=OuterRef("table"), agency=OuterRef("agency"), ended_on=None)
    rows = signed.filter(Exists(seated), ~Exists(later), in_force_until__range=(day, day + timedelta(days=max(AHEAD))))
    return list(rows.defer("text", "filled").order_by("in_force_until", "pk"))


@verb
def _remind(*, by: None, one: Ending) -> bool:
    left = (_last_day(one) - clock.today()).days
    to = list(recipients(one))
    if not to:
        return False
    what = {"agreement": one} if isinstance(one, Agreement) else {"document": one}
    # the row first: a second clerk waits for it here, and if no letter is taken both are undone
    _row, new = Reminder.objects.get_or_create(
        **what, days_ahead=min(days for days in AHEAD if left <= days), defaults={"sent_at": clock.now()}
    )
    if new:
        _send([_letter(one, left, address) for address in to])
    return new


def _last_day(one: Ending) -> date:
    assert one.in_force_until is not None  # noqa: S101 - it was found by its last day; tells the type checker
    return one.in_force_until


def _send(letters: list[EmailMessage]) -> None:
    """Each to its own reader: who else is written to is nobody's business. Raises the server's error if it took none."""
    failed: list[OSError] = []
    for letter in letters:
        try:
            letter.send()
        except OSError as error:
            failed.append(error)
    if len(failed) == len(letters):
        raise failed[0]
    if failed:
        # not once more for all of them because of one address that does not exist
        log.warning("%s of %s letters that an agreement ends were not taken", len(failed), len(letters))


def recipients(one: Ending) -> Iterable[str]:
    """The table's coordinator, the agency's head, its representatives; each address once."""
    coordinator, head = one.table.coordinator, head_of(one.agency)
    found = [coordinator.email] if coordinator and coordinator.is_active else []
    found += [head.email] if head and head.email else []
    speak = AgencyRole.objects.filter(in_force(), role=AgencyRoleKind.REPRESENTATIVE, member__agency=one.agency)
    found += speak.filter(member__is_active=True).order_by("pk").values_list("member__email", flat=True)
    return dict.fromkeys(address.casefold() for address in found)


def _letter(one: Ending, left: int, to: str) -> EmailMessage:
    # agency, table and day are on the table's page anyway; nothing of a case is known here
    words = {"agency": one.agency.name, "table": one.table.name, "until": one.in_force_until, "left": left}
    name = "agreement_ends"
    if isinstance(one, Document):
        name, words["kind"] = "addendum_ends", one.get_kind_display()
    subject = render_to_string(f"mail/{name}_subject.txt", words).strip()
    return EmailMessage(subject, render_to_string(f"mail/{name}.txt", words), to=[to])
