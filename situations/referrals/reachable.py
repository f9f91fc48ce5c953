"""Which desks the public door leads to, and what its pages say of the table behind a desk: only what is meant for anybody."""

from collections.abc import Iterable
from dataclasses import dataclass

from agencies.choices import AgencyKind, Regime
from agencies.models import Seat, Table
from agencies.typed import town_key
from situations.models import IntakeDesk
from situations.referrals import desk


@dataclass(frozen=True, slots=True)
class Sitting:
    """Who sits at the table, by name; the police among them once more."""

    agencies: tuple[str, ...]
    police: tuple[str, ...]


def desks() -> list[IntakeDesk]:
    """Every desk that takes what families bring today, by its table; one query."""
    return list(desk.offered_to_families())


def desks_in(town: str, found: Iterable[IntakeDesk]) -> list[IntakeDesk]:
    """Those whose table serves this town; a table that names no town serves all."""
    wanted = town_key(town)
    return [one for one in found if not one.table.towns or wanted in {town_key(name) for name in one.table.towns}]


def towns(found: Iterable[IntakeDesk]) -> list[str]:
    """The towns of these desks' tables and of all public tables, each once, by name."""
    named: dict[str, str] = {}
    public = Table.objects.filter(is_public=True).values_list("towns", flat=True)
    for served in [*(one.table.towns for one in found), *public]:
        for name in served:
            named.setdefault(town_key(name), name)
    return [named[key] for key in sorted(named)]


def sitting(at: IntakeDesk) -> Sitting:
    """The agencies with a seat at the desk's table now; one query."""
    seats = Seat.objects.filter(table_id=at.table_id, ended_on=None).select_related("agency").order_by("agency__name")
    found = [one.agency for one in seats]
    police = [one.name for one in found if one.kind == AgencyKind.POLICE or Regime.POLICE in one.regimes]
    return Sitting(tuple(one.name for one in found), tuple(police))
