"""Opening a referral: the one way to its words for the desk, entered in the ledger before anything is unsealed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from agencies.models import Member
from hub.core import clock
from hub.core.audit import verb
from situations.choices import EntryKind, Pile, ReferralStage
from situations.models import Referral, ReferralMessage
from situations.referrals import closing, desk, sealing
from situations.referrals.answers import Answers

MOST = 25
"""Of what looks like junk, that one press opens."""


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
    """A referral's words, for one answer that is never stored."""

    answers: Answers
    messages: tuple[Said, ...]


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


def answers_of(referral: Referral) -> Answers:
    """The answers alone, for a step of the desk that has entered itself in the ledger."""
    key = sealing.key_of(referral.binding, referral.agency_id)
    return Answers.unpacked(sealing.unseal(bytes(referral.answers), key=key, binding=referral.binding))


def _mark_read(referral: Referral) -> None:
    if referral.stage == ReferralStage.RECEIVED:
        referral.stage, referral.read_on = ReferralStage.READ, clock.today()
        referral.save(update_fields=["stage", "read_on"])


def _unsealed(referral: Referral) -> Opened:
    key = sealing.key_of(referral.binding, referral.agency_id)
    answers = Answers.unpacked(sealing.unseal(bytes(referral.answers), key=key, binding=referral.binding))
    rows = list(referral.messages.select_related("member"))
    said = tuple(_said(one, key) for one in rows)
    for one in rows:
        if one.member_id is None and one.read_on is None:
            one.read_on = clock.today()
            one.save(update_fields=["read_on"])
    return Opened(answers, said)


def _said(one: ReferralMessage, key: bytes) -> Said:
    text = sealing.unseal(bytes(one.text), key=key, binding=one.binding)
    who = one.member.name if one.member else ""
    return Said(one.number, who, one.written_on, text, one.about_person, one.member_id is None and one.read_on is None)


@verb
def look_through(*, by: Member, keys: Iterable[int]) -> list[tuple[Referral, Answers]]:
    """Open several of "probably junk" at once, each entered as read; what does not lie there any more is left out."""
    desk.require_desk(by)
    found = []
    there = Referral.objects.filter(pk__in=list(keys)[:MOST], agency=by.agency_id, pile=Pile.DOUBTFUL)
    for key in there.exclude(stage=ReferralStage.CLOSED).order_by("pk").values_list("pk", flat=True):
        referral = desk.lock(key, by=by)
        desk.enter(EntryKind.REFERRAL_READ, by=by, referral=referral)
        _mark_read(referral)
        found.append((referral, answers_of(referral)))
    return found
