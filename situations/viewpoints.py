"""From which viewpoints a member looks at a situation (PRODUCT: "Who sees what", the columns). Pure: facts in, viewpoints out.

A member can hold several (the recorder who is also a deputy); what may be seen is the union. A recused person holds none.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from agencies.choices import TableRoleKind
from agencies.standing import Standing
from situations.choices import IN_AGENCY, Stage

AFTERWARDS = frozenset({Stage.FILTER4, Stage.CONCLUDED, Stage.REJECTED})
"""Where a situation stands between two conferences."""


class Viewpoint(StrEnum):
    """The columns of the visibility table."""

    # as its value hashes: that of Enum is by name and in Python, and these are looked up thousands of times in a rendering
    __hash__ = str.__hash__

    ORIGINATOR = "originator"
    SEAT = "seat"
    SEAT_IDENTITY_OPEN = "seat_identity_open"
    ROLE_HOLDER = "role_holder"
    SEAT_NO_ROLE = "seat_no_role"
    SEAT_ABSENT = "seat_absent"
    CHAIR = "chair"
    OBSERVER = "observer"
    PRIVACY_OFFICER = "privacy_officer"
    BREAK_GLASS = "break_glass"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"
    PROJECTOR = "projector"


@dataclass(frozen=True)
class Facts:
    """What is true between one member and one situation."""

    stage: Stage
    identity_open: bool
    originating: bool
    involved: bool
    received_profile: bool
    told: bool
    recused: bool
    works_cases: bool
    speaks: bool
    agreement: bool
    pledged: bool
    present: bool
    presides: bool
    table_roles: frozenset[str]
    administrator: bool
    glass_broken: bool = False


class Bearing(NamedTuple):
    """All of a standing that a viewpoint can depend on; whose it is is no part of it."""

    works_cases: bool
    speaks: bool
    agreement: bool
    pledged: bool
    present: bool
    presides: bool
    table_roles: frozenset[str]
    administrator: bool


class Tie(NamedTuple):
    """What ties one member to one situation, beside the standing at its table."""

    originating: bool
    involved: bool
    received_profile: bool
    told: bool
    recused: bool
    glass_broken: bool


def bearing_of(standing: Standing) -> Bearing:
    """What a member's standing brings to every situation of the table."""
    return Bearing(
        works_cases=standing.works_cases,
        speaks=standing.speaks,
        agreement=standing.agreement,
        pledged=standing.pledged,
        present=standing.present,
        presides=standing.presides,
        table_roles=standing.table_roles,
        administrator=standing.administrator,
    )


def facts_of(bearing: Bearing, tie: Tie, *, stage: Stage, identity_open: bool) -> Facts:
    """Join a member's standing at the table with what is true of this situation."""
    return Facts(stage=stage, identity_open=identity_open, **bearing._asdict(), **tie._asdict())


def viewpoints(facts: Facts) -> frozenset[Viewpoint]:
    """All viewpoints of the facts; empty means not even that the situation exists."""
    if facts.recused:
        return frozenset()
    own = facts.originating and facts.works_cases
    if facts.stage in IN_AGENCY:
        before = {Viewpoint.ORIGINATOR} if own else set()
        if facts.stage == Stage.READY and facts.agreement and _chairs(facts):
            before.add(Viewpoint.CHAIR)
        return frozenset(before)
    if not facts.agreement:
        return frozenset()
    found = {_seat(facts)} if facts.speaks else set()
    if own:
        found.add(Viewpoint.ORIGINATOR)
    return frozenset(found | _table_roles(facts))


def _chairs(facts: Facts) -> bool:
    chairs = facts.presides or bool(facts.table_roles & {TableRoleKind.FACILITATOR, TableRoleKind.RECORDER})
    # who was not in the room, or takes over today, is on no list of recipients, and so is told no more than an absent seat
    here, own = facts.presides or facts.present, facts.originating and facts.works_cases
    entered = (
        facts.stage in {Stage.READY, Stage.TABLED}
        or (here and (own or facts.stage not in AFTERWARDS))
        or (facts.told and facts.stage in AFTERWARDS)
    )
    return chairs and facts.pledged and entered


def _seat(facts: Facts) -> Viewpoint:
    if not facts.pledged:
        return Viewpoint.SEAT_ABSENT
    if facts.involved and facts.stage in {Stage.FILTER4, Stage.CONCLUDED}:
        return Viewpoint.ROLE_HOLDER
    if facts.stage in {Stage.FILTER4, Stage.CONCLUDED, Stage.REJECTED}:
        return Viewpoint.SEAT_NO_ROLE if facts.received_profile else Viewpoint.SEAT_ABSENT
    if not facts.present:
        return Viewpoint.SEAT_ABSENT
    if facts.stage == Stage.FILTER3 and facts.identity_open:
        return Viewpoint.SEAT_IDENTITY_OPEN
    return Viewpoint.SEAT


def _table_roles(facts: Facts) -> set[Viewpoint]:
    found = set()
    if _chairs(facts):
        found.add(Viewpoint.CHAIR)
    elif facts.presides or facts.table_roles & {TableRoleKind.FACILITATOR, TableRoleKind.RECORDER}:
        found.add(Viewpoint.SEAT_ABSENT)
    if TableRoleKind.OBSERVER in facts.table_roles and facts.present and facts.pledged:
        found.add(Viewpoint.OBSERVER)
    if TableRoleKind.PRIVACY_OFFICER in facts.table_roles:
        found.add(Viewpoint.PRIVACY_OFFICER)
    # an emergency waits for no pledge: the role was given in advance, and a reason is typed and told to the privacy officers
    if facts.glass_broken and TableRoleKind.BREAK_GLASS in facts.table_roles:
        found.add(Viewpoint.BREAK_GLASS)
    if TableRoleKind.ANALYST in facts.table_roles:
        found.add(Viewpoint.ANALYST)
    if facts.administrator:
        found.add(Viewpoint.ADMINISTRATOR)
    return found
