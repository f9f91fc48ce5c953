"""The plain story: one situation from its first word to its conclusion, another one rejected, and everybody looking on.

It goes where a short random walk does not reach each time, so that the judge has at least once seen every kind of word.
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.urls import reverse

from conferences.models import AgendaItem
from tests.cast import SAID
from tests.security.soak import acting_at_the_board, drafting, meeting, planning, registry, second_persons
from tests.security.soak.acting_at_the_board import act, typed_for
from tests.security.soak.meeting import steer
from tests.security.soak.registry import NAMING
from tests.security.soak.town import Pick, Town

FULL = ("visit", "steps", "services", "contacts", "report_backs")


def first(options: Sequence[Any]) -> Any:
    """Chooses the first of all, where the story does not care."""
    return next(iter(options))


def preferring(*wanted: str) -> Pick:
    """Chooses one of these where it can."""

    def pick(options: Sequence[Any]) -> Any:
        return next((one for one in options if one in wanted), first(options))

    return pick


def tell(town: Town) -> None:
    """All of it. Raises Leak where somebody gets what they may not."""
    ours, theirs = drafting.write(town, first, "schools"), drafting.write(town, first, "clinic")
    meeting.open_conference(town, first, "facilitator")
    for who in ("facilitator", "schools", "clinic", "recovery", "recorder", "observer"):
        steer(town, who, "enter")
    _rejected(town, _item(town, theirs))
    _shared(town, _item(town, ours))
    _acted_on(town, _item(town, ours))
    steer(town, "facilitator", "close")
    for who in ("schools", "clinic_deputy", "privacy_officer", "outsider"):
        planning.look_at(town, first, who, ours)
        planning.look_at(town, first, who, theirs)


def _item(town: Town, situation: int) -> AgendaItem:
    return AgendaItem.objects.get(conference=town.conference, situation=situation)


def _do(town: Town, who: str, item: AgendaItem, action: str, **data: str) -> None:
    act(town, who, item, action, **(typed_for(town, first, who, action, item.situation_id) | data))


def _rejected(town: Town, item: AgendaItem) -> None:
    steer(town, "facilitator", "take-in-hand", item=str(item.pk))
    named = NAMING.format(registry.new(town, "dissent", item.situation_id, "recovery"))
    reply = act(town, "recovery", item, "dissent", reason=named, **SAID)
    town.require(reply.status == HTTPStatus.UNPROCESSABLE_ENTITY, "a text that points to a person went through")
    _held(town, item)
    _do(town, "facilitator", item, "reject")
    planning.look_at(town, first, "clinic", item.situation_id)
    steer(town, "facilitator", "put-down")
    town.judge_redacted()
    for who in ("clinic", "facilitator"):
        acting_at_the_board.read_identity(town, first, who, item.situation_id)


def _held(town: Town, item: AgendaItem) -> None:
    """Held twice: sent back, and let through; nobody but the deputy sees it before it is sent."""
    steer(town, "recovery_deputy", "enter")
    for passes in (False, True):
        data = {"reason": NAMING.format(registry.new(town, "dissent", item.situation_id, "recovery")), "guard_second": "1"}
        act(town, "recovery", item, "dissent", **data)
        (held,) = town.held.values()
        for who in town.everybody:
            town.send(who, reverse("held_text_words", args=[held.key]), {})
            for path in ("/", reverse("held_text", args=[held.key]), reverse("held_texts")):
                town.send(who, path)
        decided = second_persons.decide(town, "recovery_deputy", held.key, passes=passes)
        town.require(decided.status == HTTPStatus.SEE_OTHER, "the second person could not decide")
        sent = act(town, "recovery", item, "dissent", **data)
        town.require((sent.status == HTTPStatus.OK) == passes, f"after the decision it was answered with {sent.status}")
        town.held.clear()


def _shared(town: Town, item: AgendaItem) -> None:
    steer(town, "facilitator", "take-in-hand", item=str(item.pk))
    steer(town, "police", "enter")
    _do(town, "facilitator", item, "agree-all")
    acting_at_the_board.stay_silent(town, preferring("clinic", "no_role"))
    _do(town, "schools", item, "open-identity")
    for who in ("clinic", "schools", "police_deputy", "facilitator"):
        acting_at_the_board.read_identity(town, first, who, item.situation_id)
    line = registry.new(town, "serving", item.situation_id, "recovery")
    _do(town, "recovery", item, "answer", kind="serving_now", offer=line)
    steer(town, "facilitator", "offer-chair", member=str(town.people["police"].pk))
    steer(town, "police", "accept-chair")
    steer(town, "police", "offer-chair", member=str(town.people["facilitator"].pk))
    steer(town, "facilitator", "accept-chair")


def _acted_on(town: Town, item: AgendaItem) -> None:
    for agency, role in (("clinic", "lead"), ("schools", "assisting")):
        _do(town, "facilitator", item, "assign", agency=str(town.people.agencies[agency].pk), role=role)
        _do(town, agency, item, "accept")
    _do(town, "facilitator", item, "start-filter-4")
    for part in FULL:
        planning.plan(town, preferring(part), "clinic", item.situation_id)
    for who in ("clinic", "schools", "police", "recovery"):
        planning.look_at(town, first, who, item.situation_id)
        acting_at_the_board.read_identity(town, first, who, item.situation_id)
    _do(town, "facilitator", item, "conclude")
