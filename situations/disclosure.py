"""Sentence 1: nobody sees a field that the current filter does not allow. `disclose` is the one function that decides.

`audience_of` computes who looks; `may_see` reads the literal table in `situations.visibility`; `disclose` turns a situation
into a typed projection. Templates, sockets, minutes, mails and exports get the projection, never the model.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import CharField, Q, Value

from agencies.models import Member, Sitting
from agencies.standing import Standing, standing_of, standings_in_room
from hub.core import clock, unchanged
from hub.core.prepared import Prepared
from situations import contents
from situations.choices import Stage
from situations.models import BreakGlass, Involvement, Recipient, Recusal, Situation
from situations.projection import WITHHELD, Projection, Withheld
from situations.reading import Reading
from situations.viewpoints import Bearing, Tie, Viewpoint, bearing_of, facts_of, viewpoints
from situations.visibility import IDENTITY_FIELDS, VISIBLE, Field

OPENS_TO_SEATS = 3
"""`Table.identity_opens_at_filter` of a table whose seats see the limited identifiers."""

PROFILE = "profile"
"""`Recipient.what` of the profile at filter 2; decides who keeps sight of it after filter 3."""


@dataclass(frozen=True)
class Audience:
    """Who looks at one situation: the only thing that visibility depends on. Frozen, hashable, holds no record."""

    viewpoints: frozenset[Viewpoint]
    stage: Stage
    limited: frozenset[Field]
    answers_shown: bool
    category_only: bool = False
    agency_id: int | None = None

    def __bool__(self) -> bool:
        """False: no field of it may be seen, so for this audience the situation does not exist."""
        return any(may_see(self, field) for field in Field)


def audience_of(member: Member, situation: Situation, standing: Standing | None = None) -> Audience:
    """The member's audience for this situation, now. `standing` saves queries when the caller has it already."""
    standing = standing or standing_of(member, situation.table)
    return _audience(situation, standing, _Involved.of(situation))


def projector_audience(situation: Situation) -> Audience:
    """The room's screen: never an identifier at any stage."""
    return _builder(situation)(frozenset({Viewpoint.PROJECTOR}), None)


def room(situation: Situation, sitting: Sitting) -> list[tuple[Standing, Audience]]:
    """Everyone present with their audience, in a fixed number of queries."""
    involved = _Involved.of(situation)
    return _audiences(situation, _people(standings_in_room(sitting)), involved)


def audiences(situations: Sequence[Situation], standings: Sequence[Standing]) -> dict[tuple[int, int], Audience]:
    """(situation id, member id) to audience, for many situations and members of one table, in three queries."""
    return {
        (key, member): audience
        for key, found in audiences_by_situation(situations, tuple(standings)).items()
        for member, audience in found.items()
    }


def audiences_by_situation(situations: Sequence[Situation], standings: tuple[Standing, ...]) -> dict[int, dict[int, Audience]]:
    """Situation id to member id to audience, in the same three questions. What is unchanged is taken over."""
    involved = _Involved.many(situations)
    people = unchanged.made("people", (standings,), lambda: _people(standings))
    found = {}
    for one in situations:
        made_of = (one, one.table, standings, involved[one.pk])
        found[one.pk] = unchanged.made(("audiences", one.pk), made_of, partial(_by_member, one, people, involved[one.pk]))
    return found


def _by_member(situation: Situation, people: "list[Person]", involved: "_Involved") -> dict[int, Audience]:
    return {standing.member_id: audience for standing, audience in _audiences(situation, people, involved)}


def recipients(situation: Situation, sitting: Sitting, *fields: Field) -> list[tuple[int, int]]:
    """(agency, member) of everyone in the room who sees any of `fields` now, but for those who work with it at its origin."""
    return [
        (standing.agency_id, standing.member_id)
        for standing, audience in room(situation, sitting)
        if not (standing.works_cases and standing.agency_id == situation.originating_agency_id)
        and any(may_see(beside_glass(audience), field) for field in fields)
    ]


def chairs(situation: Situation, sitting: Sitting) -> list[tuple[int, int]]:
    """(agency, member) of who presides or records in the room and is cleared, told of this situation before or not."""
    involved = _Involved.of(situation)
    return [
        (standing.agency_id, standing.member_id)
        for standing, audience in _audiences(situation, _people(standings_in_room(sitting)), involved, at=Stage.FILTER2)
        if Viewpoint.CHAIR in audience.viewpoints and Viewpoint.ORIGINATOR not in audience.viewpoints
    ]


def beside_glass(audience: Audience) -> Audience:
    """The audience without what a break-glass opening adds: what is opened to the room does not reach anyone through that."""
    return replace(audience, viewpoints=audience.viewpoints - {Viewpoint.BREAK_GLASS})


def glass_broken(situation: Situation, member: Member) -> BreakGlass | None:
    """The member's break-glass opening of this situation that has neither expired nor been ended."""
    return BreakGlass.objects.filter(_not_over(clock.now()), situation=situation, member=member).first()


def stepped_out(situation: Situation, member: Member) -> bool:
    """Whether the member has stepped out of this situation."""
    return bool(_OUT(situation=situation.pk, member=member.pk))


def _not_over(now: datetime) -> Q:
    return Q(ended_at=None, expires_at__gt=now)


_NEVER: frozenset[Stage] = frozenset()


def may_see(audience: Audience, field: Field) -> bool:
    """Whether any viewpoint of the audience sees the field at this stage."""
    row = VISIBLE.get(field, {})
    for viewpoint in audience.viewpoints:
        if audience.stage in row.get(viewpoint, _NEVER) and _setting_allows(audience, viewpoint, field):
            return True
    return False


def openable(audience: Audience) -> tuple[Field, ...]:
    """The identity fields that this audience may open now, each opening a ledger entry first."""
    return tuple(field for field in IDENTITY_FIELDS if may_see(audience, field))


_NOTHING = {field.value: WITHHELD for field in contents.READERS}


def disclose(
    situation: Situation, audience: Audience, *, only: Collection[Field] | None = None, reading: Reading | None = None
) -> Projection:
    """The situation as this audience may see it: each attribute is its value or `WITHHELD`. Never holds an identifier.

    `only` reads no more than these fields, for lists that show little of many situations. `reading`: what was read of the
    situation for other audiences in the same snapshot.
    """
    reading = reading or Reading(situation)
    shown: dict[str, Any | Withheld] = dict(_NOTHING)
    for field, reader in contents.READERS.items() if only is None else ((one, contents.READERS[one]) for one in only):
        if may_see(audience, field):
            shown[field.value] = reader.line(reading, audience)
    return Projection(key=situation.pk, revision=situation.revision, openable=openable(audience), **shown)


def _setting_allows(audience: Audience, viewpoint: Viewpoint, field: Field) -> bool:
    if viewpoint in {Viewpoint.SEAT, Viewpoint.SEAT_IDENTITY_OPEN}:
        if field in IDENTITY_FIELDS:
            return field in audience.limited
        if field is Field.ANSWERS:
            return audience.answers_shown
    return True


@dataclass(frozen=True)
class _Involved:
    """Which agencies hold a role, which received the profile, who stepped out, who broke the glass."""

    roles: frozenset[int]
    received: frozenset[int]
    told: frozenset[int]
    recused: frozenset[int]
    glass: frozenset[int]

    @classmethod
    def of(cls, situation: Situation) -> "_Involved":
        return cls.many([situation])[situation.pk]

    @classmethod
    def many(cls, situations: Sequence[Situation]) -> "dict[int, _Involved]":
        """For many situations in three queries."""
        keys = [one.pk for one in situations]
        answers = _ROLES(keys=keys), _RECEIVED(keys=keys), _APART(keys=keys, now=clock.now())
        found = unchanged.made(("involved", *keys), answers, lambda: cls._of(keys, *answers))
        return {key: unchanged.same(("involved in", key), one) for key, one in found.items()}

    @classmethod
    def _of(cls, keys: list[int], roles: list[Any], pairs: list[Any], apart: list[Any]) -> "dict[int, _Involved]":
        by_role = _collected(roles)
        by_profile = _collected((key, agency) for key, agency, _member in pairs)
        by_person = _collected((key, member) for key, _agency, member in pairs)
        by_recusal = _collected((key, member) for key, member, how in apart if how == _RECUSED)
        by_glass = _collected((key, member) for key, member, how in apart if how == _GLASS)
        return {key: cls(by_role[key], by_profile[key], by_person[key], by_recusal[key], by_glass[key]) for key in keys}


_RECUSED, _GLASS = "recused", "glass"
_OUT = Prepared(
    lambda situation, member: Recusal.objects.filter(situation=situation, member=member).values_list("pk", flat=True)
)
_ROLES = Prepared(
    lambda keys: (
        Involvement.objects.filter(situation__in=keys, ended_at=None)
        .exclude(accepted_at=None)
        .values_list("situation_id", "agency_id")
    )
)
_RECEIVED = Prepared(
    lambda keys: (
        Recipient.objects.filter(situation__in=keys, what=PROFILE)
        .distinct()
        .values_list("situation_id", "agency_id", "member_id")
    )
)


@Prepared
def _APART(keys: list[int], now: datetime) -> Any:  # noqa: N802 - a question beside the others
    # both are rare and asked for at every rendering, so they are read together
    recused = Recusal.objects.filter(situation__in=keys).order_by().annotate(how=Value(_RECUSED, CharField()))
    broken = BreakGlass.objects.filter(_not_over(now), situation__in=keys).order_by().annotate(how=Value(_GLASS, CharField()))
    columns = ("situation_id", "member_id", "how")
    return recused.values_list(*columns).union(broken.values_list(*columns))


def _collected(pairs: Iterable[tuple[int, int]]) -> defaultdict[int, frozenset[int]]:
    found: defaultdict[int, frozenset[int]] = defaultdict(frozenset)
    for key, value in pairs:
        found[key] |= {value}
    return found


Person = tuple[Standing, Bearing, int]
"""A standing, what it brings to every situation, and a number that those who bring the same share."""


def _people(standings: Iterable[Standing]) -> list[Person]:
    numbers: dict[Bearing, int] = {}
    pairs = ((one, bearing_of(one)) for one in standings)
    return [(one, bearing, numbers.setdefault(bearing, len(numbers))) for one, bearing in pairs]


def _audience(situation: Situation, standing: Standing, involved: _Involved) -> Audience:
    [(_standing, audience)] = _audiences(situation, _people([standing]), involved)
    return audience


def _audiences(
    situation: Situation, people: Iterable[Person], involved: _Involved, *, at: Stage | None = None
) -> list[tuple[Standing, Audience]]:
    stage, build = at or Stage(situation.stage), _builder(situation)
    # most people in a room stand alike to most situations: what is the same for them is worked out once
    points: dict[tuple[int, Tie], frozenset[Viewpoint]] = {}
    made: dict[tuple[frozenset[Viewpoint], int], Audience] = {}
    found = []
    for standing, bearing, number in people:
        tie = _tie(situation, standing, involved)
        if (number, tie) not in points:
            points[number, tie] = viewpoints(facts_of(bearing, tie, stage=stage, identity_open=situation.identity_open))
        place = (points[number, tie], standing.agency_id)
        if place not in made:
            made[place] = build(*place)
        found.append((standing, made[place]))
    return found


def _tie(situation: Situation, standing: Standing, involved: _Involved) -> Tie:
    agency, member = standing.agency_id, standing.member_id
    originating = situation.originating_agency_id == agency
    return Tie(
        originating=originating,
        involved=agency in involved.roles,
        received_profile=originating or agency in involved.received,
        told=member in involved.told,
        recused=member in involved.recused,
        glass_broken=member in involved.glass,
    )


def _builder(situation: Situation) -> Callable[[frozenset[Viewpoint], int | None], Audience]:
    table, stage = situation.table, Stage(situation.stage)
    at_filter_3 = table.identity_opens_at_filter == OPENS_TO_SEATS
    limited = frozenset(Field(name) for name in table.filter3_identifiers if at_filter_3)

    def build(points: frozenset[Viewpoint], agency_id: int | None) -> Audience:
        return Audience(points, stage, limited, table.shows_positive_answers, table.category_only, agency_id)

    return build
