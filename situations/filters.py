"""Sentence 2: a situation moves only through one gate. This module holds the transition table and the only code that
writes `Situation.stage`. Verbs of other modules ask `move`; it refuses what the protocol does not know.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from agencies.models import Member
from agencies.standing import Standing, standing_of
from hub.core.errors import NotAllowed, NotVisible, RuleRefused, Stale
from hub.core.prepared import Prepared
from situations.choices import Stage
from situations.disclosure import audience_of, stepped_out
from situations.models import Situation


class Mover(StrEnum):
    """Who may take a step."""

    WRITER = "a representative or deputy of the originating agency"
    SCREENER = "a screener of the originating agency"
    CHAIR = "the facilitator who presides"
    CLERK = "the facilitator who presides, at opening and closing"


@dataclass(frozen=True)
class Step:
    """One row of the protocol's table."""

    start: Stage
    end: Stage
    mover: Mover


TRANSITIONS: dict[tuple[Stage, Stage], Mover] = {
    (one.start, one.end): one.mover
    for one in (
        # filter 1: own agency
        Step(Stage.DRAFT, Stage.SCREENING, Mover.WRITER),
        Step(Stage.DRAFT, Stage.READY, Mover.WRITER),
        Step(Stage.DRAFT, Stage.KEPT, Mover.WRITER),
        Step(Stage.SCREENING, Stage.READY, Mover.SCREENER),
        Step(Stage.SCREENING, Stage.DRAFT, Mover.SCREENER),
        Step(Stage.SCREENING, Stage.KEPT, Mover.SCREENER),
        Step(Stage.READY, Stage.DRAFT, Mover.WRITER),
        # the conference
        Step(Stage.READY, Stage.TABLED, Mover.CLERK),
        Step(Stage.TABLED, Stage.FILTER2, Mover.CHAIR),
        Step(Stage.FILTER2, Stage.FILTER3, Mover.CHAIR),
        Step(Stage.FILTER2, Stage.REJECTED, Mover.CHAIR),
        Step(Stage.FILTER3, Stage.FILTER4, Mover.CHAIR),
        Step(Stage.FILTER4, Stage.CONCLUDED, Mover.CHAIR),
        # carried over at closing: nobody has sight of it until it is in hand again
        Step(Stage.FILTER2, Stage.TABLED, Mover.CLERK),
        # going back, always as a new event with its reason
        Step(Stage.FILTER3, Stage.FILTER2, Mover.CHAIR),
        Step(Stage.REJECTED, Stage.FILTER2, Mover.CHAIR),
        Step(Stage.FILTER4, Stage.FILTER3, Mover.CHAIR),
        Step(Stage.CONCLUDED, Stage.FILTER4, Mover.CHAIR),
    )
}


_LOCKED = Prepared(
    lambda key: Situation.objects.select_for_update(of=("self",)).select_related("table", "originating_agency").filter(pk=key)
)


def lock(pk: int, *, by: Member | None = None, revision: int | None = None) -> Situation:
    """The situation with its row locked. Raises NotVisible if there is none, Stale if it went on past `revision`.

    `by`: who asks; for somebody who may see nothing of it there is none, whatever else is wrong with the request. Steps that
    only follow from another one (closing, redaction) leave it out.
    """
    situation = _LOCKED.first(key=pk)
    if situation is None:
        raise NotVisible(_("There is no such situation, or it is not open to you."))
    if by is not None and not audience_of(by, situation):
        raise NotVisible(_("There is no such situation, or it is not open to you."), situation=situation)
    if revision is not None and revision != situation.revision:
        raise Stale(_("Someone else went on first. Nothing was changed; this is how it stands now."), situation=situation)
    return situation


def move(situation: Situation, to: Stage, *, by: Member, **fields: Any) -> Situation:
    """Take one step of the table, setting `fields` with it. The caller holds the lock and writes the ledger.

    Raises RuleRefused for a step the protocol does not know, NotAllowed for somebody who may not take it.
    """
    start = Stage(situation.stage)
    mover = TRANSITIONS.get((start, to))
    if mover is None:
        raise _wrong_stage(situation)
    require(situation, by, mover)
    if start == Stage.FILTER3:
        fields = {"identity_open": False, **fields}
    for name, value in fields.items():
        setattr(situation, name, value)
    situation.stage = to
    situation.revision += 1
    situation.save(update_fields=["stage", "revision", *fields])
    return situation


def touch(situation: Situation, **fields: Any) -> Situation:
    """Write `fields` and raise the revision: for decisions that do not move the stage. Never writes `stage`."""
    if "stage" in fields:
        raise ValueError("the stage moves only through the gate")
    for name, value in fields.items():
        setattr(situation, name, value)
    situation.revision += 1
    situation.save(update_fields=["revision", *fields])
    return situation


def require(situation: Situation, by: Member, mover: Mover) -> Standing:
    """The standing of `by`, who must be the `mover` for this situation. Raises NotVisible or NotAllowed."""
    standing = standing_of(by, situation.table)
    # opening and closing a conference shows nothing of a situation, so stepping out of one must not stop them
    if mover is not Mover.CLERK and stepped_out(situation, by):
        raise NotVisible(_("You have stepped out of this situation."), situation=situation)
    own = standing.agency_id == situation.originating_agency_id
    allowed = {
        Mover.WRITER: own and standing.speaks,
        Mover.SCREENER: own and standing.screens,
        Mover.CHAIR: standing.presides and standing.agreement and standing.pledged,
        Mover.CLERK: standing.presides and standing.agreement,
    }[mover]
    if not allowed:
        refuse(situation, by, standing, _("Only %(who)s can do this.") % {"who": _(mover.value)})
    return standing


def refuse(situation: Situation, by: Member, standing: Standing, message: str) -> NoReturn:
    """Raise the refusal that tells no more than the member may know: 404 for who may see nothing, 403 for the others."""
    if audience_of(by, situation, standing):
        raise NotAllowed(message, situation=situation)
    raise NotVisible(_("There is no such situation, or it is not open to you."), situation=situation)


def require_stage(situation: Situation, *stages: Stage) -> None:
    """Raise RuleRefused unless the situation is at one of `stages`."""
    if situation.stage not in stages:
        raise _wrong_stage(situation)


def _wrong_stage(situation: Situation) -> RuleRefused:
    message = _("This is not possible now: the situation is at “%(stage)s”.") % {"stage": Stage(situation.stage).label}
    return RuleRefused(message, situation=situation)
