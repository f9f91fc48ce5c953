"""Who is about to come, and who looked at the accounts: a request for a seat, an open invitation, the yearly review."""

from datetime import date, time, timedelta

from agencies import invitations, joining, membership, reviewing
from agencies.choices import AgencyRoleKind
from conferences.demo.diary import Diary, local
from conferences.demo.founding import DESCRIBED, Community
from conferences.demo.source import Entry
from hub.core.audit import acting

AT = time(11)


def enter(diary: Diary, entry: Entry, community: Community, today: date) -> None:
    """Into the diary, so many days before today as the material says."""
    steps = ((entry["reviewed"], _review), (entry["joining"], _ask), (entry["invited"], _invite))
    for one, step in steps:
        moment = local(today - timedelta(days=one["days_before"]), AT)
        diary.enter(moment, lambda one=one, step=step: step(one, community))  # type: ignore[misc]


def _review(entry: Entry, community: Community) -> None:
    by, lines = community.members[entry["by"]], reviewing.accounts()
    reviewing.sign(
        by=by, seen=reviewing.digest(lines), looked_at={one.agency for one in lines}, closing=set(), name=by.name
    )  # fmt: skip


def _ask(entry: Entry, community: Community) -> None:
    agency = membership.found_agency(by=None, **{name: entry["agency"][name] for name in DESCRIBED})
    # as founding does: no password at first, and then the hash of the published one, which is made once
    fields: Entry = {**entry["member"], "password": None}
    member = membership.add_member(by=None, roles=[AgencyRoleKind.REPRESENTATIVE], agency=agency, **fields)
    member.password = community.password_hash
    with acting(None, "demo: the published password"):
        member.save(update_fields=["password"])
    joining.ask(by=member, table=community.table, message=entry["message"])


def _invite(entry: Entry, community: Community) -> None:
    invited = {name: entry[name] for name in ("email", "name", "position", "roles")}
    invitations.invite(by=community.members[entry["by"]], agency=community.agencies[entry["agency"]], **invited)
