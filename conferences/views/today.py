"""The first page after sign-in: what is asked of this person now, and where to go for it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.choices import TableRoleKind
from conferences import signatures_asked
from conferences.models import Conference
from conferences.today import Ask, AtTable, Kind, Own, asked_of
from hub.core import access, clock
from hub.core.parts import Action, Pair
from situations.choices import Stage
from situations.links import link
from situations.loading import member_of
from situations.privacy_page import notice_lines
from situations.response_clock import moment, span

SOON = timedelta(hours=24)
WITHOUT_PLEDGE = {TableRoleKind.ANALYST, TableRoleKind.PRIVACY_OFFICER, TableRoleKind.BREAK_GLASS}
"""Roles that no pledge opens anything to."""
PLAN = ("intervention",)
WAYS = {
    Kind.ACCEPT: (("situation_detail",), gettext_lazy("Accept or decline")),
    Kind.CONTACT: (PLAN, gettext_lazy("Log it")),
    Kind.VISIT: (PLAN, gettext_lazy("Log the visit")),
    Kind.STEP: (PLAN, gettext_lazy("Go to the task")),
    Kind.REPORT: (PLAN, gettext_lazy("Write it")),
    Kind.PLAN: (PLAN, gettext_lazy("Open the plan")),
    Kind.OPEN_PLAN: (PLAN, gettext_lazy("Open the plan")),
    Kind.SCREEN: (("situation_screen",), gettext_lazy("Screen it")),
    Kind.TAKE_OVER: (("situation_offers",), gettext_lazy("Accept or decline")),
}
ANCHORS = {Kind.CONTACT: "#contacts", Kind.VISIT: "#contacts", Kind.STEP: "#steps", Kind.REPORT: "#report-backs"}
WRITING = {Stage.DRAFT: "situation_write", Stage.SCREENING: "situation_detail", Stage.READY: "situation_detail"}


@dataclass(frozen=True, slots=True)
class AskRow:
    """One line of what is asked."""

    due: str
    hue: str
    icon: str
    number: str
    about: str
    what: str
    action: Action | None


@dataclass(frozen=True, slots=True)
class OwnRow:
    """One line of the own agency's filter 1."""

    started: str
    line: str
    url: str
    state: str
    hue: str
    icon: str


@access.member("GET")
def today(request: HttpRequest) -> HttpResponse:
    """What is asked of the signed-in member; only of situations that the member may know of."""
    member = member_of(request)
    places = asked_of(member)
    asks = sorted((ask for place in places for ask in place.asks), key=lambda ask: ask.due)
    boards = {place.conference.pk for place in places if place.conference and place.conference.is_open}
    board = link("board", key=min(boards)) if boards else ""
    context = {
        "day": date_format(localtime(clock.now()), "l j F Y"),
        "agency": member.agency.name,
        "administers": member.is_administrator,
        "notices": notice_lines(member),
        "signatures": signatures_asked.of(member, [place.table for place in places if place.standing.belongs]),
        "places": [_place(place) for place in places],
        "asks": [_row(ask, board) for ask in asks],
        "clocks": [(one, link("intervention", key=one.key)) for place in places for one in place.clocks],
        "own": [_own(one) for place in places for one in place.own],
        "works": any(place.standing.works_cases for place in places),
        "brings": any(place.standing.speaks and place.standing.agreement for place in places),
        "new_url": link("situation_new"),
    }
    return render(request, "conferences/today.html", context)


def _row(ask: Ask, board: str) -> AskRow:
    names, label = WAYS[ask.kind]
    url = board if ask.kind is Kind.ACCEPT and board else link(*names, key=None if ask.kind is Kind.TAKE_OVER else ask.key)
    action = Action(label, href=f"{url}{ANCHORS.get(ask.kind, '')}") if url else None
    due = moment(ask.due)
    if ask.late:
        late = _("overdue by %(span)s") % {"span": span(clock.now() - ask.due)}
        return AskRow(late, "bad", "warn", ask.number, ask.about, ask.what, action)
    if ask.kind is Kind.PLAN:
        return AskRow(_("after the pledge"), "quiet", "hand", ask.number, ask.about, ask.what, action)
    if ask.kind is Kind.OPEN_PLAN:
        return AskRow(_("going on"), "quiet", "off", ask.number, ask.about, ask.what, action)
    words = _("asked %(when)s") % {"when": due} if ask.since else due
    hue = "warn" if ask.since or ask.due - clock.now() < SOON else "quiet"
    return AskRow(words, hue, "clock", ask.number, ask.about, ask.what, action)


def _own(one: Own) -> OwnRow:
    started = f"{date_format(localtime(one.started), 'j M')}, {one.writer}"
    hue, icon = {Stage.DRAFT: ("quiet", "note"), Stage.SCREENING: ("f1", "f1")}.get(one.stage, ("ok", "ok"))
    return OwnRow(started, one.line, link(WRITING[one.stage], key=one.key), one.state, hue, icon)


def _place(place: AtTable) -> dict[str, Any]:
    standing = place.standing
    roles = standing.table_roles
    return {
        "name": place.table.name,
        "conference": _conference(place) if place.conference else None,
        "agreement": standing.agreement,
        "belongs": standing.belongs,
        "pledge": [_pledge_action()] if standing.belongs and _needs_pledge(place) else [],
        "standing": _standing(place),
        "expected": _expected(place),
        "register": link("situation_list") if TableRoleKind.PRIVACY_OFFICER in roles and standing.agreement else "",
        "counts": link("counts") if TableRoleKind.ANALYST in roles and standing.agreement else "",
        "observes": TableRoleKind.OBSERVER in roles,
    }


def _needs_pledge(place: AtTable) -> bool:
    standing = place.standing
    needs = standing.speaks or standing.table_roles - WITHOUT_PLEDGE
    return bool(needs) and not standing.pledged


def _pledge_action() -> Action:
    return Action(_("Give today's pledge"), href=f"{reverse('pledge')}?{urlencode({'next': reverse('today')})}")


def _conference(place: AtTable) -> dict[str, Any]:
    conference, standing = place.conference, place.standing
    assert conference is not None  # noqa: S101 - asked for by the caller; tells the type checker
    board, detail = link("board", key=conference.pk), link("conference_detail", key=conference.pk)
    label, url = _("See the conference"), detail
    if conference.is_open and (standing.speaks or standing.facilitates):
        label = _("Go to the board") if standing.present else _("Take your seat")
        url = board or detail
    elif standing.facilitates and not conference.is_open and _is_today(conference):
        label, url = _("Open the conference"), detail
    return {
        "title": _conference_title(conference),
        "hue": "ok" if conference.is_open else "quiet",
        "actions": [Action(label, kind="go", href=url)] if url else [],
    }


def _conference_title(conference: Conference) -> str:
    if conference.is_open and conference.sitting:
        return _("The conference is open since %(when)s.") % {"when": moment(conference.sitting.opened_at)}
    left = conference.scheduled_for - clock.now()
    when = date_format(localtime(conference.scheduled_for), "l j F, G:i")
    if _is_today(conference):
        if left > timedelta():
            return _("Conference today %(time)s, in %(span)s.") % {"time": _time(conference), "span": span(left)}
        return _("Conference today %(time)s, not opened yet.") % {"time": _time(conference)}
    return _("Next conference: %(when)s.") % {"when": when}


def _is_today(conference: Conference) -> bool:
    return localtime(conference.scheduled_for).date() == clock.today()


def _time(conference: Conference) -> str:
    return date_format(localtime(conference.scheduled_for), "G:i")


def _standing(place: AtTable) -> list[Pair]:
    until = place.agreement_until
    agreement = _("in force until %(day)s") % {"day": date_format(until, "j M Y")} if until else _("none in force")
    pledge = _("given today") if place.standing.pledged else _("not given today")
    held = sorted(str(TableRoleKind(role).label) for role in place.standing.table_roles)
    held += sorted(role.replace("_", " ") for role in place.standing.agency_roles)
    pairs = [Pair(_("Agreement"), agreement), Pair(_("Pledge"), pledge)]
    return [*pairs, Pair(_("Your part"), ", ".join(held))] if held else pairs


def _expected(place: AtTable) -> list[Pair]:
    found = place.expected
    if found is None:
        return []
    follow_ups = _("%(open)s open, %(late)s overdue on top") % {"open": found.follow_ups, "late": found.overdue}
    new = _("%(new)s, about %(minutes)s minutes") % {"new": found.new, "minutes": found.minutes}
    pairs = [Pair(_("Follow-ups"), follow_ups), Pair(_("New"), new)]
    if found.leaderless:
        waits = _("%(number)s: the agency that was asked has not answered. Any agency can be asked instead at the conference.")
        pairs.append(Pair(_("Nobody leads"), waits % {"number": found.leaderless}))
    return pairs
