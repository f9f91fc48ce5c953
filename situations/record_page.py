"""What the pages of one situation show: made from its projection and its record's lines, never from the model."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hub.core import afterwards, parts
from situations import readers, record
from situations.choices import IN_AGENCY, Criterion, Stage
from situations.links import link
from situations.loading import Loaded
from situations.moments import day, said
from situations.projection import (
    AgencyLine,
    CategoryLine,
    ConclusionLine,
    ConsentLine,
    Outline,
    Profile,
    Projection,
    Times,
    Withheld,
)
from situations.rail import TITLES, identifiers, steps
from situations.record import RecordLine
from situations.viewpoints import Viewpoint
from situations.visibility import Field

Shown = TypeVar("Shown")

AS = {
    Viewpoint.ORIGINATOR: gettext_lazy("as the originating agency"),
    Viewpoint.ROLE_HOLDER: gettext_lazy("as a lead or assisting agency"),
    Viewpoint.SEAT_IDENTITY_OPEN: gettext_lazy("as a seat present"),
    Viewpoint.SEAT: gettext_lazy("as a seat present"),
    Viewpoint.CHAIR: gettext_lazy("as facilitator or recorder"),
    Viewpoint.SEAT_NO_ROLE: gettext_lazy("as a seat without a role"),
    Viewpoint.OBSERVER: gettext_lazy("as an observer"),
    Viewpoint.PRIVACY_OFFICER: gettext_lazy("as the table's privacy officer"),
    Viewpoint.BREAK_GLASS: gettext_lazy("by break-glass"),
    Viewpoint.SEAT_ABSENT: gettext_lazy("as a member of the table who was not in the room"),
}
DETAIL = {
    "fields": gettext_lazy("fields"),
    "reason": gettext_lazy("reason"),
    "group": gettext_lazy("group"),
    "role": gettext_lazy("role"),
    "answer": gettext_lazy("answer"),
    "status": gettext_lazy("status"),
    "hours": gettext_lazy("hours"),
    "minutes": gettext_lazy("minutes"),
    "from": gettext_lazy("from"),
    "to": gettext_lazy("to"),
    "earlier": gettext_lazy("earlier situation"),
    "part": gettext_lazy("part of the plan"),
    "answered": gettext_lazy("seats that answered"),
    "seats_present": gettext_lazy("seats present"),
}
"""Details of an entry that are said on the page; the others are keys for the chain's own checks."""


@dataclass(frozen=True)
class Card:
    """The record of one filter, newest first."""

    key: str
    number: int
    title: str | Promise
    lines: list[parts.LedgerLine]


@dataclass(frozen=True)
class Envelope:
    """The identity card. `state`: shut, shredded, sealed (not for this reader now)."""

    state: str
    line: str
    post: str = ""
    when: str = ""
    certificate: str = ""


def context_of(loaded: Loaded, at: str = "") -> dict[str, Any]:
    """The whole page for this reader; `at`: the cursor of a page of the record, which stands under `found`."""
    seen, table = loaded.projection, loaded.situation.table
    found = record.page(loaded.situation, loaded.audience, at)
    rows = found.rows
    return {
        "key": seen.key,
        "revision": seen.revision,
        "seen": seen,
        "steps": steps(seen, table),
        "number": str(seen.number or "") or _("No number yet"),
        "subject": subject_of(seen),
        "meta": _meta(loaded),
        "profile": profile_of(seen),
        "criteria": criteria_of(seen),
        "consent": seen.consent.words if isinstance(seen.consent, ConsentLine) else "",
        "consent_reason": seen.consent.reason if isinstance(seen.consent, ConsentLine) else "",
        "screening": seen.screening or None,
        "screening_readers": readers.readers_of(Field.SCREENING, table),
        "assigned": _assigned(seen),
        "report_backs": [_report(one) for one in shared(seen.report_backs)],
        "conclusion": seen.conclusion if isinstance(seen.conclusion, ConclusionLine) else None,
        "withheld": withheld_of(seen),
        "cards": cards_of(rows),
        "entries": len(rows),
        "found": found,
        "whole": bool(seen.ledger),
        "envelope": envelope_of(loaded, shredded=record.shredded(loaded.situation, loaded.audience, found)),
        "repeat": list(shared(seen.repeat)),
        "intervention_url": link("intervention", key=seen.key) if seen.plan else "",
        "pledge_url": link("pledge") if pledge_missing(loaded) else "",
        "can": what_can_be_done(loaded),
    }


def shared(values: tuple[Shown, ...] | Withheld) -> tuple[Shown, ...]:
    """The values, none where they are withheld."""
    return () if isinstance(values, Withheld) else values


def subject_of(seen: Projection) -> str:
    """The line by which the table speaks of it."""
    if isinstance(seen.profile, Profile) and seen.profile.line:
        return seen.profile.line
    if isinstance(seen.outline, Outline):
        return seen.outline.line or _("nothing written yet")
    return _("not shared with you at this filter")


def profile_of(seen: Projection) -> dict[str, Any] | None:
    """The profile's categories for the component, with the rest of it in words."""
    if not isinstance(seen.profile, Profile):
        return None
    one = seen.profile
    pairs = [
        parts.Pair(_("Language"), one.language),
        parts.Pair(_("Town"), one.town),
        parts.Pair(_("Flags"), ", ".join(one.flags)),
        parts.Pair(_("Others affected"), "; ".join(one.affected)),
    ]
    return {
        "risk": _categories(one.risk),
        "protective": _categories(one.protective),
        "note": one.note,
        "pairs": [pair for pair in pairs if pair.text],
    }


def criteria_of(seen: Projection) -> list[parts.Criterion]:
    """The four criteria, as far as they are shared."""
    if isinstance(seen.criteria, Withheld):
        return []
    return [
        parts.Criterion(one.key, one.number, Criterion(one.key).label, one.because, holds=bool(one.holds))
        for one in seen.criteria
    ]


def withheld_of(seen: Projection) -> list[str]:
    """What a reader would look for here and does not see at this filter, in words."""
    names = {
        "profile": _("the profile"),
        "criteria": _("the four criteria"),
        "consent": _("consent"),
        "assigned": _("who leads and assists"),
    }
    if seen.stage in {*IN_AGENCY, Stage.REJECTED}:
        return []
    return [said for name, said in names.items() if isinstance(getattr(seen, name), Withheld)]


def envelope_of(loaded: Loaded, *, shredded: RecordLine | None) -> Envelope:
    """The identity card as this reader has it: to open, shredded, or sealed for them."""
    seen, table = loaded.projection, loaded.situation.table
    if shredded is not None:
        return Envelope("shredded", "", when=day(shredded.at), certificate=_("entry %(n)s") % {"n": shredded.sequence})
    if seen.openable:
        line = _("Sealed on this screen. Opening it enters your name and the time in the ledger.")
        return Envelope("shut", line, post=reverse("situation_identity", args=[seen.key]))
    if table.identity_opens_at_filter == 3:  # noqa: PLR2004 - the protocol's own number
        when = _("At filter 3 the seats present may open: %(fields)s. From filter 4: lead and assisting agencies, all of it.")
        return Envelope("sealed", when % {"fields": identifiers(table)})
    return Envelope("sealed", _("Opens at filter 4, to lead and assisting agencies only."))


def cards_of(rows: Iterable[RecordLine]) -> list[Card]:
    """One card a filter, the newest filter first."""
    found: dict[int, list[parts.LedgerLine]] = {}
    for row in rows:
        found.setdefault(row.card, []).append(line_of(row))
    return [Card(f"f{number}", number, TITLES[number], found[number]) for number in sorted(found, reverse=True)]


def _what(row: RecordLine) -> str:
    decided = afterwards.decided_at(dict(row.detail))
    if decided is None:
        return row.words
    words = _("%(what)s, decided %(when)s, entered afterwards from paper")
    return words % {"what": row.words, "when": said(decided)}


def line_of(row: RecordLine) -> parts.LedgerLine:
    """One entry of the ledger in words."""
    who = ", ".join(part for part in (row.person, row.agency) if part)
    details = [
        f"{DETAIL[key]}: {text.replace('_', ' ').strip('[]').replace(chr(39), '')}" for key, text in row.detail if key in DETAIL
    ]
    basis = [_("basis: %(basis)s") % {"basis": row.basis}, row.citation] if row.basis else []
    conference = [_("conference of %(day)s") % {"day": day(row.conference_on)}] if row.conference_on else []
    seats, persons = len({agency for agency, _name, _position in row.recipients}), len(row.recipients)
    count = ngettext("%(seats)s agency", "%(seats)s agencies", seats) % {"seats": seats}
    people = ngettext("%(persons)s person", "%(persons)s persons", persons) % {"persons": persons}
    return parts.LedgerLine(
        when=said(row.at),
        what=_what(row),
        more=who,
        detail=" · ".join([*details, *(one for one in basis if one), *conference]),
        entry=row.sequence,
        hash=f"{row.hash[:4]} {row.hash[4:8]}",
        left=row.left_agency,
        alarm=_("break-glass") if row.by_break_glass else "",
        recipients_line=_("To %(agencies)s, %(people)s") % {"agencies": count, "people": people},
        recipients=[
            ": ".join([agency, ", ".join(one for one in (name, position) if one)]) for agency, name, position in row.recipients
        ],
    )


def pledge_missing(loaded: Loaded) -> bool:
    """Whether today's pledge would show the reader more."""
    standing = loaded.standing
    return standing.belongs and not standing.pledged and loaded.situation.stage not in IN_AGENCY


def what_can_be_done(loaded: Loaded) -> dict[str, bool]:
    """The next actions of filter 1, for the own agency."""
    own = loaded.standing.agency_id == loaded.situation.originating_agency_id
    writes, screens = own and loaded.standing.speaks, own and loaded.standing.screens
    stage = loaded.situation.stage
    return {
        "write": writes and stage == Stage.DRAFT,
        "keep": writes and stage == Stage.DRAFT,
        "take_home": writes and stage == Stage.READY,
        "screen": screens and stage == Stage.SCREENING,
        "link": writes and stage in {Stage.DRAFT, Stage.SCREENING, Stage.READY},
    }


def _meta(loaded: Loaded) -> str:
    seen = loaded.projection
    view = next((said_as for point, said_as in AS.items() if point in loaded.audience.viewpoints), "")
    origin = seen.origin.name if isinstance(seen.origin, AgencyLine) else ""
    times = seen.times if isinstance(seen.times, Times) else None
    tabled = _("on the agenda since %(day)s") % {"day": day(times.tabled)} if times and times.tabled else ""
    brought = _("Brought by %(agency)s") % {"agency": origin} if origin else ""
    sees = _("you see this %(as)s") % {"as": view} if view else ""
    return ", ".join(part for part in (brought, tabled, sees) if part)


def _assigned(seen: Projection) -> list[parts.Pair]:
    return [
        parts.Pair(one.agency.name, f"{one.words}, {_('accepted') if one.accepted_at else _('asked')}")
        for one in shared(seen.assigned)
    ]


def _report(one: Any) -> parts.Pair:
    still = _("still AER") if one.still_aer else _("no longer AER")
    return parts.Pair(f"{day(one.at)}, {one.agency.short_name}", f"{one.line} ({still})")


def _categories(categories: Iterable[CategoryLine]) -> list[parts.Category]:
    return [parts.Category(one.name, [parts.Factor(f.name, f.strong) for f in one.factors]) for one in categories]
