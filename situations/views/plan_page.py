"""The intervention page's values, made from the projection alone: head, clock, and the parts of the plan."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hub.core import clock
from hub.core.parts import Pair
from situations import rail, response_clock
from situations.choices import ConsentNow, RoleKind, Stage
from situations.loading import Loaded
from situations.projection import (
    AgencyLine,
    AssignedLine,
    ContactLine,
    Plan,
    Projection,
    ReportBackLine,
    ServiceLine,
    StepLine,
    Times,
)
from situations.readers import readers_of
from situations.response_clock import moment
from situations.visibility import Field

SERVICE_HUES = {"connected": ("ok", "ok"), "engaged": ("ok", "ok"), "refused": ("quiet", "no"), "no_service": ("quiet", "no")}


@dataclass(frozen=True, slots=True)
class Tag:
    """Parameters of `components/tag.html`."""

    hue: str
    icon: str
    word: str
    solid: bool = False


@dataclass(frozen=True, slots=True)
class StepRow:
    """One task of the list."""

    id: int
    text: str
    agency: str
    due: str
    done: bool
    overdue: bool


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """One line a service and agency."""

    service: str
    agency: str
    tag: Tag


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One line of the log."""

    when: str
    what: str
    who: str
    outcome: str
    consent: str
    declined: bool


def context_of(loaded: Loaded) -> dict[str, Any]:
    """Everything the page shows, without its forms. The caller has made sure that the plan is open to this audience."""
    seen = loaded.projection
    plan, assigned, times = seen.plan, seen.assigned, seen.times
    assert isinstance(plan, Plan) and isinstance(assigned, tuple) and isinstance(times, Times)  # noqa: S101, PT018
    own = loaded.standing.agency_id
    leads = any(one.agency.id == own and one.role == RoleKind.LEAD for one in assigned)
    return {
        "key": seen.key,
        "seen": seen,
        "open": seen.stage == Stage.FILTER4,
        "leads": leads,
        "steps_of_rail": rail.steps(seen, loaded.situation.table),
        "meta": _meta(seen, leads=leads),
        "roles": [_role(one) for one in assigned],
        "clock": _clock(times, plan),
        "visit_when": moment(plan.visit.at) if plan.visit else "",
        "visit_pairs": _visit_pairs(plan),
        "safety": plan.visit.safety if plan.visit else "",
        "steps": [_step(one) for one in plan.steps],
        "steps_done": sum(one.done_at is not None for one in plan.steps),
        "services": [_service(one) for one in plan.services],
        "contacts": [_contact(one) for one in plan.contacts],
        "declined": _declined(plan),
        "lines": [(moment(one.at), one.agency.short_name, one.line, one.still_aer) for one in _told(seen)][::-1],
        "sealed": identity_line(seen),
        "notices": plan.notices,
        "readers": readers_of(Field.REPORT_BACKS, loaded.situation.table),
    }


def agencies_with_a_role(seen: Projection) -> list[AgencyLine]:
    """Lead and assisting agencies that have accepted: those to whom a task can be given."""
    return [one.agency for one in seen.assigned if one.accepted_at] if isinstance(seen.assigned, tuple) else []


def identity_line(seen: Projection) -> str:
    """What opening the envelope shows, said before it is opened."""
    fields = ", ".join(str(rail.IDENTIFIERS[name]) for name in seen.openable)
    return _("You may open it here: %(fields)s. Opening is entered in the ledger first.") % {"fields": fields}


def _told(seen: Projection) -> tuple[ReportBackLine, ...]:
    return seen.report_backs if isinstance(seen.report_backs, tuple) else ()


def _meta(seen: Projection, *, leads: bool) -> str:
    part = _("Your agency leads.") if leads else _("Your agency assists.")
    if seen.stage == Stage.CONCLUDED:
        return _("%(part)s It is concluded: this page can only be read.") % {"part": part}
    return _("%(part)s Only the agencies named here can open this page.") % {"part": part}


def _role(one: AssignedLine) -> Tag:
    name = {"agency": one.agency.short_name}
    if one.role == RoleKind.LEAD:
        return Tag("f4", "lead", _("%(agency)s leads") % name, solid=True)
    return Tag("ok", "ok", _("%(agency)s assists") % name)


def _clock(times: Times, plan: Plan) -> response_clock.Reading | None:
    start = times.aer or times.filter4
    if start is None or times.clock_ends is None:
        return None
    return response_clock.read(start, times.clock_ends, reached=any(one.reached for one in plan.contacts))


def _visit_pairs(plan: Plan) -> list[Pair]:
    if plan.visit is None:
        return []
    texts = ((_("Who goes"), plan.visit.who_goes), (_("Where"), plan.visit.place), (_("Offer"), plan.visit.offer))
    return [Pair(term, text) for term, text in texts if text]


def _step(one: StepLine) -> StepRow:
    late = one.done_at is None and one.due_at < clock.now()
    due = _("done %(when)s") % {"when": moment(one.done_at)} if one.done_at else moment(one.due_at)
    return StepRow(one.id, one.text, one.agency.short_name, due, one.done_at is not None, late)


def _service(one: ServiceLine) -> ServiceRow:
    hue, icon = SERVICE_HUES.get(one.status, ("f4", "go"))
    return ServiceRow(one.service, one.agency.short_name, Tag(hue, icon, one.words.lower()))


def _contact(one: ContactLine) -> ContactRow:
    words = one.words.capitalize()
    what = _("%(kind)s, reached.") if one.reached else _("%(kind)s, not reached.")
    declined = one.consent_now == str(ConsentNow.REFUSED.label)
    who = f"{one.person}, {one.agency.short_name}"
    return ContactRow(moment(one.at), what % {"kind": words}, who, one.outcome, one.consent_now, declined)


def _declined(plan: Plan) -> str:
    """When the person last answered the offer, if that answer was no."""
    said = next((one for one in plan.contacts if one.consent_now), None)
    return moment(said.at) if said and said.consent_now == str(ConsentNow.REFUSED.label) else ""
