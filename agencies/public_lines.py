"""What anybody may know of a table: the lines that its coordinator made public, and no other column of it.

Only these columns are ever read for the public page; members, agencies and counts are not even asked for.
"""

from dataclasses import dataclass

from agencies import cadence
from agencies.models import Table
from agencies.typed import town_key

COLUMNS = ("name", "towns", "recurrence", "starts_at", "public_name", "public_email", "public_phone", "bringing_a_case")


@dataclass(frozen=True, slots=True)
class PublicTable:
    """One table, for anybody."""

    name: str
    towns: tuple[str, ...]
    meets: str
    coordinator: str
    email: str
    phone: str
    bringing_a_case: str


@dataclass(frozen=True, slots=True)
class Town:
    """A town that some public table serves. `key` stands in the page's address."""

    key: str
    name: str


def towns() -> list[Town]:
    """Every town of every public table once, by name; one query."""
    named: dict[str, str] = {}
    for one in Table.objects.filter(is_public=True).order_by("pk").values_list("towns", flat=True):
        for name in one:
            named.setdefault(town_key(name), name)
    return sorted((Town(key, name) for key, name in named.items()), key=lambda town: town.key)


def tables_in(town: str) -> list[PublicTable]:
    """The public tables that serve this town, however it is spelled, by name; one query."""
    wanted = town_key(town)
    if not wanted:
        return []
    rows = Table.objects.filter(is_public=True).only(*COLUMNS).order_by("name", "pk")
    return [_shown(row) for row in rows if any(town_key(name) == wanted for name in row.towns)]


def _shown(row: Table) -> PublicTable:
    return PublicTable(
        row.name, tuple(row.towns), cadence.in_words(row), row.public_name, row.public_email, row.public_phone,
        row.bringing_a_case,
    )  # fmt: skip
