"""Filter 4 and the follow-up: plan, contacts, services, report-back, conclusion, taking back, and the record of it all."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import timedelta
from typing import Any, cast

import pytest
from pytest_django import DjangoDbBlocker

from conferences import chairing
from conferences.models import Conference
from hub.core import clock
from hub.core.audit import acting
from hub.core.errors import NotAllowed, NotVisible, RuleRefused, Stale
from situations import conclusion, going_back, identity, plan, record
from situations.choices import ContactKind, EntryKind, Stage
from situations.disclosure import audience_of, disclose
from situations.guard import GuardAsks, GuardStops
from situations.models import PlanStep, Situation
from tests.cast import NOBODY, Cast, act, assemble, fresh, refused, scene, to_filter4

Made = tuple[Cast, Conference, Situation, Situation]


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Made]:
    with scene(django_db_blocker):
        people = assemble()
        ready, tabled = people.ready(), people.ready("police")
        conference = people.conference("police", "schools", "clinic", "recovery", "recorder", "observer")
        yield people, conference, to_filter4(people, conference, ready), fresh(tabled)


@pytest.fixture
def people(db: None, made: Made) -> Cast:
    return deepcopy(made[0])


@pytest.fixture
def conference(db: None, made: Made) -> Conference:
    return deepcopy(made[1])


@pytest.fixture
def situation(db: None, made: Made) -> Situation:
    """At filter 4, led by the clinic."""
    return deepcopy(made[2])


@pytest.fixture
def tabled(db: None, made: Made) -> Situation:
    """Another one, of the police, still waiting on the agenda."""
    return deepcopy(made[3])


Act = Callable[..., object]
PLANNING: dict[str, tuple[Act, str]] = {
    "step": (lambda by, s: plan.add_step(by=by, situation=s, text="Call.", due_at=clock.now()), "plan_changed"),
    "visit": (lambda by, s: plan.set_visit(by=by, situation=s, at=clock.now(), who_goes="Two of us."), "plan_changed"),
    "contact": (
        lambda by, s: plan.log_contact(by=by, situation=s, kind=ContactKind.VISIT, reached=True, outcome="At home."), "contact",
    ),
    "service": (lambda by, s: plan.record_service(by=by, situation=s, service="Grief group", status="offered"), "service"),
}  # fmt: skip
CHAIRED: dict[str, tuple[Act, str]] = {
    "continue": (lambda by, s, **more: conclusion.continues(by=by, situation=s, **more), "continued"),
    "conclude": (
        lambda by, s, **more: conclusion.conclude(by=by, situation=s, group="other", reason="deceased", **more), "concluded",
    ),
    "take-back": (lambda by, s, **more: going_back.take_back(by=by, situation=s, because="Early.", **more), "taken_back"),
}  # fmt: skip


@pytest.mark.parametrize("part", PLANNING)
def test_every_change_of_the_plan_is_entered_with_who_shares_it(people, situation, part):
    verb, kind = PLANNING[part]
    before = situation.ledger.count()
    verb(people["clinic"], situation)
    assert people.ledger(situation, before) == [(kind, "clinic", "clinic", "plan", set())]
    assert situation.ledger.last().detail == {"part": part, "agencies": [people.agencies["clinic"].pk]}


@pytest.mark.parametrize("part", PLANNING)
@pytest.mark.parametrize(
    ("who", "error"),
    [("outsider", NotVisible), ("administrator", NotVisible), ("analyst", NotVisible), ("schools", NotAllowed),
     ("police", NotAllowed), ("facilitator", NotAllowed), ("privacy_officer", NotAllowed), ("clinic_deputy", NotAllowed)],
)  # fmt: skip
def test_plan_belongs_to_those_with_a_role_and_a_pledge(people, situation, part, who, error):
    with refused(error):
        PLANNING[part][0](people[who], situation)


@pytest.mark.parametrize("part", PLANNING)
def test_plan_is_closed_with_the_situation(people, situation, part):
    CHAIRED["conclude"][0](people["facilitator"], situation)
    with refused(RuleRefused):
        PLANNING[part][0](people["clinic"], situation)


@pytest.mark.parametrize(
    ("field", "verb"),
    [
        ("text", lambda by, s: plan.add_step(by=by, situation=s, text=" ", due_at=clock.now())),
        ("text", lambda by, s: plan.add_step(by=by, situation=s, text="x" * 281, due_at=clock.now())),
        ("who_goes", lambda by, s: plan.set_visit(by=by, situation=s, at=clock.now(), who_goes="")),
        ("safety", lambda by, s: plan.set_visit(by=by, situation=s, at=clock.now(), who_goes="We", safety="x" * 281)),
        ("outcome", lambda by, s: plan.log_contact(by=by, situation=s, kind=ContactKind.CALL, reached=False, outcome="")),
        ("kind", lambda by, s: plan.log_contact(by=by, situation=s, kind=cast("ContactKind", "x"), reached=True, outcome="x")),
        ("status", lambda by, s: plan.record_service(by=by, situation=s, service="Group", status="lost")),
        ("line", lambda by, s: conclusion.report_back(by=by, situation=s, line=" ", still_aer=True)),
    ],
)  # fmt: skip
def test_wrong_input_is_refused_at_its_field(people, situation, field, verb):
    with refused(RuleRefused, field):
        verb(people["clinic"], situation)


def test_task_is_given_to_an_agency_with_a_role_only(people, situation):
    with refused(RuleRefused, "agency"):
        plan.add_step(
            by=people["clinic"], situation=situation, text="Call.", due_at=clock.now(), agency=people.agencies["police"]
        )


def test_task_is_done_and_undone(people, situation):
    step = plan.add_step(by=people["clinic"], situation=situation, text="Call.", due_at=clock.now())
    plan.finish_step(by=people["clinic"], situation=situation, step=step)
    assert PlanStep.objects.get().done_at is not None
    plan.finish_step(by=people["clinic"], situation=situation, step=step, done=False)
    assert PlanStep.objects.get().done_at is None


def test_facilitator_sees_the_clock_and_the_status_and_no_word_of_the_plan(people, situation):
    for verb, _kind in PLANNING.values():
        verb(people["clinic"], situation)
    shown = disclose(situation, audience_of(people["facilitator"], situation))
    assert shown.plan_status
    assert (shown.plan_status.reached, shown.plan_status.overdue, shown.plan_status.steps) == (True, False, 1)
    assert not any(word in repr(shown) for word in ("Call.", "Two of us", "At home", "Grief group"))


def test_clock_that_ran_out_without_contact_is_overdue(people, situation):
    audience = audience_of(people["clinic"], situation)
    with clock.at(situation.clock_ends_at + timedelta(seconds=1)):
        late = disclose(situation, audience).plan_status
        assert late
        assert late.overdue
    PLANNING["contact"][0](people["clinic"], situation)
    with clock.at(situation.clock_ends_at + timedelta(seconds=1)):
        reached = disclose(situation, audience).plan_status
        assert reached
        assert not reached.overdue


# follow-up


@pytest.mark.parametrize("who", ["clinic", "facilitator"])
def test_report_back_is_by_the_lead_or_typed_by_the_facilitator_and_says_who_heard_it(people, situation, who):
    before = situation.ledger.count()
    row = conclusion.report_back(by=people[who], situation=situation, line="He comes to the group.", still_aer=True)
    assert row.agency == people.agencies["clinic"]
    told = {"police", "recovery", "schools"}
    assert people.ledger(situation, before) == [("report_back", who, "clinic", "table_agreement", told)]


@pytest.mark.parametrize(
    ("who", "error"), [("outsider", NotVisible), ("police", NotAllowed), ("schools", NotAllowed), ("recorder", NotAllowed)]
)
def test_nobody_else_reports_back(people, situation, who, error):
    with refused(error):
        conclusion.report_back(by=people[who], situation=situation, line="All well.", still_aer=False)


def test_report_back_that_could_name_somebody_waits_for_the_answer(people, situation):
    with pytest.raises(GuardStops):
        conclusion.report_back(
            by=people["clinic"], situation=situation, line="Zephyrine agreed.", still_aer=True, answered=NOBODY
        )
    line = "He told Fells about it."
    with pytest.raises(GuardAsks):
        conclusion.report_back(by=people["clinic"], situation=situation, line=line, still_aer=True)
    assert not situation.report_backs.exists()
    conclusion.report_back(by=people["clinic"], situation=situation, line=line, still_aer=True, answered=NOBODY)
    assert situation.report_backs.count() == 1


PLANNED: list[tuple[str, Callable[..., object], dict[str, Any]]] = [
    ("text", plan.add_step, {"due_at": clock.now()}),
    ("outcome", plan.log_contact, {"kind": "visit", "reached": True}),
    ("service", plan.record_service, {"status": "offered"}),
    ("offer", plan.set_visit, {"at": clock.now(), "who_goes": "The clinic's nurse"}),
    ("safety", plan.set_visit, {"at": clock.now(), "who_goes": "The clinic's nurse"}),
]


@pytest.mark.parametrize(("field", "verb", "more"), PLANNED, ids=[one[0] for one in PLANNED])
def test_plan_is_asked_about_and_stops_nothing(people, situation, field, verb, more):
    typed = {**more, field: "Zephyrine, on 617-555-0134."}
    with pytest.raises(GuardAsks) as asked:
        verb(by=people["clinic"], situation=situation, **typed)
    assert (asked.value.field, asked.value.kinds) == (field, ["identity", "phone"])
    verb(by=people["clinic"], situation=situation, **typed, answered=NOBODY)
    entry = situation.ledger.filter(kind=EntryKind.GUARD_ASKED).last()
    assert entry.detail == {"field": field, "kinds": ["identity", "phone"], "because": "word", "recognisable": False}


def test_who_goes_and_where_are_not_asked_about(people, situation):
    plan.set_visit(
        by=people["clinic"], situation=situation, at=clock.now(), who_goes="Nurse Alder and Mr. Dunne", place="7 Canary Row"
    )


@pytest.mark.parametrize("action", CHAIRED)
def test_facilitators_decision_is_entered(people, situation, action):
    verb, kind = CHAIRED[action]
    before = situation.ledger.count()
    verb(people["facilitator"], situation, revision=situation.revision)
    assert people.ledger(situation, before)[0] == (kind, "facilitator", "clinic", "", set())
    assert fresh(situation).revision == situation.revision + 1


@pytest.mark.parametrize("action", CHAIRED)
@pytest.mark.parametrize(
    ("who", "error"), [("outsider", NotVisible), ("clinic", NotAllowed), ("schools", NotAllowed), ("recorder", NotAllowed)]
)
def test_nobody_else_decides(people, situation, action, who, error):
    with refused(error):
        CHAIRED[action][0](people[who], situation)


@pytest.mark.parametrize("action", CHAIRED)
def test_decision_on_a_stale_or_wrong_state_is_refused(people, situation, tabled, action):
    verb = CHAIRED[action][0]
    with refused(Stale):
        verb(people["facilitator"], situation, revision=situation.revision - 1)
    with refused(RuleRefused):
        verb(people["facilitator"], tabled)


@pytest.mark.parametrize(
    ("group", "reason"), [("", ""), ("rejected", "not_aer"), ("other", "connected_to_services"), ("nothing", "deceased")]
)
def test_conclusion_needs_a_reason_of_its_group(people, situation, group, reason):
    with refused(RuleRefused, "reason"):
        conclusion.conclude(by=people["facilitator"], situation=situation, group=group, reason=reason)


# taking back


def test_each_step_is_taken_back_with_its_reason_and_keeps_what_was_said(people, conference, situation):
    act(people["facilitator"], conference, situation, "conclude", ending="other.deceased", because="Told so.")
    stages = []
    for _step in range(3):
        now = act(people["facilitator"], conference, situation, "take-back", because="Too early.")
        stages.append(now.stage)
    assert stages == [Stage.FILTER4, Stage.FILTER3, Stage.FILTER2]
    assert (now.aer_at, now.filter4_at, now.clock_ends_at, now.ended_at, now.conclusion_reason) == (None,) * 4 + ("",)
    assert situation.involvements.filter(ended_at=None).count() == 1, "reopened without losing answers"
    with refused(RuleRefused):
        going_back.take_back(by=people["facilitator"], situation=now, because="Further.")


def test_reason_is_needed_to_take_back(people, situation):
    with refused(RuleRefused, "because"):
        going_back.take_back(by=people["facilitator"], situation=situation, because="  ")


def test_who_came_in_since_is_entered_before_filter_3_is_reopened(people, conference, situation):
    before = situation.ledger.count()
    chairing.arrive(by=people["facilitator"], conference=conference, member=people["police_deputy"], aloud=True)
    going_back.take_back(by=people["facilitator"], situation=situation, because="Another lead.")
    assert people.ledger(situation, before) == [
        # in hand at a follow-up: the police's seat sees it from the moment of coming in
        ("profile", "facilitator", "schools", "table_agreement", {"police_deputy"}),
        ("taken_back", "facilitator", "clinic", "", set()),
    ]


# the record


def kinds(people: Cast, situation: Situation, who: str) -> list[str]:
    return [one.kind for one in record.page(situation, audience_of(people[who], situation)).rows]


def test_privacy_officer_reads_every_entry_newest_first_and_no_content(people, situation):
    conclusion.report_back(by=people["clinic"], situation=situation, line="He comes to the group.", still_aer=True)
    found = record.page(situation, audience_of(people["privacy_officer"], situation)).rows
    assert [one.sequence for one in found] == list(range(situation.ledger.count(), 0, -1))
    for word in ("Stopped coming", "comes to the group", "Zephyrine", "home visits"):
        assert word not in repr(found)


def test_agencies_with_a_part_read_what_they_did_and_received(people, situation):
    assert kinds(people, situation, "schools")[::-1][:3] == ["written", "screened", "tabled"]
    assert "written" not in kinds(people, situation, "clinic_deputy")
    lead = kinds(people, situation, "clinic")
    assert {"profile", "identity_offered", "planned", "aer"} <= set(lead)
    assert not {"written", "screened"} & set(lead)


@pytest.mark.parametrize("who", ["police", "facilitator", "recorder", "observer", "analyst", "administrator", "outsider"])
def test_nobody_else_reads_the_record(people, situation, who):
    assert kinds(people, situation, who) == []


def test_originating_agency_reads_who_opened_its_identity(people, situation):
    identity.read(by=people["clinic"], situation=situation)
    line = record.page(situation, audience_of(people["schools"], situation)).rows[0]
    assert (line.kind, line.person, line.recipients[0][1]) == ("identity_read", "Clinic", "Clinic")
    assert line.basis


def test_position_is_that_of_the_moment_and_not_of_today(people, situation):
    identity.read(by=people["clinic"], situation=situation)
    with acting(None, "test"):
        people["clinic"].position = "Director"
        people["clinic"].save()
    lines = record.page(situation, audience_of(people["clinic"], situation)).rows
    assert {position for line in lines for _agency, _person, position in line.recipients} == {""}


def test_recipient_reads_its_own_names_only(people, situation):
    offered = next(
        one for one in record.page(situation, audience_of(people["clinic"], situation)).rows if one.kind == "identity_offered"
    )
    assert {agency for agency, _person, _position in offered.recipients} == {"Harborview Clinic"}
    assert offered.basis == ""
