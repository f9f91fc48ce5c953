"""Filter 2: does the table agree that it is acutely elevated risk? Decided by agreement, never by majority.

A dissent holds the filter until it is withdrawn or until the facilitator records why the table goes on (PRODUCT: "The four
filters").
"""

from django.utils.translation import gettext as _

from agencies.models import Agency, Member, Sitting
from agencies.standing import open_sitting, standing_of
from hub.core import clock
from hub.core.audit import verb
from hub.core.errors import NotAllowed, NotVisible, RuleRefused
from hub.core.prepared import Prepared
from situations import disclosure, filters, guard, ledger, vocabularies, writing
from situations.choices import Consent, Criterion, EntryKind, Stage, StanceKind
from situations.filters import Mover
from situations.models import AerCriterion, Recusal, Situation, Stance
from situations.models.situation import LINE_LIMIT
from situations.visibility import Field


@verb
def begin(*, by: Member, situation: Situation, revision: int | None = None) -> Situation:
    """Take a tabled situation in hand: its profile is disclosed to every cleared person in the room, entered first."""
    situation = filters.lock(situation.pk, by=by, revision=revision)
    sitting = sitting_of(situation)
    filters.move(situation, Stage.FILTER2, by=by)
    disclose_profile(situation, sitting, by)
    return situation


def disclose_profile(situation: Situation, sitting: Sitting, by: Member) -> None:
    """Enter the profile's disclosure to those in the room who have not received it yet (late arrivals come later).

    At a follow-up it reaches who presides or records, too: they see it from this entry on.
    """
    received = set(situation.ledger.filter(kind=EntryKind.PROFILE).values_list("recipients__agency", "recipients__member"))
    follow_up = disclosure.chairs(situation, sitting) if situation.stage == Stage.FILTER4 else []
    new = [one for one in (*disclosure.recipients(situation, sitting, Field.PROFILE), *follow_up) if one not in received]
    if new or not received:
        ledger.append(
            EntryKind.PROFILE, by=by, situation=situation, sitting=sitting, basis="table_agreement",
            recipients=new, what=disclosure.PROFILE, discloser=situation.originating_agency_id,
        )  # fmt: skip


@verb
def set_criterion(
    *, by: Member, situation: Situation, criterion: Criterion, holds: bool, revision: int | None = None
) -> Situation:
    """The facilitator affirms or withdraws one of the four criteria."""
    situation = filters.lock(situation.pk, by=by, revision=revision)
    filters.require(situation, by, Mover.CHAIR)
    filters.require_stage(situation, Stage.FILTER2)
    row = _criterion(situation, criterion)
    if row.holds != holds:
        row.holds = holds
        row.save(update_fields=["holds"])
        ledger.append(
            EntryKind.CRITERION, by=by, situation=situation, sitting=sitting_of(situation),
            detail={"criterion": str(criterion), "holds": holds},
        )  # fmt: skip
    return filters.touch(situation)


@guard.enters_questions
@verb
def set_consent(
    *, by: Member, situation: Situation, status: Consent, reason: str = "", revision: int | None = None,
    answered: guard.Reply = guard.NOTHING,
) -> Situation:  # fmt: skip
    """Record at filter 2 what was asked of the person: written, verbal, not sought (why), refused."""
    situation = filters.lock(situation.pk, by=by, revision=revision)
    filters.require(situation, by, Mover.CHAIR)
    filters.require_stage(situation, Stage.FILTER2)
    typed = writing.text(reason, limit=LINE_LIMIT, field="consent_reason", agencies=(by.agency,), situation=situation)
    reason = typed or situation.consent_reason
    if status == Consent.NOT_SOUGHT and not reason:
        raise RuleRefused(_("Say why consent was not sought."), field="consent_reason", situation=situation)
    if reason != situation.consent_reason:
        guard.ask(situation, {"consent_reason": reason}, by=by, answered=answered)
    filters.touch(situation, consent_status=status, consent_reason=reason)
    ledger.append(EntryKind.CONSENT, by=by, situation=situation, sitting=sitting_of(situation), detail={"status": str(status)})
    return situation


@guard.enters_questions
@verb
def take_stance(
    *, by: Member, situation: Situation, kind: StanceKind, reason: str = "", agency: Agency | None = None,
    answered: guard.Reply = guard.NOTHING,
) -> Stance:  # fmt: skip
    """A seat agrees or disagrees: from its own screen, or recorded by the facilitator for a seat that answers aloud.

    A disagreement needs its reason. Changing a disagreement to agreement withdraws it; the ledger keeps both.
    """
    situation = filters.lock(situation.pk, by=by)
    agency = agency or by.agency
    sitting = require_speaker(situation, by, agency)
    filters.require_stage(situation, Stage.FILTER2)
    reason = writing.text(reason, limit=LINE_LIMIT, field="reason", agencies=(by.agency, agency), situation=situation)
    if kind == StanceKind.DISSENTS:
        if not reason:
            raise RuleRefused(_("Say in a sentence why your agency disagrees."), field="reason", situation=situation)
        guard.ask(situation, {"reason": reason}, by=by, answered=answered)
    before = _STANCE.first(situation=situation.pk, agency=agency.pk)
    if before is not None and before.kind == StanceKind.DISSENTS and kind == StanceKind.AGREES:
        return _withdraw(before, by, sitting)
    stance = before or Stance(situation=situation, agency=agency)
    stance.kind, stance.reason, stance.withdrawn = kind, reason if kind == StanceKind.DISSENTS else "", False
    stance.sitting, stance.went_on_because, stance.given_at = sitting, "", clock.now()
    stance.save()
    if kind == StanceKind.DISSENTS:
        ledger.append(EntryKind.DISSENT, by=by, situation=situation, sitting=sitting, detail={"agency": agency.pk})
    return stance


@verb
def withdraw_dissent(*, by: Member, situation: Situation, agency: Agency) -> Stance:
    """A disagreement is withdrawn by its seat, or recorded as withdrawn by the facilitator."""
    situation = filters.lock(situation.pk, by=by)
    sitting = require_speaker(situation, by, agency)
    filters.require_stage(situation, Stage.FILTER2)
    stance = Stance.objects.filter(situation=situation, agency=agency, kind=StanceKind.DISSENTS, withdrawn=False).first()
    if stance is None:
        raise RuleRefused(_("There is no disagreement of this agency to withdraw."), situation=situation)
    return _withdraw(stance, by, sitting)


@guard.enters_questions
@verb
def go_on(
    *,
    by: Member,
    situation: Situation,
    agency: Agency,
    because: str,
    revision: int | None = None,
    answered: guard.Reply = guard.NOTHING,
) -> Stance:
    """The table goes on although a disagreement stands; the facilitator records why."""
    situation = filters.lock(situation.pk, by=by, revision=revision)
    filters.require(situation, by, Mover.CHAIR)
    filters.require_stage(situation, Stage.FILTER2)
    because = writing.text(because, limit=LINE_LIMIT, field="because", agencies=(by.agency,), situation=situation)
    if not because:
        raise RuleRefused(_("Record why the table goes on."), field="because", situation=situation)
    stance = Stance.objects.filter(situation=situation, agency=agency, kind=StanceKind.DISSENTS, withdrawn=False).first()
    if stance is None:
        raise RuleRefused(_("There is no disagreement of this agency."), situation=situation)
    guard.ask(situation, {"because": because}, by=by, answered=answered)
    stance.went_on_because = because
    stance.save(update_fields=["went_on_because"])
    filters.touch(situation)
    ledger.append(EntryKind.WENT_ON, by=by, situation=situation, sitting=sitting_of(situation), detail={"agency": agency.pk})
    return stance


@verb
def agree_all(*, by: Member, situation: Situation, revision: int | None = None) -> Situation:
    """All agree: it is AER. One press affirms all four criteria that nobody withdrew, for every seat in the room.

    Raises RuleRefused while a disagreement holds the filter or a criterion was withdrawn. Starts the response clock's count.
    """
    situation = filters.lock(situation.pk, by=by, revision=revision)
    sitting = sitting_of(situation)
    filters.require(situation, by, Mover.CHAIR)
    filters.require_stage(situation, Stage.FILTER2)
    if holding := holding_dissents(situation):
        names = ", ".join(one.agency.short_name for one in holding)
        message = _("%(agencies)s disagrees. Have it withdrawn, or record why the table goes on.") % {"agencies": names}
        raise RuleRefused(message, situation=situation)
    _affirm_all(situation)
    answered = Stance.objects.filter(situation=situation, kind=StanceKind.AGREES).count()
    present = len(voices(situation, sitting))
    filters.move(situation, Stage.FILTER3, by=by, aer_at=clock.now())
    ledger.append(
        EntryKind.AER,
        by=by,
        situation=situation,
        sitting=sitting,
        detail={"answered": answered, "seats_present": present},
    )
    return situation


@guard.enters_questions
@verb
def reject(
    *,
    by: Member,
    situation: Situation,
    reason: str,
    because: str = "",
    revision: int | None = None,
    answered: guard.Reply = guard.NOTHING,
) -> Situation:
    """Not AER, with its reason of `CONCLUSIONS["rejected"]`. What may not be kept is removed when the facilitator moves on."""
    situation = filters.lock(situation.pk, by=by, revision=revision)
    if reason not in vocabularies.CONCLUSIONS["rejected"]:
        raise RuleRefused(_("Choose why it is rejected."), field="reason", situation=situation)
    because = writing.text(because, limit=LINE_LIMIT, field="because", agencies=(by.agency,), situation=situation)
    filters.require(situation, by, Mover.CHAIR)
    filters.require_stage(situation, Stage.FILTER2)
    guard.ask(situation, {"because": because}, by=by, answered=answered)
    filters.move(
        situation, Stage.REJECTED, by=by, conclusion_group="rejected", conclusion_reason=reason, conclusion_because=because,
        ended_at=clock.now(),
    )  # fmt: skip
    ledger.append(EntryKind.REJECTED, by=by, situation=situation, sitting=sitting_of(situation), detail={"reason": reason})
    return situation


@verb
def recuse(*, by: Member, situation: Situation) -> Recusal:
    """Step out of one situation because of a conflict of interest: from now on one sees nothing of it and is no recipient."""
    situation = filters.lock(situation.pk, by=by)
    sitting = open_sitting(situation.table_id)
    if sitting is not None and sitting.presides_id == by.pk:
        raise RuleRefused(_("Hand over the facilitator's role first, then step out."), situation=situation)
    ledger.append(EntryKind.RECUSED, by=by, situation=situation, sitting=sitting)
    return Recusal.objects.create(situation=situation, member=by, at=clock.now())


def holding_dissents(situation: Situation) -> list[Stance]:
    """Disagreements that hold the filter: neither withdrawn nor answered by the facilitator's reason to go on."""
    held = Stance.objects.filter(situation=situation, kind=StanceKind.DISSENTS, withdrawn=False, went_on_because="")
    return list(held.select_related("agency"))


def voices(situation: Situation, sitting: Sitting) -> set[int]:
    """Ids of the agencies whose seat is in the room and may speak on this situation now."""
    return {
        standing.agency_id
        for standing, audience in disclosure.room(situation, sitting)
        if standing.speaks and disclosure.may_see(audience, Field.PROFILE)
    }


def sitting_of(situation: Situation) -> Sitting:
    """The open sitting of the situation's table. Raises NotAllowed when the conference is not open."""
    sitting = open_sitting(situation.table_id)
    if sitting is None:
        raise NotAllowed(_("The conference is not open."), situation=situation)
    return sitting


def require_speaker(situation: Situation, by: Member, agency: Agency) -> Sitting:
    """The sitting, when `by` may speak for `agency`: on its seat and present, or presiding for a seat that is present."""
    sitting = sitting_of(situation)
    standing = standing_of(by, situation.table, sitting)
    if disclosure.stepped_out(situation, by):
        raise NotVisible(_("You have stepped out of this situation."), situation=situation)
    if agency.pk == by.agency_id and standing.speaks:
        if not (standing.present and standing.agreement):
            raise NotAllowed(
                _("You are not on the roll of this conference. Ask the facilitator to call your seat."),
                situation=situation,
            )
        if not standing.pledged:
            raise NotAllowed(_("Give today's confidentiality pledge first."), situation=situation)
        return sitting
    filters.require(situation, by, Mover.CHAIR)
    if agency.pk not in voices(situation, sitting):
        raise RuleRefused(_("This seat is not present, or not cleared for this situation."), situation=situation)
    return sitting


def _withdraw(stance: Stance, by: Member, sitting: Sitting) -> Stance:
    stance.kind, stance.withdrawn, stance.given_at = StanceKind.AGREES, True, clock.now()
    stance.save(update_fields=["kind", "withdrawn", "given_at"])
    ledger.append(
        EntryKind.DISSENT_WITHDRAWN,
        by=by,
        situation=stance.situation,
        sitting=sitting,
        detail={"agency": stance.agency_id},
    )
    return stance


_CRITERION = Prepared(lambda situation, criterion: AerCriterion.objects.filter(situation=situation, criterion=criterion))
_STANCE = Prepared(lambda situation, agency: Stance.objects.filter(situation=situation, agency=agency))


def _criterion(situation: Situation, key: Criterion) -> AerCriterion:
    # the caller holds the lock on the situation, so nobody else makes it meanwhile
    found = _CRITERION.first(situation=situation.pk, criterion=str(key))
    return found or AerCriterion.objects.create(situation=situation, criterion=key)


def _affirm_all(situation: Situation) -> None:
    for key in Criterion:
        row = _criterion(situation, key)
        if row.holds is False:
            message = _("“%(criterion)s” was withdrawn. AER needs all four: affirm it again, or record that it is not AER.")
            raise RuleRefused(message % {"criterion": key.label}, situation=situation)
        if row.holds is None:
            row.holds = True
            row.save(update_fields=["holds"])
