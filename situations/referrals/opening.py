"""Opening a referral: the one way to its words for the desk, entered in the ledger before anything is unsealed."""

from dataclasses import dataclass
from datetime import date

from agencies.models import Member
from hub.core import clock
from hub.core.audit import verb
from situations.choices import EntryKind, ReferralStage
from situations.models import Referral, ReferralMessage
from situations.referrals import closing, desk, sealing
from situations.referrals.answers import Answers


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
    if referral.stage == ReferralStage.RECEIVED:
        referral.stage, referral.read_on = ReferralStage.READ, clock.today()
        referral.save(update_fields=["stage", "read_on"])
    return _unsealed(referral)


def answers_of(referral: Referral) -> Answers:
    """The answers alone, for a step of the desk that has entered itself in the ledger."""
    key = sealing.key_of(referral.binding, referral.agency_id)
    return Answers.unpacked(sealing.unseal(bytes(referral.answers), key=key, binding=referral.binding))


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
