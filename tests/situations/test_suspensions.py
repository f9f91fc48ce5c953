"""Suspended accountings: honoured with their dates, silent, recorded by the own officer only (45 CFR 164.528(a)(2))."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import date, timedelta
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from agencies import membership
from hub.core import clock
from hub.core.errors import NotVisible, RuleRefused
from situations import accounting, suspensions
from situations.accounting import Asked
from situations.choices import EntryKind
from situations.models import Situation, Suspension
from tests.cast import IDENTITY, PASSWORD, Cast, assemble, fresh, refused, scene, to_filter3

pytestmark = pytest.mark.django_db
PERSON = Asked(name=IDENTITY["name"], date_of_birth=IDENTITY["date_of_birth"])
Made = tuple[Cast, Situation]


@pytest.fixture(scope="module")
def scene_made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Made]:
    """Brought by the schools and opened to the seats; schools and clinic have a privacy officer."""
    with scene(django_db_blocker):
        people = assemble()
        for key in ("schools", "clinic"):
            people.members[f"{key}_officer"] = membership.add_member(
                by=None, roles=["privacy_officer"], password=PASSWORD, email=f"{key}.officer@harborview.example",
                name=f"{key.title()} Officer", agency=people.agencies[key],
            )  # fmt: skip
        situation = people.ready()
        to_filter3(people, people.conference(), situation)
        yield people, fresh(situation)


@pytest.fixture
def people(db: None, scene_made: Made) -> Cast:
    return deepcopy(scene_made[0])


@pytest.fixture
def situation(db: None, scene_made: Made) -> Situation:
    return deepcopy(scene_made[1])


def record(people: Cast, situation: Situation, who: str = "schools_officer", **instead: Any) -> list[Suspension]:
    day = clock.today()
    fields = {
        "number": situation.number, "official_agency": people.agencies["police"], "written": True,
        "reference": "Det. Alder, letter in our file 44", "starts_on": day, "until": day + timedelta(days=60),
    }  # fmt: skip
    return suspensions.record(by=people[who], **{**fields, **instead})


def listed(people: Cast, who: str = "schools_officer") -> set[str]:
    return {line.agency for line in accounting.of(by=people[who], asked=PERSON).lines}


def test_what_went_to_the_official_is_left_out_without_a_word_until_the_day_has_passed(people: Cast, situation: Situation):
    before = accounting.of(by=people["schools_officer"], asked=PERSON)
    assert "Harborview Police" in listed(people)
    [made] = record(people, situation)
    during = accounting.of(by=people["schools_officer"], asked=PERSON)
    assert {line.agency for line in during.lines} == {"Harborview Clinic", "Harborview Recovery"}
    assert during.lines == tuple(line for line in before.lines if line.agency != "Harborview Police")
    assert (during.rules, during.situations) == (before.rules, before.situations)
    with clock.at(clock.now() + timedelta(days=60)):
        assert "Harborview Police" not in listed(people)
    with clock.at(clock.now() + timedelta(days=61)):
        assert accounting.of(by=people["schools_officer"], asked=PERSON).lines == before.lines
    assert made.until == clock.today() + timedelta(days=60)


def test_the_accounting_itself_enters_nothing_of_it(people: Cast, situation: Situation):
    record(people, situation)
    listed(people)
    entry = situation.ledger.get(kind=EntryKind.ACCOUNTED)
    assert set(entry.detail) == {"form", "since", "until"}


def test_only_the_agency_to_which_it_was_said_leaves_it_out(people: Cast, situation: Situation):
    record(people, situation, official_agency=people.agencies["police"])
    Suspension.objects.update(agency=people.agencies["clinic"])
    assert "Harborview Police" in listed(people)


def test_oral_statement_counts_for_thirty_days_at_most(people: Cast, situation: Situation):
    day = clock.today()
    with refused(RuleRefused, "until"):
        record(people, situation, written=False, until=day + timedelta(days=31))
    with refused(RuleRefused, "until"):
        record(people, situation, written=False, starts_on=day - timedelta(days=1), until=day + timedelta(days=30))
    assert record(people, situation, written=False, until=day + timedelta(days=30))
    assert record(people, situation, until=date(2040, 1, 1))


@pytest.mark.parametrize(
    ("instead", "field"),
    [
        ({"starts_on": clock.today() + timedelta(days=1)}, "starts_on"),
        ({"starts_on": date(2020, 1, 1), "until": clock.today() - timedelta(days=1)}, "until"),
        ({"reference": "  "}, "reference"), ({"reference": "x" * 121}, "reference"),
        ({"number": "2026-9999"}, "number"), ({"number": ""}, "number"),
    ],
)  # fmt: skip
def test_refused_with_the_field_to_mend(people: Cast, situation: Situation, instead: dict[str, Any], field: str):
    with refused(RuleRefused, field):
        record(people, situation, **instead)


def test_only_police_and_state_agencies_at_the_table_are_officials(people: Cast, situation: Situation):
    assert suspensions.official_agencies(people["schools_officer"]) == [people.agencies["police"]]
    for key in ("clinic", "schools", "stranger"):
        with refused(RuleRefused, "official_agency"):
            record(people, situation, official_agency=people.agencies[key])


def test_number_of_what_one_has_disclosed_nothing_about_is_unknown(people: Cast, situation: Situation):
    with refused(RuleRefused, "number"):
        record(people, situation, "clinic_officer")


def test_only_the_own_privacy_officer_records_and_ends(people: Cast, situation: Situation):
    [made] = record(people, situation)
    for who in ("schools", "privacy_officer", "facilitator", "administrator", "outsider"):
        with refused(NotVisible):
            record(people, situation, who)
        with refused(NotVisible):
            suspensions.end(by=people[who], key=made.pk)
    with refused(NotVisible):
        suspensions.end(by=people["clinic_officer"], key=made.pk)
    assert list(suspensions.of_agency(people["clinic_officer"])) == []


def test_ended_today_everything_is_listed_tomorrow(people: Cast, situation: Situation):
    [made] = record(people, situation)
    suspensions.end(by=people["schools_officer"], key=made.pk)
    assert "Harborview Police" not in listed(people)
    with refused(RuleRefused):
        suspensions.end(by=people["schools_officer"], key=made.pk)
    with clock.at(clock.now() + timedelta(days=1)):
        assert "Harborview Police" in listed(people)


def test_each_step_is_in_the_ledger_and_in_the_history(people: Cast, situation: Situation):
    [made] = record(people, situation)
    suspensions.end(by=people["schools_officer"], key=made.pk)
    first, second = situation.ledger.filter(kind=EntryKind.SUSPENDED).order_by("sequence")
    until = clock.today() + timedelta(days=60)
    assert first.detail == {"suspension": made.pk, "written": True, "until": until.isoformat()}
    assert second.detail == {"suspension": made.pk, "written": True, "until": clock.today().isoformat()}
    assert [row.history_change_reason for row in made.history.all()] == ["suspensions.end", "suspensions.record"]
