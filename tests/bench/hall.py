"""The community that the figures are taken from: ten agencies, three weeks of history, and today's conference in session."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction

from agencies.models import Member, Table
from conferences import chairing, scheduling
from conferences.choices import ItemState
from conferences.demo.diary import Diary, local
from conferences.demo.founding import Community, found
from conferences.demo.loading import FOUNDED_BEFORE, SITS, Year
from conferences.demo.source import read
from conferences.models import AgendaItem, Conference
from hub.core import clock
from situations.choices import Stage


@dataclass
class Hall:
    """Who is there and what is on the agenda."""

    community: Community
    conference: Conference
    items: list[AgendaItem]

    @property
    def table(self) -> Table:
        return self.community.table

    @property
    def chair(self) -> Member:
        return self.community.at_table["facilitator"]

    @property
    def voices(self) -> list[Member]:
        """Two of each agency: representative, then deputy."""
        agencies = self.community.agencies
        return [self.community.representative(key) for key in agencies] + [self.community.deputy(key) for key in agencies]


def build(weeks: int) -> Hall:
    """Lives the last weeks of the demo material, then opens today's conference with everyone in the room."""
    with transaction.atomic():  # as one commit: what is timed starts later
        return _open(lived(weeks))


def lived(weeks: int) -> Community:
    """The demo community after the last `weeks` of its material, on the morning of today's conference."""
    material, today = read(), clock.today()
    material["past_situations"] = [one for one in material["past_situations"] if one["weeks_ago"] <= weeks]
    diary = Diary(today)
    with clock.at(local(today - FOUNDED_BEFORE, SITS)):
        community = found(material, today)
    Year(material, community, diary).plan()
    diary.live(local(today, SITS))
    return community


def _open(community: Community) -> Hall:
    chair = community.at_table["facilitator"]
    conference = scheduling.next_conference(community.table)
    if conference is None:
        raise RuntimeError("the community has no conference today")
    chairing.open_conference(by=chair, conference=conference)
    conference.refresh_from_db()
    hall = Hall(community, conference, [])
    for member in {chair, *hall.voices}:
        # whoever opens is in the room already
        if member == chair:
            chairing.pledge(by=chair, conference=conference, member=member)
        else:
            chairing.arrive(by=chair, conference=conference, member=member, aloud=True)
    query = AgendaItem.objects.filter(conference=conference, situation__stage=Stage.TABLED)
    hall.items = list(query.select_related("situation__originating_agency").order_by("position"))
    return hall


def free_item(hall: Hall) -> AgendaItem:
    """An item that nobody has taken in hand yet: taking one again that is in hand changes nothing and reaches nobody."""
    return AgendaItem.objects.filter(pk__in=[one.pk for one in hall.items], state=ItemState.WAITING).order_by("position")[0]


def session_of(member: Member) -> str:
    """The key of a session in which this member is signed in, without the half second of a password."""
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore()
    store.update(contents_of_session(member))
    store.save()
    key: str = store.session_key
    return key


def contents_of_session(member: Member) -> dict[str, str]:
    """What a session holds in which this member is signed in."""
    return {
        SESSION_KEY: str(member.pk),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        HASH_SESSION_KEY: member.get_session_auth_hash(),
    }
