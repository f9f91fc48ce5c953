"""Lets the community live through its year, up to the morning of today's conference."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, time, timedelta

from django.db import transaction

from conferences import scheduling, steering
from conferences.agenda import follow_ups
from conferences.demo import directory, intake, newcomers, paperwork, profile
from conferences.demo.aftercare import Aftercare
from conferences.demo.diary import Diary, local
from conferences.demo.filing import Filing
from conferences.demo.follow_up import follow_up
from conferences.demo.founding import Community, found
from conferences.demo.guard import Guard
from conferences.demo.room import Room
from conferences.demo.source import Entry, read
from conferences.demo.talk import talk
from conferences.models import Conference
from hub.core import clock
from situations.models import Situation

FOUNDED_BEFORE = timedelta(weeks=53)
PLEDGED_BEFORE, SENT_BEFORE = timedelta(days=40), timedelta(days=3)
CALENDAR_RUNS, SITS = time(7), time(8, 30)
DESK_OPENS, DESK_MINUTES = time(9, 40), 400


@dataclass(frozen=True)
class Lived:
    """What a load made: situations by their keys of the material, conferences held, where the guard asked."""

    community: Community
    situations: dict[str, Situation]
    conferences: int
    asked: tuple[str, ...]


def load(today: date) -> Lived:
    """The community as on the morning of `today`; the same for the same day, but for keys and ciphertext.

    All of it or nothing. Raises whatever a verb refuses: the material must be such that people could have lived it.
    """
    material = read()
    diary = Diary(today)
    with transaction.atomic():
        with clock.at(local(today - FOUNDED_BEFORE, time(10))):
            community = found(material, today)
            directory.fill(material, community)
            profile.describe(community, material["table"])
            paperwork.sign(material, community, today)
            intake.open_desks(material["intake"], community)
        year = Year(material, community, diary)
        year.plan()
        brought = intake.Brought(community, diary)
        for number, entry in enumerate(material["referrals"], start=1):
            brought.enter(number, entry)
        diary.enter(local(today - PLEDGED_BEFORE, time(15)), lambda: paperwork.pledge(community))
        newcomers.enter(diary, material["newcomers"], community, today)
        diary.enter(local(today - SENT_BEFORE, time(15)), lambda: paperwork.send_what_waits(community))
        diary.live(local(today, SITS))
    return Lived(community, year.filing.filed, year.held, tuple(year.guard.asked))


class Year:
    """Enters the material into the diary: filings, weekly conferences, and what follows from them."""

    def __init__(self, material: Entry, community: Community, diary: Diary) -> None:
        self.material, self.community, self.diary = material, community, diary
        self.guard, self.held = Guard(), 0
        self.filing = Filing(community, diary, self.guard)
        self.aftercare = Aftercare(community, diary, material["services"], self.guard)
        self.entries = {one["key"]: one for one in material["past_situations"]}
        self.by_week: defaultdict[int, list[Entry]] = defaultdict(list)

    def plan(self) -> None:
        """Enter the whole year."""
        for place, entry in enumerate(self.material["past_situations"]):
            self.by_week[entry["weeks_ago"]].append(entry)
            minutes = timedelta(minutes=place * 47 % DESK_MINUTES)
            self.filing.enter(entry, local(self._filed_on(entry), DESK_OPENS) + minutes)
        for entry in self.material["new_situations"]:
            self.filing.enter(entry, local(self._filed_on(entry), time.fromisoformat(entry["submitted_at"])))
        for weeks in range(max(self.by_week), -1, -1):
            day = self.diary.conference_day(weeks)
            self.diary.enter(local(day, CALENDAR_RUNS), lambda: scheduling.schedule(by=None, table=self.community.table))
            if weeks:
                self.diary.enter(local(day, SITS), lambda weeks=weeks: self._sit(weeks))  # type: ignore[misc]

    def _filed_on(self, entry: Entry) -> date:
        return self.diary.conference_day(entry.get("weeks_ago", 0)) - timedelta(days=entry["submitted_days_before"])

    def _sit(self, weeks: int) -> None:
        absent = {key for entry in self.by_week[weeks] for key in entry["filter2"]["absent"]}
        conference = Conference.objects.select_related("table").get(scheduled_for=local(clock.today(), self.material_starts()))
        room = Room(self.community, conference, absent, weeks, self.guard)
        room.open()
        by_situation = {one.pk: key for key, one in self.filing.filed.items()}
        for situation in follow_ups(conference):
            entry = self.entries[by_situation[situation.pk]]
            if entry["weeks_ago"] != weeks:
                follow_up(room, entry, situation)
        for entry in self.by_week[weeks]:
            talk(room, entry, self.filing.filed[entry["key"]])
        self._note_issues(room, weeks)
        room.close()
        self.held += 1
        for entry in self.by_week[weeks]:
            if entry["filter2"]["outcome"] == "aer":
                self.aftercare.enter(entry, self.filing.filed[entry["key"]])

    def material_starts(self) -> time:
        return time.fromisoformat(self.material["table"]["cadence"]["starts"])

    def _note_issues(self, room: Room, weeks: int) -> None:
        for issue in self.material["systemic_issues"]:
            if issue["raised_weeks_ago"] != weeks:
                continue
            by = room.voices.get(issue["raised_by"], room.chair)
            raised_by = self.community.agencies[issue["raised_by"]]
            self.guard.pass_with(
                f"systemic issue of week {weeks}",
                lambda answered, by=by, issue=issue, raised_by=raised_by: room.take(  # type: ignore[misc]
                    30,
                    lambda: steering.note_issue(
                        by=by,
                        conference=room.conference,
                        title=issue["title"],
                        text=issue["text"],
                        raised_by=raised_by,
                        answered=answered,
                    ),
                ),
            )
