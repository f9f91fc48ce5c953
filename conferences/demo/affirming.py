"""What the agencies of the demo affirm and write down when they disclose, in their own words for each need."""

from datetime import timedelta

from agencies.models import Agency
from hub.core import clock
from situations import legal_bases

WRITTEN: dict[str, str] = {
    "threat": "Harm within days if nobody comes, as the profile and the four criteria say.",
    "at_risk": "The person, and who lives in the same home.",
    "why_imminent": "Our worker saw it get worse over the past week and spoke with the person.",
    "why_recipient": "Those at the table can reach the person this week and offer what lessens the risk.",
    "process_reference": "Kept in our own file, folder of permits and orders.",
    "consent_reference": "Signed form, kept in our own file.",
    "consent_scope": "Name, date of birth and that we serve the person, to the agencies of the Harborview table.",
    "law": "The statute named in our own file.",
    "request": "The officer in charge asked by phone, noted in our own file.",
    "agreement_how": "By phone, noted in our own file.",
    "judgment": "The clinician in charge judged that coordination is part of the care.",
}
LASTS = {"consent_expires_on": timedelta(days=365), "emergency_ends_on": timedelta(days=14)}


def grounds_for(basis: str, agency: Agency) -> dict[str, str]:
    """The form of a disclosure on this basis, complete."""
    found = legal_bases.basis(basis)
    form = {"basis": basis} | {f"affirm_{one.code}": "1" for one in found.conditions_for(agency.regimes)}
    if found.minimum_necessary:
        form["minimum_necessary"] = "1"
    if found.limbs:
        form["limb"] = found.limbs[0].code
    for need in found.needs:
        form.setdefault(need, (clock.today() + LASTS[need]).isoformat() if need in LASTS else WRITTEN.get(need, ""))
    return form
