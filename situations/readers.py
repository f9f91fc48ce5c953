"""Who will read a part, said before it is written. Computed from the visibility table; a test holds it against `may_see`."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Table
from situations.choices import Stage
from situations.viewpoints import Viewpoint
from situations.visibility import IDENTITY_FIELDS, VISIBLE, Field, Stages

# in the order in which the page says them
SAYS: dict[Viewpoint, str | Promise] = {
    Viewpoint.ORIGINATOR: gettext_lazy("your agency"),
    Viewpoint.SEAT: gettext_lazy("seats present"),
    Viewpoint.SEAT_IDENTITY_OPEN: gettext_lazy("seats present while the identity is open"),
    Viewpoint.SEAT_NO_ROLE: gettext_lazy("seats without a role"),
    Viewpoint.ROLE_HOLDER: gettext_lazy("lead and assisting agencies"),
    Viewpoint.CHAIR: gettext_lazy("facilitator and recorder"),
    Viewpoint.OBSERVER: gettext_lazy("observers present"),
    Viewpoint.SEAT_ABSENT: gettext_lazy("seats that were away"),
    Viewpoint.PRIVACY_OFFICER: gettext_lazy("the table's privacy officer"),
    Viewpoint.BREAK_GLASS: gettext_lazy("in an emergency who may break the glass"),
    Viewpoint.ANALYST: gettext_lazy("the analyst"),
    Viewpoint.ADMINISTRATOR: gettext_lazy("the administrator"),
    Viewpoint.PROJECTOR: gettext_lazy("the screen in the room"),
}
WHEN: dict[Stages, str | Promise] = {
    frozenset({Stage.FILTER2, Stage.FILTER3}): gettext_lazy("from filter 2"),
    frozenset({Stage.FILTER2}): gettext_lazy("at filter 2"),
    frozenset({Stage.FILTER3}): gettext_lazy("at filter 3"),
    frozenset({Stage.FILTER4}): gettext_lazy("until it is concluded"),
    frozenset({Stage.FILTER4, Stage.CONCLUDED}): gettext_lazy("from filter 4"),
}


@dataclass(frozen=True)
class Reader:
    """One viewpoint that reads a field, and at which stages."""

    viewpoint: Viewpoint
    stages: Stages


def readers(field: Field, table: Table) -> tuple[Reader, ...]:
    """Everyone who will ever read the field at this table, in the order in which the page says it."""
    row = VISIBLE.get(field, {})
    return tuple(
        Reader(viewpoint, row[viewpoint])
        for viewpoint in SAYS
        if row.get(viewpoint) and not _kept_from_seats(field, viewpoint, table)
    )


def readers_of(field: Field, table: Table) -> str:
    """The sentence after "Read by:", for example "your agency only, for good"."""
    found = readers(field, table)
    if [one.viewpoint for one in found] == [Viewpoint.ORIGINATOR]:
        return _("your agency only, for good")
    # An open identity is a moment of filter 3: for a field that seats read anyway it says nothing more.
    seats = {one.viewpoint: one.stages for one in found}
    if seats.get(Viewpoint.SEAT) == seats.get(Viewpoint.SEAT_IDENTITY_OPEN):
        found = tuple(one for one in found if one.viewpoint != Viewpoint.SEAT_IDENTITY_OPEN)
    return ", ".join(_clause(one) for one in found)


def _clause(reader: Reader) -> str:
    when = WHEN.get(reader.stages)
    said = str(SAYS[reader.viewpoint])
    if when is None or reader.viewpoint in {Viewpoint.SEAT_IDENTITY_OPEN, Viewpoint.PROJECTOR}:
        return said
    return f"{said} {when}"


def _kept_from_seats(field: Field, viewpoint: Viewpoint, table: Table) -> bool:
    if viewpoint not in {Viewpoint.SEAT, Viewpoint.SEAT_IDENTITY_OPEN}:
        return False
    if field in IDENTITY_FIELDS:
        return table.identity_opens_at_filter != 3 or field not in table.filter3_identifiers  # noqa: PLR2004
    return field is Field.ANSWERS and not table.shows_positive_answers
