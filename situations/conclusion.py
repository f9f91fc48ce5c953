"""Follow-up: the lead's report-back, and whether the situation continues or is concluded with a reason."""

from django.utils.translation import gettext as _

from agencies.models import Agency, Member, Sitting
from agencies.standing import open_sitting
from hub.core import clock
from hub.core.audit import verb
from hub.core.errors import NotAllowed, RuleRefused
from situations import disclosure, filters, guard, ledger, vocabularies, writing
from situations.choices import EntryKind, RoleKind, Stage
from situations.deliberation import sitting_of
from situations.filters import Mover
from situations.involvement import require_role
from situations.models import Involvement, ReportBack, Situation
from situations.models.situation import LINE_LIMIT
from situations.visibility import Field


@guard.enters_questions
@verb
def report_back(
    *,
    by: Member,
    situation: Situation,
    line: str,
    still_aer: bool,
    agency: Agency | None = None,
    answered: guard.Reply = guard.NOTHING,
) -> ReportBack:
    """The lead's status line to the table: by the lead itself, or spoken and typed by the facilitator who presides.

    Everyone at the table reads it, so it passes the de-identification guard; a question must be answered (`answered`).
    """
    situation = filters.lock(situation.pk, by=by)
    sitting = open_sitting(situation.table_id)
    if sitting is not None and sitting.presides_id == by.pk:
        filters.require(situation, by, Mover.CHAIR)
    else:
        require_role(situation, by, lead=True)
    filters.require_stage(situation, Stage.FILTER4)
    lead = lead_of(situation)
    line = writing.text(line, limit=LINE_LIMIT, field="line", agencies=(by.agency, agency or lead), situation=situation)
    if not line:
        raise RuleRefused(_("Write one line for the table."), field="line", situation=situation)
    guard.ask(situation, {"line": line}, by=by, answered=answered)
    row = ReportBack.objects.create(
        situation=situation, agency=agency or lead, sitting=sitting, at=clock.now(), line=line, still_aer=still_aer
    )
    filters.touch(situation)
    ledger.append(
        EntryKind.REPORT_BACK,
        by=by,
        situation=situation,
        sitting=sitting,
        basis="table_agreement",
        detail={"still_aer": still_aer},
        recipients=_hear(situation, sitting, lead),
        what="report_back",
        discloser=lead.pk,
    )
    return row


def _hear(situation: Situation, sitting: Sitting | None, lead: Agency) -> list[ledger.Person]:
    """Everyone in the room to whom the line is read out, but for the lead's own people; nobody outside a conference."""
    if sitting is None:
        return []
    in_room = disclosure.room(situation, sitting)
    return [
        (one.agency_id, one.member_id)
        for one, audience in in_room
        if one.agency_id != lead.pk and disclosure.may_see(audience, Field.REPORT_BACKS)
    ]


@verb
def continues(*, by: Member, situation: Situation, revision: int | None = None) -> Situation:
    """The table agrees that it is still AER and goes on."""
    situation = filters.lock(situation.pk, by=by, revision=revision)
    filters.require(situation, by, Mover.CHAIR)
    filters.require_stage(situation, Stage.FILTER4)
    filters.touch(situation)
    ledger.append(EntryKind.CONTINUED, by=by, situation=situation, sitting=sitting_of(situation))
    return situation


@guard.enters_questions
@verb
def conclude(
    *,
    by: Member,
    situation: Situation,
    group: str,
    reason: str,
    because: str = "",
    revision: int | None = None,
    answered: guard.Reply = guard.NOTHING,
) -> Situation:
    """End a situation with a reason of `CONCLUSIONS` (not those of rejection, which belong to filter 2)."""
    situation = filters.lock(situation.pk, by=by, revision=revision)
    if group == "rejected" or reason not in vocabularies.CONCLUSIONS.get(group, {}):
        raise RuleRefused(_("Choose how it ended."), field="reason", situation=situation)
    because = writing.text(because, limit=LINE_LIMIT, field="because", agencies=(by.agency,), situation=situation)
    filters.require(situation, by, Mover.CHAIR)
    filters.require_stage(situation, Stage.FILTER4)
    guard.ask(situation, {"because": because}, by=by, answered=answered)
    filters.move(
        situation, Stage.CONCLUDED, by=by, conclusion_group=group, conclusion_reason=reason, conclusion_because=because,
        ended_at=clock.now(),
    )  # fmt: skip
    ledger.append(
        EntryKind.CONCLUDED,
        by=by,
        situation=situation,
        sitting=sitting_of(situation),
        detail={"group": group, "reason": reason},
    )
    return situation


def lead_of(situation: Situation) -> Agency:
    """The agency that leads. Raises NotAllowed when there is none."""
    row = Involvement.objects.filter(situation=situation, role=RoleKind.LEAD, ended_at=None).select_related("agency").first()
    if row is None:
        raise NotAllowed(_("No agency leads this situation."), situation=situation)
    return row.agency
