"""Turning a referral into a draft of the desk's own agency: codes are carried over, names go into the envelope, words stay.

What somebody wrote is never copied into a profile: it stays in the referral, for who may read that.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from agencies.models import Member
from agencies.standing import standing_of
from agencies.typed import town_key
from hub.core.audit import verb
from hub.core.errors import RuleRefused
from situations import identity, writing
from situations.choices import IN_AGENCY, Consent, EntryKind, ReferralStage, Stage
from situations.models import LedgerEntry, Referral, Situation
from situations.models.situation import LINE_LIMIT
from situations.referrals import desk, sealing
from situations.referrals.answers import Answers, Knows

BANDS = ((5, "0_5"), (11, "6_11"), (17, "12_17"), (24, "18_24"), (29, "25_29"), (39, "30_39"), (59, "40_59"), (120, "60_plus"))
ENDED = (Stage.KEPT, Stage.CONCLUDED, Stage.REJECTED)
CARRIED = {"name": "person_name", "address": "person_where"}
"""Fields of the envelope, and the answers that go into them."""


@dataclass(frozen=True, slots=True)
class TakenUp:
    """The draft, and the answers that could not be carried over (names of fields of `Answers`)."""

    situation: Situation
    left_out: tuple[str, ...]


@verb
def take_up(*, by: Member, referral: Referral) -> TakenUp:
    """Make a draft of it at the desk's table. Who brought it sees that an agency has taken it up.

    A draft that was made of it before, and was taken back, is taken up again while it lives: never two of one referral.
    Raises RuleRefused unless `by` has read and claimed it and may write situations there, and for one that has a draft.
    """
    referral = desk.lock(referral.pk, by=by)
    desk.require_claimed(referral, by)
    desk.require_read(referral)
    if referral.situation_id is not None:
        raise RuleRefused(_("There is a draft of it already."))
    if not may_write(by, referral):
        raise RuleRefused(_("Only a representative or deputy with a seat writes situations. Put it back for one of them."))
    earlier = living_draft(referral)
    draft = earlier or writing.start(by=by, table=referral.desk.table)
    desk.enter(EntryKind.REFERRAL_DRAFTED, by=by, referral=referral, situation=draft.pk)
    left_out = () if earlier else _carry(referral, draft, by)
    referral.situation, referral.stage = draft, ReferralStage.TAKEN_UP
    referral.save(update_fields=["situation", "stage"])
    draft.refresh_from_db()
    return TakenUp(draft, left_out)


@verb
def put_back(*, by: Member, referral: Referral) -> Referral:
    """Take that back: the referral is "read by the desk" again. The draft stays with its writer.

    Raises RuleRefused where there is none, and once it has left the agency.
    """
    referral = desk.lock(referral.pk, by=by)
    desk.require_claimed(referral, by)
    draft = referral.situation
    if draft is None:
        raise RuleRefused(_("There is no draft of it."))
    if draft.stage not in IN_AGENCY:
        raise RuleRefused(_("It is at the table already, so this cannot be taken back."))
    desk.enter(EntryKind.REFERRAL_DRAFTED, by=by, referral=referral, situation=draft.pk, undone=True)
    referral.situation, referral.stage = None, ReferralStage.READ
    referral.save(update_fields=["situation", "stage"])
    return referral


def living_draft(referral: Referral) -> Situation | None:
    """What this agency has made of it and has not ended, also where it was taken back: the ledger knows it."""
    drafted = LedgerEntry.objects.filter(
        kind=EntryKind.REFERRAL_DRAFTED, table=referral.desk.table_id, detail__referral=referral.pk
    )
    keys = {entry.detail["situation"] for entry in drafted}
    rows = Situation.objects.filter(pk__in=keys, originating_agency=referral.agency_id, redacted_at=None)
    return rows.exclude(stage__in=ENDED).order_by("pk").first() if keys else None


def origin(situation: Situation, *, member: Member) -> Referral | None:
    """The referral that a draft was made of, for who works at its desk; nobody else learns that there is one."""
    referral = Referral.objects.filter(situation=situation, agency=member.agency_id).first()
    return referral if referral is not None and desk.works_at_one(member) else None


def may_write(member: Member, referral: Referral) -> bool:
    """Whether the member can bring situations to the desk's table."""
    standing = standing_of(member, referral.desk.table)
    return standing.speaks and standing.agreement


def age_band(typed: str) -> str:
    """The age band of the first number that stands in what was typed; empty where it is no age."""
    found = re.search(r"\d+", typed)
    years = int(found.group()[:4]) if found else -1
    return next((band for upto, band in BANDS if 0 <= years <= upto), "")


def consent_of(answers: Answers) -> tuple[str, str]:
    """What the profile says of consent. Only the person can agree: what others say of it is no consent, and named as such."""
    said = {
        Knows.SELF: (Consent.VERBAL, _("The person asked for help, and agrees.")),
        Knows.AGREES: (Consent.NOT_SOUGHT, _("Who asked for help says that the person agrees. Ask the person.")),
        Knows.AGAINST: (Consent.REFUSED, _("Who asked for help says that the person does not want it.")),
        Knows.NO: (Consent.NOT_SOUGHT, _("The person does not know that somebody asked for help.")),
    }
    status, reason = said.get(Knows(answers.knows), ("", "")) if answers.knows in Knows.values else ("", "")
    return str(status), reason


def _carry(referral: Referral, draft: Situation, by: Member) -> tuple[str, ...]:
    answers = sealing.answers_of(referral)
    status, reason = consent_of(answers)
    town = next((one for one in referral.desk.table.towns if town_key(one) == town_key(answers.town)), "")
    band = age_band(answers.person_age)
    coded = {"subject_type": "person", "age_band": band, "town": town, "language": referral.language}
    writing.save(by=by, situation=draft, profile={**coded, "consent_status": status, "consent_reason": reason})
    missed = [name for name, code in (("town", town), ("person_age", band)) if getattr(answers, name) and not code]
    return (*missed, *(one for field, one in CARRIED.items() if not _sealed(draft, by, field, getattr(answers, one))))


def _sealed(draft: Situation, by: Member, field: str, text: str) -> bool:
    """Whether all that was answered is in the envelope now; what it does not take is named to who presses."""
    line = " ".join(text.split())
    if not line:
        return True
    if len(line) > LINE_LIMIT:
        return False
    try:
        identity.seal(by=by, situation=draft, values={field: line})
    except RuleRefused:
        return False
    return True
