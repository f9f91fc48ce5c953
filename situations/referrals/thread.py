"""What desk and family write to each other, sealed as the answers are; and what a family may change with its code.

Callers of the family's side work inside `second_wall.holding(referral.receipt)`. None of it is a `verb`, so that nothing
counts or dates a family's coming. What the desk may say about the person is decided where it writes (`replying`).
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from hub.core import clock
from hub.core.errors import RuleRefused
from hub.core.text import TextRefused, plain
from situations.choices import Closing, ReferralStage
from situations.models import Referral, ReferralMessage
from situations.referrals import sealing
from situations.referrals.answers import LONG, Answers, Reach

MOST = 500
"""Messages of one referral: more is no conversation."""


@dataclass(frozen=True, slots=True)
class Line:
    """One message, opened."""

    number: int
    from_family: bool
    text: str
    written_on: date
    is_read: bool
    about_person: bool


def opened(receipt: str) -> tuple[Referral, list[Line]] | None:
    """The referral with this stored receipt and all messages, as of one moment; those of the desk count as seen from today.

    None if there is none (any more). Raises RuleRefused if the key was destroyed.
    """
    with transaction.atomic():
        row = _to_lock().filter(receipt=receipt).first()
        if row is None:
            return None
        lines = thread(row)
        _seen_by_family(row, lines)
        return row, lines


def thread(referral: Referral) -> list[Line]:
    """Every message in its order. Raises RuleRefused if the key was destroyed."""
    rows = list(referral.messages.all())
    key = sealing.key_of(referral.binding, referral.agency_id) if rows else b""
    return [_line(one, sealing.unseal(bytes(one.text), key=key, binding=one.binding)) for one in rows]


def _seen_by_family(referral: Referral, shown: list[Line]) -> None:
    """What the desk wrote was shown to who holds the code: today, and no time."""
    new = [one.number for one in shown if not (one.from_family or one.is_read)]
    for one in referral.messages.filter(number__in=new):
        one.read_on = clock.today()
        one.save(update_fields=["read_on"])


def write_as_family(referral: Referral, *, text: str, number: int) -> Line:
    """Add a message of whoever holds the code. `number`: that of the page it was written on, so that it is added once,
    whatever the desk wrote meanwhile.

    A referral that would be deleted soon stays for the desk's days after it. Raises RuleRefused for an empty or long text.
    """
    try:
        words = plain(text, limit=LONG)
    except TextRefused as refused:
        raise RuleRefused(str(refused), field="text") from refused
    if not words:
        raise RuleRefused(_("Write your message first."), field="text")
    with transaction.atomic():
        row = _locked(referral)
        for one in row.messages.filter(number__gte=number, member=None):
            if _said(row, one) == words:
                return _line(one, words)
        made = _added(row, words)
        if row.deleted_from is not None:
            row.deleted_from = max(row.deleted_from, clock.today() + timedelta(days=row.desk.deleted_after_days))
            row.save(update_fields=["deleted_from"])
        return made


def want_no_contact(referral: Referral) -> None:
    """Whoever brought it asks that nobody contacts them: how they could be reached goes, the rest of the answers stays.

    Where the desk made a new code, it stays sealed instead, as what was said before: who hands out a code could use it, and
    make somebody out of reach. A desk that has read it finds a message that says so. Asked again, nothing changes.
    """
    with transaction.atomic():
        row = _locked(referral)
        answers = sealing.answers_of(row)
        if answers.reach == Reach.NOT:
            return
        kept = replace(answers, reach=Reach.NOT.value, reach_at="", reach_when="")
        if not erases(row):
            kept = replace(answers, reach=Reach.NOT.value, reach_was=answers.reach)
        row.answers = sealing.seal(kept.packed(), key=sealing.key_of(row.binding, row.agency_id), binding=row.binding)
        row.save(update_fields=["answers"])
        if row.stage in {ReferralStage.READ, ReferralStage.TAKEN_UP}:
            # what was read may stand in somebody's notes: only a message reaches them
            _added(row, _("Please do not contact me any more. I only want to write here."))


def withdraw(referral: Referral) -> None:
    """Take back what was brought. Raises RuleRefused if closed.

    Unread, its words go at once; read, with the desk's days, and so where the desk made a new code: who hands out a code could
    use it, and erase unseen what somebody brought.
    """
    with transaction.atomic():
        row = _locked(referral)
        if row.stage == ReferralStage.CLOSED:
            raise RuleRefused(_("This is closed already."))
        at_once = goes_at_once(row)
        if at_once:
            key = sealing.key_of(row.binding, row.agency_id)
            row.answers = sealing.seal(Answers().packed(), key=key, binding=row.binding)
            row.messages.all().delete()
        row.stage, row.closing, row.closed_on = ReferralStage.CLOSED, Closing.WITHDRAWN, clock.today()
        row.deleted_from = clock.today() + timedelta(days=0 if at_once else row.desk.deleted_after_days)
        row.save(update_fields=["answers", "stage", "closing", "closed_on", "deleted_from"])


def goes_at_once(referral: Referral) -> bool:
    """Whether the words go with the taking back: nobody at the desk has read them, nor made a new code for them."""
    return referral.stage == ReferralStage.RECEIVED and erases(referral)


def erases(referral: Referral) -> bool:
    """Whether its code may erase anything: only the one that its bringer got when it was sent."""
    return referral.reissued_on is None


def _to_lock() -> QuerySet[Referral]:
    """Without its desk: PostgreSQL leaves out a row whose desk has changed while it waited, as if it were deleted."""
    return Referral.objects.select_for_update()


def _locked(referral: Referral) -> Referral:
    row = _to_lock().filter(pk=referral.pk).first()
    if row is None:
        raise RuleRefused(_("This was deleted for good."))
    return row


def _added(row: Referral, words: str) -> Line:
    number = (row.messages.aggregate(last=Max("number"))["last"] or 0) + 1
    if number > MOST:
        raise RuleRefused(_("There are too many messages here. Please call the desk."), field="text")
    made = ReferralMessage(referral=row, number=number, written_on=clock.today())
    made.text = sealing.seal(words, key=sealing.key_of(row.binding, row.agency_id), binding=made.binding)
    made.save(force_insert=True)
    return _line(made, words)


def _said(row: Referral, message: ReferralMessage) -> str:
    return sealing.unseal(bytes(message.text), key=sealing.key_of(row.binding, row.agency_id), binding=message.binding)


def _line(message: ReferralMessage, words: str) -> Line:
    return Line(
        message.number, message.member_id is None, words, message.written_on, message.read_on is not None, message.about_person
    )
