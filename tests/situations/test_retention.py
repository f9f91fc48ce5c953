"""A rejected situation keeps its outline only, in every table of the database; taking back ends with the redaction."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta

import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

from conferences import chairing
from conferences.models import Conference
from hub.core import clock
from hub.core.audit import acting
from hub.core.errors import NotAllowed, NotVisible, RuleRefused
from situations import conclusion, going_back, identity, plan, retention
from situations.choices import ContactKind, Stage
from situations.models import (
    BlindIndex,
    BreakGlass,
    Certificate,
    Grounds,
    Identity,
    LegalHold,
    Reportable,
    Situation,
    Suspension,
)  # fmt: skip
from tests.cast import Cast, act, assemble, fresh, refused, scene, to_filter4

Made = tuple[Cast, Conference, Situation]
MARK = "zebra stripes"
DIRECTORY = ("agencies_service", "agencies_historicalservice")


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
        written_beside(people, situation)
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


def written_beside(people: Cast, situation: Situation) -> None:
    """Text in every column of the records of grounds and oversight that takes one, with an earlier version in their history."""
    now, today, clinic = clock.now(), clock.today(), people["clinic"]
    own = {"situation": situation, "agency": clinic.agency}
    with acting(None, "test"):
        grounds = Grounds.objects.create(
            **own, recorded_by=clinic, at=now, basis="x", pack="x", affirmed=["a"], words=MARK.encode()
        )
        hold = LegalHold.objects.create(**own, set_by=clinic, set_at=now, reference=MARK)
        hold.lifted_by, hold.lifted_at = clinic, now
        rows = (
            grounds,
            hold,
            BreakGlass.objects.create(
                **own, member=clinic, basis="x", reason=MARK, opened_at=now, expires_at=now + timedelta(minutes=30)
            ),
            Suspension.objects.create(
                **own, official_agency=people.agencies["police"], written=True, reference=MARK, starts_on=today, until=today,
                recorded_by=clinic,
            ),
        )  # fmt: skip
        for row in rows:
            row.save()
    Reportable.objects.create(**own, member=clinic, at=now, signs=["injury"])


def stored() -> str:
    """Every column of every row of every table of every database, ours or not, read past the models.

    The directory of services is left out: "suicide" in the name of a help line is nobody's.
    """
    found = []
    for database in connections.all():
        with database.cursor() as cursor:
            for table in database.introspection.table_names(cursor):
                if table.startswith(DIRECTORY):
                    continue
                cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - the database's own names
                found += [bytes(value) if isinstance(value, memoryview) else value for row in cursor for value in row]
    return repr(found)


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


def test_identity_is_shredded_with_index_and_history(people, situation):
    before = situation.ledger.count()
    retention.redact_rejected(by=people["facilitator"], situation=situation)
    assert not BlindIndex.objects.exists()
    assert not Identity.history.exists()
    assert bytes(Identity.objects.get().name) == b""
    assert people.ledger(situation, before) == [
        ("redacted", "facilitator", "clinic", "", set()), ("shredded", "facilitator", "clinic", "", set())
    ]  # fmt: skip
    certificate = Certificate.objects.get()
    assert situation.ledger.last().detail == {"certificate": str(certificate.key), "keys": 1, "why": "rejected"}
    assert identity.sealed_fields(situation) == []


def test_what_an_accounting_needs_stays_without_its_words(people, situation):
    retention.redact_rejected(by=None, situation=situation)
    grounds = Grounds.objects.get(basis="x")
    assert (grounds.basis, grounds.affirmed, bytes(grounds.words)) == ("x", ["a"], b"")
    assert {bytes(row.words) for row in (*Grounds.objects.all(), *Grounds.history.all())} == {b""}
    assert (BreakGlass.objects.get().reason, LegalHold.objects.get().reference, Suspension.objects.get().reference) == (
        "redacted", "", ""
    )  # fmt: skip
    assert Reportable.objects.get().signs == ["injury"]


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
