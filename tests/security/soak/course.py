"""What would sensibly come next, so that a walk gets as far as filter 4 and the conclusion: one natural move of those."""

from collections.abc import Callable

from conferences.choices import ItemState
from conferences.models import AgendaItem
from situations.models import Involvement, Stance
from tests.security.soak import acting_at_the_board, drafting, meeting, planning, second_persons, turning
from tests.security.soak.acting_at_the_board import act, typed_for
from tests.security.soak.meeting import steer
from tests.security.soak.town import Pick, Town

Next = Callable[[], object]
SEATS = ("police", "schools", "clinic", "recovery")


def go_on(town: Town, pick: Pick) -> None:
    """One step as people at a table take it."""
    found = _before(town, pick) or _with_the_conference(town, pick)
    if town.held:
        found = [*found, lambda: second_persons.look_at_what_is_held(town, pick)]
    pick(found)()


def _before(town: Town, pick: Pick) -> list[Next]:
    waiting = town.situations("ready", "tabled", "filter2", "filter3", "filter4")
    if not waiting:
        if town.situations("screening") and "screener" in town.people.members:
            key = town.situations("screening")[0]
            return [lambda: town.send("screener", f"/situations/{key}/screen/", {"decision": "pass"})]
        return [lambda: drafting.write(town, pick, pick(["schools", "police_deputy", "recovery"]))]
    if not town.facts.presides:
        return [lambda: meeting.open_conference(town, pick, "facilitator")]
    missing = [one for one in (*SEATS, town.name(town.facts.presides)) if one and not _here(town, one)]
    # two seats are enough to go on, more come later or never
    return [lambda: steer(town, pick(missing), "enter")] if len(missing) > 2 else []


def _here(town: Town, who: str) -> bool:
    key = town.people[who].pk
    return key in town.facts.present & town.facts.pledged


def _with_the_conference(town: Town, pick: Pick) -> list[Next]:
    chair, item = town.name(town.facts.presides), town.in_hand()
    if not _here(town, chair):
        return [lambda: steer(town, chair, "enter")]
    if item is None:
        return _take(town, pick, chair)
    stage = town.facts.cases[item.situation_id].stage
    return {"filter2": _filter2, "filter3": _filter3, "filter4": _filter4}.get(stage, _ended)(town, pick, chair, item)


def _take(town: Town, pick: Pick, chair: str) -> list[Next]:
    items = AgendaItem.objects.filter(conference=town.conference, state=ItemState.WAITING, result="").order_by("position")
    keys = [str(one) for one in items.values_list("pk", flat=True)]
    if not keys:
        return [lambda: steer(town, chair, "close")]
    return [lambda: steer(town, chair, "take-in-hand", item=pick(keys))]


def _do(town: Town, pick: Pick, who: str, item: AgendaItem, action: str, **data: str) -> Next:
    return lambda: act(town, who, item, action, **(typed_for(town, pick, who, action, item.situation_id) | data))


def _filter2(town: Town, pick: Pick, chair: str, item: AgendaItem) -> list[Next]:
    seats = [one for one in SEATS if _here(town, one)]
    held = Stance.objects.filter(situation=item.situation_id, kind="dissents", withdrawn=False, went_on_because="").first()
    found = [_do(town, pick, one, item, pick(["agree", "dissent"])) for one in seats]
    found += [_do(town, pick, chair, item, action) for action in ("consent", "agree-all", "agree-all", "agree-all", "reject")]
    if held:
        found += [_do(town, pick, chair, item, "go-on", agency=str(held.agency_id))] * 6
    return found


def _filter3(town: Town, pick: Pick, chair: str, item: AgendaItem) -> list[Next]:
    case = town.facts.cases[item.situation_id]
    origin = [one for one in SEATS if town.people[one].agency_id == case.origin and _here(town, one)]
    seats = [one for one in SEATS if _here(town, one)]
    asked = Involvement.objects.filter(situation=item.situation_id, ended_at=None)
    found = [_do(town, pick, one, item, "answer") for one in seats]
    found += [lambda: acting_at_the_board.read_identity(town, pick, pick([*seats, chair]), item.situation_id)] * (
        3 if case.identity_open else 1
    )
    found += [lambda: acting_at_the_board.stay_silent(town, pick), lambda: meeting.hand_over(town, pick)]
    if not case.identity_open:
        found += [_do(town, pick, one, item, "open-identity") for one in origin] * 4
    if seats and not asked:
        named = str(town.people[pick(seats)].agency_id)
        found += [_do(town, pick, chair, item, "assign", agency=named, role="lead")] * 4
    else:
        found += [_do(town, pick, chair, item, "assign"), *_accepting(town, pick, item, seats)]
    accepted = asked.exclude(accepted_at=None).filter(role="lead").exists()
    return found + [_do(town, pick, chair, item, "start-filter-4")] * (4 if accepted else 0)


def _accepting(town: Town, pick: Pick, item: AgendaItem, seats: list[str]) -> list[Next]:
    open_ = set(
        Involvement.objects.filter(situation=item.situation_id, ended_at=None, accepted_at=None).values_list(
            "agency", flat=True
        )
    )
    return [_do(town, pick, one, item, "accept") for one in seats if town.people[one].agency_id in open_] * 4


def _filter4(town: Town, pick: Pick, chair: str, item: AgendaItem) -> list[Next]:
    roles = {agency for key, agency in town.facts.roles if key == item.situation_id}
    holders = [one for one in SEATS if town.people[one].agency_id in roles]
    found: list[Next] = [lambda: planning.plan(town, pick, pick(holders), item.situation_id)] * (4 if holders else 0)
    found += [lambda: acting_at_the_board.read_identity(town, pick, pick(holders), item.situation_id)] * (2 if holders else 0)
    found += [lambda: planning.look_at(town, pick, pick(sorted(town.people.members)), item.situation_id)] * 3
    found += [_do(town, pick, chair, item, action) for action in ("report-back", "continue", "conclude", "take-back")]
    return [*found, lambda: steer(town, chair, "put-down"), lambda: turning.hours_pass(town, pick)]


def _ended(town: Town, pick: Pick, chair: str, item: AgendaItem) -> list[Next]:
    found: list[Next] = [lambda: steer(town, chair, "put-down")] * 2
    found += [lambda: planning.look(town, pick), lambda: acting_at_the_board.read_identity(town, pick)]
    return [*found, _do(town, pick, chair, item, "take-back"), lambda: drafting.write(town, pick, "clinic")]
