"""Bringing a case to a desk: sealed to its agency at once, with a receipt code in return.

Nothing of it says when: no ledger entry, no history row, no log line, no count, and the day alone in the record. So it is no
`verb` where a family brings it; a partner's verb (`partners`) calls it from inside.
"""

from contextlib import AbstractContextManager, nullcontext
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agencies.models import Agency, Member
from hub import keystore
from hub.core import clock, second_wall
from hub.core.errors import RuleRefused
from situations.choices import Door, Pile
from situations.models import IntakeDesk, Referral
from situations.referrals import receipts, sealing
from situations.referrals.answers import Answers
from situations.referrals.receipts import Receipt


def bring(
    *,
    by: Member | None,
    desk: IntakeDesk,
    answers: Answers,
    language: str,
    pile: Pile,
    binding: UUID,
    from_agency: Agency | None = None,
    code: str = "",
    receipt: Receipt | None = None,
) -> str:
    """Give the answers to the desk and return the plain receipt code (`code`, or a new one), which is stored nowhere.

    `receipt`: in place of `code`, from who calls it inside a transaction: working it out can take seconds. The same `binding`
    and `code` again change nothing and return the code. Raises RuleRefused if the desk is shut, and for a binding that was
    sent under another code.
    """
    code = receipt.code if receipt else code or receipts.new_code()
    stored = receipt.stored if receipt else receipts.digest(code)
    with _at_the_wall(by, stored), transaction.atomic():
        if Referral.objects.filter(receipt=stored).exists():
            return code
        if not desk.is_open:
            raise RuleRefused(_("Nobody is at this desk now. Please call the coordinator."))
        row = Referral(desk=desk, agency=desk.agency, door=Door.PARTNER if by else Door.FAMILY, from_member=by)
        row.from_agency, row.language, row.pile = from_agency, language, pile
        row.received_on, row.binding, row.receipt = clock.today(), binding, stored
        row.answers = sealing.seal(answers.packed(), key=_key(binding, desk.agency_id), binding=binding)
        return _kept(row, code)


def _kept(row: Referral, code: str) -> str:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as there:
        # two presses at once: the other one was first
        if not Referral.objects.filter(receipt=row.receipt).exists():
            raise RuleRefused(_("This was sent already.")) from there
    return code


def _key(binding: UUID, agency: int) -> bytes:
    try:
        with transaction.atomic(using=keystore.DATABASE):
            return sealing.new_key(binding, agency)
    except IntegrityError:
        # of a sending that was cut off after it, or goes on at the same time
        return sealing.key_of(binding, agency)


def _at_the_wall(by: Member | None, stored: str) -> AbstractContextManager[None]:
    return second_wall.holding(stored) if by is None else nullcontext()
