"""Who does it, and why: the frame around every verb, and the base of every mutable record.

`verb` makes a function one transaction with a named actor. History rows (django-simple-history) take actor, reason and
time from here; a change without an actor is refused, so that no record can change namelessly.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.dispatch import receiver
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords
from simple_history.signals import pre_create_historical_record

from hub.core import afterwards, measures, quiet
from hub.core.written import Written

P = ParamSpec("P")
R = TypeVar("R")


class UnknownActor(RuntimeError):
    """A record was about to change and nobody said who does it: a programming error, never a person's."""


@dataclass(frozen=True)
class Acting:
    """Who acts (None = the system itself, which then must give a reason) and under which verb."""

    member: Any
    reason: str


_acting: ContextVar[Acting | None] = ContextVar("acting", default=None)


@contextmanager
def acting(member: Any, reason: str) -> Iterator[None]:
    """Name the actor for every history row written inside."""
    if member is None and not reason:
        raise UnknownActor("the system acts only with a reason")
    token = _acting.set(Acting(member, reason))
    try:
        yield
    finally:
        _acting.reset(token)


def current() -> Acting | None:
    """Who acts at this point of the code, if anybody does."""
    return _acting.get()


_memory: ContextVar[dict[Any, Any] | None] = ContextVar("memory_of_verb", default=None)


@contextmanager
def _remembering(member: Any) -> Iterator[None]:
    if _memory.get() is not None:
        yield
        return
    token = _memory.set({})
    try:
        _begin(member)
        yield
    except BaseException:
        for step in steps_after_refusal:
            step()
        raise
    finally:
        _memory.reset(token)


def memory() -> dict[Any, Any]:
    """What may be remembered until the outermost verb ends; a new, empty dict outside of verbs, where nothing is kept."""
    kept = _memory.get()
    return {} if kept is None else kept


FirstStep = Callable[[Any], None]
first_steps: list[FirstStep] = []
"""What is done with the actor at the start of the outermost verb, inside its transaction and before anything else."""

steps_after_refusal: list[Callable[[], None]] = []
"""What is done when the outermost verb is refused or fails: its transaction is being undone."""


def _begin(member: Any) -> None:
    for step in first_steps:
        step(member)


def verb(function: Callable[P, R]) -> Callable[P, R]:
    """One transaction, one actor. The function takes `by=` (a Member, or None for the clerk); all or nothing is written."""
    name = f"{function.__module__.rsplit('.', 1)[-1]}.{function.__name__}"

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic(), acting(kwargs["by"], name), _remembering(kwargs["by"]):
            done = function(*args, **kwargs)
        if not quiet.asked():
            measures.VERBS.labels(name).inc()
        return done

    return run


class Past(HistoryManager):
    """What simple-history makes a class of anew each time that it is asked for, as for every history row it writes."""

    @classmethod
    @cache
    def from_queryset(cls, queryset_class: Any, class_name: str | None = None) -> Any:
        return super().from_queryset(queryset_class, class_name)


class Audited(Written):
    """A mutable record: each save leaves a history row with actor, reason and time."""

    history: Any = HistoricalRecords(inherit=True, history_manager=Past, bases=(Written,))

    class Meta:
        abstract = True


def _member_of_request() -> Any:
    request = getattr(HistoricalRecords.context, "request", None)
    user = getattr(request, "user", None)
    return None if user is None or isinstance(user, AnonymousUser) else user


@receiver(pre_create_historical_record)
def name_the_actor(sender: Any, history_instance: Any, **kwargs: Any) -> None:
    """Fill actor, reason and time; refuse a nameless change."""
    now = _acting.get()
    if now is None and (member := _member_of_request()) is not None:
        now = Acting(member, "request")
    if now is None:
        raise UnknownActor(f"{sender.__name__} would change without an actor: use a verb or audit.acting")
    history_instance.history_user = now.member
    reason = history_instance.history_change_reason or now.reason
    history_instance.history_change_reason = f"{reason}, {afterwards.REASON}" if afterwards.current() else reason
    history_instance.history_date = afterwards.written_at()
