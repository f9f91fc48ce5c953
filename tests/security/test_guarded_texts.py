"""Every text that is typed about somebody either passes the guard or stands here with the reason why it does not.

A new column fails this test until somebody has decided (docs/adding-a-field.md).
"""

import pytest
from django.apps import apps
from django.db import models

from conferences.models import Conference
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
}  # fmt: skip
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
}
CODES = {
    f"Situation.{name}"
    for name in ("subject_type", "age_band", "sex", "language", "risk_factors", "protective_factors", "study_flags")
} | {"ServiceRecord.status", "Reportable.signs"}
"""Chosen from lists: `writing` and the verbs refuse what is in none."""


def typed() -> set[str]:
    """Text columns of class profile in situations, and every text column of what a conference notes."""
    found = {
        f"{name.partition('.')[2]}.{column}"
        for name, classes in FIELD_CLASSES.items()
        for column in classes.get(FieldClass.PROFILE, "").split()
        if _is_typed(apps.get_model(name), column)
    }
    noted = [one for one in apps.get_app_config("conferences").get_models() if "Historical" not in one.__name__]
    columns = {(model, field.name) for model in noted for field in model._meta.fields} - {(Conference, "place")}
    return found | {f"{model.__name__}.{name}" for model, name in columns if _is_typed(model, name)}


def _is_typed(model: type[models.Model], column: str) -> bool:
    field = model._meta.get_field(column)
    return isinstance(field, TYPED) and not field.choices


def test_every_text_is_guarded_or_has_a_reason_why_not():
    assert typed() == GUARDED | set(NOT_GUARDED) | CODES


def test_no_text_stands_in_two_lists():
    assert not GUARDED & set(NOT_GUARDED)
    assert not (GUARDED | set(NOT_GUARDED)) & CODES
