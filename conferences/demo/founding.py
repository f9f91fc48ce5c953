"""How the table came to be: agencies, members, seats, agreements, roles. By the clerk, on the day of founding."""

from dataclasses import dataclass, field
from datetime import date, time, timedelta

from django.contrib.auth.hashers import make_password

from agencies import membership, single_sign_on
from agencies.choices import AgencyRoleKind, TableRoleKind
from agencies.models import Agency, Member, Table
from conferences.demo.source import Entry
from hub.core import clock
from hub.core.audit import acting

PASSWORD = "harborview-demo"  # noqa: S105  published on purpose; demo mode refuses deployment
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
AGREEMENT_LASTS = timedelta(days=2 * 365)
DESCRIBED = ("key", "name", "short_name", "sector", "kind", "regimes", "towns", "phone", "address")
AGENCIES_WITH_SCREENER = frozenset({"police", "schools"})


@dataclass
class Community:
    """Who is there, by the keys of the material."""

    table: Table
    password_hash: str
    agencies: dict[str, Agency] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    by_role: dict[tuple[str, str], Member] = field(default_factory=dict)
    at_table: dict[str, Member] = field(default_factory=dict)

    def representative(self, agency: str) -> Member:
        return self.by_role[agency, AgencyRoleKind.REPRESENTATIVE]

    def deputy(self, agency: str) -> Member:
        return self.by_role[agency, AgencyRoleKind.DEPUTY]

    def screener(self, agency: str) -> Member:
        return self.by_role[agency, AgencyRoleKind.SCREENER]


def found(material: Entry, today: date) -> Community:
    """The community on its first day, which is the clock's day; it meets on the weekday of `today`."""
    community = Community(_table(material["table"], today), make_password(PASSWORD))
    for entry in material["agencies"]:
        _join(community, entry)
    _prepare_sign_on(community.agencies["schools"])
    for role in (*TableRoleKind,):
        member = community.members[material["table"]["people"][role.value]]
        membership.give_table_role(by=None, table=community.table, member=member, role=role)
        community.at_table[role.value] = member
    return community


def _table(entry: Entry, today: date) -> Table:
    rules, cadence = entry["settings"], entry["cadence"]
    return membership.found_table(
        by=None,
        slug="harborview-hub",
        name=entry["name"],
        protocol=entry["protocol"],
        region=entry["region"],
        mission=entry["mission"],
        place=cadence["place"],
        recurrence=f"FREQ=WEEKLY;BYDAY={WEEKDAYS[today.weekday()]}",
        starts_at=time.fromisoformat(cadence["starts"]),
        minutes_planned=cadence["minutes"],
        identity_opens_at_filter=rules["identity_opens_at_filter"],
        filter3_identifiers=rules["filter3_identifiers"],
        shows_positive_answers=rules["positive_answers_shown_to"] != "assigned",
        response_clock_hours=rules["response_clock_hours"],
        minutes_per_situation=rules["minutes_per_situation"],
        quorum_seats=rules["quorum_seats"],
        retention_days=rules["retention_days_after_conclusion"],
        small_cell_threshold=rules["small_cell_threshold"],
        repeat_flag_months=rules["repeat_flag_months"],
        category_only=rules["taxonomy"] != "full",
    )


def _join(community: Community, entry: Entry) -> None:
    agency = membership.found_agency(
        by=None,
        screens=entry["key"] in AGENCIES_WITH_SCREENER,
        **{name: entry[name] for name in DESCRIBED},
    )
    community.agencies[agency.key] = agency
    for person in entry["members"]:
        _hire(community, agency, person)
    # until the texts themselves are signed (`paperwork`), later on the same day
    membership.sign_agreement(
        by=None, table=community.table, agency=agency, until=clock.today() + AGREEMENT_LASTS,
        title="Information sharing agreement", signed_by=entry["head"]["name"],
    )  # fmt: skip
    membership.seat_agency(by=None, table=community.table, agency=agency)


def _prepare_sign_on(agency: Agency) -> None:
    # switched off: there is no such provider, and nobody should be led to it
    single_sign_on.set_up(
        by=None, agency=agency, name="Harborview Schools sign-in", issuer="https://id.schools.harborview.example",
        client_id="hubtable", domains=["harborview.example"], trusts_its_mfa=True, is_active=False,
        secret="of no provider",  # noqa: S106 - opens nothing
    )  # fmt: skip


def _hire(community: Community, agency: Agency, person: Entry) -> None:
    roles = [role for role in person["roles"] if role in AgencyRoleKind.values]
    # no password at first: all of them get one hash of the published one, which would take half a second each
    fields: Entry = {name: person[name] for name in ("email", "name", "position")} | {"password": None}
    member = membership.add_member(
        by=None, roles=roles, agency=agency, is_administrator="administrator" in person["roles"], **fields
    )
    member.password = community.password_hash
    with acting(None, "demo: the published password"):
        member.save(update_fields=["password"])
    community.members[member.email] = member
    for role in roles:
        community.by_role[agency.key, role] = member
