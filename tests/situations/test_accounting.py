"""The accounting of disclosures: one's own only, for the own privacy officer only, in the ledger first, complete, no more."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta

import pytest
from dateutil.relativedelta import relativedelta
from pytest_django import DjangoDbBlocker

from agencies import membership
from agencies.models import Agency, AgencyRole, Member, Pledge
from conferences import chairing
from hub.core import clock
from hub.core.audit import acting
from hub.core.errors import NotAllowed, NotVisible, RuleRefused
from situations import accounting, accounting_words, identity, ledger, legal_bases, plan
from situations.accounting import Accounting, Asked
from situations.choices import AnswerKind, ContactKind, EntryKind
from situations.models import LedgerEntry, Recusal, Situation
from situations.visibility import IDENTITY_FIELDS
from tests.cast import (
    AGENCIES,
    IDENTITY,
    PASSWORD,
    Cast,
    act,
    assemble,
    fresh,
    given_for,
    refused,
    scene,
    to_filter2,
    to_filter3,
)

pytestmark = pytest.mark.django_db
PERSON = Asked(name=IDENTITY["name"], date_of_birth=IDENTITY["date_of_birth"])


Made = tuple[Cast, dict[str, Situation]]


@pytest.fixture(scope="module")
def scene_made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Made]:
    """One brought by the schools, answered by police and recovery, led by the clinic; one of recovery's, rejected and shredded.

    Each seated agency has a privacy officer: `<key>_officer`.
    """
    with scene(django_db_blocker):
        people = assemble()
        for key in AGENCIES:
            people.members[f"{key}_officer"] = membership.add_member(
                by=None, roles=["privacy_officer"], password=PASSWORD, email=f"{key}.officer@harborview.example",
                name=f"{key.title()} Officer", agency=people.agencies[key],
            )  # fmt: skip
        change(people.agencies["police"], address="1 Pier Road, Harborview")
        change(people["police"], position="Sergeant")
        change(people["schools"], position="Counsellor")
        planned, rejected = people.ready(), people.ready("recovery")
        conference = people.conference()
        to_filter3(people, conference, planned)
        act(people["police"], conference, planned, "answer", kind=AnswerKind.SERVING_NOW, **given_for("table_agreement"))
        act(people["recovery"], conference, planned, "answer", kind=AnswerKind.CAN_HELP)
        clinic = str(people.agencies["clinic"].pk)
        act(people["facilitator"], conference, planned, "assign", agency=clinic, role="lead")
        act(people["clinic"], conference, planned, "accept")
        act(people["facilitator"], conference, planned, "start-filter-4")
        to_filter2(people, conference, rejected)
        act(people["facilitator"], conference, rejected, "reject", reason="single_agency")
        chairing.close_conference(by=people["facilitator"], conference=conference)
        change(people["police"], position="Chief")
        yield people, {"planned": fresh(planned), "rejected": fresh(rejected)}


@pytest.fixture
def people(db: None, scene_made: Made) -> Cast:
    return deepcopy(scene_made[0])


@pytest.fixture
def planned(db: None, scene_made: Made) -> Situation:
    return deepcopy(scene_made[1]["planned"])


@pytest.fixture
def rejected(db: None, scene_made: Made) -> Situation:
    return deepcopy(scene_made[1]["rejected"])


def made(people: Cast, who: str, asked: Asked = PERSON, **kwargs: object) -> Accounting:
    return accounting.of(by=people[who], asked=asked, **kwargs)  # type: ignore[arg-type]


def change(record: Agency | Member, **fields: object) -> None:
    with acting(None, "test"):
        for name, value in fields.items():
            setattr(record, name, value)
        record.save()


def told(found: Accounting) -> list[tuple[str, str, int]]:
    return [(line.agency.removeprefix("Harborview "), line.what.split(":")[0], line.times) for line in found.lines]


def entered(situation: Situation | None = None) -> list[LedgerEntry]:
    return list(LedgerEntry.objects.filter(kind=EntryKind.ACCOUNTED, situation=situation).order_by("pk"))


def test_originating_agency_accounts_for_what_each_agency_got(people: Cast, planned: Situation):
    identity.read(by=people["clinic"], situation=planned)
    description = "A description without a name"
    found = told(made(people, "schools_officer"))
    assert {(to, what) for to, what, _times in found} >= {
        ("Police", description), ("Clinic", description), ("Recovery", description),
        ("Police", "Shown in a meeting"), ("Clinic", "Shown in a meeting"), ("Recovery", "Shown in a meeting"),
        ("Clinic", "Opened to the agencies that help"), ("Clinic", "Read by one person"),
    }  # fmt: skip
    assert not [to for to, _what, _times in found if to == "Schools"]


def test_line_holds_date_recipient_position_address_what_basis_and_releaser(people: Cast, planned: Situation):
    shown = [one for one in made(people, "schools_officer").lines if one.what.startswith("Shown in a meeting")]
    line = next(one for one in shown if one.agency == "Harborview Police")
    assert (line.address, line.people) == ("1 Pier Road, Harborview", ("Police, Sergeant",))
    assert line.what == "Shown in a meeting: name, date of birth"
    basis = legal_bases.basis("table_agreement")
    assert (line.purpose, line.citation) == (str(basis.name), basis.citation)
    assert line.released_by == "Schools, Counsellor"
    assert line.number == planned.number
    assert line.at == planned.ledger.get(kind=EntryKind.IDENTITY_OFFERED).at


def test_what_a_facilitator_of_another_agency_did_names_no_releaser(people: Cast, planned: Situation):
    profile = next(one for one in made(people, "schools_officer").lines if one.what.startswith("A description"))
    assert profile.released_by == ""


def test_answer_is_the_answering_agencys_own_disclosure_and_an_offer_is_none(people: Cast, planned: Situation):
    found = made(people, "police_officer")
    assert {line.what for line in found.lines} == {"That our agency serves the person now"}
    assert {line.agency for line in found.lines} == {"Harborview Clinic"}, "the facilitator, who is the clinic's"
    assert planned.ledger.filter(kind=EntryKind.ANSWER, agency=people.agencies["recovery"]).exists()
    assert made(people, "recovery_officer").situations == ()
    assert "That our agency" not in " ".join(line.what for line in made(people, "schools_officer").lines)


def test_work_on_the_plan_is_accounted_for_by_who_wrote_it(people: Cast, planned: Situation):
    plan.log_contact(by=people["clinic"], situation=planned, kind=ContactKind.CALL, reached=True, outcome="Spoke by phone.")
    assert made(people, "clinic_officer").lines == (), "nobody else has a role, so nobody else could read it"
    ledger.append(
        EntryKind.CONTACT, by=people["clinic"], situation=planned, basis="plan",
        detail={"part": "contact", "agencies": sorted([people.agencies["clinic"].pk, people.agencies["police"].pk])},
    )  # fmt: skip
    [line] = made(people, "clinic_officer").lines
    assert (line.agency, line.what, line.purpose) == (
        "Harborview Police", "How a contact with the person went", "Carrying out the plan of help together",
    )  # fmt: skip


def test_agency_that_acts_is_in_the_accounting_although_nobody_of_it_was_in_the_room(people: Cast, planned: Situation):
    """What it may read from filter 4 on, by agency: the opening of the identity, and the answers of others."""
    whom = people.agencies["recovery"]
    agencies = {"agencies": [people.agencies["schools"].pk, whom.pk]}
    ledger.append(
        EntryKind.PLANNED, by=people["facilitator"], situation=planned, basis="table_agreement",
        detail={"fields": ["name"], **agencies}, discloser=people.agencies["schools"].pk,
    )  # fmt: skip
    ledger.append(
        EntryKind.ANSWER, by=people["facilitator"], situation=planned, basis="table_agreement",
        detail={"answer": "serving_now", **agencies}, discloser=people.agencies["police"].pk,
    )  # fmt: skip
    for officer, what in (("schools_officer", "Opened to the agencies that help"), ("police_officer", "serves the person now")):
        lines = [one for one in made(people, officer).lines if one.agency == whom.name]
        assert any(what in one.what and one.people == () for one in lines)


def test_repeated_disclosures_are_summed_up_with_their_number_and_last_day(people: Cast, planned: Situation):
    start, deputy = clock.now(), people["clinic_deputy"]
    Pledge.objects.create(
        table=people.table, member=deputy, day=clock.today(), affirmed_at=start, given="on_device", recorded_by=deputy
    )  # fmt: skip
    for minutes in (1, 2, 3):
        with clock.at(start + timedelta(minutes=minutes)):
            identity.read(by=people["clinic"], situation=planned)
    with clock.at(start + timedelta(minutes=4)):
        identity.read(by=deputy, situation=planned)
        read = next(one for one in made(people, "schools_officer").lines if one.what.startswith("Read by one person"))
    assert (read.times, read.at, read.last_at) == (4, start + timedelta(minutes=1), start + timedelta(minutes=4))
    assert read.people == ("Clinic", "Clinic_Deputy")


def test_six_years_and_the_days_asked_for(people: Cast, planned: Situation):
    day = clock.today()
    assert made(people, "schools_officer").since == day - relativedelta(years=6)
    assert made(people, "schools_officer", until=day - timedelta(days=1)).lines == ()
    assert made(people, "schools_officer", since=day + timedelta(days=1)).lines == ()
    assert made(people, "schools_officer", since=day, until=day).lines
    with clock.at(clock.now() + timedelta(days=366 * 6 + 2)):
        assert made(people, "schools_officer").lines == ()


@pytest.mark.parametrize(
    ("regimes", "basis", "listed"),
    [
        (["hipaa"], "hipaa_treatment", False), (["hipaa"], "hipaa_authorization", False), (["hipaa"], "hipaa_threat", True),
        (["hipaa", "state_c66a"], "hipaa_treatment", True), (["hipaa", "ferpa"], "hipaa_treatment", True),
        (["part2", "hipaa"], "part2_consent", True), (["police"], "table_agreement", True),
        (["hipaa"], "no_such_basis", True), (["police"], "hipaa_treatment", True),
    ],
)  # fmt: skip
def test_what_the_law_leaves_out_is_left_out(people: Cast, planned: Situation, regimes: list[str], basis: str, listed: bool):
    change(people.agencies["clinic"], regimes=regimes)
    ledger.append(
        EntryKind.ANSWER, by=people["clinic"], situation=planned, basis=basis, detail={"answer": "serving_now"},
        recipients=[(people.agencies["police"].pk, people["police"].pk)], what="answer",
    )  # fmt: skip
    found = accounting.of(by=Member.objects.get(pk=people["clinic_officer"].pk), asked=PERSON)
    assert found.situations == (planned.pk,)
    assert bool(found.lines) is listed


def test_rules_are_said_alike_whether_or_not_anything_was_left_out(people: Cast):
    change(people.agencies["schools"], regimes=["hipaa"])
    officer = Member.objects.get(pk=people["schools_officer"].pk)
    assert ["164.528" in rule for rule in accounting.of(by=officer, asked=PERSON).rules] == [True]
    change(people.agencies["schools"], regimes=["hipaa", "ferpa"])
    officer = Member.objects.get(pk=officer.pk)
    assert ["603 CMR 23.07(1)" in rule for rule in accounting.of(by=officer, asked=PERSON).rules] == [True]


def test_not_there_and_not_yours_are_the_same_answer(people: Cast, planned: Situation):
    nobody = Asked(name="Nobody Atall", date_of_birth="1999-01-01")
    assert made(people, "recovery_officer", PERSON) == made(people, "recovery_officer", nobody)
    theirs, none = Asked(number=planned.number), Asked(number="2026-9999")
    assert made(people, "recovery_officer", theirs) == made(people, "recovery_officer", none)
    assert entered(planned) == []


def test_name_finds_however_it_is_spelled_and_only_with_its_date_of_birth(people: Cast, planned: Situation):
    spelled = Asked(name="zephyrine  QUILL MARKER", date_of_birth=IDENTITY["date_of_birth"])
    assert made(people, "schools_officer", spelled).situations == (planned.pk,)
    for name, born in ((IDENTITY["name"], ""), ("", IDENTITY["date_of_birth"]), (IDENTITY["name"], "2011-03-15"), ("", "")):
        assert made(people, "schools_officer", Asked(name=name, date_of_birth=born)).situations == ()


def test_after_shredding_only_the_number_finds_it(people: Cast, rejected: Situation):
    assert made(people, "recovery_officer").lines == ()
    assert {line.agency for line in made(people, "recovery_officer", Asked(number=rejected.number)).lines} == {
        "Harborview Police", "Harborview Clinic", "Harborview Schools",
    }  # fmt: skip


def test_draft_that_nobody_else_saw_is_not_found(people: Cast):
    people.draft("clinic")
    assert made(people, "clinic_officer").situations == ()


def test_each_accounting_is_in_the_ledger_of_its_situation_without_a_name(people: Cast, planned: Situation):
    found = made(people, "schools_officer", form="letter")
    [entry] = entered(planned)
    assert (entry.actor, entry.agency) == (people["schools_officer"], people.agencies["schools"])
    assert entry.detail == {"form": "letter", "since": found.since.isoformat(), "until": found.until.isoformat()}
    assert list(ledger.verify()) == []


def test_search_that_finds_nothing_is_in_the_ledger_of_the_agencys_tables(people: Cast, planned: Situation):
    made(people, "recovery_officer")
    made(people, "recovery_officer", Asked(number=planned.number))
    entries = entered()
    assert [(one.chain, one.actor, one.detail) for one in entries] == [
        (f"table:{people.table.pk}", people["recovery_officer"], {"found": 0, "by": "person"}),
        (f"table:{people.table.pk}", people["recovery_officer"], {"found": 0, "by": "number"}),
    ]
    assert IDENTITY["name"] not in str([one.detail for one in LedgerEntry.objects.all()])


def test_only_the_agencys_own_privacy_officer_may(people: Cast, planned: Situation):
    for who in ("schools", "schools_deputy", "privacy_officer", "facilitator", "analyst", "administrator", "outsider"):
        with refused(NotVisible):
            made(people, who)
    AgencyRole.objects.filter(member=people["schools_officer"]).update(ended_on=clock.today())
    with refused(NotVisible):
        made(people, "schools_officer")


def test_ids_that_are_not_ones_own_do_not_exist(people: Cast, planned: Situation):
    mine = people.draft("recovery")
    for ids in ((planned.pk,), (987654,), (mine.pk, planned.pk)):
        with refused(NotVisible):
            made(people, "recovery_officer", Asked(situations=ids))
    assert made(people, "schools_officer", Asked(situations=(planned.pk,))) == made(people, "schools_officer")


def test_who_stepped_out_leaves_it_to_somebody_else(people: Cast, planned: Situation):
    Recusal.objects.create(situation=planned, member=people["schools_officer"], at=clock.now())
    with refused(NotAllowed):
        made(people, "schools_officer")


def test_searches_are_limited_and_making_the_same_accounting_again_is_not(people: Cast, planned: Situation):
    with clock.at(clock.now().replace(minute=5)):
        for _once in range(accounting.SEARCHES_AN_HOUR):
            accounting._count_search(people["schools_officer"])
        with refused(RuleRefused):
            made(people, "schools_officer")
        assert made(people, "schools_officer", Asked(situations=(planned.pk,))).lines
        assert made(people, "police_officer").lines
    with clock.at(clock.now().replace(minute=5) + timedelta(hours=1)):
        assert made(people, "schools_officer").lines


def test_lapsed_agreement_does_not_end_the_duty(people: Cast, planned: Situation):
    people.agencies["schools"].agreements.update(in_force_until=clock.today() - timedelta(days=1), in_force_from="2020-01-01")
    people.agencies["schools"].seats.update(ended_on=clock.today())
    assert made(people, "schools_officer").lines


def test_queries_do_not_grow_with_the_disclosures(people: Cast, planned: Situation, django_assert_num_queries: object):
    made(people, "schools_officer")  # the first of an hour also begins the count
    with django_assert_num_queries(15):  # type: ignore[operator]
        made(people, "schools_officer")
    for _once in range(3):
        identity.read(by=people["clinic"], situation=planned)
    with django_assert_num_queries(15):  # type: ignore[operator]
        made(people, "schools_officer")


def test_every_identity_field_has_words():
    assert set(accounting_words.FIELDS) == set(IDENTITY_FIELDS)


def test_every_kind_that_can_have_recipients_has_words(people: Cast, planned: Situation):
    kinds = set(LedgerEntry.objects.filter(recipients__isnull=False).values_list("kind", flat=True))
    assert kinds <= {*accounting_words.WHAT, EntryKind.ANSWER}
