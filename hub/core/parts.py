"""The values that components of `templates/components/` are made from: plain, frozen, and never a model.

A view or a panel fills them from a projection; nothing else reaches a template.
Parameters of each component: `templates/components/README.md`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import tau

from django.utils.functional import Promise

Words = str | Promise

# The ring is drawn in a box of 104 with this radius; a gap of 5 parts the arcs of neighbouring seats.
RADIUS = 44
GAP = 5


@dataclass(frozen=True, slots=True)
class Action:
    """A button or link. `kind`: go, stop, text, plain.

    `href` makes a link, `post` posts by htmx; with neither it submits its form, or with `attrs` waits for a script.
    """

    label: Words
    icon: str = ""
    key: str = ""
    kind: str = "plain"
    href: str = ""
    post: str = ""
    name: str = ""
    value: str = ""
    attrs: Mapping[str, str] = field(default_factory=dict)
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One filter on the stage rail. `key`: f1 to f4; `state`: done, now, wait."""

    number: int
    key: str
    title: Words
    line: Words
    state: str


@dataclass(frozen=True, slots=True)
class Factor:
    name: Words
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Category:
    name: Words
    factors: Sequence[Factor]


@dataclass(frozen=True, slots=True)
class Criterion:
    key: str
    number: int
    title: Words
    because: Words
    holds: bool


@dataclass(frozen=True, slots=True)
class Arc:
    """One seat on the ring, by position in the count and never by seat. `kind`: yes, no, or empty for not answered."""

    dasharray: str
    rotate: str
    kind: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a seat has said. `kind`: ok, bad, f3, none ..."""

    word: Words
    kind: str = "none"
    icon: str = ""


@dataclass(frozen=True, slots=True)
class SeatRow:
    """One seat; connected, present and cleared are three facts and never derived from each other."""

    name: str
    person: Words
    connected: bool
    present: bool
    cleared: bool
    answer: Answer
    action: Action | None = None
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark on the response clock's bar."""

    percent: int
    label: Words


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """`left` says that information left an agency; `recipients` are shown behind their summary; `alarm`: why it stands out."""

    when: Words
    what: Words
    entry: int
    hash: str
    more: Words = ""
    detail: Words = ""
    left: bool = False
    recipients_line: Words = ""
    recipients: Sequence[Words] = ()
    alarm: Words = ""


@dataclass(frozen=True, slots=True)
class SaveMark:
    """`state`: saved (with `at`, a time in words), sending, not_saved, held."""

    state: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text; `found` when it could point to a person."""

    text: str
    found: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    text: str
    reason: Words


@dataclass(frozen=True, slots=True)
class AgendaItem:
    number: str
    line: Words
    result: Words = ""
    icon: str = "off"
    current: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class AgendaGroup:
    title: Words
    done: Words
    items: Sequence[AgendaItem]


@dataclass(frozen=True, slots=True)
class Pair:
    term: Words
    text: Words


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: its head, where that leads, and its other cells."""

    head: Words
    cells: Sequence[Words]
    url: str = ""


def ring_arcs(total: int, agree: int, dissent: int = 0) -> tuple[Arc, ...]:
    """One arc a seat, agreement first: the order tells nobody which seat has not answered."""
    if not total:
        return ()
    circle = tau * RADIUS
    share = circle / total
    drawn = share - GAP if total > 1 else circle
    kinds = (["yes"] * agree + ["no"] * dissent + [""] * total)[:total]
    dasharray = f"{drawn:.2f} {circle - drawn:.2f}"
    return tuple(Arc(dasharray, f"{360 * place / total - 90:.2f}", kind) for place, kind in enumerate(kinds))
