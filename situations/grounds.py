"""On what grounds an agency discloses: what it affirms and writes down before anything leaves it.

Nothing is ever affirmed for anybody: no default, no filling in, nothing taken over from the table's decision. In particular
"acutely elevated risk" is the table's word, and never makes a threat serious and imminent (45 CFR 164.512(j)(1)(i)).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Agency, Member
from hub.core import clock, vault
from hub.core.errors import RuleRefused
from hub.core.text import TextRefused, plain
from situations import hard_stops, legal_bases, sealing
from situations.choices import EntryKind
from situations.legal_bases import Basis, Notice
from situations.models import Grounds, Situation

Given = Mapping[str, str]
"""What was sent with the choice: `affirm_<code>` and `minimum_necessary` as "1", and each need under its own name."""
WORDS_LIMIT = 600
LONGEST_EMERGENCY = timedelta(days=90)
"""A longer one is no emergency but a state of affairs, which needs another basis."""
DATES = ("consent_expires_on", "emergency_ends_on")
NEEDS: dict[str, str | Promise] = {
    "threat": gettext_lazy("What the threat is"),
    "at_risk": gettext_lazy("Who is at risk"),
    "why_imminent": gettext_lazy("Why it is imminent, and how we know"),
    "why_recipient": gettext_lazy("Why those who receive this need it"),
    "process_reference": gettext_lazy("Reference of the order, permit, subpoena or request"),
    "consent_reference": gettext_lazy("Where the signed consent is kept"),
    "consent_scope": gettext_lazy("What it covers, and for whom"),
    "consent_expires_on": gettext_lazy("The consent ends on"),
    "emergency_ends_on": gettext_lazy("The emergency ends by"),
    "law": gettext_lazy("Which law"),
    "request": gettext_lazy("Who asked, and for what"),
    "limb": gettext_lazy("Which of these it is"),
    "agreement_how": gettext_lazy("How the person agreed"),
    "judgment": gettext_lazy("What was judged, and by whom"),
}


@dataclass(frozen=True)
class Weighed:
    """A legal basis with what was affirmed for it, its dates, and its texts by need."""

    basis: Basis
    affirmed: list[str]
    minimum_necessary: bool | None
    dates: dict[str, date]
    texts: dict[str, str]


def check_basis(by: Member, basis: str) -> Basis:
    """Return the basis. Raises RuleRefused unless the member's agency, under its regimes, may choose it."""
    if not basis:
        raise RuleRefused(_("Choose the legal basis first: this is a disclosure by your agency."), field="basis")
    if not legal_bases.may_choose(basis, by.agency.regimes):
        raise RuleRefused(_("Your agency cannot choose this legal basis. Choose one of those listed."), field="basis")
    return legal_bases.basis(basis)


def record(*, by: Member, situation: Situation, basis: str, given: Given) -> Grounds:
    """Keep what the member affirmed and wrote down, and return it; the caller holds the lock and discloses next.

    Raises RuleRefused at the field of the first condition that is not affirmed or need that is not answered; nothing is
    kept then. Sources: the conditions of each basis in the policy pack.
    """
    weighed = weigh(by=by, basis=basis, given=given)
    grounds = Grounds(
        situation=situation, agency=by.agency, recorded_by=by, at=clock.now(), basis=weighed.basis.code,
        pack=weighed.basis.pack, affirmed=weighed.affirmed, minimum_necessary=weighed.minimum_necessary, **weighed.dates,
    )  # fmt: skip
    return keep(grounds, weighed.texts)


def weigh(*, by: Member, basis: str, given: Given) -> Weighed:
    """What the member affirmed and wrote down for the basis, kept nowhere yet. Raises RuleRefused as `record`."""
    chosen = check_basis(by, basis)
    return Weighed(
        chosen,
        _affirmed(chosen, by.agency, given),
        _minimum_necessary(chosen, given),
        {need: _day(need, given) for need in chosen.needs if need in DATES},
        {need: _words(chosen, need, given) for need in chosen.needs if need not in DATES},
    )


def keep(grounds: Grounds, texts: Mapping[str, str]) -> Grounds:
    """Save new grounds, what was written down for them sealed under their agency's key."""
    if texts:
        key = sealing.data_key(grounds.situation, grounds.agency_id)
        grounds.words = vault.seal(json.dumps(texts), key=key, context=_context(grounds))
    grounds.save()
    return grounds


def words(grounds: Grounds) -> dict[str, str]:
    """What was written down, by need: for the disclosing agency's own privacy officer. Empty where nothing was.

    Raises RuleRefused when it was shredded with the agency's key, VaultError if it was tampered with.
    """
    if not grounds.words:
        return {}
    key = sealing.opening_key(grounds.situation, grounds.agency_id)
    found: dict[str, str] = json.loads(vault.unseal(bytes(grounds.words), key=key, context=_context(grounds)))
    return found


def entered(grounds: Grounds | None) -> dict[str, Any]:
    """What the ledger's entry of the disclosure holds of its grounds."""
    if grounds is None:
        return {}
    notice = legal_bases.notice_of(grounds.basis, grounds.pack)
    told = {"notice": notice.code} if notice else {}
    return {"grounds": grounds.pk, "pack": grounds.pack, "minimum_necessary": grounds.minimum_necessary, **told}


def of_opening(situation: Situation) -> Grounds | None:
    """The grounds on which the presenter opened the identity last; nothing where it never did."""
    return _last(situation, EntryKind.IDENTITY_OFFERED, situation.originating_agency_id)


def of_answer(situation: Situation, agency_id: int) -> Grounds | None:
    """The grounds of what the agency answered last at filter 3; nothing for an offer of help."""
    return _last(situation, EntryKind.ANSWER, agency_id)


def _last(situation: Situation, kind: EntryKind, agency_id: int) -> Grounds | None:
    entry = situation.ledger.filter(kind=kind, agency=agency_id).order_by("-sequence").first()
    key = entry.detail.get("grounds") if entry else None
    return Grounds.objects.filter(pk=key, situation=situation).first() if key else None


def notice_for(situation: Situation, agency_id: int) -> Notice | None:
    """What this agency must be told with the identity; nothing at its origin, whose own it is."""
    if agency_id == situation.originating_agency_id:
        return None
    return legal_bases.notice_of(situation.opening_basis)


def require_reach(grounds: Grounds, agencies: Iterable[int]) -> None:
    """Raise RuleRefused if the basis does not reach one of the agencies that would receive, saying whom and what to choose."""
    basis = legal_bases.basis(grounds.basis, grounds.pack)
    missed = left_out(basis, agencies)
    if missed:
        line = _("“%(basis)s” does not reach %(agencies)s, who would receive this. %(instead)s")
        said = {"basis": basis.name, "agencies": ", ".join(missed), "instead": basis.instead}
        raise RuleRefused(line % said, field="basis", situation=grounds.situation)


def still_hold(grounds: Grounds, agencies: Iterable[int]) -> bool:
    """Whether the same grounds carry a disclosure to these agencies today: they have not ended, and the basis reaches all."""
    ends = [day for day in (grounds.consent_expires_on, grounds.emergency_ends_on) if day is not None]
    basis = legal_bases.basis(grounds.basis, grounds.pack)
    return all(day >= clock.today() for day in ends) and not left_out(basis, agencies)


def left_out(basis: Basis, agencies: Iterable[int]) -> list[str]:
    """Short names of the agencies that the basis does not reach."""
    rows = Agency.objects.filter(pk__in=set(agencies)).order_by("short_name")
    return [one.short_name for one in rows if not basis.reaches(one.regimes)]


def _affirmed(basis: Basis, agency: Agency, given: Given) -> list[str]:
    conditions = basis.conditions_for(agency.regimes)
    for one in conditions:
        if given.get(f"affirm_{one.code}") != "1":
            line = _("Affirm this condition, or choose another legal basis: %(condition)s") % {"condition": one.text}
            raise RuleRefused(line, field=f"affirm_{one.code}")
    return [one.code for one in conditions]


def _minimum_necessary(basis: Basis, given: Given) -> bool | None:
    if not basis.minimum_necessary:
        return None
    if given.get("minimum_necessary") != "1":
        raise RuleRefused(_("Affirm that you share no more than what is necessary."), field="minimum_necessary")
    return True


def _words(basis: Basis, need: str, given: Given) -> str:
    try:
        typed = plain(given.get(need, ""), limit=WORDS_LIMIT)
    except TextRefused as refused:
        raise RuleRefused(str(refused), field=need) from refused
    text = hard_stops.refuse(typed, field=need, place=hard_stops.Place.SEALED)
    if need == "limb" and text not in {one.code for one in basis.limbs}:
        raise RuleRefused(_("This is not one of the choices. Choose one from the list."), field=need)
    if not text:
        raise RuleRefused(_("This basis asks for it in writing: %(need)s.") % {"need": NEEDS[need]}, field=need)
    return text


def _day(need: str, given: Given) -> date:
    try:
        day = date.fromisoformat(given.get(need, ""))
    except ValueError:
        raise RuleRefused(_("This basis asks for a date: %(need)s.") % {"need": NEEDS[need]}, field=need) from None
    if day < clock.today():
        raise RuleRefused(_("This day is past, so the basis has ended. Choose another, or a later day."), field=need)
    if need == "emergency_ends_on" and day > clock.today() + LONGEST_EMERGENCY:
        raise RuleRefused(_("An emergency lasts 90 days at most. Choose an earlier day, or another basis."), field=need)
    return day


def _context(grounds: Grounds) -> str:
    return f"grounds:{grounds.binding}"
