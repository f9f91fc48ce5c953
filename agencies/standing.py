"""What a member is at a table right now: the facts on which every view of a situation depends.

`standing_of` reads them once (one query, and one for the open sitting); `Standing` is frozen and hashable and holds no record.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from agencies.choices import CASE_ROLES, SPEAKING_ROLES, AgencyRoleKind, TableRoleKind
from agencies.models import AgencyRole, Agreement, Attendance, Member, Pledge, Seat, Sitting, Table, TableRole, YearlyPledge
from hub.core import afterwards, audit, clock
from hub.core.prepared import NOBODY, Prepared

FACTS = frozenset({Agreement, AgencyRole, Attendance, Member, Pledge, Seat, Sitting, TableRole, YearlyPledge})
"""The records that a standing is read from."""


@dataclass(frozen=True)
class Standing:
    """One member at one table at one moment."""

    member_id: int
    agency_id: int
    table_id: int
    agency_roles: frozenset[str]
    table_roles: frozenset[str]
    seated: bool
    agreement: bool
    pledged: bool
    sitting_id: int | None
    present: bool
    presides: bool
    administrator: bool

    @property
    def speaks(self) -> bool:
        """May speak for the agency's seat."""
        return self.seated and bool(self.agency_roles & SPEAKING_ROLES)

    @property
    def works_cases(self) -> bool:
        """May work with the own agency's situations."""
        return bool(self.agency_roles & CASE_ROLES)

    @property
    def screens(self) -> bool:
        """May pass or hold the own agency's situations at filter 1."""
        return AgencyRoleKind.SCREENER in self.agency_roles

    @property
    def facilitates(self) -> bool:
        """Holds the table's facilitator role, whether or not presiding now."""
        return TableRoleKind.FACILITATOR in self.table_roles

    @property
    def records(self) -> bool:
        """Keeps the record beside the facilitator."""
        return TableRoleKind.RECORDER in self.table_roles

    @property
    def counts_only(self) -> bool:
        """Is at the table as its analyst and as nothing else: counts and aggregates, no situation and no minutes."""
        return self.table_roles == {TableRoleKind.ANALYST} and not (self.seated and self.agency_roles)

    @property
    def belongs(self) -> bool:
        """Has anything to do with the table at all, and an agreement that lets the agency in."""
        return self.agreement and bool((self.seated and self.agency_roles) or self.table_roles)


def of_the_year(day: Any) -> QuerySet[YearlyPledge]:
    """Yearly pledges that hold on this day and were signed for what their signer does: no role has begun since.

    A role that began on the day of signing was known to whoever signed.
    """
    begun = Q(member=OuterRef("member"), ended_on=None, started_on__gt=OuterRef("signed_at__date"))
    new = Exists(AgencyRole.objects.filter(begun)) | Exists(TableRole.objects.filter(begun, table=OuterRef("table")))
    return YearlyPledge.objects.filter(~new, valid_until__gte=day)


class Fact(StrEnum):
    """What a standing is made of. Each is true of a member or of an agency; the two kinds of role say which."""

    AGENCY_ROLE = "agency role"
    TABLE_ROLE = "table role"
    SEATED = "seated"
    AGREED = "agreed"
    PLEDGED = "pledged"
    HERE = "here"


Facts = Mapping[Fact, Mapping[int, set[str]]]
"""Fact to whom it is true of, member or agency, and their roles."""


def _true_of(fact: Fact, rows: QuerySet[Any], key: str, role: str = "") -> Any:
    word = F(role) if role else Value("", CharField())
    named = rows.order_by().annotate(fact=Value(str(fact), CharField()), whose=F(key), word=word)
    return named.values_list("fact", "whose", "word")


def _of_the_table(table: int, members: list[int], day: date) -> list[Any]:
    pledges = Pledge.objects.filter(
        # today's pledge counts for nothing where the table demands one of the year and there is none
        Q(table__demands_yearly_pledge=False)
        | Exists(of_the_year(day).filter(table=OuterRef("table"), member=OuterRef("member"))),
        table=table,
        member__in=members,
        day=day,
    )
    agreements = Agreement.objects.filter(table_id=table, in_force_from__lte=day, in_force_until__gte=day)
    roles = TableRole.objects.filter(in_force(day), member__in=members, table=table)
    return [
        _true_of(Fact.TABLE_ROLE, roles, "member_id", "role"),
        _true_of(Fact.AGREED, agreements, "agency_id"),
        _true_of(Fact.PLEDGED, pledges, "member_id"),
    ]


@Prepared
def _OF_THE_TABLE(table: int, members: list[int], day: date) -> Any:  # noqa: N802 - a question beside the others
    first, *more = _of_the_table(table, members, day)
    return first.union(*more, all=True)


@Prepared
def _OF_ALL(table: int, members: list[int], agencies: list[int], sitting: int, day: date) -> Any:  # noqa: N802 - as above
    # read together: one at a time, most of the time goes into asking
    first, *more = _of_the_table(table, members, day)
    own = AgencyRole.objects.filter(in_force(day), member__in=members)
    seats = Seat.objects.filter(table=table, agency__in=agencies, ended_on=None)
    here = Attendance.objects.filter(sitting=sitting, left_at=None)
    return first.union(
        *more,
        _true_of(Fact.AGENCY_ROLE, own, "member_id", "role"),
        _true_of(Fact.SEATED, seats, "agency_id"),
        _true_of(Fact.HERE, here, "member_id"),
        all=True,
    )


_IN_ROOM = Prepared(
    lambda sitting: Member.objects.filter(attendances__sitting=sitting, attendances__left_at=None, is_active=True).distinct()
)
_WAS_IN_ROOM = Prepared(
    lambda sitting, at: Member.objects.filter(
        attendances__sitting=sitting, attendances__arrived_at__lte=at, attendances__left_at__gt=at, is_active=True
    ).distinct()
)
_OPEN = Prepared(lambda table: Sitting.objects.select_related("table").filter(table_id=table, closed_at=None))


def agencies_agreed(table_id: int) -> QuerySet[Agreement, int]:
    """Ids of the agencies that have an agreement with the table that covers today."""
    day = clock.today()
    covering = Agreement.objects.filter(table_id=table_id, in_force_from__lte=day, in_force_until__gte=day)
    return covering.values_list("agency_id", flat=True)


def agreement_in_force(agency_id: int, table_id: int) -> bool:
    """Whether the agency has an agreement with the table that covers today."""
    return agencies_agreed(table_id).filter(agency_id=agency_id).exists()


def open_sitting(table_id: int) -> Sitting | None:
    """The sitting of this table that is open now, if any. Within one verb it is read once, as a standing is."""
    kept, place = audit.memory(), ("sitting", table_id)
    if place not in kept:
        kept[place] = _OPEN.first(table=table_id)
    sitting: Sitting | None = kept[place]
    return sitting


def in_force(day: date | None = None) -> Q:
    """Roles and seats that hold on this day: today, unless another is named."""
    day = day or clock.today()
    return Q(started_on__lte=day) & (Q(ended_on=None) | Q(ended_on__gt=day))


def standing_of(member: Member, table: Table, sitting: Sitting | None = None) -> Standing:
    """The member's standing at the table now. An inactive member has none of it.

    Within one verb it is read once: a verb asks at its lock, at its rule and for its refusal. `forget` ends that.
    """
    # roles, agreements and pledges hold for days, and what is entered afterwards is judged by its own
    kept, place = audit.memory(), ("standing", member.pk, table.pk, clock.today())
    if place not in kept:
        kept[place] = standings_of([member], table, sitting or open_sitting(table.pk))[0]
    standing: Standing = kept[place]
    return standing


@receiver([post_save, post_delete])
def forget(sender: Any, **kwargs: Any) -> None:
    """Whatever a standing is made from has changed, so the verb at work reads it anew."""
    if sender in FACTS:
        audit.memory().clear()


def standings_in_room(sitting: Sitting) -> list[Standing]:
    """The standing of everyone in the room now, presiding facilitator included, in two queries whatever the number.

    What is entered afterwards was also heard by those who were there when it was decided and have left since.
    """
    here = {one.pk: one for one in _IN_ROOM(sitting=sitting.pk)}
    if afterwards.current():
        here |= {one.pk: one for one in _WAS_IN_ROOM(sitting=sitting.pk, at=clock.now())}
    people = list(here.values())
    facts = _facts(people, sitting.table, sitting)
    return _standings(people, sitting.table, sitting, facts, replace(Known.of(facts), here=set(here)))


def standings_of(members: list[Member], table: Table, sitting: Sitting | None, known: "Known | None" = None) -> list[Standing]:
    """Standings of many members at once; the same facts as `standing_of`, read in bulk, but for those `known` already."""
    if known is None:
        facts = _facts(members, table, sitting)
        return _standings(members, table, sitting, facts, Known.of(facts))
    facts = _sorted(_OF_THE_TABLE(table=table.pk, members=[m.pk for m in members], day=clock.today()))
    return _standings(members, table, sitting, facts, known)


def _standings(members: list[Member], table: Table, sitting: Sitting | None, facts: Facts, known: "Known") -> list[Standing]:
    table_roles, agreed, pledged = facts[Fact.TABLE_ROLE], facts[Fact.AGREED], facts[Fact.PLEDGED]
    return [
        nothing(m, table)
        if not m.is_active
        else Standing(
            m.pk, m.agency_id, table.pk, frozenset(known.agency_roles.get(m.pk, ())), frozenset(table_roles.get(m.pk, ())),
            m.agency_id in known.seated, m.agency_id in agreed, m.pk in pledged, sitting.pk if sitting else None,
            m.pk in known.here, sitting is not None and sitting.presides_id == m.pk, m.is_administrator,
        )
        for m in members
    ]  # fmt: skip


@dataclass(frozen=True)
class Known:
    """Facts of standings that a board reads as records anyway: roles in the own agency, agencies with a seat, who is here."""

    agency_roles: Mapping[int, set[str]]
    seated: Collection[int]
    here: Collection[int]

    @classmethod
    def of(cls, facts: Facts) -> "Known":
        """As they were read for these members alone."""
        return cls(facts[Fact.AGENCY_ROLE], set(facts[Fact.SEATED]), set(facts[Fact.HERE]))


def _facts(members: list[Member], table: Table, sitting: Sitting | None) -> Facts:
    agencies = {m.agency_id for m in members}
    return _sorted(
        _OF_ALL(
            table=table.pk, members=[m.pk for m in members], agencies=agencies, sitting=sitting.pk if sitting else NOBODY,
            day=clock.today(),
        )
    )  # fmt: skip


def _sorted(rows: list[tuple[str, int, str]]) -> Facts:
    facts: dict[Fact, dict[int, set[str]]] = {one: {} for one in Fact}
    for fact, whose, word in rows:
        facts[Fact(fact)].setdefault(whose, set()).add(word)
    return facts


def nothing(member: Member, table: Table) -> Standing:
    """The standing of somebody whose account is closed."""
    none: frozenset[str] = frozenset()
    return Standing(member.pk, member.agency_id, table.pk, none, none, False, False, False, None, False, False, False)
