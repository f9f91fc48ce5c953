"""Suspended accountings: a law-enforcement official says that telling the person would impede their work.

Rule: 45 CFR 164.528(a)(2). A written statement counts until the day it names; an oral one is documented and counts for 30
days at most. While it stands, `situations.accounting` leaves out, without a word, what went to that official's agency.
"""

from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from agencies.choices import Regime
from agencies.models import Agency, Member, Seat
from hub.core import clock
from hub.core.audit import verb
from hub.core.errors import NotVisible, RuleRefused
from hub.core.text import TextRefused, plain
from situations import ledger
from situations.accounting import disclosed_by, require_officer
from situations.choices import EntryKind
from situations.models import Situation, Suspension

ORAL_DAYS = 30
REFERENCE_LIMIT = 120
OFFICIAL = (Regime.POLICE, Regime.STATE)
"""Law enforcement and health oversight: the rule knows no other official."""


@verb
def record(
    *, by: Member, number: str, official_agency: Agency, written: bool, reference: str, starts_on: date, until: date
) -> list[Suspension]:
    """Record a statement about the situation of this number (one a table, where several tables gave it), from its date on.

    `reference`: who said so, and where the agency keeps it. Raises NotVisible to all but the agency's privacy officer,
    RuleRefused (with its field) for dates that the rule does not allow and for a number the agency disclosed nothing about.
    """
    require_officer(by)
    _check_dates(written=written, starts_on=starts_on, until=until)
    if official_agency not in official_agencies(by):
        raise RuleRefused(_("Choose an agency from the list."), field="official_agency")
    about = disclosed_by(by.agency_id).filter(number=number).values_list("pk", flat=True)
    locked = Situation.objects.select_for_update(of=("self",)).select_related("table")
    situations = list(locked.filter(pk__in=list(about)).order_by("pk")) if number else []
    if not situations:
        raise RuleRefused(_("Your agency has disclosed nothing about a situation of this number."), field="number")
    fields = {"written": written, "reference": _typed(reference), "starts_on": starts_on, "until": until}
    return [_record(by, one, official_agency, **fields) for one in situations]


@verb
def end(*, by: Member, key: int) -> Suspension:
    """The statement counts until today only, so that the next accounting lists everything again from tomorrow on.

    Raises NotVisible for another agency's, RuleRefused for one that has ended.
    """
    require_officer(by)
    found = of_agency(by).select_for_update(of=("self",)).filter(pk=key).first()
    if found is None:
        raise NotVisible(_("There is no such suspension, or it is not your agency's."))
    if found.until <= clock.today():
        raise RuleRefused(_("It ends today, or has ended."))
    situation = Situation.objects.select_for_update(of=("self",)).select_related("table").get(pk=found.situation_id)
    found.until = clock.today()
    found.save(update_fields=["until"])
    _enter(by, situation, found)
    return found


def of_agency(by: Member) -> QuerySet[Suspension]:
    """All that the own agency has recorded, newest first."""
    return Suspension.objects.filter(agency=by.agency_id).select_related("situation", "official_agency", "recorded_by")


def official_agencies(by: Member) -> list[Agency]:
    """Police and state agencies at the tables of the own agency, but for itself; ended seats too."""
    tables = Seat.objects.filter(agency=by.agency_id).values("table")
    seated = Agency.objects.filter(Q(seats__table__in=tables)).exclude(pk=by.agency_id).distinct()
    return [one for one in seated if set(OFFICIAL) & set(one.regimes)]


def _check_dates(*, written: bool, starts_on: date, until: date) -> None:
    if starts_on > clock.today():
        raise RuleRefused(_("The statement cannot have been made after today."), field="starts_on")
    if until < clock.today():
        raise RuleRefused(_("This day has passed: there is nothing to suspend."), field="until")
    if not written and until > starts_on + timedelta(days=ORAL_DAYS):
        message = _("An oral statement counts for 30 days at most. For a longer time ask for a written one.")
        raise RuleRefused(message, field="until")


def _typed(reference: str) -> str:
    try:
        typed = plain(reference, limit=REFERENCE_LIMIT)
    except TextRefused as refused:
        raise RuleRefused(str(refused), field="reference") from refused
    if not typed:
        raise RuleRefused(_("Write who made the statement, and where you keep it."), field="reference")
    return typed


def _record(by: Member, situation: Situation, official: Agency, **fields: Any) -> Suspension:
    made = Suspension.objects.create(
        situation=situation, agency=by.agency, official_agency=official, recorded_by=by, **fields
    )  # fmt: skip
    _enter(by, situation, made)
    return made


def _enter(by: Member, situation: Situation, made: Suspension) -> None:
    detail = {"suspension": made.pk, "written": made.written, "until": made.until.isoformat()}
    ledger.append(EntryKind.SUSPENDED, by=by, situation=situation, detail=detail)
