"""A table's profile, its settings, its coordinator and its roles: kept by its coordinator and by the administrator.

Settings hold for a whole conference: none is changed while one is open, so a change counts from the next one on. Who changed
what, and when, stands in the history.
"""

from datetime import time
from typing import Any

from django.dispatch import Signal
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies import guarding, policies
from agencies.cadence import Cadence
from agencies.choices import Protocol, TableRoleKind, TrainingKind
from agencies.guarding import Read
from agencies.membership import let_in
from agencies.models import Member, Table, TableRole
from agencies.models.tables import QUICK_EXIT
from agencies.standing import in_force, open_sitting
from agencies.typed import line, towns
from hub.core import clock, realtime
from hub.core.audit import verb
from hub.core.errors import NotAllowed, RuleRefused

MISSION_LIMIT = 4000
BRINGING_LIMIT = 1500
TYPED = {"name": 120, "region": 120, "place": 120, "mission": MISSION_LIMIT}
GUARDED = ("mission", "place")
PUBLIC = {"public_name": 120, "public_phone": 40, "bringing_a_case": BRINGING_LIMIT}
BOUNDS = {
    "minutes_per_situation": (1, 60),
    "quorum_seats": (1, 60),
    "retention_days": (30, 3650),
    "small_cell_threshold": (5, 100),
    "repeat_flag_months": (1, 60),
}
CHOSEN = {"identity_opens_at_filter": (3, 4), "response_clock_hours": (24, 48, 72)}
SWITCHES = ("shows_positive_answers", "category_only", "demands_yearly_pledge")
OVERSEEING = frozenset({TableRoleKind.BREAK_GLASS, TableRoleKind.PRIVACY_OFFICER})
IDENTIFIERS = {
    "name": gettext_lazy("name"),
    "date_of_birth": gettext_lazy("date of birth"),
    "address": gettext_lazy("address"),
    "aliases": gettext_lazy("other names"),
    "guardian": gettext_lazy("guardian"),
    "others": gettext_lazy("others in it"),
}
"""What filter 3 may open, and its words on pages; the English text of an agreement has its own."""

rescheduled = Signal()
"""Sent with `table` and `by`, inside the verb: the table meets at other times from now on."""


@guarding.enters_questions
@verb
def describe(
    *, by: Member | None, table: Table, protocol: str, cadence: Cadence, starts_at: time | None, minutes_planned: int,
    towns_served: str, answered: guarding.Answers = guarding.NOTHING, **typed: str,
) -> Table:  # fmt: skip
    """Write the table's profile: name, region, towns, mission, when and where it meets.

    Raises RuleRefused at a field, and as the guard does (`agencies.guarding`) for a mission or a place that is new.
    """
    policies.require_table(by, table)
    table = Table.objects.select_for_update().get(pk=table.pk)
    if protocol not in Protocol.values:
        raise RuleRefused(_("Choose one from the list."), field="protocol")
    stood = {name: getattr(table, name) for name in GUARDED}
    for name, limit in TYPED.items():
        needed = _("Give the table's name.") if name == "name" else ""
        setattr(table, name, line(typed[name], limit=limit, field=name, missing=needed))
    changed = {name: getattr(table, name) for name in GUARDED if getattr(table, name) != stood[name]}
    guarding.ask(changed, by=by, table=table, answered=answered, read=Read.PROFILE)
    before = (table.recurrence, table.starts_at)
    table.recurrence, table.starts_at = _rule(cadence, starts_at), starts_at
    table.minutes_planned = _within(minutes_planned, 15, 480, "minutes_planned")
    table.protocol, table.towns = protocol, towns(towns_served)
    table.save(update_fields=[*TYPED, "recurrence", "starts_at", "minutes_planned", "protocol", "towns"])
    if before != (table.recurrence, table.starts_at):
        rescheduled.send(sender=Table, table=table, by=by)
    return table


@guarding.enters_questions
@verb
def publish(
    *, by: Member | None, table: Table, is_public: bool, public_email: str, quick_exit: str = "",
    answered: guarding.Answers = guarding.NOTHING, **typed: str,
) -> Table:  # fmt: skip
    """Write what stands on the public page, whether anything does, and where the way out of families' pages leads.

    Raises RuleRefused for a public table without towns, or without a way to reach its coordinator, and for a way out that is
    no https address; an empty one is the one that HubTable comes with; and as the guard does for new words of how to bring a
    case.
    """
    policies.require_table(by, table)
    table = Table.objects.select_for_update().get(pk=table.pk)
    stood = table.bringing_a_case
    for name, limit in PUBLIC.items():
        setattr(table, name, line(typed[name], limit=limit, field=name))
    table.is_public, table.public_email, table.quick_exit = is_public, public_email, quick_exit or QUICK_EXIT
    if not table.quick_exit.startswith("https://"):
        raise RuleRefused(_("Give an address that begins with https://."), field="quick_exit")
    if is_public and not table.towns:
        raise RuleRefused(_("Say first in the profile which towns the table serves: people search by town."), field="is_public")
    if is_public and not (table.public_email or table.public_phone):
        raise RuleRefused(_("Give a telephone number or an e-mail address that the public may use."), field="public_phone")
    changed = {"bringing_a_case": table.bringing_a_case} if table.bringing_a_case != stood else {}
    guarding.ask(changed, by=by, table=table, answered=answered, read=Read.LISTING)
    table.save(update_fields=[*PUBLIC, "is_public", "public_email", "quick_exit"])
    return table


@verb
def set_settings(*, by: Member | None, table: Table, **given: Any) -> Table:
    """Write the table's settings, within their bounds. Raises RuleRefused at a field, and while a conference is open."""
    policies.require_table(by, table)
    table = Table.objects.select_for_update().get(pk=table.pk)
    if open_sitting(table.pk) is not None:
        raise RuleRefused(_("A conference is open: its settings hold until it is closed. Change them afterwards."))
    for name, (least, most) in BOUNDS.items():
        setattr(table, name, _within(given[name], least, most, name))
    for name, allowed in CHOSEN.items():
        if given[name] not in allowed:
            raise RuleRefused(_("Choose one from the list."), field=name)
        setattr(table, name, given[name])
    for name in SWITCHES:
        setattr(table, name, bool(given[name]))
    table.filter3_identifiers = _known(given["filter3_identifiers"], IDENTIFIERS, "filter3_identifiers")
    table.demands_training = _known(given["demands_training"], TrainingKind.values, "demands_training")
    if table.identity_opens_at_filter == min(CHOSEN["identity_opens_at_filter"]) and not table.filter3_identifiers:
        raise RuleRefused(
            _("Choose what filter 3 opens, or let the identity open at filter 4 only."), field="filter3_identifiers"
        )
    table.save(update_fields=[*BOUNDS, *CHOSEN, *SWITCHES, "filter3_identifiers", "demands_training"])
    return table


@verb
def name_coordinator(*, by: Member | None, table: Table, member: Member) -> Table:
    """Name the table's coordinator; who was it before keeps nothing of it. Raises RuleRefused for a closed account."""
    policies.require_table(by, table)
    table = Table.objects.select_for_update().get(pk=table.pk)
    if not member.is_active:
        raise RuleRefused(_("Choose somebody who has an account."), field="member")
    table.coordinator = member
    table.save(update_fields=["coordinator"])
    return table


@verb
def give_role(*, by: Member | None, table: Table, member: Member, role: str) -> TableRole:
    """Give somebody a role at the table, from today.

    Raises RuleRefused for a role that is held already, a closed account or an administrator, who sees no situation; NotAllowed
    for who would give themselves a role that opens identities in an emergency or that oversees everybody else.
    """
    policies.require_table(by, table)
    Table.objects.select_for_update().get(pk=table.pk)
    if role not in TableRoleKind.values:
        raise RuleRefused(_("Choose one from the list."), field="role")
    if not member.is_active:
        raise RuleRefused(_("Choose somebody who has an account."), field="member")
    if by is not None and member.pk == by.pk and role in OVERSEEING:
        raise NotAllowed(_("Somebody else gives you this role."))
    if member.is_administrator:
        raise RuleRefused(
            _("An administrator has no role at a table: whoever opens accounts sees no situation."), field="member"
        )
    if TableRole.objects.filter(table=table, member=member, role=role, ended_on=None).exists():
        raise RuleRefused(_("%(name)s has this role already.") % {"name": member.name}, field="role")
    given = TableRole.objects.create(table=table, member=member, role=role, started_on=clock.today())
    let_in.send(sender=TableRole, table=table, by=by)
    return given


@verb
def end_role(*, by: Member | None, role: TableRole) -> TableRole:
    """A role at the table ends now: open boards of its holder close at once, what was entered stays.

    Raises RuleRefused for one that has ended, and for who presides over an open conference.
    """
    policies.require_table(by, role.table)
    role = TableRole.objects.select_for_update(of=("self",)).select_related("table", "member").get(pk=role.pk)
    if role.ended_on is not None:
        raise RuleRefused(_("This role has ended already."))
    sitting = open_sitting(role.table_id)
    if sitting is not None and sitting.presides_id == role.member_id and role.role == TableRoleKind.FACILITATOR:
        message = _("%(name)s presides over an open conference: the facilitator's role is handed over at the board first.")
        raise RuleRefused(message % {"name": role.member.name})
    role.ended_on = clock.today()
    role.save(update_fields=["ended_on"])
    realtime.revoke(member=role.member_id)
    return role


def roles(table: Table) -> list[TableRole]:
    """Who holds which role at the table today, in the order of `TableRoleKind`, then by name."""
    rows = TableRole.objects.filter(in_force(), table=table).select_related("member__agency")
    order = list(TableRoleKind.values)
    return sorted(rows, key=lambda one: (order.index(one.role), one.member.name))


def _rule(cadence: Cadence, starts_at: time | None) -> str:
    if cadence.rhythm not in {"", "daily"} and not cadence.day:
        raise RuleRefused(_("Choose the weekday."), field="day")
    if cadence.rhythm == "monthly" and not cadence.nth:
        raise RuleRefused(_("Choose which of the month's weekdays."), field="nth")
    if cadence.rhythm and starts_at is None:
        raise RuleRefused(_("Give the time at which it begins."), field="starts_at")
    return cadence.rule


def _within(value: int, least: int, most: int, field: str) -> int:
    if not least <= value <= most:
        raise RuleRefused(_("A whole number from %(least)s to %(most)s.") % {"least": least, "most": most}, field=field)
    return value


def _known(chosen: list[str], allowed: Any, field: str) -> list[str]:
    if set(chosen) - set(allowed):
        raise RuleRefused(_("Choose from the list."), field=field)
    return [one for one in allowed if one in chosen]
