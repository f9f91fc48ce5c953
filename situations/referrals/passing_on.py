"""Passing a referral to another desk: sealed anew for the agency that reads it now, out of reach for the one that had it.

A disclosure by one agency to another, so it is entered with its legal basis before anything is sealed for the other.
"""

from uuid import uuid4

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from agencies.models import Member, Table
from hub.core import clock, second_wall
from hub.core.audit import verb
from hub.core.errors import RuleRefused
from situations import grounds, ledger
from situations.choices import EntryKind, ReferralStage
from situations.grounds import Weighed
from situations.models import IntakeDesk, LedgerEntry, Referral
from situations.referrals import desk as desks
from situations.referrals import replying, sealing, stating, taking_up

NOTHING_GIVEN: grounds.Given = {}


def targets(referral: Referral) -> QuerySet[IntakeDesk]:
    """The desks to which it can be passed today."""
    return desks.offered().exclude(pk=referral.desk_id)


def needs_basis(referral: Referral, desk: IntakeDesk) -> bool:
    """Whether another agency would read it."""
    return referral.agency_id != desk.agency_id


@verb
def pass_on(
    *, by: Member, referral: Referral, desk: IntakeDesk, basis: str = "", given: grounds.Given = NOTHING_GIVEN
) -> Weighed | None:
    """Pass it to that desk; returns what was affirmed and written down, None within the own agency.

    The receipt goes on opening it, and who brought it reads in the thread which agency has it now. Raises RuleRefused unless
    `by` has read and claimed it, once it has become a draft, while a draft of it that was taken back lives, for a desk that
    takes nothing today, and at the basis.
    """
    referral = desks.lock(referral.pk, by=by)
    desks.require_claimed(referral, by)
    desks.require_read(referral)
    if referral.situation_id is not None:
        raise RuleRefused(_("It has become a draft of your agency, so it stays with you."))
    if taking_up.living_draft(referral) is not None:
        raise RuleRefused(_("Your agency's draft of it is still there. Keep the draft or end it first; then pass this on."))
    target = targets(referral).filter(pk=desk.pk).first()
    if target is None:
        raise RuleRefused(_("Choose a desk that is open today."), field="desk")
    weighed = weigh(by, target, basis, given) if needs_basis(referral, target) else None
    entry = _enter(by, referral, target, weighed)
    if weighed is not None:
        stating.keep(referral, entry, weighed, by=by)
    _tell(by, referral, target)
    _seal_anew(by, referral, target)
    return weighed


def weigh(by: Member, desk: IntakeDesk, basis: str, given: grounds.Given) -> Weighed:
    """What the member affirms for giving a referral to that desk's agency. Raises RuleRefused, also if it does not reach it."""
    weighed = grounds.weigh(by=by, basis=basis, given=given)
    if missed := grounds.left_out(weighed.basis, [desk.agency_id]):
        line = _("“%(basis)s” does not reach %(agencies)s, who would receive this. %(instead)s")
        said = {"basis": weighed.basis.name, "agencies": ", ".join(missed), "instead": weighed.basis.instead}
        raise RuleRefused(line % said, field="basis")
    return weighed


def entered(desk: IntakeDesk, weighed: Weighed | None) -> dict[str, object]:
    """What the ledger holds of a disclosure to a desk: who can read it from now on, and on what grounds."""
    told: dict[str, object] = {"to_desk": desk.pk, "agencies": [desk.agency_id]}
    told["members"] = list(desks.people(desk.agency_id).values_list("pk", flat=True))
    if weighed is None:
        return told
    dates = {name: day.isoformat() for name, day in weighed.dates.items()}
    stated = {"pack": weighed.basis.pack, "affirmed": weighed.affirmed, "minimum_necessary": weighed.minimum_necessary}
    # of a closed list, so it may stand here; what was written freely is sealed (`stating`)
    limb = {"limb": weighed.texts["limb"]} if "limb" in weighed.texts else {}
    return told | stated | limb | dates


def _enter(by: Member, referral: Referral, target: IntakeDesk, weighed: Weighed | None) -> LedgerEntry:
    basis = weighed.basis.code if weighed else ""
    detail = entered(target, weighed)
    entry = desks.enter(EntryKind.REFERRAL_PASSED, by=by, referral=referral, basis=basis, key=str(referral.binding), **detail)
    if target.table_id != referral.desk.table_id:
        # the other table's chain begins with how it came there
        table = Table.objects.select_for_update().get(pk=target.table_id)
        came = {"referral": referral.pk, "from_table": referral.desk.table_id, **detail}
        ledger.append(EntryKind.REFERRAL_PASSED, by=by, table=table, basis=basis, detail=came, discloser=referral.agency_id)
    return entry


def _tell(by: Member, referral: Referral, target: IntakeDesk) -> None:
    with translation.override(referral.language):
        line = _("We passed what you sent us to %(agency)s (%(table)s). They read it from now on, and we no longer can.")
        text = line % {"agency": target.agency.name, "table": target.table.name}
    replying.say(referral, text, by=by)


def _seal_anew(by: Member, referral: Referral, target: IntakeDesk) -> None:
    """Under a new key and a new binding, so that a key once destroyed never has to come back if it is passed back."""
    old, was, had = sealing.key_of(referral.binding, referral.agency_id), referral.binding, referral.agency_id
    referral.binding = uuid4()
    key = sealing.new_key(referral.binding, target.agency_id)
    answers = sealing.unseal(bytes(referral.answers), key=old, binding=was)
    referral.answers = sealing.seal(answers, key=key, binding=referral.binding)
    with second_wall.agencies(had, target.agency_id):
        for one in referral.messages.all():
            one.text = sealing.seal(sealing.unseal(bytes(one.text), key=old, binding=one.binding), key=key, binding=one.binding)
            one.save(update_fields=["text"])
        _give(referral, target)
    sealing.destroy_key(was, had)


def _give(referral: Referral, target: IntakeDesk) -> None:
    referral.desk, referral.agency = target, target.agency
    referral.stage, referral.read_on, referral.passed_on = ReferralStage.RECEIVED, None, clock.today()
    referral.claimed_by, referral.escalated_on = None, None
    # the person agreed with one agency; the next one asks for itself
    referral.consent_to_tell, referral.consent_on = "", None
    referral.save(update_fields=[
        "desk", "agency", "binding", "answers", "stage", "read_on", "passed_on", "claimed_by", "escalated_on",
        "consent_to_tell", "consent_on",
    ])  # fmt: skip
