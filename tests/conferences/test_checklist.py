"""The conditions of a basis at the board, and the notices that go with what was disclosed."""

from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from conferences.models import Conference
from situations import legal_bases
from situations.models import Grounds, LedgerEntry, Situation
from tests.cast import Cast, act, assemble, given_for, item_of, scene, to_filter3

Made = tuple[Cast, Conference, Situation]
PART2 = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
FERPA = "Education records may be passed on only with consent (34 CFR 99.33)."


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Made]:
    with scene(django_db_blocker):
        people = assemble()
        situation = people.ready()
        conference = people.conference("police", "schools", "clinic", "recovery", "recorder", "observer")
        yield people, conference, to_filter3(people, conference, situation, opened=False)


@pytest.fixture
def people(db: None, made: Made) -> Cast:
    return deepcopy(made[0])


@pytest.fixture
def conference(db: None, made: Made) -> Conference:
    return deepcopy(made[1])


@pytest.fixture
def situation(db: None, made: Made) -> Situation:
    return deepcopy(made[2])


def url(conference: Conference, situation: Situation, name: str = "board_basis", **more: str) -> str:
    args: list[object] = [conference.pk, item_of(conference, situation).pk, *more.values()]
    return reverse(name, args=args)


def checklist(client: Client, people: Cast, who: str, path: str, code: str, *, purpose: str = "answer") -> str:
    client.force_login(people[who])
    answer = client.get(path, {"basis": code, "for": purpose})
    assert answer.status_code == 200
    return answer.content.decode()


def opened(people: Cast, conference: Conference, situation: Situation, basis: str) -> None:
    act(people["schools"], conference, situation, "open-identity", **given_for(basis))


# the checklist


def test_it_shows_citation_conditions_and_needs_and_ticks_nothing(people, conference, situation, client):
    shown = checklist(client, people, "clinic", url(conference, situation), "hipaa_threat")
    found = legal_bases.basis("hipaa_threat")
    assert found.citation in shown
    names = [f"affirm_{one.code}" for one in found.conditions] + ["minimum_necessary", *found.needs]
    assert [name for name in names if shown.count(f'name="{name}"') != 1] == []
    assert "checked" not in shown
    assert "value=" not in shown.replace('value="1"', "")
    assert shown.count('type="checkbox"') == len(found.conditions) + 1


def test_ids_differ_between_the_two_forms_of_one_page(people, conference, situation, client):
    path = url(conference, situation)
    opening = checklist(client, people, "schools", path, "ferpa_emergency", purpose="opening")
    answer = checklist(client, people, "schools", path, "ferpa_emergency")
    assert 'id="opening-threat"' in opening
    assert 'id="answer-threat"' in answer
    assert 'max="' in opening


def test_it_names_who_would_be_told(people, conference, situation, client):
    path = url(conference, situation)
    opening = checklist(client, people, "schools", path, "ferpa_consent", purpose="opening")
    assert "Would be told now: Clinic, Police, Recovery" in opening
    assert "Would be told now: Clinic<" in checklist(client, people, "schools", path, "ferpa_consent")


def test_it_says_before_sending_whom_a_basis_does_not_reach(people, conference, situation, client):
    shown = checklist(client, people, "clinic", url(conference, situation), "hipaa_treatment", purpose="opening")
    assert "This basis does not reach Police." in shown
    assert "Choose an authorization" in shown


def test_a_programme_under_part_2_sees_the_stricter_law(people, conference, situation, client):
    path = url(conference, situation)
    assert "affirm_not_part2" in checklist(client, people, "recovery", path, "hipaa_threat")
    assert "affirm_not_part2" not in checklist(client, people, "clinic", path, "hipaa_threat")


def test_limbs_are_chosen_from_a_list(people, conference, situation, client):
    shown = checklist(client, people, "clinic", url(conference, situation), "hipaa_adult_abuse")
    assert '<select id="answer-limb" name="limb" required>' in shown


def test_none_chosen_shows_nothing(people, conference, situation, client):
    assert checklist(client, people, "clinic", url(conference, situation), "") == ""


@pytest.mark.parametrize(
    ("who", "code", "status"),
    [("outsider", "table_agreement", 404), ("administrator", "table_agreement", 404), ("observer", "hipaa_threat", 403),
     ("recorder", "hipaa_threat", 403), ("facilitator", "hipaa_threat", 403), ("police_deputy", "table_agreement", 403),
     ("police", "hipaa_threat", 422), ("clinic", "hipaa_psychotherapy", 422), ("clinic", "because", 422)],
)  # fmt: skip
def test_nobody_else_gets_it_and_nobody_for_another_agencys_law(people, conference, situation, client, *, who, code, status):
    client.force_login(people[who])
    assert client.get(url(conference, situation), {"basis": code}).status_code == status


def test_who_stepped_out_gets_nothing_and_it_is_read_only(people, conference, situation, client):
    act(people["police"], conference, situation, "recuse")
    client.force_login(people["police"])
    assert client.get(url(conference, situation), {"basis": "table_agreement"}).status_code == 404
    assert client.post(url(conference, situation), {"basis": "table_agreement"}).status_code == 405
    client.logout()
    assert client.get(url(conference, situation)).status_code == 302


def test_no_basis_is_chosen_beforehand(people, conference, situation, client):
    client.force_login(people["schools"])
    page = client.get(reverse("board", args=[conference.pk])).content.decode()
    assert page.count('data-conditions="') == 2
    assert " selected" not in page


def test_what_the_form_sends_opens_the_identity_and_what_it_leaves_out_does_not(people, conference, situation, client):
    client.force_login(people["schools"])
    path, whole = url(conference, situation, "board_act", action="open-identity"), given_for("ferpa_emergency")
    answer = client.post(path, {**whole, "affirm_necessary": ""}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "Affirm this condition" in answer.content.decode()
    assert not Grounds.objects.exists()
    assert client.post(path, whole).status_code == 200
    assert Grounds.objects.get().basis == "ferpa_emergency"


# notices


def last_detail(situation: Situation) -> dict[str, object]:
    entry = LedgerEntry.objects.filter(situation=situation).last()
    assert entry is not None
    found: dict[str, object] = entry.detail
    return found


@pytest.mark.parametrize(
    ("basis", "notice", "code"), [("ferpa_emergency", FERPA, "ferpa_redisclosure"), ("table_agreement", "", None)]
)
def test_who_opens_the_identity_is_told_and_the_ledger_knows(people, conference, situation, client, *, basis, notice, code):
    opened(people, conference, situation, basis)
    client.force_login(people["police"])
    for path in (url(conference, situation, "board_identity"), reverse("situation_identity", args=[situation.pk])):
        page = client.post(path).content.decode()
        assert (FERPA in page) is bool(notice)
        assert last_detail(situation).get("notice") == code


def test_the_own_agency_is_not_told_about_its_own(people, conference, situation, client):
    opened(people, conference, situation, "ferpa_emergency")
    client.force_login(people["schools"])
    page = client.post(reverse("situation_identity", args=[situation.pk])).content.decode()
    assert "Zephyrine" in page
    assert FERPA not in page
    assert "notice" not in last_detail(situation)


def test_an_answer_under_part_2_carries_its_notice_wherever_it_is_shown(people, conference, situation, client):
    act(people["recovery"], conference, situation, "answer", kind="serving_now", **given_for("part2_consent"))
    client.force_login(people["facilitator"])
    board = client.get(reverse("board", args=[conference.pk])).content.decode()
    assert PART2 in board
    assert "basis recorded" in board
    assert "42 CFR 2.31" not in board


def test_the_plan_shows_the_notices_of_what_it_rests_on(people, conference, situation, client):
    opened(people, conference, situation, "ferpa_emergency")
    act(people["recovery"], conference, situation, "answer", kind="serving_now", **given_for("part2_consent"))
    for key in ("clinic", "recovery"):
        role = "lead" if key == "clinic" else "assisting"
        act(people["facilitator"], conference, situation, "assign", agency=str(people.agencies[key].pk), role=role)
        act(people[key], conference, situation, "accept")
    act(people["facilitator"], conference, situation, "start-filter-4")
    client.force_login(people["clinic"])
    plan = client.get(reverse("intervention", args=[situation.pk])).content.decode()
    assert plan.count(PART2) == plan.count(FERPA) == 1
    client.force_login(people["recovery"])
    own = client.get(reverse("intervention", args=[situation.pk])).content.decode()
    assert (own.count(PART2), own.count(FERPA)) == (0, 1)
