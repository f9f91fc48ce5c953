"""The minutes of a conference, as one reader may have them: made from projections, so they hold no identifier.

Rule: PRODUCT, "A conference, minute by minute", 7. What a reader may not know stands as "not shared"; of a situation that does
not exist for the reader (recusal) there is no line at all.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy

from agencies.choices import TableRoleKind
from agencies.models import Sitting
from agencies.standing import Standing
from conferences import roll_call
from conferences.choices import ItemKind, Result
from conferences.models import AgendaItem, Conference
from hub.core import afterwards, clock
from situations.choices import RoleKind
from situations.disclosure import audiences, disclose
from situations.models import Checkpoint, Involvement, LedgerEntry, Recusal, ReportBack, Situation
from situations.projection import Projection, ReportBackLine, Withheld
from situations.reading import Reading
from situations.visibility import Field

SHOWN = frozenset({
    Field.NUMBER, Field.STAGE, Field.TIMES, Field.ORIGIN, Field.OUTLINE, Field.ASSIGNED, Field.REPORT_BACKS, Field.CONCLUSION,
})  # fmt: skip

ACTING = ("-role", "asked_at", "pk")
"""As `Reading.involvements` is ordered."""
NOT_SHARED = gettext_lazy("not shared")


@dataclass(frozen=True)
class ItemLine:
    """One agenda item, in words: "not shared" where this reader may not know them, empty where there is nothing."""

    number: str
    subject: str
    brought_by: str
    result: str
    reason: str
    aer_at: datetime | None
    lead: str
    assisting: str
    reports: tuple[ReportBackLine, ...]
    clock_ends: datetime | None
    seconds: int

    @property
    def words(self) -> str:
        """The decision in words, with its reason where there is one."""
        word = str(Result(self.result).label) if self.result else ""
        return f"{word}: {self.reason[:1].lower()}{self.reason[1:]}" if self.reason else word

    @property
    def used(self) -> str:
        """Minutes and seconds on the timer."""
        return f"{self.seconds // 60}:{self.seconds % 60:02d}"


@dataclass(frozen=True)
class IssueLine:
    title: str
    raised_by: str
    owner: str


@dataclass(frozen=True)
class Seal:
    """Where the ledger stood: its entries of this conference, and one hash over the last entry of each chain among them."""

    first: int
    last: int
    chains: int
    hash: str


@dataclass(frozen=True)
class Signed:
    """The checkpoint made at the close."""

    root: str
    signature: str
    key: str
    at: datetime
    chains: int
    entries: int


@dataclass(frozen=True)
class Minutes:
    """Everything on the page; moments are aware."""

    key: int
    table: str
    place: str
    opened_at: datetime
    closed_at: datetime | None
    facilitators: tuple[str, ...]
    recorders: tuple[str, ...]
    quorum: int
    seats_present: int
    seats: tuple[roll_call.SeatLine, ...]
    follow_ups: tuple[ItemLine, ...]
    new: tuple[ItemLine, ...]
    left_out: int
    from_paper: tuple[str, ...]
    next_on: datetime | None
    issues: tuple[IssueLine, ...]
    seal: Seal | None
    checkpoint: Signed | None

    @property
    def quorum_met(self) -> bool:
        return self.seats_present >= self.quorum

    @property
    def carried_over(self) -> tuple[ItemLine, ...]:
        return tuple(line for line in (*self.follow_ups, *self.new) if line.result == Result.CARRIED_OVER)

    @property
    def actions(self) -> tuple[ItemLine, ...]:
        """What somebody has to do now: situations that went on to filter 4 or continue there."""
        return tuple(line for line in (*self.follow_ups, *self.new) if line.result in {Result.ACCEPTED, Result.CONTINUES})


def minutes_for(conference: Conference, standing: Standing) -> Minutes:
    """The minutes for one reader. Raises ValueError for a conference that was never opened."""
    sitting = conference.sitting
    if sitting is None:
        raise ValueError("a conference that was never opened has no minutes")
    items = list(conference.items.select_related("situation__table", "situation__originating_agency"))
    seen = _projections(items, standing)
    lines = {item.pk: _line(item, seen[item.pk], conference) for item in items if item.pk in seen}
    seats = roll_call.seat_lines(sitting, _stepped_out(items, seen))
    people = [presence for seat in seats for presence in seat.presences]
    return Minutes(
        key=conference.pk,
        table=conference.table.name,
        place=conference.place,
        opened_at=sitting.opened_at,
        closed_at=sitting.closed_at,
        facilitators=tuple(one.name for one in roll_call.presided(sitting)),
        recorders=tuple(dict.fromkeys(one.person for one in people if TableRoleKind.RECORDER in one.roles)),
        quorum=conference.table.quorum_seats,
        seats_present=sum(seat.spoke for seat in seats),
        seats=seats,
        follow_ups=tuple(lines[one.pk] for one in items if one.kind == ItemKind.FOLLOW_UP and one.pk in lines),
        new=tuple(lines[one.pk] for one in items if one.kind == ItemKind.NEW and one.pk in lines),
        left_out=len(items) - len(lines),
        from_paper=_from_paper(items, lines, sitting),
        next_on=_next_after(conference),
        issues=tuple(
            IssueLine(one.title, one.raised_by.short_name, one.owner.short_name if one.owner else "")
            for one in conference.issues.select_related("raised_by", "owner").order_by("raised_at", "pk")
        ),
        seal=_seal(conference),
        checkpoint=_signed(sitting),
    )


def _projections(items: list[AgendaItem], standing: Standing) -> dict[int, Projection]:
    known = audiences([item.situation for item in items], [standing])
    readings = {one.situation.pk: one for one in _read([item.situation for item in items])}
    pairs = ((item, known[item.situation_id, standing.member_id]) for item in items)
    return {
        item.pk: disclose(item.situation, audience, only=SHOWN, reading=readings[item.situation_id])
        for item, audience in pairs
        if audience
    }


def _read(situations: Sequence[Situation]) -> list[Reading]:
    """What the shown fields are read from, for all of an agenda at once."""
    acting: dict[int, list[Involvement]] = {}
    for role in Involvement.objects.filter(situation__in=situations, ended_at=None).select_related("agency").order_by(*ACTING):
        acting.setdefault(role.situation_id, []).append(role)
    told: dict[int, list[ReportBack]] = {}
    for line in ReportBack.objects.filter(situation__in=situations).select_related("agency"):
        told.setdefault(line.situation_id, []).append(line)
    readings = [Reading(one) for one in situations]
    for one in readings:
        one.involvements, one.report_backs = acting.get(one.situation.pk, []), told.get(one.situation.pk, [])
    return readings


def _line(item: AgendaItem, seen: Projection, conference: Conference) -> ItemLine:
    times = None if isinstance(seen.times, Withheld) else seen.times
    ended = "" if isinstance(seen.conclusion, Withheld) or seen.conclusion is None else seen.conclusion.words
    reports = () if isinstance(seen.report_backs, Withheld) else seen.report_backs
    return ItemLine(
        number=str(seen.number),
        subject=str(NOT_SHARED) if isinstance(seen.outline, Withheld) else seen.outline.line,
        brought_by=str(NOT_SHARED) if isinstance(seen.origin, Withheld) else seen.origin.short_name,
        result=item.result,
        reason=ended if item.result in {Result.REJECTED, Result.CONCLUDED} else "",
        aer_at=times.aer if times and item.result == Result.ACCEPTED else None,
        lead=_agencies(seen, RoleKind.LEAD),
        assisting=_agencies(seen, RoleKind.ASSISTING),
        reports=tuple(one for one in reports if _during(one.at, conference)),
        clock_ends=times.clock_ends if times else None,
        seconds=item.seconds_used,
    )


def _agencies(seen: Projection, role: RoleKind) -> str:
    if isinstance(seen.assigned, Withheld):
        return str(NOT_SHARED)
    return ", ".join(one.agency.short_name for one in seen.assigned if one.role == role)


def _during(moment: datetime, conference: Conference) -> bool:
    sitting = conference.sitting
    return sitting is not None and sitting.opened_at <= moment <= (sitting.closed_at or clock.now())


def _stepped_out(items: list[AgendaItem], seen: dict[int, Projection]) -> dict[int, str]:
    numbers = {item.situation_id: str(seen[item.pk].number) for item in items if item.pk in seen}
    found: dict[int, list[str]] = {}
    for situation, member in Recusal.objects.filter(situation__in=numbers).order_by("at").values_list("situation", "member"):
        found.setdefault(member, []).append(numbers[situation])
    return {member: ", ".join(known) for member, known in found.items()}


def _from_paper(items: list[AgendaItem], lines: dict[int, ItemLine], sitting: Sitting) -> tuple[str, ...]:
    """The numbers of what was decided while the system was away and entered afterwards."""
    late = LedgerEntry.objects.filter(**{"sitting": sitting, f"detail__{afterwards.FROM_PAPER}": True})
    known = set(late.order_by().values_list("situation_id", flat=True).distinct())
    return tuple(lines[one.pk].number for one in items if one.situation_id in known and one.pk in lines)


def _next_after(conference: Conference) -> datetime | None:
    later = Conference.objects.filter(table=conference.table_id, scheduled_for__gt=conference.scheduled_for)
    return later.order_by("scheduled_for").values_list("scheduled_for", flat=True).first()


def _seal(conference: Conference) -> Seal | None:
    sitting = conference.sitting
    entries = LedgerEntry.objects.filter(sitting=sitting)
    keys = list(entries.order_by("pk").values_list("pk", flat=True))
    if not keys or sitting is None:
        return None
    heads: dict[str, tuple[int, str]] = {}
    last = LedgerEntry.objects.filter(chain__in=entries.order_by().values("chain"), at__lte=sitting.closed_at or clock.now())
    for chain, sequence, digest in last.order_by("chain", "sequence").values_list("chain", "sequence", "hash"):
        heads[chain] = sequence, digest
    text = "\n".join(f"{chain} {sequence} {digest}" for chain, (sequence, digest) in sorted(heads.items()))
    return Seal(keys[0], keys[-1], len(heads), hashlib.sha256(text.encode("ascii")).hexdigest())


def _signed(sitting: Sitting) -> Signed | None:
    one = Checkpoint.objects.filter(sitting=sitting).defer("leaves").first()
    return None if one is None else Signed(one.root, one.signature, one.key, one.at, one.chains, one.entries)
