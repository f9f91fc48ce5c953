"""An agency's page: its members read it; its representative, its head and the administrator keep it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agencies import membership, naming
from agencies.choices import AgencyRoleKind, ContactKind
from agencies.models import Agency, AgencyContact, AgencyRole, Member
from agencies.standing import standing_of
from hub.core import clock
from hub.core.errors import NotAllowed, RuleRefused
from tests.cast import Cast, assemble, refused
from tests.heard import Heard, revoked

pytestmark = pytest.mark.django_db
PARTICULARS: dict[str, Any] = {
    "name": "Harborview Police", "short_name": "Police", "sector": "police", "kind": "police", "regimes": ["police", "other"],
    "towns_served": "Harborview\nSt. Anne, saint anne\n", "phone": "978-555-0101", "crisis_line": "978-555-0199",
    "address": "1 Quay",
}  # fmt: skip
DEPUTY, REPRESENTATIVE = AgencyRoleKind.DEPUTY, AgencyRoleKind.REPRESENTATIVE


@pytest.fixture
def people() -> Cast:
    return assemble()


def somebody(people: Cast, key: str = "police", name: str = "Newcomer") -> Member:
    return membership.add_member(
        by=None,
        roles=[],
        password="harborview-demo",
        email=f"{name}@harborview.example".lower(),
        name=name,
        agency=people.agencies[key],
    )


def post(client: Client, people: Cast, who: str, view: str, data: dict[str, Any], *more: int) -> Any:
    client.force_login(people[who])
    return client.post(reverse(view, args=[people.agencies["police"].pk, *more]), data)


def test_page_is_for_the_agencys_members_and_the_administrator(client: Client, people: Cast) -> None:
    url = reverse("table_agency_of", args=[people.agencies["schools"].pk])
    answers = {}
    for who in ("schools", "schools_deputy", "administrator", "police", "facilitator", "outsider"):
        client.force_login(people[who])
        answers[who] = client.get(url).status_code
    expected = {"schools": 200, "schools_deputy": 200, "administrator": 200, "police": 404, "facilitator": 404, "outsider": 404}
    assert answers == expected


def test_own_page_needs_no_address_and_offers_no_form_to_a_deputy(client: Client, people: Cast) -> None:
    client.force_login(people["police_deputy"])
    page = client.get(reverse("table_agency")).content.decode()
    assert "Harborview Police" in page
    assert reverse("table_agency_particulars", args=[people.agencies["police"].pk]) not in page


def test_agency_that_is_none_is_404(client: Client, people: Cast) -> None:
    client.force_login(people["administrator"])
    assert client.get(reverse("table_agency_of", args=[999])).status_code == 404


@pytest.mark.parametrize("who", ["police", "administrator"])
def test_particulars_are_saved_with_each_town_once(client: Client, people: Cast, who: str) -> None:
    assert post(client, people, who, "table_agency_particulars", PARTICULARS).status_code == 303
    row = Agency.objects.get(key="police")
    assert (row.regimes, row.towns, row.crisis_line) == (["police", "other"], ["Harborview", "St. Anne"], "978-555-0199")
    assert row.history.first().history_user == people[who]


@pytest.mark.parametrize(("who", "status"), [("police_deputy", 403), ("schools", 404), ("facilitator", 404), ("outsider", 404)])
def test_others_cannot_write_particulars(client: Client, people: Cast, who: str, status: int) -> None:
    assert post(client, people, who, "table_agency_particulars", PARTICULARS).status_code == status
    assert Agency.objects.get(key="police").towns == ["Harborview"]


@pytest.mark.parametrize(
    "change",
    [{"name": ""}, {"name": "Harborview Clinic"}, {"regimes": []}, {"regimes": ["martial"]}, {"kind": "navy"},
     {"short_name": "x" * 41}, {"towns_served": "\n".join(f"Town {n}" for n in range(61))}, {"towns_served": "x" * 61}],
)  # fmt: skip
def test_wrong_particulars_are_refused_and_nothing_is_saved(client: Client, people: Cast, change: dict[str, Any]) -> None:
    assert post(client, people, "police", "table_agency_particulars", PARTICULARS | change).status_code == 422
    assert Agency.objects.get(key="police").kind == "other"


def test_head_keeps_the_page_by_the_address_of_the_account(client: Client, people: Cast) -> None:
    chief = somebody(people, name="Chief")
    people.members["chief"] = chief
    assert post(client, people, "chief", "table_agency_particulars", PARTICULARS).status_code == 403
    naming.name_contact(by=None, agency=people.agencies["police"], kind="head", name="Chief", email="CHIEF@harborview.example")
    assert post(client, people, "chief", "table_agency_particulars", PARTICULARS).status_code == 303


def test_new_head_takes_the_place_of_the_one_before(client: Client, people: Cast) -> None:
    for name in ("First", "Second"):
        data = {"kind": "head", "name": name, "email": f"{name}@a.example"}
        assert post(client, people, "police", "table_agency_contacts", data).status_code == 303
    heads = AgencyContact.objects.filter(kind=ContactKind.HEAD)
    assert [one.name for one in heads.filter(ended_on=None)] == ["Second"]
    assert heads.get(name="First").ended_on == clock.today()


@pytest.mark.parametrize(
    "data",
    [{"kind": "head", "name": "Chief", "phone": "1"}, {"kind": "daily", "name": "Desk"},
     {"kind": "daily", "name": "", "phone": "1"},
     {"kind": "daily", "name": "Desk", "email": "no address"}, {"kind": "none", "name": "Desk", "phone": "1"}],
)  # fmt: skip
def test_contact_without_a_way_to_reach_is_refused(client: Client, people: Cast, data: dict[str, str]) -> None:
    assert post(client, people, "police", "table_agency_contacts", data).status_code == 422
    assert not AgencyContact.objects.exists()


def test_contact_is_ended_once_and_only_by_its_agency(client: Client, people: Cast) -> None:
    made = naming.name_contact(by=None, agency=people.agencies["police"], kind="daily", name="Desk", phone="1")
    client.force_login(people["schools"])
    assert client.post(reverse("table_agency_contact_end", args=[people.agencies["schools"].pk, made.pk])).status_code == 404
    assert post(client, people, "police", "table_agency_contact_end", {}, made.pk).status_code == 303
    assert post(client, people, "police", "table_agency_contact_end", {}, made.pk).status_code == 422


def test_named_deputy_speaks_for_the_seat_from_today(client: Client, people: Cast) -> None:
    newcomer = somebody(people)
    assert not standing_of(newcomer, people.table).speaks
    data = {"member": newcomer.pk, "role": "deputy"}
    assert post(client, people, "police", "table_agency_speakers", data).status_code == 303
    assert standing_of(newcomer, people.table).speaks


def test_ended_deputy_speaks_no_more_and_open_boards_close(
    client: Client, people: Cast, heard: Heard, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    role = AgencyRole.objects.get(member=people["police_deputy"])
    with django_capture_on_commit_callbacks(execute=True):
        assert post(client, people, "police", "table_agency_speaker_end", {}, role.pk).status_code == 303
    assert revoked(heard) == {people["police_deputy"].pk}
    assert not standing_of(people["police_deputy"], people.table).speaks
    assert post(client, people, "police", "table_agency_speaker_end", {}, role.pk).status_code == 422


def test_only_the_administrator_names_and_ends_representatives(client: Client, people: Cast) -> None:
    newcomer = somebody(people)
    data = {"member": newcomer.pk, "role": "representative"}
    assert post(client, people, "police", "table_agency_speakers", data).status_code == 422
    with refused(NotAllowed):
        naming.name_speaker(by=people["police"], agency=people.agencies["police"], member=newcomer, role=REPRESENTATIVE)
    former = AgencyRole.objects.get(member=people["police"])
    with refused(RuleRefused):
        naming.end_speaker(by=people["administrator"], role=former)
    assert post(client, people, "administrator", "table_agency_speakers", data).status_code == 303
    with refused(NotAllowed):
        naming.end_speaker(by=people["police_deputy"], role=former)
    assert post(client, people, "administrator", "table_agency_speaker_end", {}, former.pk).status_code == 303


@pytest.mark.parametrize("role", [DEPUTY, REPRESENTATIVE])
def test_an_administrator_names_nobody_to_speak_but_others(client: Client, people: Cast, role: AgencyRoleKind) -> None:
    own = people["administrator"]
    client.force_login(own)
    answer = client.post(reverse("table_agency_speakers", args=[own.agency_id]), {"member": own.pk, "role": role})
    assert answer.status_code == 422
    assert f'value="{own.pk}"' not in answer.content.decode()
    with pytest.raises(NotAllowed):
        naming.name_speaker(by=own, agency=own.agency, member=own, role=role)
    assert not AgencyRole.objects.filter(member=own).exists()


@pytest.mark.parametrize(("who", "typed"), [("police", "own"), ("administrator", "other"), ("police", "elsewhere")])
def test_head_at_an_address_that_is_not_the_heads_is_refused(client: Client, people: Cast, who: str, typed: str) -> None:
    address = {"own": people["police"].email, "other": people["police_deputy"].email, "elsewhere": people["clinic"].email}
    data = {"kind": "head", "name": "Chief Nakamura", "email": address[typed].upper()}
    assert post(client, people, who, "table_agency_contacts", data).status_code == 422
    assert not AgencyContact.objects.exists()


def test_who_speaks_already_and_who_is_of_another_agency_cannot_be_named(people: Cast) -> None:
    police = people.agencies["police"]
    for member in (people["police_deputy"], people["schools"]):
        with refused(RuleRefused, "member"):
            naming.name_speaker(by=people["police"], agency=police, member=member, role=DEPUTY)
    newcomer = somebody(people)
    with refused(RuleRefused, "role"):
        naming.name_speaker(by=people["police"], agency=police, member=newcomer, role=AgencyRoleKind.SCREENER)


VIEWS = ["table_agency_particulars", "table_agency_contacts", "table_agency_speakers"]


def test_get_on_an_action_is_405_and_nobody_anonymous_comes_in(client: Client, people: Cast) -> None:
    urls = [reverse(name, args=[people.agencies["police"].pk]) for name in VIEWS]
    assert [client.post(url).status_code for url in urls] == [401] * 3
    client.force_login(people["police"])
    assert [client.get(url).status_code for url in urls] == [405] * 3
