"""A rejected situation keeps its outline only, in every table of the database; taking back ends with the redaction."""

from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.apps import apps
from pytest_django import DjangoDbBlocker

from conferences import chairing
from conferences.models import Conference
from hub.core import clock
from hub.core.errors import NotAllowed, NotVisible, RuleRefused
from situations import conclusion, going_back, identity, plan, retention
from situations.choices import ContactKind, Stage
from situations.models import BlindIndex, DataKey, Identity, Situation
from tests.cast import Cast, act, assemble, fresh, refused, scene, to_filter4

Made = tuple[Cast, Conference, Situation]
MARK = "zebra stripes"


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Made]:
    """Rejected after all: it had been at filter 4 and was taken back, with text in every field that takes one."""
    with scene(django_db_blocker):
        people = assemble()
        ready = people.ready(
            note=MARK, town=MARK, consent_reason=MARK, study_flags=["homelessness"],
            affected_persons=[{"tie": MARK, "sex": "male", "age_band": "6_11"}],
        )  # fmt: skip
        conference = people.conference()
        situation = to_filter4(people, conference, ready)
        plan.add_step(by=people["clinic"], situation=situation, text=MARK, due_at=clock.now())
        plan.set_visit(by=people["clinic"], situation=situation, at=clock.now(), who_goes=MARK, safety=MARK)
        plan.log_contact(by=people["clinic"], situation=situation, kind=ContactKind.CALL, reached=True, outcome=MARK)
        plan.record_service(by=people["clinic"], situation=situation, service=MARK, status="offered")
        conclusion.report_back(by=people["clinic"], situation=situation, line=MARK, still_aer=True)
        act(people["facilitator"], conference, situation, "take-back", because="Not yet.")
        act(people["recovery"], conference, situation, "answer", kind="can_help", offer=MARK)
        act(people["facilitator"], conference, situation, "take-back", because="Not yet.")
        act(people["police"], conference, situation, "dissent", reason=MARK)
        act(people["facilitator"], conference, situation, "reject", reason="not_aer", because=MARK)
        yield people, conference, fresh(situation)


@pytest.fixture
def people(db: None, made: Made) -> Cast:
    return deepcopy(made[0])


@pytest.fixture
def conference(db: None, made: Made) -> Conference:
    return deepcopy(made[1])


@pytest.fixture
def situation(db: None, made: Made) -> Situation:
    return deepcopy(made[2])


def stored() -> str:
    """Everything that the database holds about situations and conferences, history included."""
    models = [model for app in ("situations", "conferences") for model in apps.get_app_config(app).get_models()]
    return repr([list(model._default_manager.values()) for model in models])


def test_nothing_that_a_rejected_situation_may_not_keep_is_left_anywhere(people, situation):
    for word in (MARK, "homelessness", "suicide.current_risk", "Two home visits", "Because of"):
        assert word in stored()
    retention.redact_rejected(by=people["facilitator"], situation=situation)
    for word in (MARK, "homelessness", "suicide", "mental_health", "protective.", "home visits", "crisis care", "Because of"):
        assert word not in stored()


def test_outline_number_dates_and_reason_stay(people, situation):
    retention.redact_rejected(by=None, situation=situation)
    kept = fresh(situation)
    assert (kept.subject_type, kept.age_band, kept.sex, kept.originating_agency) == (
        "person", "12_17", "male", people.agencies["schools"]
    )  # fmt: skip
    assert (kept.number, kept.conclusion_reason) == (situation.number, "not_aer")
    assert (kept.written_at, kept.tabled_at, kept.ended_at) == (
        situation.written_at, situation.tabled_at, situation.ended_at
    )  # fmt: skip


def test_identity_is_shredded_with_key_index_and_history(people, situation):
    before = situation.ledger.count()
    retention.redact_rejected(by=people["facilitator"], situation=situation)
    assert not DataKey.objects.exists()
    assert not BlindIndex.objects.exists()
    assert not Identity.history.exists()
    assert bytes(Identity.objects.get().name) == b""
    assert people.ledger(situation, before) == [
        ("redacted", "facilitator", "clinic", "", set()), ("shredded", "facilitator", "clinic", "", set())
    ]  # fmt: skip
    assert situation.ledger.last().detail == {"keys": 1}
    assert identity.sealed_fields(situation) == []


def test_redacting_twice_changes_nothing_more(people, situation):
    retention.redact_rejected(by=None, situation=situation)
    before = situation.ledger.count()
    retention.redact_rejected(by=None, situation=situation)
    assert situation.ledger.count() == before


def test_rejection_is_taken_back_until_the_facilitator_goes_on(people, conference, situation):
    back = act(people["facilitator"], conference, situation, "take-back", because="Heard more.")
    assert (back.stage, back.conclusion_reason, back.ended_at, back.note) == (Stage.FILTER2, "", None, MARK)


def test_rejection_is_final_once_the_facilitator_went_on(people, conference, situation):
    chairing.put_down(by=people["facilitator"], conference=conference)
    assert fresh(situation).redacted_at is not None
    with refused(RuleRefused):
        going_back.take_back(by=people["facilitator"], situation=situation, because="Heard more.")


@pytest.mark.parametrize(("who", "error"), [("outsider", NotVisible), ("administrator", NotVisible), ("schools", NotAllowed)])
def test_nobody_else_redacts_or_shreds(people, situation, who, error):
    for verb in (retention.redact_rejected, retention.shred):
        with refused(error):
            verb(by=people[who], situation=situation)


def test_only_a_rejected_situation_is_redacted(people, conference, situation):
    act(people["facilitator"], conference, situation, "take-back", because="Heard more.")
    with refused(RuleRefused):
        retention.redact_rejected(by=None, situation=situation)
