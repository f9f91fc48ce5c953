"""Reminders that an agreement ends: 60, 30 and 7 days ahead, each once, by e-mail and without any case data."""

from collections.abc import Iterable
from datetime import timedelta

from django.core.mail import EmailMessage
from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string

from agencies.agreeing import head_of
from agencies.choices import AgencyRoleKind
from agencies.models import AgencyRole, Agreement, Reminder, Seat
from agencies.standing import in_force
from hub.core import clock
from hub.core.audit import verb

AHEAD = (60, 30, 7)
"""Days before its last day."""


def remind() -> int:
    """Send what is due; returns how many letters. Raises what the mail server raised, after the others were sent.

    Whatever was missed while nobody ran the clerk is not sent afterwards: the nearest date says it all.
    """
    sent, failed = 0, []
    for agreement in ending():
        try:
            sent += _remind(by=None, key=agreement.pk)
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


@verb
def _remind(*, by: None, key: int) -> bool:
    agreement = Agreement.objects.select_related("table__coordinator", "agency").get(pk=key)
    left = (agreement.in_force_until - clock.today()).days
    to = list(recipients(agreement))
    if not to:
        return False
    # the row first: a second clerk waits for it here, and if the letter is not taken both are undone
    _row, new = Reminder.objects.get_or_create(
        agreement=agreement, days_ahead=min(one for one in AHEAD if left <= one), defaults={"sent_at": clock.now()}
    )
    if new:
        _letter(agreement, left, to).send()
    return new


def recipients(agreement: Agreement) -> Iterable[str]:
    """The table's coordinator, the agency's head, its representatives; each address once."""
    coordinator, head = agreement.table.coordinator, head_of(agreement.agency)
    found = [coordinator.email] if coordinator and coordinator.is_active else []
    found += [head.email] if head and head.email else []
    speak = AgencyRole.objects.filter(in_force(), role=AgencyRoleKind.REPRESENTATIVE, member__agency=agreement.agency)
    found += speak.filter(member__is_active=True).order_by("pk").values_list("member__email", flat=True)
    return dict.fromkeys(one.casefold() for one in found)


def _letter(agreement: Agreement, left: int, to: list[str]) -> EmailMessage:
    # agency, table and day are on the table's page anyway; nothing of a case is known here
    words = {"agency": agreement.agency.name, "table": agreement.table.name, "until": agreement.in_force_until, "left": left}
    subject = render_to_string("mail/agreement_ends_subject.txt", words).strip()
    return EmailMessage(subject, render_to_string("mail/agreement_ends.txt", words), to=to)
