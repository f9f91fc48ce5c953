"""What is decided at the board: one entry for every action of facilitator and seats on the situation in hand.

Joins a verb of `situations` with the agenda item's result and the board's revision, in one transaction. The one view of the
board's actions finds its verb here by name, so an action that is not in the table does not exist.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from agencies.models import Agency, Member
from conferences.announcing import bump
from conferences.chairing import locked, require_open
from conferences.choices import ItemState, Result
from conferences.models import AgendaItem, Conference, SystemicIssue
from hub.core import clock
from hub.core.audit import verb
from hub.core.errors import NotAllowed, RuleRefused
from hub.core.prepared import Prepared
from hub.core.text import whole_number
from situations import conclusion, deliberation, filters, going_back, guard, identity, involvement, writing
from situations.choices import POSITIVE_ANSWERS, AnswerKind, Consent, Criterion, RoleKind, Stage, StanceKind
from situations.models import Answer, Situation


@dataclass(frozen=True)
class Turn:
    """One action: who, at which conference, on which item, with what was typed; `revision` of the situation as it was seen."""

    by: Member
    conference: Conference
    item: AgendaItem
    situation: Situation
    data: Mapping[str, str]
    revision: int | None

    def agency(self) -> Agency:
        """The agency that the action is about: named in the data, otherwise one's own. Raises RuleRefused if unknown."""
        named = self.data.get("agency", "")
        if not named:
            return self.by.agency
        agency = Agency.objects.filter(pk=whole_number(named) or 0, seats__table=self.conference.table).first()
        if agency is None:
            raise RuleRefused(_("There is no such seat at this table."), field="agency")
        return agency

    def text(self, name: str) -> str:
        return self.data.get(name, "")

    @property
    def answered(self) -> guard.Reply:
        """What is answered with it to the guard's question."""
        return guard.Reply.of(self.data)

    def choice(self, name: str, known: type[TextChoices]) -> str:
        """A code of `known`. Raises RuleRefused for anything else."""
        value = self.text(name)
        if value not in known.values:
            raise RuleRefused(_("This is not one of the choices. Choose one from the list."), field=name)
        return value


_ITEM = Prepared(
    lambda item, conference: AgendaItem.objects.select_related("situation__table").filter(pk=item, conference=conference)
)


@guard.enters_questions
@verb
def act(
    *, by: Member, conference: Conference, item: AgendaItem, action: str, data: Mapping[str, str], revision: int | None
) -> None:
    """Carry out one action of ACTIONS. All of it or nothing; the board is announced unless the action must stay unseen.

    Raises RuleRefused for an unknown action or an item that is not in hand, and whatever the verb behind it refuses.
    """
    handler = ACTIONS.get(action)
    if handler is None:
        raise RuleRefused(_("The board has no such action."))
    conference = locked(conference)
    require_open(conference)
    found = _ITEM.first(item=item.pk, conference=conference.pk)
    if found is None:
        raise AgendaItem.DoesNotExist
    item = found
    _require_in_hand(item, action, by)
    if handler(Turn(by, conference, item, item.situation, data, revision)):
        bump(conference)


@guard.enters_questions
@verb
def note_issue(
    *, by: Member, conference: Conference, title: str, text: str = "", raised_by: Agency | None = None,
    answered: guard.Reply = guard.NOTHING,
) -> SystemicIssue:  # fmt: skip
    """Note a systemic issue apart from any situation: by anybody present. It names nobody: the guard asks."""
    sitting = require_open(conference)
    if not sitting.attendances.filter(member=by, left_at=None).exists():
        raise NotAllowed(_("Systemic issues are noted by those who are present."))
    writers = (by.agency, raised_by or by.agency)
    title = writing.text(title, limit=160, field="title", agencies=writers)
    text = writing.text(text, limit=600, field="text", agencies=writers)
    if not title:
        raise RuleRefused(_("Name the issue in a few words."), field="title")
    guard.ask_at_table(conference.table, {"title": title, "text": text}, by=by, answered=answered)
    issue = SystemicIssue.objects.create(
        table=conference.table, conference=conference, raised_by=raised_by or by.agency, noted_by=by, raised_at=clock.now(),
        title=title, text=text,
    )  # fmt: skip
    bump(conference)
    return issue


APART = frozenset({"recuse"})
"""What may be done about an item that is not in hand: whoever has a conflict of interest steps out before it is its turn."""


def _require_in_hand(item: AgendaItem, action: str, by: Member) -> None:
    if item.state == ItemState.IN_HAND or action in APART:
        return
    # for somebody who may see nothing of it there is no item either
    filters.lock(item.situation_id, by=by)
    raise RuleRefused(_("The table has another item in hand. Wait until this one is taken in hand."), situation=item.situation)


def _set_result(turn: Turn, result: Result | None) -> None:
    turn.item.result = result or ""
    turn.item.save(update_fields=["result"])


def _begin(turn: Turn) -> bool:
    deliberation.begin(by=turn.by, situation=turn.situation, revision=turn.revision)
    return True


def _criterion(turn: Turn) -> bool:
    key = Criterion(turn.choice("criterion", Criterion))
    holds = turn.text("holds") == "true"
    deliberation.set_criterion(by=turn.by, situation=turn.situation, criterion=key, holds=holds, revision=turn.revision)
    return True


def _consent(turn: Turn) -> bool:
    status = Consent(turn.choice("consent_status", Consent))
    reason = turn.text("consent_reason")
    deliberation.set_consent(
        by=turn.by, situation=turn.situation, status=status, reason=reason, revision=turn.revision, answered=turn.answered
    )
    return True


def _agree(turn: Turn) -> bool:
    deliberation.take_stance(by=turn.by, situation=turn.situation, kind=StanceKind.AGREES, agency=turn.agency())
    return True


def _dissent(turn: Turn) -> bool:
    reason, agency = turn.text("reason"), turn.agency()
    deliberation.take_stance(
        by=turn.by, situation=turn.situation, kind=StanceKind.DISSENTS, reason=reason, agency=agency, answered=turn.answered
    )
    return True


def _withdraw_dissent(turn: Turn) -> bool:
    deliberation.withdraw_dissent(by=turn.by, situation=turn.situation, agency=turn.agency())
    return True


def _go_on(turn: Turn) -> bool:
    because = turn.text("because")
    deliberation.go_on(
        by=turn.by, situation=turn.situation, agency=turn.agency(), because=because, revision=turn.revision,
        answered=turn.answered,
    )  # fmt: skip
    return True


def _agree_all(turn: Turn) -> bool:
    agreed = deliberation.agree_all(by=turn.by, situation=turn.situation, revision=turn.revision)
    # answers of an earlier round are kept: whoever came in since hears them now
    involvement.tell_late(agreed, deliberation.sitting_of(agreed), turn.by)
    return True


def _reject(turn: Turn) -> bool:
    because, reason = turn.text("because"), turn.text("reason")
    deliberation.reject(
        by=turn.by, situation=turn.situation, reason=reason, because=because, revision=turn.revision, answered=turn.answered
    )
    _set_result(turn, Result.REJECTED)
    return True


def _recuse(turn: Turn) -> bool:
    deliberation.recuse(by=turn.by, situation=turn.situation)
    return True


def _open_identity(turn: Turn) -> bool:
    basis = turn.text("basis")
    identity.offer(by=turn.by, situation=turn.situation, basis=basis, given=turn.data, revision=turn.revision)
    return True


def _close_identity(turn: Turn) -> bool:
    identity.close(by=turn.by, situation=turn.situation, revision=turn.revision)
    return True


def _answer(turn: Turn) -> bool:
    kind = AnswerKind(turn.choice("kind", AnswerKind))
    before = Answer.objects.filter(situation=turn.situation, agency=turn.agency(), kind__in=POSITIVE_ANSWERS).exists()
    basis, offer = turn.text("basis"), turn.text("offer")
    involvement.answer(
        by=turn.by, situation=turn.situation, kind=kind, basis=basis, given=turn.data, offer=offer, agency=turn.agency(),
        answered=turn.answered,
    )  # fmt: skip
    # "no role" must look exactly like no answer to everyone else: no hint, no new revision, no twitch on any screen
    return before or kind in POSITIVE_ANSWERS


def _assign(turn: Turn) -> bool:
    role = RoleKind(turn.choice("role", RoleKind))
    involvement.assign(by=turn.by, situation=turn.situation, agency=turn.agency(), role=role, revision=turn.revision)
    return True


def _release(turn: Turn) -> bool:
    involvement.release(by=turn.by, situation=turn.situation, agency=turn.agency(), revision=turn.revision)
    return True


def _accept(turn: Turn) -> bool:
    involvement.accept(by=turn.by, situation=turn.situation, agency=turn.agency())
    return True


def _decline(turn: Turn) -> bool:
    involvement.decline(by=turn.by, situation=turn.situation, agency=turn.agency())
    return True


def _start_filter4(turn: Turn) -> bool:
    involvement.start_filter4(by=turn.by, situation=turn.situation, revision=turn.revision)
    _set_result(turn, Result.ACCEPTED)
    return True


def _report_back(turn: Turn) -> bool:
    conclusion.report_back(
        by=turn.by, situation=turn.situation, line=turn.text("line"), still_aer=turn.text("still_aer") == "1",
        answered=turn.answered,
    )  # fmt: skip
    return True


def _continues(turn: Turn) -> bool:
    conclusion.continues(by=turn.by, situation=turn.situation, revision=turn.revision)
    _set_result(turn, Result.CONTINUES)
    return True


def _conclude(turn: Turn) -> bool:
    group, _dot, reason = turn.text("ending").partition(".")
    conclusion.conclude(
        by=turn.by, situation=turn.situation, group=group, reason=reason, because=turn.text("because"),
        revision=turn.revision, answered=turn.answered,
    )  # fmt: skip
    _set_result(turn, Result.CONCLUDED)
    return True


def _take_back(turn: Turn) -> bool:
    start = turn.situation.stage
    because = turn.text("because")
    going_back.take_back(by=turn.by, situation=turn.situation, because=because, revision=turn.revision, answered=turn.answered)
    if start != Stage.FILTER3:
        _set_result(turn, None)
    return True


ACTIONS: dict[str, Callable[[Turn], bool]] = {
    "begin": _begin,
    "criterion": _criterion,
    "consent": _consent,
    "agree": _agree,
    "dissent": _dissent,
    "withdraw-dissent": _withdraw_dissent,
    "go-on": _go_on,
    "agree-all": _agree_all,
    "reject": _reject,
    "recuse": _recuse,
    "open-identity": _open_identity,
    "close-identity": _close_identity,
    "answer": _answer,
    "assign": _assign,
    "release": _release,
    "accept": _accept,
    "decline": _decline,
    "start-filter-4": _start_filter4,
    "report-back": _report_back,
    "continue": _continues,
    "conclude": _conclude,
    "take-back": _take_back,
}
"""Every action at the board: name in the URL to handler, which says whether the board is to be announced."""
