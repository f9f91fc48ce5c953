"""What the desk writes to who brought a referral. It says nothing about the person without the person's recorded consent.

Rule: PRODUCT, "Families and partners": the family "learns nothing about the person there".
"""

from datetime import date
from enum import StrEnum

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from agencies.models import Member
from hub.core import clock
from hub.core.audit import verb
from hub.core.errors import RuleRefused
from hub.core.text import TextRefused, plain
from situations import deidentify, guard
from situations.choices import ConsentToTell, EntryKind
from situations.models import Referral, ReferralMessage
from situations.referrals import desk, sealing
from situations.referrals.answers import LONG


class CouldTell(RuleRefused):
    """A message that is to say nothing about the person could; the same call with its `token` answers that it does not."""

    def __init__(self, message: str, *, token: str) -> None:
        super().__init__(message, field="text")
        self.token = token


class Tells(StrEnum):
    """What the desk's message says about the person; one of the two is chosen for each message."""

    NOTHING = "nothing"
    ON_CONSENT = "on_consent"


@verb
def reply(*, by: Member, referral: Referral, text: str, tells: str, confirmed: str = "") -> ReferralMessage:
    """Write to who brought it. `tells`: a value of `Tells`, chosen by who writes.

    Raises RuleRefused without a choice, for what tells about the person without recorded consent, and before the referral was
    read and claimed; CouldTell when a message that is to say nothing about the person could name somebody and `confirmed` is
    not the token of that question about these very words. The answer is in the ledger, no word of the message is.
    """
    referral = desk.lock(referral.pk, by=by)
    desk.require_claimed(referral, by)
    desk.require_read(referral)
    typed = _typed(text)
    _require_choice(referral, tells)
    kinds: list[str] = [] if tells == Tells.ON_CONSENT else _questions(referral, typed, by=by, confirmed=confirmed)
    desk.enter(EntryKind.REFERRAL_ANSWERED, by=by, referral=referral, tells=tells, confirmed=kinds)
    return say(referral, typed, by=by, about_person=tells == Tells.ON_CONSENT)


@verb
def record_consent(*, by: Member, referral: Referral, how: str, on: date | None) -> Referral:
    """Record how and when the person agreed that who brought it may be told about them; no `how` takes it back.

    Raises RuleRefused at a day that is missing or to come. What was told before stays told.
    """
    referral = desk.lock(referral.pk, by=by)
    desk.require_claimed(referral, by)
    if how and how not in ConsentToTell.values:
        raise RuleRefused(_("Choose how the person agreed."), field="how")
    if how and (on is None or on > clock.today()):
        raise RuleRefused(_("Give the day on which the person agreed, today or before."), field="on")
    if not how and not referral.consent_to_tell:
        raise RuleRefused(_("No consent is recorded."), field="how")
    desk.enter(EntryKind.REFERRAL_CONSENT, by=by, referral=referral, how=how)
    referral.consent_to_tell, referral.consent_on = how, on if how else None
    referral.save(update_fields=["consent_to_tell", "consent_on"])
    return referral


def say(referral: Referral, text: str, *, by: Member, about_person: bool = False) -> ReferralMessage:
    """Seal a message of the desk into the thread. The caller holds the lock and has entered it in the ledger."""
    last = referral.messages.order_by("-number").values_list("number", flat=True).first() or 0
    message = ReferralMessage(
        referral=referral, number=last + 1, member=by, written_on=clock.today(), about_person=about_person
    )  # fmt: skip
    key = sealing.key_of(referral.binding, referral.agency_id)
    message.text = sealing.seal(text, key=key, binding=message.binding)
    message.save()
    return message


def _typed(text: str) -> str:
    try:
        typed = plain(text, limit=LONG)
    except TextRefused as refused:
        raise RuleRefused(str(refused), field="text") from refused
    if not typed:
        raise RuleRefused(_("Write the message first."), field="text")
    return typed


def _require_choice(referral: Referral, tells: str) -> None:
    if tells not in set(Tells):
        raise RuleRefused(_("Say whether the message tells anything about the person."), field="tells")
    if tells == Tells.ON_CONSENT and not referral.consent_to_tell:
        line = _("Nothing about the person may go out: their consent is not recorded. Ask the person, record it, then write.")
        raise RuleRefused(line, field="tells")


def _questions(referral: Referral, typed: str, *, by: Member, confirmed: str) -> list[str]:
    """The kinds of what could point to a person, the person's own sealed name among them. Raises CouldTell unless confirmed."""
    answers = sealing.answers_of(referral)
    deny = [one for one in (answers.person_name, answers.person_where) if one.strip()]
    try:
        found = guard.find_all({"text": typed}, table=referral.desk.table, by=by, deny=deny)
    except deidentify.DetectorFailed as failed:
        raise RuleRefused(_("The text cannot be checked now, so it was not sent. Try again later."), field="text") from failed
    kinds = guard.kinds_of(found)
    token = _token(referral, typed, found)
    if found and not constant_time_compare(token, confirmed):
        words = ", ".join(f"“{one.found}” {_says(one)}" for _field, one in found)
        line = _("This could tell about the person: %(words)s. Change the text, or say that it does not.") % {"words": words}
        raise CouldTell(line, token=token)
    return kinds


def _token(referral: Referral, typed: str, found: guard.Found) -> str:
    """Of one question: keyed, because it travels through a page and knows whether a sealed name stands in the text."""
    asked = [str(referral.binding), typed, *(one.found for _field, one in found)]
    return salted_hmac("could tell", "\0".join(asked)).hexdigest()[:20]


def _says(one: deidentify.Finding) -> str:
    """A referral has no envelope: what is denied here was brought to the desk."""
    return _("stands in what was brought") if one.kind == "identity" else str(one.says)
