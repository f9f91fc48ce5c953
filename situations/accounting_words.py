"""What a disclosure was, and on what basis, in words for the person concerned (45 CFR 164.528(b)(2): brief statements)."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.choices import Regime
from situations import legal_bases
from situations.choices import AnswerKind, EntryKind
from situations.models import LedgerEntry
from situations.visibility import Field

Words = str | Promise

FIELDS: dict[str, Words] = {
    Field.NAME: gettext_lazy("name"),
    Field.DATE_OF_BIRTH: gettext_lazy("date of birth"),
    Field.ADDRESS: gettext_lazy("address"),
    Field.ALIASES: gettext_lazy("other names"),
    Field.GUARDIAN: gettext_lazy("guardian"),
    Field.OTHERS: gettext_lazy("others in the home"),
}

WHAT: dict[str, Words] = {
    EntryKind.PROFILE: gettext_lazy(
        "A description without a name: age group, sex, town, what puts the person at risk and what protects them, a short note"
    ),
    EntryKind.IDENTITY_OFFERED: gettext_lazy("Shown in a meeting: %(fields)s"),
    EntryKind.PLANNED: gettext_lazy("Opened to the agencies that help: %(fields)s, with the description"),
    EntryKind.IDENTITY_READ: gettext_lazy("Read by one person: %(fields)s"),
    EntryKind.BREAK_GLASS: gettext_lazy("Opened in an emergency: %(fields)s"),
    EntryKind.REPORT_BACK: gettext_lazy("A line without a name on how it goes"),
    EntryKind.PLAN_CHANGED: gettext_lazy("Steps of the plan of help"),
    EntryKind.CONTACT: gettext_lazy("How a contact with the person went"),
    EntryKind.SERVICE: gettext_lazy("What became of a service"),
    EntryKind.GUARD_READ: gettext_lazy("A sentence that points to somebody, before it was changed or sent"),
    EntryKind.REFERRAL_PASSED: gettext_lazy("What somebody had brought to our intake desk: all answers and messages"),
    EntryKind.REFERRAL_BROUGHT: gettext_lazy("What our agency wrote to their intake desk"),
}

ANSWERS: dict[str, Words] = {
    AnswerKind.SERVING_NOW: gettext_lazy("That our agency serves the person now"),
    AnswerKind.SERVED_BEFORE: gettext_lazy("That our agency served the person before"),
}

PURPOSES: dict[str, Words] = {
    "plan": gettext_lazy("Carrying out the plan of help together"),
    "second_person": gettext_lazy("A second person decided whether the table may read it"),
}
"""Codes in the ledger that stand for no legal basis of the pack."""

RULES: dict[str, Words] = {
    Regime.HIPAA: gettext_lazy(
        "Health information: 45 CFR 164.528. As that rule says, disclosures for treatment, payment and health care "
        "operations, disclosures that you authorized in writing, and disclosures to you or to those who care for you are not "
        "in this list."
    ),
    Regime.FERPA: gettext_lazy("School records: 34 CFR 99.32 and 603 CMR 23.07(1)."),
    Regime.STATE: gettext_lazy("Personal data held by the state: M.G.L. c. 66A, § 2."),
    Regime.PART2: gettext_lazy("Substance use treatment: 42 CFR 2.25 and 2.51."),
}
AGREEMENT: Words = gettext_lazy("Kept under the agreement of the agencies that meet.")

LISTS_ALL = frozenset({Regime.FERPA, Regime.STATE})
"""Under these an agency lists every disclosure: their rules know no exclusion by basis."""


def what(entry: LedgerEntry) -> str:
    """What was disclosed, briefly."""
    if entry.kind == EntryKind.ANSWER:
        return str(ANSWERS[entry.detail["answer"]])
    fields = ", ".join(str(FIELDS[one]) for one in entry.detail.get("fields", ()))
    return str(WHAT[entry.kind]) % {"fields": fields or _("the identity")}


def purpose(entry: LedgerEntry) -> tuple[str, str]:
    """Name and citation of the basis, from the pack that the entry names; what no pack knows in words, without a citation."""
    if entry.basis in PURPOSES:
        return str(PURPOSES[entry.basis]), ""
    basis = _basis(entry)
    return (str(basis.name), basis.citation) if basis else (entry.basis.replace("_", " "), "")


def accounted(entry: LedgerEntry, regimes: list[str]) -> bool:
    """Whether an agency under these regimes lists the disclosure.

    What no pack knows is listed, and so is what another agency's law would leave out: break-glass is opened on a basis of
    the reader's agency.
    """
    basis = _basis(entry)
    if basis is None or LISTS_ALL.intersection(regimes) or not basis.regimes.intersection(regimes):
        return True
    return basis.listed_for(regimes)


def _basis(entry: LedgerEntry) -> legal_bases.Basis | None:
    try:
        return legal_bases.basis(entry.basis, entry.detail.get("pack", legal_bases.PACK))
    except legal_bases.UnknownBasis:
        return None


def rules(regimes: list[str]) -> list[str]:
    """What the list holds and what it does not, for each law that the agency is under.

    Said whether or not anything was left out: how much was left out would tell of what is suspended. Nor is it said that the
    list is whole, which would be untrue while something is. Where one of the
    agency's laws wants every disclosure, the exclusions of another do not apply, so they are not said.
    """
    named = [one for one in RULES if one in regimes]
    if LISTS_ALL.intersection(named):
        named = [one for one in named if one != Regime.HIPAA]
    return [str(RULES[one]) for one in named] or [str(AGREEMENT)]
