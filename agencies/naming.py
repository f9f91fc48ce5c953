"""Who an agency is and who speaks for it: its particulars, its contacts, its representatives and deputies.

A role that ends takes nothing out of the record: what was said and entered stays as it is, and open boards close at once.
"""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from agencies import agreeing, policies
from agencies.choices import SPEAKING_ROLES, AgencyKind, AgencyRoleKind, ContactKind, Regime
from agencies.membership import let_in
from agencies.models import Agency, AgencyContact, AgencyRole, Member, Seat
from agencies.standing import in_force
from agencies.typed import line, towns
from hub.core import clock, realtime
from hub.core.audit import verb
from hub.core.errors import NotAllowed, RuleRefused

KEPT_BY_ITSELF = ("name", "short_name", "sector", "phone", "crisis_line", "address")
LIMITS = {"name": 120, "short_name": 40, "sector": 40, "phone": 40, "crisis_line": 40, "address": 200}
NEEDED = ("name", "short_name", "sector")


@verb
def describe(*, by: Member | None, agency: Agency, kind: str, regimes: list[str], towns_served: str, **typed: str) -> Agency:
    """Write the agency's particulars. Raises NotAllowed for others than who keeps its page, RuleRefused at a field.

    `regimes` decide from now on which legal bases its people can choose; what was entered keeps its basis.
    """
    policies.require_agency(by, agency)
    agency = Agency.objects.select_for_update().get(pk=agency.pk)
    _check_codes(kind, regimes)
    for name in KEPT_BY_ITSELF:
        missing = _("This cannot be empty.") if name in NEEDED else ""
        setattr(agency, name, line(typed[name], limit=LIMITS[name], field=name, missing=missing))
    if Agency.objects.filter(name__iexact=agency.name).exclude(pk=agency.pk).exists():
        raise RuleRefused(_("Another agency has this name."), field="name")
    agency.kind, agency.regimes, agency.towns = kind, [one for one in Regime if one in regimes], towns(towns_served)
    agency.save(update_fields=[*KEPT_BY_ITSELF, "kind", "regimes", "towns"])
    return agency


def _check_codes(kind: str, regimes: list[str]) -> None:
    if kind not in AgencyKind.values:
        raise RuleRefused(_("Choose one from the list."), field="kind")
    if not regimes or set(regimes) - set(Regime.values):
        raise RuleRefused(_("Choose at least one: “the table's agreement” if no law of this list binds you."), field="regimes")


@verb
def name_contact(*, by: Member | None, agency: Agency, kind: str, name: str, **typed: str) -> AgencyContact:
    """Name a contact. A new head takes the place of the one before from today.

    Raises RuleRefused without a name, without a way to reach, and for a head without an e-mail address (who signs by it), with
    the address of whoever names it, or with that of an account of somebody else.
    """
    policies.require_agency(by, agency)
    Agency.objects.select_for_update().get(pk=agency.pk)
    email, phone = typed.get("email", ""), line(typed.get("phone", ""), limit=40, field="phone")
    if kind == ContactKind.HEAD and not email:
        raise RuleRefused(_("The head signs agreements: give the e-mail address."), field="email")
    if kind == ContactKind.HEAD and (wrong := agreeing.not_the_heads(by, agency, name=name, email=email)):
        raise RuleRefused(wrong, field="email")
    if not (email or phone):
        raise RuleRefused(_("Give a telephone number or an e-mail address."), field="phone")
    if kind == ContactKind.HEAD:
        for former in AgencyContact.objects.filter(agency=agency, kind=kind, ended_on=None):
            _end(former)
    return AgencyContact.objects.create(
        agency=agency, kind=kind, email=email, phone=phone,
        name=line(name, limit=120, field="name", missing=_("Give the name.")),
        position=line(typed.get("position", ""), limit=120, field="position"),
    )  # fmt: skip


@verb
def end_contact(*, by: Member | None, contact: AgencyContact) -> AgencyContact:
    """A contact is spoken to no more, from today. Raises RuleRefused for one that has ended."""
    policies.require_agency(by, contact.agency)
    if contact.ended_on is not None:
        raise RuleRefused(_("This contact has ended already."))
    return _end(contact)


@verb
def name_speaker(*, by: Member | None, agency: Agency, member: Member, role: AgencyRoleKind) -> AgencyRole:
    """Name somebody who may sit on the agency's seats, from today.

    A deputy by whoever keeps the agency's page; a representative by the administrator alone, and an administrator by somebody
    else: administrators see no situation. Raises RuleRefused for somebody of another agency, without an open account, or who
    speaks for it already.
    """
    _require_naming(by, agency, role)
    if by is not None and by.is_administrator and by.pk == member.pk:
        raise NotAllowed(_("Somebody else gives you this role."))
    Agency.objects.select_for_update().get(pk=agency.pk)
    if member.agency_id != agency.pk or not member.is_active:
        raise RuleRefused(_("Choose somebody of the agency who has an account."), field="member")
    if _speaking(member).exists():
        raise RuleRefused(_("%(name)s may speak for the agency already.") % {"name": member.name}, field="member")
    named = AgencyRole.objects.create(member=member, role=role, started_on=clock.today())
    for seat in Seat.objects.filter(agency=agency, ended_on=None).select_related("table"):
        let_in.send(sender=AgencyRole, table=seat.table, by=by)
    return named


@verb
def end_speaker(*, by: Member | None, role: AgencyRole) -> AgencyRole:
    """Somebody speaks for the agency no more, from now on; open boards close at once, what was entered stays.

    Raises RuleRefused for a role that has ended, and for the last representative while the agency has a seat.
    """
    agency = role.member.agency
    _require_naming(by, agency, AgencyRoleKind(role.role))
    Agency.objects.select_for_update().get(pk=agency.pk)
    role = AgencyRole.objects.select_for_update(of=("self",)).select_related("member").get(pk=role.pk)
    if role.ended_on is not None or role.role not in SPEAKING_ROLES:
        raise RuleRefused(_("This role has ended already."))
    if role.role == AgencyRoleKind.REPRESENTATIVE and _is_last(role, agency):
        raise RuleRefused(_("The agency has a seat: name another representative first."))
    role.ended_on = clock.today()
    role.save(update_fields=["ended_on"])
    realtime.revoke(member=role.member_id)
    return role


def speakers(agency: Agency) -> list[AgencyRole]:
    """Who may sit on the agency's seats today: representatives first, each group by name."""
    roles = AgencyRole.objects.filter(in_force(), member__agency=agency, member__is_active=True, role__in=SPEAKING_ROLES)
    return list(roles.select_related("member").order_by("-role", "member__name"))


def represented(agencies: Collection[int]) -> set[int]:
    """Those of the agencies for which a representative is named today."""
    roles = AgencyRole.objects.filter(in_force(), member__agency__in=agencies, member__is_active=True)
    return set(roles.filter(role=AgencyRoleKind.REPRESENTATIVE).values_list("member__agency", flat=True))


def _require_naming(by: Member | None, agency: Agency, role: AgencyRoleKind) -> None:
    policies.require_agency(by, agency)
    if role == AgencyRoleKind.REPRESENTATIVE and by is not None and not by.is_administrator:
        raise NotAllowed(_("Representatives are named and ended by the administrator."))
    if role not in SPEAKING_ROLES:
        raise RuleRefused(_("Only representatives and deputies speak for an agency."), field="role")


def _speaking(member: Member) -> Any:
    return AgencyRole.objects.filter(member=member, ended_on=None, role__in=SPEAKING_ROLES)


def _is_last(role: AgencyRole, agency: Agency) -> bool:
    others = AgencyRole.objects.filter(in_force(), member__agency=agency, member__is_active=True, role=role.role)
    return Seat.objects.filter(agency=agency, ended_on=None).exists() and not others.exclude(pk=role.pk).exists()


def _end(contact: AgencyContact) -> AgencyContact:
    contact.ended_on = clock.today()
    contact.save(update_fields=["ended_on"])
    return contact
