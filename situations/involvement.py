"""Filter 3: who serves them now, who could help, and who leads. And the step into filter 4.

"Serving now" and "served before" are disclosures by the answering agency and need a legal basis; "can help" is an offer. "No
role", "cannot say" and no answer are indistinguishable to everyone else: nothing is announced, nothing enters the ledger.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import NoReturn

from django.utils.translation import gettext as _

from agencies.models import Agency, Member, Sitting
from agencies.standing import standing_of
from hub.core import clock
from hub.core.audit import verb
from hub.core.errors import NotAllowed, NotVisible, RuleRefused
from situations import disclosure, filters, grounds, guard, ledger, writing
from situations.choices import DISCLOSING_ANSWERS, POSITIVE_ANSWERS, AnswerKind, EntryKind, RoleKind, Stage
from situations.deliberation import require_speaker, sitting_of, voices
from situations.filters import Mover
from situations.identity import NOTHING_GIVEN
from situations.models import Answer, Grounds, Involvement, Situation
from situations.models.situation import LINE_LIMIT
from situations.visibility import IDENTITY_FIELDS, Field


@guard.enters_questions
@verb
def answer(
    *,
    by: Member,
    situation: Situation,
    kind: AnswerKind,
    basis: str = "",
    given: grounds.Given = NOTHING_GIVEN,
    offer: str = "",
    agency: Agency | None = None,
    answered: guard.Reply = guard.NOTHING,
) -> Answer:
    """A seat's answer at filter 3, replacing an earlier one. A disclosing answer needs a basis of that agency's regimes.

    `given`: what was affirmed and written down for that basis (`grounds.record`). Raises RuleRefused where it is not whole,
    or where the basis does not reach everybody who would be told.
    The facilitator may record an offer spoken aloud (`agency`), but never a disclosing answer for another agency.
    """
    situation = filters.lock(situation.pk, by=by)
    agency = agency or by.agency
    sitting = require_speaker(situation, by, agency)
    filters.require_stage(situation, Stage.FILTER3)
    if kind in DISCLOSING_ANSWERS and agency.pk != by.agency_id:
        raise NotAllowed(_("Only the agency itself can say that it serves somebody."), situation=situation)
    kept = grounds.record(by=by, situation=situation, basis=basis, given=given) if kind in DISCLOSING_ANSWERS else None
    offer = writing.text(offer, limit=LINE_LIMIT, field="offer", agencies=(by.agency, agency), situation=situation)
    if kind in POSITIVE_ANSWERS:
        guard.ask(situation, {"offer": offer}, by=by, answered=answered, entered=False)
    before = Answer.objects.filter(situation=situation, agency=agency).first()
    row, _new = Answer.objects.update_or_create(
        situation=situation,
        agency=agency,
        defaults={
            "kind": kind, "basis": basis if kind in DISCLOSING_ANSWERS else "", "given_at": clock.now(),
            "offer": offer if kind in POSITIVE_ANSWERS else "",
        },
    )  # fmt: skip
    if kind in POSITIVE_ANSWERS:
        told = would_hear(situation, sitting, agency.pk)
        if kept is not None:
            grounds.require_reach(kept, (key for key, _member in told))
        ledger.append(
            EntryKind.ANSWER, by=by, situation=situation, sitting=sitting, basis=row.basis,
            detail={"agency": agency.pk, "answer": str(kind), **grounds.entered(kept)},
            recipients=told, what="answer", discloser=agency.pk,
        )  # fmt: skip
    elif before is not None and before.kind in POSITIVE_ANSWERS:
        ledger.append(EntryKind.ANSWER_WITHDRAWN, by=by, situation=situation, sitting=sitting, detail={"agency": agency.pk})
    return row


def would_hear(situation: Situation, sitting: Sitting, agency_id: int) -> list[ledger.Person]:
    """Everyone in the room to whom this agency's answer is disclosed; the originating agency hears it as any other seat."""
    return [
        (one.agency_id, one.member_id)
        for one, audience in disclosure.room(situation, sitting)
        if one.agency_id != agency_id and disclosure.may_see(disclosure.beside_glass(audience), Field.ANSWERS)
    ]


def tell_late(situation: Situation, sitting: Sitting, by: Member, acting: Collection[int] = ()) -> None:
    """Enter the answers for those who hear them only now: who came in, who presides now, who acts at filter 4.

    `acting`: agencies that read them from now on although nobody of theirs may be in the room. The caller holds the lock.
    Raises RuleRefused if an answer's grounds do not carry it to all of them.
    """
    for one in situation.answers.filter(kind__in=POSITIVE_ANSWERS).order_by("agency__short_name"):
        given = situation.ledger.filter(kind=EntryKind.ANSWER, agency=one.agency_id, at__gte=one.given_at)
        told = set(given.values_list("recipients__agency", "recipients__member"))
        new = [person for person in would_hear(situation, sitting, one.agency_id) if person not in told]
        kept = grounds.of_answer(situation, one.agency_id)
        named = {key for detail in given.values_list("detail", flat=True) for key in detail.get("agencies", ())}
        apart = sorted(set(acting) - named - {one.agency_id, *(agency for agency, _member in (*told, *new))})
        if (new or apart) and kept is not None and not grounds.still_hold(kept, [*apart, *(agency for agency, _member in new)]):
            _refuse_late(one, by, heard=(by.agency_id, by.pk) in told)
        if new or apart:
            detail = {"agency": one.agency_id, "answer": one.kind, "late": True, **grounds.entered(kept)}
            ledger.append(
                EntryKind.ANSWER, by=by, situation=situation, sitting=sitting, basis=one.basis,
                detail={**detail, "agencies": apart} if apart else detail,
                recipients=new, what="answer", discloser=one.agency_id,
            )  # fmt: skip


def _refuse_late(given: Answer, by: Member, *, heard: bool) -> NoReturn:
    if heard or by.agency_id == given.agency_id:
        line = _("%(agency)s gave an answer that may not be told to everybody who would hear it now. It answers anew first.")
        raise RuleRefused(line % {"agency": given.agency.short_name}, situation=given.situation)
    # whoever has not heard the answer must not learn from the refusal whose it is
    line = _("What was said here may not be told to everybody who would hear it now. Ask the facilitator.")
    raise RuleRefused(line, situation=given.situation)


@verb
def assign(*, by: Member, situation: Situation, agency: Agency, role: RoleKind, revision: int | None = None) -> Involvement:
    """The facilitator asks a present seat to lead or assist. A new lead replaces the one asked before."""
    situation = filters.lock(situation.pk, by=by, revision=revision)
    filters.require(situation, by, Mover.CHAIR)
    filters.require_stage(situation, Stage.FILTER3)
    sitting = sitting_of(situation)
    if agency.pk not in voices(situation, sitting):
        raise RuleRefused(_("Only a seat that is present and cleared can be asked."), situation=situation)
    if role == RoleKind.LEAD:
        for lead in Involvement.objects.filter(situation=situation, role=RoleKind.LEAD, ended_at=None).exclude(agency=agency):
            _end(lead)
    row = Involvement.objects.filter(situation=situation, agency=agency, ended_at=None).first()
    if row is None:
        row = Involvement(situation=situation, agency=agency, asked_at=clock.now())
    if row.role != role:
        row.role, row.accepted_at = role, None  # another role is another promise: it is accepted anew
    row.save()
    filters.touch(situation)
    ledger.append(EntryKind.ASKED, by=by, situation=situation, sitting=sitting, detail={"agency": agency.pk, "role": str(role)})
    return row


@verb
def release(*, by: Member, situation: Situation, agency: Agency, revision: int | None = None) -> Situation:
    """The facilitator takes a role back before filter 4."""
    situation = filters.lock(situation.pk, by=by, revision=revision)
    filters.require(situation, by, Mover.CHAIR)
    filters.require_stage(situation, Stage.FILTER3)
    _end(_asked(situation, agency))
    filters.touch(situation)
    ledger.append(EntryKind.RELEASED, by=by, situation=situation, sitting=sitting_of(situation), detail={"agency": agency.pk})
    return situation


@verb
def accept(*, by: Member, situation: Situation, agency: Agency | None = None) -> Involvement:
    """The asked agency accepts its role: from its own screen, or aloud and recorded by the facilitator."""
    situation = filters.lock(situation.pk, by=by)
    agency = agency or by.agency
    sitting = require_speaker(situation, by, agency)
    filters.require_stage(situation, Stage.FILTER3)
    row = _asked(situation, agency)
    if row.accepted_at is None:
        row.accepted_at = clock.now()
        row.save(update_fields=["accepted_at"])
        filters.touch(situation)
        ledger.append(
            EntryKind.ACCEPTED,
            by=by,
            situation=situation,
            sitting=sitting,
            detail={"agency": agency.pk, "role": row.role},
        )
    return row


@verb
def decline(*, by: Member, situation: Situation, agency: Agency | None = None) -> Situation:
    """The asked agency declines; nobody is blamed, the facilitator asks another."""
    situation = filters.lock(situation.pk, by=by)
    agency = agency or by.agency
    sitting = require_speaker(situation, by, agency)
    filters.require_stage(situation, Stage.FILTER3)
    _end(_asked(situation, agency))
    filters.touch(situation)
    ledger.append(EntryKind.DECLINED, by=by, situation=situation, sitting=sitting, detail={"agency": agency.pk})
    return situation


@verb
def start_filter4(*, by: Member, situation: Situation, revision: int | None = None) -> Situation:
    """Leave the table: lead and assisting agencies plan apart, the full identity is theirs to open, the clock runs from AER.

    Raises RuleRefused until a lead has accepted, and where the opening's grounds do not carry over to all who act. Agencies
    asked but silent are released; seats without a role lose sight.
    """
    situation = filters.lock(situation.pk, by=by, revision=revision)
    filters.require(situation, by, Mover.CHAIR)
    filters.require_stage(situation, Stage.FILTER3)
    sitting = sitting_of(situation)
    accepted = Involvement.objects.filter(situation=situation, ended_at=None).exclude(accepted_at=None)
    if not accepted.filter(role=RoleKind.LEAD).exists():
        raise RuleRefused(_("Filter 4 needs a lead agency that has accepted."), situation=situation)
    for silent in Involvement.objects.filter(situation=situation, ended_at=None, accepted_at=None):
        _end(silent)
    ends = (situation.aer_at or clock.now()) + timedelta(hours=situation.table.response_clock_hours)
    filters.move(situation, Stage.FILTER4, by=by, filter4_at=clock.now(), clock_ends_at=ends)
    roles = set(accepted.values_list("agency_id", flat=True))
    kept = _carried_over(situation, roles)
    in_room = [
        (s.agency_id, s.member_id)
        for s, a in disclosure.room(situation, sitting)
        if s.agency_id in roles - {situation.originating_agency_id} and disclosure.may_see(a, Field.PLAN)
    ]
    ledger.append(
        EntryKind.PLANNED, by=by, situation=situation, sitting=sitting, basis=situation.opening_basis or "table_agreement",
        detail={"fields": [field.value for field in IDENTITY_FIELDS], "agencies": sorted(roles), **grounds.entered(kept)},
        recipients=in_room, what="plan", discloser=situation.originating_agency_id,
    )  # fmt: skip
    ledger.append(
        EntryKind.CLOCK,
        by=by,
        situation=situation,
        sitting=sitting,
        detail={"hours": situation.table.response_clock_hours},
    )
    tell_late(situation, sitting, by, acting=roles)
    return situation


def require_role(situation: Situation, by: Member, *, lead: bool = False) -> None:
    """Raise unless the member speaks for an agency with an accepted role (the lead's, where asked) and is pledged today."""
    standing = standing_of(by, situation.table)
    audience = disclosure.audience_of(by, situation, standing)
    if not audience:
        raise NotVisible(_("There is no such situation, or it is not open to you."), situation=situation)
    if not disclosure.may_see(audience, Field.PLAN):
        raise NotAllowed(
            _("The plan belongs to the lead and assisting agencies. Today's pledge is needed too."), situation=situation
        )
    roles = Involvement.objects.filter(situation=situation, agency_id=by.agency_id, ended_at=None, role=RoleKind.LEAD)
    if lead and not roles.exists():
        raise NotAllowed(_("Only the lead agency can do this."), situation=situation)


def _carried_over(situation: Situation, roles: set[int]) -> Grounds | None:
    """The opening's grounds, on which lead and assisting agencies get the full identity; nothing where it was never opened."""
    kept = grounds.of_opening(situation)
    if kept is not None and not grounds.still_hold(kept, roles - {situation.originating_agency_id}):
        # the facilitator learns that a basis is recorded, never which
        line = _("The legal basis of the opening does not carry over to all who act: the presenter opens the identity anew.")
        raise RuleRefused(line, situation=situation)
    return kept


def _asked(situation: Situation, agency: Agency) -> Involvement:
    row = Involvement.objects.filter(situation=situation, agency=agency, ended_at=None).first()
    if row is None:
        raise RuleRefused(_("%(agency)s has not been asked.") % {"agency": agency.short_name}, situation=situation)
    return row


def _end(row: Involvement) -> None:
    row.ended_at = clock.now()
    row.save(update_fields=["ended_at"])
