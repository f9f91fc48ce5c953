"""The list of situations."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hub.core import access, keyset
from situations import register
from situations.choices import Stage
from situations.links import link
from situations.loading import member_of
from situations.moments import day
from situations.projection import AgencyLine, ConclusionLine, Outline, Times
from situations.register import Sought

GROUPS = {
    "needs_you": _("Needs you"),
    "own": _("Your agency's"),
    "role": _("Your agency leads or assists"),
    "rest": _("The rest of the table"),
}
ASKS = {
    "screen": _("read and pass on"),
    "sent_back": _("sent back: mend it"),
    "finish": _("finish and send"),
    "accept": _("asked to act"),
    "overdue": _("overdue"),
}


@dataclass(frozen=True)
class Entry:
    """One line in words."""

    key: int
    url_name: str
    number: str
    subject: str
    origin: str
    stage: str | Promise
    when: str
    ask: str | Promise
    urgent: bool


@dataclass(frozen=True)
class Group:
    """Lines that ask the same of the member."""

    key: str
    title: str | Promise
    entries: list[Entry]


@access.member()
def index(request: HttpRequest) -> HttpResponse:
    """The own agency's situations, and of the table's those that the member may see something of; `?at=` is a page's cursor."""
    member = member_of(request)
    tables = register.tables_of(member)
    standings = register.standings_at(member, tables)
    sought = _sought(request.GET)
    found = register.page(member, standings, sought=sought, at=request.GET.get("at", ""))
    startable = [one for one in tables if standings[one.pk].speaks and standings[one.pk].agreement]
    return render(request, "situations/list.html", {
        "groups": grouped(found.rows),
        "pager": keyset.pager(request.GET, found),
        "further": bool(request.GET.get("at")),
        "stages": [(one.value, one.label, one.value == sought.stage) for one in Stage],
        "number": sought.number,
        "filtered": bool(sought),
        "tables": [(one.pk, one.name) for one in startable],
        "no_agreement": [one.name for one in tables if not standings[one.pk].agreement],
        "pledge_url": link("pledge") if any(one.belongs and not one.pledged for one in standings.values()) else "",
    })  # fmt: skip


def _sought(query: QueryDict) -> Sought:
    stage = query.get("stage", "")
    number = query.get("number", "").replace("\0", "").strip()[:12]  # PostgreSQL refuses a text with NUL
    return Sought(stage if stage in Stage.values else "", number)


def grouped(lines: Iterable[register.Line]) -> list[Group]:
    """The lines in words, by group, empty groups left out."""
    found: dict[str, list[Entry]] = {key: [] for key in GROUPS}
    for line in lines:
        found[line.group].append(_entry(line))
    return [Group(key, GROUPS[key], entries) for key, entries in found.items() if entries]


def _entry(line: register.Line) -> Entry:
    seen = line.projection
    times = seen.times if isinstance(seen.times, Times) else None
    moment = times and (times.ended or times.filter4 or times.tabled or times.submitted)
    stage = Stage(seen.stage).label if isinstance(seen.stage, Stage) else ""
    ended = seen.conclusion.words if isinstance(seen.conclusion, ConclusionLine) else ""
    return Entry(
        key=seen.key,
        url_name={"screen": "situation_screen", "sent_back": "situation_write", "finish": "situation_write"}.get(
            line.ask, "situation_detail"
        ),
        number=str(seen.number or ""),
        subject=seen.outline.line if isinstance(seen.outline, Outline) else "",
        origin=seen.origin.short_name if isinstance(seen.origin, AgencyLine) else "",
        stage=f"{stage}: {ended}" if ended else stage,
        when=day(moment) if moment else "",
        ask=ASKS.get(line.ask, ""),
        urgent=line.ask == "overdue",
    )
