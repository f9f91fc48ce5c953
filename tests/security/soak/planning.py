"""Moves of filter 4, and reading: pages of one situation, those that people open most, and every address there is."""

from datetime import timedelta

from django.urls import reverse

from conferences.models import AgendaItem
from hub.core import clock
from situations.models import PlanStep
from tests.security import reading
from tests.security.community import Community
from tests.security.soak.doors import ANONYMOUS
from tests.security.soak.registry import move, new
from tests.security.soak.town import Pick, Town


@move
def plan(town: Town, pick: Pick, who: str = "", key: int = 0) -> None:
    """One part of the plan, by anybody."""
    who, key = who or pick(town.everybody), key or pick(town.situations("filter4", "concluded", "filter3") or [1])
    soon = f"{clock.now() + timedelta(hours=5):%Y-%m-%dT%H:%M}"
    part = pick(["visit", "steps", "services", "contacts", "report_backs"])
    forms: dict[str, dict[str, str]] = {
        "visit": {"at": soon, "who_goes": "whogoes", "place": "place", "offer": "visitoffer", "safety": "safety"},
        "steps": {"text": "step", "due_at": soon, "agency": str(town.people[who].agency_id)},
        "services": {"service": "service", "status": "offered"},
        "contacts": {"kind": "visit", "reached": "yes", "outcome": "outcome"},
        "report_backs": {"line": "report", "still_aer": "yes", "guard_because": "word", "guard_recognisable": "no"},
    }
    typed = {"who_goes", "place", "offer", "safety", "text", "service", "outcome", "line"}
    data = {name: new(town, value, key, who) if name in typed else value for name, value in forms[part].items()}
    town.send(who, reverse(f"intervention_{part}", args=[key]), data)


@move
def finish(town: Town, pick: Pick) -> None:
    """A task done, of this situation or with the number of another."""
    steps = list(PlanStep.objects.order_by("pk").values_list("situation_id", "pk"))
    if steps:
        key, step = steps[pick(range(len(steps)))]
        path = reverse("intervention_step_done", args=[pick([key, *town.situations()]), step])
        town.send(pick(town.everybody), path, {"done": pick(["yes", "no"])})


def look_at(town: Town, pick: Pick, who: str, key: int) -> None:
    """The pages of one situation that somebody may have a part in."""
    for name in ("situation_detail", "intervention"):
        town.send(who, reverse(name, args=[key]))


@move
def look(town: Town, pick: Pick) -> None:
    """The pages that people open most, as anybody."""
    who = pick([*town.everybody, ANONYMOUS])
    paths = ["/", reverse("situation_list"), reverse("counts"), reverse("conference_list"), reverse("table_detail")]
    key = pick(town.situations() or [1])
    paths += [reverse(name, args=[key]) for name in ("situation_detail", "situation_write", "situation_screen", "intervention")]
    if town.conference is not None:
        names = ("board", "projector", "board_panels", "minutes", "conference_detail", "checkpoint", "paper")
        paths += [reverse(name, args=[town.conference.pk]) for name in names]
    for path in (pick(paths), pick(paths)):
        town.send(who, path)


@move
def look_everywhere(town: Town, pick: Pick) -> None:
    """Every address of the URL table by GET, as one person, with one situation in its place."""
    if town.conference is None or town.in_hand() is None:
        return
    who, key = pick([*town.everybody, ANONYMOUS]), pick(town.situations())
    item = AgendaItem.objects.select_related("situation").filter(conference=town.conference, situation=key).first()
    held = item or town.in_hand()
    if held is not None:
        community = Community(town.people, {"one": held.situation}, town.conference)
        for path in reading.addresses(community):
            if not path.startswith(("/account/", "/gallery/")):
                town.send(who, path)
