"""Joining a table: a representative asks, a facilitator approves or turns down, the agreement is signed, the seat is opened.

Approval alone lets nobody see anything: until the seat is opened the agency has no standing at the table.
"""

from collections.abc import Collection

from django.utils.translation import gettext as _

from agencies import guarding, policies
from agencies.choices import JoiningState
from agencies.guarding import Read
from agencies.membership import let_in
from agencies.models import Agency, Agreement, Joining, Member, Seat, Table
from agencies.naming import represented
from agencies.typed import line
from hub.core import clock
from hub.core.audit import verb
from hub.core.errors import NotAllowed, NotVisible, RuleRefused

MESSAGE_LIMIT = 600
BECAUSE_LIMIT = 300
OPEN = (JoiningState.ASKED, JoiningState.APPROVED)


@guarding.enters_questions
@verb
def ask(*, by: Member, table: Table, message: str, answered: guarding.Answers = guarding.NOTHING) -> Joining:
    """Ask for a seat for the own agency, with a sentence why.

    Raises NotAllowed unless `by` is its representative, RuleRefused with a seat or a request that is open already, and as the
    guard does.
    """
    agency = Agency.objects.select_for_update().get(pk=by.agency_id)
    if not policies.represents(by, agency):
        raise NotAllowed(_("Your agency's representative asks for a seat."))
    if Seat.objects.filter(table=table, agency=agency, ended_on=None).exists():
        raise RuleRefused(_("Your agency has a seat at this table already."), field="table")
    if Joining.objects.filter(table=table, agency=agency, state__in=OPEN).exists():
        raise RuleRefused(_("Your agency has asked this table already. The answer stands on this page."), field="table")
    why = line(message, limit=MESSAGE_LIMIT, field="message", missing=_("Say in a sentence why your agency should sit there."))
    guarding.ask({"message": why}, by=by, table=table, answered=answered, read=Read.REQUEST)
    return Joining.objects.create(table=table, agency=agency, asked_by=by, asked_at=clock.now(), message=why)


@verb
def withdraw(*, by: Member, joining: Joining) -> Joining:
    """The agency takes its request back. Raises NotVisible to other agencies, RuleRefused once it is decided."""
    joining = _locked(joining)
    if by.agency_id != joining.agency_id:
        raise NotVisible(_("There is no such request, or it is not your agency's."))
    if not policies.represents(by, joining.agency):
        raise NotAllowed(_("Your agency's representative takes the request back."))
    _require_state(joining, *OPEN)
    joining.state = JoiningState.WITHDRAWN
    joining.save(update_fields=["state"])
    return joining


@verb
def approve(*, by: Member, joining: Joining) -> Joining:
    """A facilitator of the table approves; now the agreement is signed. Raises NotAllowed, or RuleRefused once decided."""
    return _decide(by, joining, JoiningState.APPROVED, "")


@guarding.enters_questions
@verb
def decline(*, by: Member, joining: Joining, because: str, answered: guarding.Answers = guarding.NOTHING) -> Joining:
    """A facilitator of the table turns the request down, with a reason that the agency reads; also after approval.

    Raises as `approve`, and as the guard does.
    """
    missing = _("Give the reason: the agency reads it.")
    why = line(because, limit=BECAUSE_LIMIT, field="because", missing=missing)
    declined = _decide(by, joining, JoiningState.DECLINED, why)
    guarding.ask({"because": why}, by=by, table=declined.table, answered=answered)
    return declined


@verb
def open_seat(*, by: Member, joining: Joining) -> Seat:
    """Open the seat, by a facilitator or the administrator. What the table talks about is disclosed to who is let in.

    Raises RuleRefused until the request is approved, the agreement is in force, and a representative is named.
    """
    joining = _locked(joining)
    if not (by.is_administrator or policies.facilitates(by, joining.table)):
        raise NotAllowed(_("Seats are opened by the table's facilitator or the administrator."))
    _require_state(joining, JoiningState.APPROVED)
    if (what := missing(joining)) is not None:
        raise RuleRefused(what)
    if Seat.objects.filter(table=joining.table, agency=joining.agency, ended_on=None).exists():
        raise RuleRefused(_("The agency has a seat at this table already."))
    seat = Seat.objects.create(table=joining.table, agency=joining.agency, opened_on=clock.today())
    joining.state, joining.seat = JoiningState.SEATED, seat
    joining.save(update_fields=["state", "seat"])
    let_in.send(sender=Seat, table=joining.table, by=by)
    return seat


def missing(joining: Joining) -> str | None:
    """What an approved agency still needs before its seat can be opened, in words; nothing when all is there."""
    return missing_of([joining])[joining.pk]


def missing_of(rows: Collection[Joining]) -> dict[int, str | None]:
    """The same of many requests, by their keys; two questions however many."""
    agencies, day = {one.agency_id for one in rows}, clock.today()
    covering = Agreement.objects.filter(agency__in=agencies, in_force_from__lte=day, in_force_until__gte=day)
    agreed, spoken_for = set(covering.values_list("agency_id", "table_id")), represented(agencies)
    return {one.pk: _missing((one.agency_id, one.table_id) in agreed, one.agency_id in spoken_for) for one in rows}


def _missing(agreed: bool, represented: bool) -> str | None:  # noqa: FBT001 - two facts, in the order of the steps
    if not agreed:
        return _("The agency's agreement with this table is not in force yet: it is signed first.")
    if not represented:
        return _("No representative of the agency is named yet: the administrator names one on the agency's page.")
    return None


def _decide(by: Member, joining: Joining, state: JoiningState, because: str) -> Joining:
    joining = _locked(joining)
    if not policies.facilitates(by, joining.table):
        raise NotAllowed(_("The table's facilitator decides who joins."))
    _require_state(joining, *(OPEN if state == JoiningState.DECLINED else (JoiningState.ASKED,)))
    joining.state, joining.because, joining.decided_by, joining.decided_at = state, because, by, clock.now()
    joining.save(update_fields=["state", "because", "decided_by", "decided_at"])
    return joining


def _locked(joining: Joining) -> Joining:
    rows = Joining.objects.select_for_update(of=("self",)).select_related("table", "agency")
    return rows.get(pk=joining.pk)


def _require_state(joining: Joining, *states: JoiningState) -> None:
    if joining.state not in states:
        state = JoiningState(joining.state).label
        raise RuleRefused(_("This is not possible now: the request is at “%(state)s”.") % {"state": state})
