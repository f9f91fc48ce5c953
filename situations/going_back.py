"""Taking back: any step can be taken back as a new event with its reason. What was seen cannot be unseen; the ledger says so.

There is no "reset": answers given are kept when a filter is reopened (PRODUCT: "What meeting tools get wrong").
"""

from django.utils.translation import gettext as _

from agencies.models import Member
from hub.core.audit import verb
from hub.core.errors import RuleRefused
from situations import filters, guard, involvement, ledger, writing
from situations.choices import EntryKind, Stage
from situations.deliberation import disclose_profile, sitting_of
from situations.filters import Mover
from situations.models import Situation
from situations.models.situation import LINE_LIMIT

BACK: dict[Stage, Stage] = {
    Stage.FILTER3: Stage.FILTER2,
    Stage.REJECTED: Stage.FILTER2,
    Stage.FILTER4: Stage.FILTER3,
    Stage.CONCLUDED: Stage.FILTER4,
}


@guard.enters_questions
@verb
def take_back(
    *, by: Member, situation: Situation, because: str, revision: int | None = None, answered: guard.Reply = guard.NOTHING
) -> Situation:
    """Go one step back with a reason. Raises RuleRefused without one, where there is no step back, or after redaction."""
    situation = filters.lock(situation.pk, by=by, revision=revision)
    because = writing.text(because, limit=LINE_LIMIT, field="because", agencies=(by.agency,), situation=situation)
    if not because:
        raise RuleRefused(_("Say why the step is taken back."), field="because", situation=situation)
    to = BACK.get(Stage(situation.stage))
    if to is None:
        raise RuleRefused(_("There is no step to take back here."), situation=situation)
    if situation.redacted_at is not None:
        raise RuleRefused(_("Its details are removed from storage. It can come back as a new situation."), situation=situation)
    sitting = sitting_of(situation)
    filters.require(situation, by, Mover.CHAIR)
    guard.ask(situation, {"because": because}, by=by, answered=answered)
    start = situation.stage
    filters.move(situation, to, by=by, **_undone(Stage(start)))
    ledger.append(EntryKind.TAKEN_BACK, by=by, situation=situation, sitting=sitting, detail={"from": str(start), "to": str(to)})
    if to in {Stage.FILTER2, Stage.FILTER3}:
        # the seats in the room have sight of the profile again, also those who were not here before
        disclose_profile(situation, sitting, by)
    if to == Stage.FILTER3:
        involvement.tell_late(situation, sitting, by)
    return situation


def _undone(start: Stage) -> dict[str, object]:
    match start:
        case Stage.FILTER3:
            return {"aer_at": None}
        case Stage.FILTER4:
            return {"filter4_at": None, "clock_ends_at": None}
        case _:
            return {"ended_at": None, "conclusion_group": "", "conclusion_reason": "", "conclusion_because": ""}
