"""The stage rail of the pages about one situation: done says when, now what may be said, waiting what will be."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Table
from hub.core.parts import Step
from situations.choices import IN_AGENCY, Stage
from situations.moments import day, said
from situations.projection import Projection, Times

TITLES = {
    1: gettext_lazy("Own agency"),
    2: gettext_lazy("Is it AER?"),
    3: gettext_lazy("Who can help?"),
    4: gettext_lazy("Plan and visit"),
}
IDENTIFIERS = {
    "name": gettext_lazy("name"),
    "date_of_birth": gettext_lazy("date of birth"),
    "address": gettext_lazy("address"),
    "aliases": gettext_lazy("aliases"),
    "guardian": gettext_lazy("guardian"),
    "others": gettext_lazy("others in the home"),
}
IN_HAND = {Stage.FILTER2: 2, Stage.FILTER3: 3, Stage.FILTER4: 4} | dict.fromkeys(IN_AGENCY, 1)
PASSED = {
    Stage.TABLED: 1, Stage.FILTER2: 1, Stage.FILTER3: 2, Stage.FILTER4: 3, Stage.CONCLUDED: 4, Stage.REJECTED: 2,
}  # fmt: skip


UNKNOWN = Times(None, None, None, None, None, None, None)


def steps(projection: Projection | None, table: Table) -> list[Step]:
    """The four filters as this reader may see them; all wait when nothing (None) is in hand."""
    stage = projection.stage if projection and isinstance(projection.stage, Stage) else None
    times = projection.times if projection and isinstance(projection.times, Times) else UNKNOWN
    return [
        Step(number, f"f{number}", TITLES[number], _line(number, stage, times, table), _state(number, stage))
        for number in TITLES
    ]


def identifiers(table: Table) -> str:
    """What filter 3 opens at this table, in words."""
    return ", ".join(str(IDENTIFIERS[name]) for name in table.filter3_identifiers)


def _state(number: int, stage: Stage | None) -> str:
    if stage is None:
        return "wait"
    if IN_HAND.get(stage) == number:
        return "now"
    return "done" if number <= PASSED.get(stage, 0) else "wait"


def _line(number: int, stage: Stage | None, times: Times, table: Table) -> str:
    state = _state(number, stage)
    if number == 1:
        return _own(stage, times)
    if number == 2:  # noqa: PLR2004 - the protocol's own numbers
        return _agreement(stage, times, state)
    if number == 3:  # noqa: PLR2004
        return _help(table, times, state)
    if state == "done":
        return _("Concluded %(day)s") % {"day": day(times.ended)}
    return _("Lead and assisting agencies only")


def _own(stage: Stage | None, times: Times) -> str:
    if stage == Stage.KEPT:
        return _("Kept by the agency")
    return _("Passed %(when)s") % {"when": said(times.passed)} if times.passed else _("Nothing leaves the agency")


def _agreement(stage: Stage | None, times: Times, state: str) -> str:
    if stage == Stage.REJECTED:
        return _("Rejected %(day)s") % {"day": day(times.ended)}
    if stage == Stage.TABLED:
        return _("On the agenda")
    if state == "done":
        return _("AER agreed %(when)s") % {"when": said(times.aer)}
    return _("May be said: the profile only") if state == "now" else _("The profile only")


def _help(table: Table, times: Times, state: str) -> str:
    if state == "done":
        return _("Closed %(when)s") % {"when": said(times.filter4)}
    if table.identity_opens_at_filter != 3:  # noqa: PLR2004
        return _("No name before filter 4")
    names = identifiers(table)
    return _("May be said: %(what)s") % {"what": names} if state == "now" else names.capitalize()
