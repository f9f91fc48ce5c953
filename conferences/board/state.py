"""Everything the board shows of one conference at one moment, read once for all audiences."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property

from agencies.choices import SPEAKING_ROLES
from agencies.models import Agency, AgencyRole, Attendance, Member, Seat, Sitting
from agencies.standing import Standing, in_force, standings_of
from conferences.choices import ItemState
from conferences.models import AgendaItem, Conference, SystemicIssue
from situations import disclosure
from situations.choices import StanceKind
from situations.disclosure import Audience, may_see
from situations.models import Answer, Involvement, Situation, Stance
from situations.projection import Projection
from situations.visibility import Field

AGENDA_FIELDS = frozenset({Field.NUMBER, Field.STAGE, Field.OUTLINE})
"""What a line of the agenda may hold of a situation that is not in hand."""


@dataclass(frozen=True)
class SeatState:
    """One seat: who speaks for it, and the three facts that are never derived from each other."""

    agency: Agency
    speakers: tuple[Member, ...]
    in_room: tuple[Member, ...]
    connected: bool
    pledged: bool
    cleared: bool

    @property
    def present(self) -> bool:
        """Called at roll call; goes in the record."""
        return bool(self.in_room)


class BoardState:
    """A snapshot. `connected`: ids of members with an open socket; `viewers`: ids of members it will be rendered for."""

    def __init__(self, conference: Conference, *, viewers: Collection[int], connected: Collection[int]) -> None:
        self.conference = conference
        self.table = conference.table
        self.sitting: Sitting | None = conference.sitting
        self.connected = frozenset(connected)
        query = AgendaItem.objects.filter(conference=conference).select_related("situation__originating_agency")
        self.items = list(query.order_by("position"))
        for item in self.items:
            item.situation.table = self.table
        self.in_hand = next((one for one in self.items if one.state == ItemState.IN_HAND), None)
        self.attendances = self._attendances()
        wanted = set(viewers) | {one.member_id for one in self.attendances} | set(connected)
        self.members = {one.pk: one for one in Member.objects.filter(pk__in=wanted).select_related("agency")}
        people = list(self.members.values())
        self.standings = {one.member_id: one for one in standings_of(people, self.table, self._open_sitting())}
        self.audiences = disclosure.audiences([one.situation for one in self.items], list(self.standings.values()))

    @classmethod
    def of(cls, key: int, *, viewers: Collection[int], connected: Collection[int] = ()) -> "BoardState":
        """The state of the conference with this id as it is in the database now. Raises Conference.DoesNotExist."""
        query = Conference.objects.select_related("table", "sitting__presides", "sitting__offered_to")
        return cls(query.get(pk=key), viewers=viewers, connected=connected)

    @property
    def situation(self) -> Situation | None:
        """The situation in hand."""
        return self.in_hand.situation if self.in_hand else None

    def audience(self, situation: Situation, member_id: int) -> Audience:
        """How this member may see this situation."""
        return self.audiences[situation.pk, member_id]

    def projection(self, audience: Audience) -> Projection | None:
        """The situation in hand for an audience, read once for all that are equal; None when nothing of it may be seen."""
        situation = self.situation
        return self._shown(situation, audience, None) if situation and audience else None

    def outline(self, situation: Situation, audience: Audience) -> Projection:
        """What the agenda may say of a situation, read once for all audiences that are equal."""
        return self._shown(situation, audience, AGENDA_FIELDS)

    def _shown(self, situation: Situation, audience: Audience, only: frozenset[Field] | None) -> Projection:
        # of the agency, disclosure needs only whether it is the one that brought the situation
        own = audience.agency_id == situation.originating_agency_id
        key = (situation.pk, audience if own else replace(audience, agency_id=None), only)
        if key not in self._projections:
            self._projections[key] = disclosure.disclose(situation, key[1], only=only)
        return self._projections[key]

    @cached_property
    def _projections(self) -> dict[tuple[int, Audience, frozenset[Field] | None], Projection]:
        return {}

    @cached_property
    def stances(self) -> dict[int, Stance]:
        """Agency id to its answer at filter 2, for the situation in hand."""
        rows = Stance.objects.filter(situation=self.situation) if self.situation else Stance.objects.none()
        return {one.agency_id: one for one in rows.select_related("agency")}

    @cached_property
    def answers(self) -> dict[int, Answer]:
        """Agency id to its answer at filter 3; only for the agency's own panel and, where positive, for who may see it."""
        rows = Answer.objects.filter(situation=self.situation) if self.situation else Answer.objects.none()
        return {one.agency_id: one for one in rows.select_related("agency")}

    @cached_property
    def involvements(self) -> dict[int, Involvement]:
        """Agency id to what it was asked, for the situation in hand."""
        rows = Involvement.objects.filter(situation=self.situation, ended_at=None)
        return {one.agency_id: one for one in rows.select_related("agency")}

    @cached_property
    def voices(self) -> list[SeatState]:
        """Seats in the room and cleared for the situation in hand: those whose agreement counts."""
        return [one for one in self.seats if one.cleared and one.present]

    @cached_property
    def agreed(self) -> int:
        """How many voices agree."""
        return sum(self._stance(one) == StanceKind.AGREES for one in self.voices)

    @cached_property
    def dissenting(self) -> int:
        """How many voices disagree."""
        return sum(self._stance(one) == StanceKind.DISSENTS for one in self.voices)

    @cached_property
    def unheard(self) -> list[SeatState]:
        """Voices that have not answered at filter 2."""
        return [one for one in self.voices if one.agency.pk not in self.stances]

    @cached_property
    def seats(self) -> list[SeatState]:
        """Every open seat of the table, by name."""
        seats = Seat.objects.filter(table=self.table, ended_on=None).select_related("agency").order_by("agency__name")
        speakers = self._speakers()
        return [self._seat(one.agency, speakers.get(one.agency_id, [])) for one in seats]

    @property
    def seats_present(self) -> int:
        """Seats with somebody in the room."""
        return sum(one.present for one in self.seats)

    @property
    def quorum(self) -> bool:
        """Whether enough seats are present (table setting)."""
        return self.seats_present >= self.table.quorum_seats

    @cached_property
    def issues(self) -> int:
        """How many systemic issues were noted at this conference."""
        return SystemicIssue.objects.filter(conference=self.conference).count()

    @property
    def facilitator_here(self) -> bool:
        """Whether who presides has a socket open: without, the projector blanks itself."""
        return self.sitting is not None and self.sitting.presides_id in self.connected

    def _open_sitting(self) -> Sitting | None:
        return self.sitting if self.conference.is_open else None

    def _attendances(self) -> list[Attendance]:
        sitting = self._open_sitting()
        return list(Attendance.objects.filter(sitting=sitting, left_at=None)) if sitting else []

    def _speakers(self) -> dict[int, list[Member]]:
        roles = AgencyRole.objects.filter(in_force(), role__in=SPEAKING_ROLES, member__is_active=True).select_related("member")
        found: dict[int, list[Member]] = {}
        for one in roles.order_by("-role", "member__name"):
            found.setdefault(one.member.agency_id, []).append(one.member)
        return found

    def _seat(self, agency: Agency, speakers: list[Member]) -> SeatState:
        here = {one.member_id for one in self.attendances}
        in_room = tuple(one for one in speakers if one.pk in here)
        standings = [self.standings[one.pk] for one in in_room]
        return SeatState(
            agency=agency,
            speakers=tuple(speakers),
            in_room=in_room,
            connected=any(one.pk in self.connected for one in speakers),
            pledged=any(one.pledged for one in standings),
            cleared=any(self._cleared(one) for one in standings),
        )

    def _cleared(self, standing: Standing) -> bool:
        if self.situation is None:
            return standing.pledged and standing.agreement
        audience = self.audience(self.situation, standing.member_id)
        return may_see(audience, Field.PROFILE) or (may_see(audience, Field.REPORT_BACKS) and standing.pledged)

    def _stance(self, seat: SeatState) -> str:
        stance = self.stances.get(seat.agency.pk)
        return stance.kind if stance else ""
