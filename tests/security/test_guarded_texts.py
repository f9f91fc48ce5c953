"""Every text that is typed about somebody either passes the guard or stands here with the reason why it does not.

A new column fails this test until somebody has decided (docs/adding-a-field.md).
"""

import pytest
from django.apps import apps
from django.db import models

from hub.core.fieldclass import FieldClass
from situations.field_classes import FIELD_CLASSES

pytestmark = pytest.mark.pairless
TYPED = (models.CharField, models.TextField, models.JSONField)

GUARDED = {
    # writing.submit, through before_sending.texts_of
    "Situation.note", "Situation.town", "Situation.consent_reason", "Situation.affected_persons", "AerCriterion.because",
    # at the board, by the facilitator and by seats; the same verbs take what is entered from paper
    "Stance.reason", "Stance.went_on_because", "Answer.offer", "Situation.conclusion_because", "ReportBack.line",
    "SystemicIssue.title", "SystemicIssue.text",
    # the plan: asked about, and nothing stopped
    "PlanStep.text", "Visit.offer", "Visit.safety", "Contact.outcome", "ServiceRecord.service",
    # of agencies and tables, through agencies.guarding: tests/agencies/test_guarding.py
    "Table.mission", "Table.place", "Table.bringing_a_case", "Joining.message", "Joining.because", "Leaving.because",
    "Training.title", "Document.withdrawn_because", "Service.type", "Service.description", "Service.hours",
    "Service.eligibility", "Service.after_hours", "Service.phone", "Service.more_phones",
    "Service.address", "Service.more_addresses",
}  # fmt: skip
NAME, TOWNS = "what an institution is called", "names of places, by which tables and services are found"
NOT_GUARDED = {
    "Screening.tried": "inside the agency, for good",
    "Screening.beyond_one_agency": "inside the agency, for good",
    "Screening.sent_back_because": "inside the agency, for good",
    "Visit.who_goes": "names of workers, read by lead and assisting agencies, who may open the envelope",
    "Visit.place": "an address by its nature, read by the same",
    "Contact.companions": "short names of agencies, chosen from a list",
    "BreakGlass.reason": "read by privacy officers alone; refused where it names somebody (break_glass)",
    "LegalHold.reference": "an agency's own file reference, read by its own privacy officer",
    "Suspension.reference": "the same",
    "SystemicIssue.next_step": "not typed on any page",
    # agencies and conferences: about institutions and staff, of no situation
    "Agency.name": NAME,
    "Agency.short_name": NAME,
    "Agency.key": NAME,
    "Table.name": NAME,
    "Table.slug": NAME,
    "Service.name": NAME,
    "Service.organisation": NAME,
    "Service.key": NAME,
    "SingleSignOn.name": NAME,
    "SingleSignOn.key": NAME,
    "Agency.towns": TOWNS,
    "Table.towns": TOWNS,
    "Table.region": TOWNS,
    "ServiceTown.town": TOWNS,
    "Agency.sector": "a word of the administrator's about an agency",
    "ServiceNeed.need": "a code of the vocabulary",
    **dict.fromkeys(
        (
            "Agency.phone",
            "Agency.crisis_line",
            "Agency.address",
            "Table.public_email",
            "Table.public_phone",
            "Service.website",
        ),
        "where anybody reaches an institution: published, and what the field asks for",
    ),
    **dict.fromkeys(
        (
            "Member.name",
            "Member.position",
            "Member.email",
            "Invitation.name",
            "Invitation.position",
            "Invitation.email",
            "AgencyContact.name",
            "AgencyContact.position",
            "AgencyContact.email",
            "AgencyContact.phone",
            "Table.public_name",
            "Document.signatory_name",
            "Document.signatory_position",
            "Document.signatory_email",
            "Signature.name",
            "Signature.position",
            "Signature.kept_by",
            "YearlyPledge.name_typed",
            "Agreement.signed_by",
        ),
        "who works for an agency: a name by its nature, of nobody who is spoken about",
    ),
    **dict.fromkeys(
        (
            "Document.filled",
            "Document.text",
            "Signature.affirmed",
            "YearlyPledge.text",
            "Agreement.title",
        ),
        "the wording of a contract, with its parties and officers, read by who signs it",
    ),
    "AllowedPhrase.phrase": "a word that who keeps the list has found to point to nobody; this is the guard's own list",
    "ServiceImport.file_name": "a file of public listings, for who keeps the directory",
    "ServiceImport.report": "line numbers and field names of such a file",
    "Service.search_text": "made of the columns above",
    "Conference.place": "taken from the table's",
}
MACHINE = {
    "Member.password", "Invitation.roles", "Invitation.token_hash", "SignIn.banner_hash", "SingleSignOn.issuer",
    "SingleSignOn.client_id", "SingleSignOn.domains", "AccountReview.accounts", "AccountReview.text_hash", "Agency.regimes",
    "Table.quick_exit", "Table.demands_training", "Table.recurrence", "Table.filter3_identifiers", "ServiceImport.file_hash",
    "Service.languages", "Document.template", "Document.text_hash", "Document.token_hash", "Signature.text_hash",
    "YearlyPledge.text_hash", "Leaving.roles",
}  # fmt: skip
"""Digests, codes, addresses of machines: written by no hand, or refused unless a list knows them."""
CODES = {
    f"Situation.{name}"
    for name in ("subject_type", "age_band", "sex", "language", "risk_factors", "protective_factors", "study_flags")
} | {"ServiceRecord.status", "Reportable.signs"}
"""Chosen from lists: `writing` and the verbs refuse what is in none."""


def typed() -> set[str]:
    """Text columns of class profile in situations, and every text column of agencies and conferences."""
    found = {
        f"{name.partition('.')[2]}.{column}"
        for name, classes in FIELD_CLASSES.items()
        for column in classes.get(FieldClass.PROFILE, "").split()
        if _is_typed(apps.get_model(name), column)
    }
    models_ = [one for app in ("agencies", "conferences") for one in apps.get_app_config(app).get_models()]
    noted = {(one, field.name) for one in models_ if "Historical" not in one.__name__ for field in one._meta.fields}
    return found | {f"{model.__name__}.{name}" for model, name in noted if _is_typed(model, name)}


def _is_typed(model: type[models.Model], column: str) -> bool:
    field = model._meta.get_field(column)
    return isinstance(field, TYPED) and not field.choices


def test_every_text_is_guarded_or_has_a_reason_why_not():
    assert typed() == GUARDED | set(NOT_GUARDED) | CODES | MACHINE


def test_no_text_stands_in_two_lists():
    assert not GUARDED & set(NOT_GUARDED)
    assert not (GUARDED | set(NOT_GUARDED)) & (CODES | MACHINE)
