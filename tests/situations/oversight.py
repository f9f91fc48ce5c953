"""Those of the cast who watch over disclosures, and the one who may break the glass."""

from agencies import membership
from situations import break_glass
from situations.models import BreakGlass, Situation
from tests.cast import PASSWORD, Cast, assemble, given_for

REASON = "The crisis team needs an address tonight: danger to life."


def watched() -> Cast:
    """The cast, with an officer in the schools (brings everything) and in the police, and `night` who may break the glass."""
    people = assemble()
    _join(people, "schools", "schools_officer", "privacy_officer")
    _join(people, "police", "police_officer", "privacy_officer")
    _join(people, "police", "night")
    membership.give_table_role(by=None, table=people.table, member=people["night"], role="break_glass")
    return people


def broken(people: Cast, situation: Situation, *, by: str = "night", reason: str = REASON) -> BreakGlass:
    """Opened on a basis of the member's agency, with all that it asks for."""
    basis = "hipaa_threat" if "hipaa" in people[by].agency.regimes else "table_agreement"
    given = given_for(basis)
    return break_glass.open_identity(by=people[by], situation=situation, reason=reason, basis=basis, given=given)


def _join(people: Cast, agency: str, name: str, *roles: str) -> None:
    people.members[name] = membership.add_member(
        by=None, roles=list(roles), password=PASSWORD, email=f"{name}@harborview.example", name=name.title(),
        agency=people.agencies[agency], position="Night desk",
    )  # fmt: skip
