"""The stage rail: where the situation in hand is, when it passed what, and what may be said now."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Table
from hub.core.parts import Step
from situations.choices import Stage
from situations.projection import Projection, Times

PLACE = {
    Stage.TABLED: 2, Stage.FILTER2: 2, Stage.REJECTED: 2, Stage.FILTER3: 3, Stage.FILTER4: 4, Stage.CONCLUDED: 5,
}  # fmt: skip
IDENTIFIERS = {
    "name": gettext_lazy("name"),
    "date_of_birth": gettext_lazy("date of birth"),
    "address": gettext_lazy("address"),
    "aliases": gettext_lazy("aliases"),
    "guardian": gettext_lazy("guardian"),
    "others": gettext_lazy("others in the home"),
}


def steps(projection: Projection | None, table: Table) -> list[Step]:
    """The four filters for this viewer; all waiting when nothing is in hand."""
    place = PLACE.get(projection.stage, 1) if projection and isinstance(projection.stage, Stage) else 0
    times = projection.times if projection and isinstance(projection.times, Times) else None
    lines = {
        1: _done(_("Passed"), times.passed if times else None, _("Nothing leaves the agency")),
        2: _second(projection, place, times),
        3: _third(table, place),
        4: _fourth(table, place, times),
    }
    titles = {1: _("Own agency"), 2: _("Is it AER?"), 3: _("Who can help?"), 4: _("Plan and visit")}
    return [Step(n, f"f{n}", titles[n], lines[n], _state(n, place)) for n in (1, 2, 3, 4)]


def clock_time(moment: datetime | None) -> str:
    """A time of day as the table says it (9:44), in local time."""
    return date_format(timezone.localtime(moment), "G:i") if moment else ""


def day(moment: datetime | None) -> str:
    """A day as the table says it (19 Nov), in local time."""
    return date_format(timezone.localtime(moment), "j M") if moment else ""


def identifiers(table: Table) -> str:
    """What filter 3 opens at this table, in words."""
    return ", ".join(str(IDENTIFIERS[name]) for name in table.filter3_identifiers)


def _state(number: int, place: int) -> str:
    if number == place:
        return "now"
    return "done" if number < place else "wait"


def _done(word: str, moment: datetime | None, otherwise: str) -> str:
    return f"{word} {day(moment)}" if moment else otherwise


def _second(projection: Projection | None, place: int, times: Times | None) -> str:
    if projection is not None and projection.stage == Stage.REJECTED:
        return _("Rejected")
    if place > 2 and times and times.aer:
        return _("AER agreed %(time)s") % {"time": clock_time(times.aer)}
    return _("May be said: the profile only") if place == 2 else _("The profile only")


def _third(table: Table, place: int) -> str:
    if table.identity_opens_at_filter != 3:
        return _("No name before filter 4")
    names = identifiers(table)
    return _("May be said: %(what)s") % {"what": names} if place == 3 else names.capitalize()


def _fourth(table: Table, place: int, times: Times | None) -> str:
    if place == 5:
        return _("Concluded")
    if place == 4:
        return _("Lead and assisting agencies only")
    if times and times.aer:
        return _("Clock: %(hours)s h, runs since %(time)s") % {
            "hours": table.response_clock_hours,
            "time": clock_time(times.aer),
        }
    return _("Clock: %(hours)s h from the decision") % {"hours": table.response_clock_hours}
