"""An agreement that lapses in the middle of a conference: its agency's sockets close by themselves, and the others go on."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from datetime import date, datetime, time, timedelta
from pathlib import Path
from urllib.error import HTTPError

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies.models import Agreement
from agencies.standing import standing_of
from hub.core import clock
from hub.core.audit import acting
from tests import live
from tests.cast import Cast, assemble, to_filter2
from tests.conferences.relay_scene import Hall, Meeting, until, with_hall
from tests.live import LiveHub

DAY = timedelta(days=1)
A_ROUND = 60
"""Seconds: rights are asked every thirty, and the machine may be busy."""


@pytest.fixture(scope="module")
def meeting(place: tuple[Path, Meeting]) -> Meeting:
    return place[1]


@pytest.fixture
def hub(place: tuple[Path, Meeting]) -> Iterator[LiveHub]:
    with live.live_hub(prepared=place[0], demo=True) as running:
        yield running


def rewrite(hub: LiveHub, agency: str, columns: str, *values: object) -> int:
    """Change the agency's agreement past everything that would announce it; the agreement's key."""
    with closing(sqlite3.connect(hub.data / "hubtable.sqlite3", timeout=30)) as database, database:
        [(key,)] = database.execute(
            "SELECT id FROM agencies_agreement WHERE agency_id = (SELECT id FROM agencies_agency WHERE key = ?)", (agency,)
        )
        database.execute(f"UPDATE agencies_agreement SET {columns} WHERE id = ?", (*values, key))  # noqa: S608 - our own words
        return int(key)


async def lapses(hall: Hall, hub: LiveHub) -> None:
    """What midnight does: from now on the last day is yesterday, and nobody says so to anybody."""
    await asyncio.to_thread(rewrite, hub, "police", "in_force_from = '2020-01-01', in_force_until = ?", yesterday())


async def is_ended(hall: Hall, hub: LiveHub) -> None:
    """The administrator ends it, with yesterday as its last day."""
    key = await asyncio.to_thread(rewrite, hub, "police", "in_force_from = ?", "2020-01-01")
    await hall.press(hub.address, "administrator", f"/table/administration/agreements/{key}/end/", on=yesterday())


def yesterday() -> str:
    return (timezone.localdate() - DAY).isoformat()


async def refused_from_now_on(hall: Hall, hub: LiveHub, meeting: Meeting) -> None:
    again = await hall.open(hub.address, "police")
    await until(lambda: again.closed == 4403)
    assert again.messages == []
    for path in ("board/", f"items/{meeting.first}/agree/"):
        with pytest.raises(HTTPError) as answer:
            await hall.press(hub.address, "police", f"/conferences/{meeting.conference}/{path}", answer="agrees")
        assert answer.value.code in {403, 404, 405}
        assert meeting_words(answer.value.read().decode()) == []


def meeting_words(html: str) -> list[str]:
    """Words of the situation in hand that stand on a page."""
    return [one for one in ("Stopped coming to school", "12 to 17", "grief", "Current risk of suicide") if one in html]


@pytest.mark.pairless
@pytest.mark.parametrize("happens", [lapses, is_ended])
def test_its_seat_is_closed_and_the_others_go_on(
    hub: LiveHub, meeting: Meeting, happens: Callable[[Hall, LiveHub], Awaitable[None]]
) -> None:
    async def story(hall: Hall) -> None:
        police, clinic, chair = await hall.seated(hub.address, "police", "clinic", "facilitator")
        assert meeting_words("".join(police.panels.values()))
        await happens(hall, hub)
        await until(lambda: police.closed in {4403, 4408}, A_ROUND)
        heard = len(police.messages)
        await refused_from_now_on(hall, hub, meeting)
        revision = await hall.toggle(hub.address, holds=False)
        await until(lambda: clinic.revision == chair.revision == revision)
        await hall.toggle(hub.address, holds=True)
        assert (clinic.closed, chair.closed, len(police.messages)) == (0, 0, heard)

    with_hall(meeting, story)


@pytest.fixture
def people() -> Cast:
    return assemble()


def moment(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))


def until_today(people: Cast, key: str) -> None:
    with acting(None, "test"):
        one = Agreement.objects.get(agency=people.agencies[key])
        one.in_force_until = clock.today()
        one.save()


@pytest.mark.django_db
def test_midnight_alone_ends_it(people: Cast) -> None:
    until_today(people, "police")
    today = clock.today()
    with clock.at(moment(today, time(23, 59, 59))):
        assert standing_of(people["police"], people.table).belongs
    with clock.at(moment(today + DAY, time.min)):
        assert not standing_of(people["police"], people.table).belongs
        assert standing_of(people["schools"], people.table).belongs


@pytest.mark.django_db
def test_after_midnight_no_page_shows_anything_of_the_conference(client: Client, people: Cast) -> None:
    situation = people.ready()
    until_today(people, "police")
    with clock.at(moment(clock.today(), time(23, 50))):
        conference = people.conference("police", "schools", "clinic")
        number = to_filter2(people, conference, situation).number
    board = reverse("board", args=[conference.pk])
    client.force_login(people["police"])
    for at, words, status in (
        (moment(clock.today(), time(23, 59)), True, 200),
        (moment(clock.today() + DAY, time.min), False, 404),
    ):
        with clock.at(at):
            answer = client.get(board)
            assert answer.status_code == status
            assert bool(meeting_words(answer.content.decode())) is words
            assert (number in client.get(reverse("situation_list")).content.decode()) is words


@pytest.mark.django_db
def test_an_agreement_that_follows_carries_the_seat_over_midnight(people: Cast) -> None:
    until_today(people, "police")
    with acting(None, "test"):
        Agreement.objects.create(
            table=people.table, agency=people.agencies["police"], title="Next", signed_by="Head",
            in_force_from=clock.today() + DAY, in_force_until=clock.today() + 9 * DAY,
        )  # fmt: skip
    with clock.at(moment(clock.today() + DAY, time.min)):
        assert standing_of(people["police"], people.table).belongs
