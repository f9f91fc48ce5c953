"""One past conference from opening to closing: who is in the room, and a clock that moves on with every act."""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta

from django.utils import timezone

from agencies.models import Member
from conferences import chairing, steering
from conferences.demo.diary import local
from conferences.demo.founding import Community
from conferences.demo.guard import Guard, as_sent
from conferences.models import AgendaItem, Conference
from hub.core import clock
from situations.guard import Reply
from situations.models import Situation

OPENS = time(8, 55)
FIRST_ITEM = time(9)
OBSERVER_COMES_EVERY = 4


class Room:
    """The room of one conference. Every act takes some seconds, so that the record shows a meeting and not a moment."""

    def __init__(self, community: Community, conference: Conference, absent: set[str], weeks_ago: int, guard: Guard) -> None:
        self.guard = guard
        self.community, self.conference, self.weeks_ago = community, conference, weeks_ago
        self.day = timezone.localtime(conference.scheduled_for).date()
        self.now: datetime = local(self.day, OPENS)
        self.chair = community.at_table["facilitator"]
        self.voices = {key: self._voice(key) for key in community.agencies if key not in absent}

    def agency_key(self, key: str) -> str:
        """The id of an agency as the board's forms send it."""
        return str(self.community.agencies[key].pk)

    def _voice(self, key: str) -> Member:
        # the recorder is the deputy of her agency, and busy recording
        place = list(self.community.agencies).index(key)
        away = (self.weeks_ago + place) % 9 == 4  # noqa: PLR2004  now and then a deputy stands in
        recorder = self.community.at_table["recorder"]
        deputy = self.community.deputy(key)
        return deputy if away and deputy != recorder else self.community.representative(key)

    def open(self) -> None:
        """Opening and roll call; those on their own device pledge before, the others aloud as they are called."""
        self.take(0, lambda: chairing.open_conference(by=self.chair, conference=self.conference))
        self.take(5, lambda: chairing.pledge(by=self.chair, conference=self.conference, member=self.chair))
        self.conference = Conference.objects.select_related("table", "sitting").get(pk=self.conference.pk)
        for place, member in enumerate(self._expected()):
            self._call(member, aloud=place % 2 == 1)
        self.now = max(self.now, local(self.day, FIRST_ITEM))

    def _call(self, member: Member, *, aloud: bool) -> None:
        if not aloud:
            self.take(6, lambda: chairing.pledge(by=member, conference=self.conference, member=member))
        self.take(12, lambda: chairing.arrive(by=self.chair, conference=self.conference, member=member, aloud=aloud))

    def _expected(self) -> list[Member]:
        people = list(self.voices.values())
        recorder = self.community.at_table["recorder"]
        if recorder.agency.key in self.voices:
            people.append(recorder)
        if self.weeks_ago % OBSERVER_COMES_EVERY == 0:
            people.append(self.community.at_table["observer"])
        return people

    def take(self, seconds: int, act: Callable[[], object]) -> None:
        """Let `seconds` pass, then act at that moment."""
        self.now += timedelta(seconds=seconds)
        with clock.at(self.now):
            act()

    def take_in_hand(self, situation: Situation) -> None:
        """The facilitator goes to the situation's item."""
        item = self.item(situation)
        self.take(20, lambda: chairing.take_in_hand(by=self.chair, conference=self.conference, item=item))

    def act(self, seconds: int, by: Member, situation: Situation, action: str, data: Mapping[str, str] | None = None) -> None:
        """One action at the board, as the board's view calls it."""
        item, conference, typed = self.item(situation), self.conference, data or {}

        def attempt(answered: Reply) -> None:
            sent = {**typed, **as_sent(answered)}
            steering.act(by=by, conference=conference, item=item, action=action, data=sent, revision=None)

        self.take(seconds, lambda: self.guard.pass_with(f"{situation.number} {action}", attempt))

    def item(self, situation: Situation) -> AgendaItem:
        return AgendaItem.objects.get(conference=self.conference, situation=situation)

    def close(self) -> None:
        """The facilitator closes; whoever is in the room leaves."""
        self.take(40, lambda: chairing.close_conference(by=self.chair, conference=self.conference))
