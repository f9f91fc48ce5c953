"""Opening a referral: the one way to its words for the desk, entered in the ledger before anything is unsealed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core import signing
from django.db.models import Max

from agencies.models import Member
from hub.core import clock
from hub.core.audit import verb
from situations.choices import EntryKind, ReferralStage
from situations.models import Referral, ReferralMessage
from situations.referrals import closing, desk, sealing
from situations.referrals.answers import Answers

OPEN_SECONDS = 20 * 60
"""For how long the answers to presses of the opened page show the words again."""
MOST = 25
"""Of what looks like junk, that one press opens."""


TICKET = "desk opening"


@dataclass(frozen=True, slots=True)
class Said:
    """One message. `member`: who of the desk wrote it, empty for who brought it; `new`: the desk had not read it yet."""

    number: int
    member: str
    day: date
    text: str
    about_person: bool
    new: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """A referral's words, for one answer that is never stored. `binding`: under which they are sealed."""

    answers: Answers
    messages: tuple[Said, ...]
    binding: UUID

    @property
    def last(self) -> int:
        """The number of the last message of who brought it, of those that stand here."""
        return max((one.number for one in self.messages if not one.member), default=0)


@verb
def read(*, by: Member, referral: Referral) -> Opened:
    """Open the answers and all messages. Who brought it sees from now on that the desk has read it.

    Raises NotVisible to everybody but the desk. What was written after a closing opens the referral again.
    """
    referral = desk.lock(referral.pk, by=by)
    desk.enter(EntryKind.REFERRAL_READ, by=by, referral=referral)
    closing.reopen_if_written(referral)
    _mark_read(referral)
    return _unsealed(referral)


def ticket(opened: Opened, by: Member) -> str:
    """What an opened page carries, so that its own presses do not close it: signed, for this member and these words alone."""
    return signing.dumps([by.pk, str(opened.binding), opened.last], salt=TICKET)


@verb
def still_open(*, by: Member, referral: Referral, carried: str) -> Opened | None:
    """The words again, within the opening in the ledger; None after 20 minutes, and once there are words it did not show."""
    try:
        held = signing.loads(carried, salt=TICKET, max_age=OPEN_SECONDS)
    except signing.BadSignature:
        return None
    referral = desk.lock(referral.pk, by=by)
    if held != [by.pk, str(referral.binding), _last_said(referral)]:
        return None
    return _unsealed(referral)


def _last_said(referral: Referral) -> int:
    """The number of the last message of who brought it."""
    return referral.messages.filter(member=None).aggregate(last=Max("number"))["last"] or 0


def _mark_read(referral: Referral) -> None:
    if referral.stage == ReferralStage.RECEIVED:
        referral.stage, referral.read_on = ReferralStage.READ, clock.today()
        referral.save(update_fields=["stage", "read_on"])


def _unsealed(referral: Referral) -> Opened:
    answers = sealing.answers_of(referral)
    rows = list(referral.messages.select_related("member"))
    key = sealing.key_of(referral.binding, referral.agency_id) if rows else b""
    said = tuple(_said(one, key) for one in rows)
    for one in rows:
        if one.member_id is None and one.read_on is None:
            one.read_on = clock.today()
            one.save(update_fields=["read_on"])
    return Opened(answers, said, referral.binding)


def _said(one: ReferralMessage, key: bytes) -> Said:
    text = sealing.unseal(bytes(one.text), key=key, binding=one.binding)
    who = one.member.name if one.member else ""
    return Said(one.number, who, one.written_on, text, one.about_person, one.member_id is None and one.read_on is None)


@verb
def look_through(*, by: Member, keys: Iterable[int]) -> list[tuple[Referral, Answers]]:
    """Open several of "probably junk" at once, each entered as read; what does not lie there any more is left out."""
    found = []
    for referral in desk.lock_doubtful(list(keys)[:MOST], by=by):
        desk.enter(EntryKind.REFERRAL_READ, by=by, referral=referral)
        _mark_read(referral)
        found.append((referral, sealing.answers_of(referral)))
    return found
