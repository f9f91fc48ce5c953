"""Everything the board shows of one conference at one moment, read once for all audiences."""

from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from django.utils.functional import cached_property

from agencies.models import Agency, Member, Sitting
from agencies.standing import Standing
from conferences.board.people import People, here_at
from conferences.choices import ItemState
from conferences.models import AgendaItem, Conference, SystemicIssue
from hub.core import unchanged
from hub.core.prepared import Prepared
from situations import disclosure
from situations.choices import HeldState, StanceKind
from situations.contents import READERS
from situations.disclosure import Audience, may_see
from situations.models import Answer, HeldText, Involvement, Situation, Stance
from situations.projection import Projection
from situations.reading import Reading
from situations.viewpoints import Viewpoint
from situations.visibility import Field

T = TypeVar("T")
AGENDA_FIELDS = frozenset({Field.NUMBER, Field.STAGE, Field.OUTLINE})
"""What a line of the agenda may hold of a situation that is not in hand."""
APART = frozenset({Field.SCREENING, Field.REPEAT, Field.BASES, Field.PLAN, Field.OWN_DISCLOSURES, Field.LEDGER})
"""What the board shows to nobody: filter 1, what leads and assistants plan apart from the table, the record."""
BOARD_FIELDS = frozenset(READERS) - APART
Sight = tuple[frozenset[Viewpoint], bool]


# everything is of the conference, and nothing but the answer's own number of its revision
_CONFERENCE = Prepared(
    lambda key: (
        Conference.objects.filter(pk=key)
        .select_related("table", "sitting__presides", "sitting__offered_to")
        .defer("sitting__presides__password", "sitting__offered_to__password")
    ),
    beside="revision",
)
_ITEMS = Prepared(
    lambda conference: AgendaItem.objects.filter(conference=conference).select_related("situation").order_by("position")
)
_HELD = Prepared(
    lambda table: HeldText.objects.filter(table=table, state=HeldState.WAITING).values_list(
        "agency_id", "for_chairs", "written_by_id"
    )
)
_ISSUES = Prepared(lambda conference: SystemicIssue.objects.filter(conference=conference).values_list("pk", flat=True))


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
        self.items = _ITEMS(conference=conference.pk)
        self.situations = [one.situation for one in self.items]
        self.in_hand = next((one for one in self.items if one.state == ItemState.IN_HAND), None)
        bringing = {one.originating_agency_id for one in self.situations}
        wanted = {*viewers, *connected, *self._presiding()}
        self.attendances = here_at(self._open_sitting())
        self.here = {one.member_id for one in self.attendances}
        self.people = People.of(self.table, self._open_sitting(), self.here, wanted, bringing)
        for situation in self.situations:
            unchanged.give(situation, "table", self.table)
            unchanged.give(situation, "originating_agency", self.people.agency[situation.originating_agency_id])
        self.members, self.standings = self.people.members, self.people.standings
        self.audiences = disclosure.audiences_by_situation(self.situations, self.people.in_order)
        self._readings = {one.pk: Reading(one) for one in self.situations}
        self._made: dict[Hashable, Any] = {}

    @classmethod
    def of(cls, key: int, *, viewers: Collection[int], connected: Collection[int] = ()) -> "BoardState":
        """The state of the conference with this id as it is in the database now. Raises Conference.DoesNotExist."""
        conference = _CONFERENCE.first(key=key)
        if conference is None:
            raise Conference.DoesNotExist
        return cls(conference, viewers=viewers, connected=connected)

    @cached_property
    def situation(self) -> Situation | None:
        """The situation in hand."""
        return self.in_hand.situation if self.in_hand else None

    @property
    def seen(self) -> int | None:
        """The revision of the situation in hand: an open form goes on from it after somebody else's step."""
        return self.situation.revision if self.situation else None

    def audience(self, situation: Situation, member_id: int) -> Audience:
        """How this member may see this situation."""
        return self.audiences[situation.pk][member_id]

    def once(self, place: Hashable, make: Callable[[], T]) -> T:
        """What `make` makes of this snapshot for everything that `place` names; made once."""
        if place not in self._made:
            self._made[place] = make()
        made: T = self._made[place]
        return made

    def sight(self, situation: Situation, audience: Audience) -> "Sight":
        """All of an audience that the board's fields of this situation depend on, which many share (`situations.contents`)."""
        return audience.viewpoints, self.table.category_only and audience.agency_id == situation.originating_agency_id

    def sights(self, member_id: int) -> "tuple[Sight, ...]":
        """How this member may see the situation of each item; equal for all who may see the same."""
        return tuple(found[member_id] for found in self._sights)

    @cached_property
    def _sights(self) -> "list[dict[int, Sight]]":
        return [
            unchanged.made(("sights", one.pk), (one, self.table, self.audiences[one.pk]), partial(self._sights_of, one))
            for one in self.situations
        ]

    def _sights_of(self, situation: Situation) -> "dict[int, Sight]":
        return {member: self.sight(situation, audience) for member, audience in self.audiences[situation.pk].items()}

    @cached_property
    def outlines(self) -> "list[dict[Sight, Projection]]":
        """For each item, what the agenda may say of its situation to everybody who sees it so."""
        return [
            unchanged.made(("outlines", one.pk), (one, self.table, self.audiences[one.pk]), partial(self._outlines_of, one))
            for one in self.situations
        ]

    def _outlines_of(self, situation: Situation) -> "dict[Sight, Projection]":
        alike = {self.sight(situation, audience): audience for audience in self.audiences[situation.pk].values()}
        return {sight: self._shown(situation, audience, AGENDA_FIELDS) for sight, audience in alike.items()}

    def projection(self, audience: Audience) -> Projection | None:
        """The situation in hand for an audience, read once for all that are alike; None when nothing of it may be seen."""
        if self.situation is None or not audience:
            return None
        return self._shown(self.situation, audience, BOARD_FIELDS)

    def _shown(self, situation: Situation, audience: Audience, only: frozenset[Field]) -> Projection:
        place = (situation.pk, self.sight(situation, audience), only)
        reading = self._readings[situation.pk]
        return self.once(place, lambda: disclosure.disclose(situation, audience, only=only, reading=reading))

    @cached_property
    def stances(self) -> dict[int, Stance]:
        """Agency id to its answer at filter 2, for the situation in hand."""
        return {one.agency_id: one for one in self._in_hand.stances} if self._in_hand else {}

    @cached_property
    def answers(self) -> dict[int, Answer]:
        """Agency id to its answer at filter 3; only for the agency's own panel and, where positive, for who may see it."""
        return {one.agency_id: one for one in self._in_hand.answers} if self._in_hand else {}

    @cached_property
    def involvements(self) -> dict[int, Involvement]:
        """Agency id to what it was asked, for the situation in hand."""
        return {one.agency_id: one for one in self._in_hand.involvements} if self._in_hand else {}

    @property
    def _in_hand(self) -> Reading | None:
        return self._readings[self.in_hand.situation_id] if self.in_hand else None

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
    def seats(self) -> tuple[SeatState, ...]:
        """Every open seat of the table, by name."""
        cleared = self.audiences[self.situation.pk] if self.situation else None
        made_of = (self.people, self.attendances, self.situation, cleared)
        return unchanged.made(("seats", self.connected), made_of, self._every_seat)

    @cached_property
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
        return len(_ISSUES(conference=self.conference.pk))

    @cached_property
    def held(self) -> list[tuple[int, bool, int]]:
        """(agency, whether a chair may decide, writer) of each text that waits for a second person."""
        return list(_HELD(table=self.table.pk)) if self.conference.is_open else []

    @property
    def facilitator_here(self) -> bool:
        """Whether who presides has a socket open: without, the projector blanks itself."""
        return self.sitting is not None and self.sitting.presides_id in self.connected

    @cached_property
    def orphaned(self) -> bool:
        """Whether who presides has lost the account or the agency's agreement (`agencies.roll.is_orphaned`)."""
        # whoever has no account any more has an empty standing
        return self.conference.is_open and not any(self.standings[one].agreement for one in self._presiding())

    def _open_sitting(self) -> Sitting | None:
        return self.sitting if self.conference.is_open else None

    def _presiding(self) -> set[int]:
        return {self.sitting.presides_id} if self.sitting else set()

    def _every_seat(self) -> tuple[SeatState, ...]:
        return tuple(self._seat(one, self.people.speakers.get(one.pk, [])) for one in self.people.seats)

    def _seat(self, agency: Agency, speakers: list[Member]) -> SeatState:
        in_room = tuple(one for one in speakers if one.pk in self.here)
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
