"""Moves around the conference: opening, the roll, steering, handing over."""

from datetime import timedelta

from django.urls import reverse

from conferences import scheduling
from conferences.driving import DRIVES
from conferences.models import AgendaItem, Conference
from hub.core import clock
from tests.security.soak.doors import Reply
from tests.security.soak.registry import move, new, said
from tests.security.soak.town import Pick, Town


def day_of(town: Town) -> None:
    """The calendar has a conference that can be opened: today's, or tomorrow's once today's was held."""
    if town.conference is not None and town.conference.sitting is not None and town.conference.sitting.closed_at is None:
        return
    if Conference.objects.filter(sitting__closed_at__isnull=False, scheduled_for__date=clock.today()).exists():
        town.now += timedelta(days=1)
    scheduling.schedule(by=None, table=town.people.table, until=clock.today())
    town.conference = scheduling.next_conference(town.people.table)
    town.seen = None


@move
def open_conference(town: Town, pick: Pick, who: str = "") -> None:
    """Today's, by the facilitator or by somebody who may not."""
    who = who or pick([*town.everybody, "facilitator", "facilitator"])
    day_of(town)
    if town.conference is not None:
        town.send(who, reverse("conference_open", args=[town.conference.pk]), {})
        town.conference = Conference.objects.select_related("sitting", "table").get(pk=town.conference.pk)


def steer(town: Town, who: str, what: str, **data: str) -> Reply | None:
    """One action on the conference."""
    if town.conference is None:
        return None
    reply = town.send(who, reverse("board_steer", args=[town.conference.pk, what]), data)
    town.conference = Conference.objects.select_related("sitting", "table").get(pk=town.conference.pk)
    return reply


@move
def come_or_go(town: Town, pick: Pick) -> None:
    """The roll: entering, arriving, leaving, pledging; oneself, somebody else, or recorded by whoever presides."""
    who, whom = pick([*town.everybody, "facilitator"]), pick(town.everybody)
    steer(
        town,
        who,
        pick(["enter", "arrive", "leave", "leave", "pledge"]),
        member=str(town.people[whom].pk),
        aloud=pick(["", "1"]),
    )


@move
def steer_anyhow(town: Town, pick: Pick) -> None:
    """Anything that can be done with the conference, closing it rarely."""
    who, whom = pick([*town.everybody, "facilitator", "facilitator"]), pick(town.everybody)
    what = pick([one for one in DRIVES if one != "close"] * 3 + ["close"])
    items = [str(one.pk) for one in AgendaItem.objects.filter(conference=town.conference).order_by("position")]
    typed = {"title": said(town, pick, "issue", 0, who), "text": new(town, "issue", 0, who)} if what == "issue" else {}
    typed |= {"guard_second": pick(["", "1"])} if typed else {}
    steer(town, who, what, member=str(town.people[whom].pk), item=pick(items or ["1"]), blank=pick(["", "1"]), **typed)


@move
def hand_over(town: Town, pick: Pick) -> None:
    """Who presides offers the role to somebody, who takes it."""
    presiding = town.name(town.facts.presides)
    if presiding:
        whom = pick(town.everybody)
        steer(town, presiding, "offer-chair", member=str(town.people[whom].pk))
        steer(town, whom, "accept-chair")
