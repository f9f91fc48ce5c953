"""The de-identification guard at texts that other agencies read: it asks, a person answers, and the ledger keeps both.

A question must not become an oracle. Whoever may not open the identity could type a guessed name and learn from being asked
that it is right. So a writer's words are compared only with the sealed words which that writer may open, and with nothing
sealed for somebody who may open none: what stands for the comparison is today's pledge, which names it (docs/hard-stops.md).
"""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import Member, Sitting, Table
from agencies.standing import open_sitting
from hub.core.errors import RuleRefused
from situations import deidentify, disclosure, identity, ledger
from situations.choices import EntryKind
from situations.models import Situation

P = ParamSpec("P")
R = TypeVar("R")


class GuardAsks(RuleRefused):
    """The guard has a question about the text at `field`; the same call with `confirmed=True` answers that it names nobody."""

    def __init__(
        self, message: str, *, field: str, kinds: list[str], situation: Situation | None = None, table: Table | None = None
    ) -> None:
        super().__init__(message, field=field, situation=situation)
        self.kinds, self.table, self.entered = kinds, table, True


_asking: ContextVar[bool] = ContextVar("guard_may_ask", default=False)


def enters_questions(function: Callable[P, R]) -> Callable[P, R]:
    """Around the outermost verb: a question is entered in the ledger although the verb that asked it was undone."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _asking.get():
            return function(*args, **kwargs)
        token = _asking.set(True)
        try:
            return function(*args, **kwargs)
        except GuardAsks as asked:
            if asked.entered:
                _enter_question(asked, kwargs["by"])
            raise
        finally:
            _asking.reset(token)

    return run


def ask(situation: Situation, texts: Mapping[str, str], *, by: Member, confirmed: bool, entered: bool = True) -> None:
    """Raise GuardAsks unless nothing in `texts` (field to text) could point to a person, or the writer says that it does not.

    The caller holds the lock on the situation. Question and answer are entered in its ledger: fields and kinds, no words;
    with `entered=False` the question is not, where only somebody with something to say is asked (an offer at filter 3).
    """
    texts = {field: typed for field, typed in texts.items() if typed}
    openable = disclosure.openable(disclosure.audience_of(by, situation))
    found = find_all(texts, table=situation.table, deny=identity.words_of(situation, openable))
    asked = _question(found, situation=situation)
    if asked is None:
        return
    if not confirmed:
        asked.entered = entered
        raise asked
    ledger.append(
        EntryKind.GUARD_ASKED, by=by, situation=situation, sitting=open_sitting(situation.table_id),
        detail={"field": asked.field, "kinds": asked.kinds, "confirmed": True},
    )  # fmt: skip


def ask_at_table(table: Table, texts: Mapping[str, str], *, by: Member, sitting: Sitting, confirmed: bool) -> None:
    """As `ask`, for a text about no situation; the table's chain keeps question and answer. The caller is in a verb."""
    asked = _question(find_all(texts, table=table), table=table)
    if asked is None:
        return
    if not confirmed:
        raise asked
    Table.objects.select_for_update().get(pk=table.pk)
    detail = {"field": asked.field, "kinds": asked.kinds, "confirmed": True}
    ledger.append(EntryKind.GUARD_ASKED, by=by, table=table, sitting=sitting, detail=detail)


def find_all(texts: Mapping[str, str], *, table: Table, deny: list[str] | None = None) -> list[tuple[str, deidentify.Finding]]:
    """(field, finding) for everything in `texts` that could point to a person."""
    allow = allowed_words(table)
    return [(field, one) for field, typed in texts.items() for one in deidentify.find(typed, allow=allow, deny=deny or ())]


def allowed_words(table: Table) -> list[str]:
    """Names that point to nobody at this table: its agencies and towns."""
    words: list[str] = [table.name, table.region]
    for seat in table.seats.select_related("agency"):
        words += [seat.agency.name, seat.agency.short_name, *seat.agency.towns]
    return [word for word in words if word]


def kinds_of(found: list[tuple[str, deidentify.Finding]]) -> list[str]:
    """The kinds of what was found, each once: codes for the ledger."""
    return sorted({one.kind for _field, one in found})


def _question(
    found: list[tuple[str, deidentify.Finding]], *, situation: Situation | None = None, table: Table | None = None
) -> GuardAsks | None:
    if not found:
        return None
    words = ", ".join(f"“{one.found}” {one.says}" for _field, one in found)
    message = _("This could point to a person: %(words)s. Change the text, or say that it does not.") % {"words": words}
    return GuardAsks(message, field=found[0][0], kinds=kinds_of(found), situation=situation, table=table)


def _enter_question(asked: GuardAsks, by: Any) -> None:
    detail = {"field": asked.field, "kinds": asked.kinds}
    with transaction.atomic():
        if asked.situation is not None:
            situation = Situation.objects.select_for_update(of=("self",)).select_related("table").get(pk=asked.situation.pk)
            sitting = open_sitting(situation.table_id)
            ledger.append(EntryKind.GUARD_ASKED, by=by, situation=situation, sitting=sitting, detail=detail)
        elif asked.table is not None:
            table = Table.objects.select_for_update().get(pk=asked.table.pk)
            ledger.append(EntryKind.GUARD_ASKED, by=by, table=table, sitting=open_sitting(table.pk), detail=detail)
