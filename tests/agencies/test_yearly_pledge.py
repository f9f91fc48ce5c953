"""The yearly pledge: signed with the own name; where a table demands it, the pledge of the day counts for nothing without."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies import agreeing, membership, roll, yearly_pledge
from agencies.choices import AgencyRoleKind, TableRoleKind
from agencies.models import AgencyRole, Agreement, Member, TableRole, YearlyPledge
from agencies.standing import standing_of
from hub.core import clock
from hub.core.audit import acting
from hub.core.errors import NotAllowed, RuleRefused
from situations.models import Recipient
from tests.agencies.paperwork import staffed, table_of
from tests.cast import Cast, refused, to_filter2

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def people() -> Cast:
    people = staffed()
    demand(people)
    return people


def demand(people: Cast, *, demands: bool = True) -> None:
    with acting(None, "test"):
        table = table_of(people)
        table.demands_yearly_pledge = demands
        table.save()
    people.table.refresh_from_db()


def sign(people: Cast, who: str, name: str = "", *, affirmed: bool = True, text_hash: str = "") -> YearlyPledge:
    member, table = Member.objects.select_related("agency").get(pk=people[who].pk), table_of(people)
    given = text_hash or agreeing.digest(yearly_pledge.text_for(member, table))
    return yearly_pledge.sign(by=member, table=table, name=name or member.name, affirmed=affirmed, text_hash=given)


def pledged(people: Cast, who: str) -> bool:
    return standing_of(people[who], people.table).pledged


def test_todays_pledge_counts_only_with_the_years(people: Cast) -> None:
    roll.pledge(by=people["police"], table=people.table, member=people["police"])
    assert not pledged(people, "police")
    sign(people, "police")
    assert pledged(people, "police")
    assert not pledged(people, "schools")


def test_where_it_is_not_demanded_nothing_changes(people: Cast) -> None:
    demand(people, demands=False)
    roll.pledge(by=people["police"], table=people.table, member=people["police"])
    assert pledged(people, "police")
    assert yearly_pledge.asked(people["police"], people.table) == ""


def test_the_years_pledge_replaces_no_pledge_of_the_day(people: Cast) -> None:
    sign(people, "police")
    assert not pledged(people, "police")


def test_it_is_folded_into_the_question_that_was_asked_anyway(people: Cast) -> None:
    asked = []
    for demands in (False, True):
        demand(people, demands=demands)
        with CaptureQueriesContext(connection) as queries:
            pledged(people, "police")
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_it_ends_after_its_last_day(people: Cast) -> None:
    made = sign(people, "police")
    assert made.valid_until == clock.today() + yearly_pledge.LASTS
    for later, holds in ((0, True), (1, False)):
        with clock.at(clock.now() + yearly_pledge.LASTS + later * DAY):
            with acting(None, "test"):
                Agreement.objects.filter(table=people.table).update(in_force_until=clock.today() + DAY)
            roll.pledge(by=people["police"], table=people.table, member=people["police"])
            assert pledged(people, "police") is holds


def test_it_is_kept_word_for_word_with_its_hash(people: Cast) -> None:
    made = sign(people, "police", "  police ")
    assert made.name_typed == "police"
    assert "Confidentiality pledge of Police for Harborview Hub" in made.text
    assert made.text_hash == agreeing.digest(made.text)


def test_refusals(people: Cast) -> None:
    with refused(RuleRefused, "name"):
        sign(people, "police", "Schools")
    with refused(RuleRefused, "affirmed"):
        sign(people, "police", affirmed=False)
    with refused(RuleRefused):
        sign(people, "police", text_hash="0" * 64)
    with refused(NotAllowed):
        sign(people, "outsider")


def test_at_another_table_it_counts_for_nothing(people: Cast) -> None:
    other = membership.found_table(by=None, slug="other", name="Other", demands_yearly_pledge=True)
    membership.sign_agreement(
        by=None, table=other, agency=people.agencies["police"], until=clock.today(), title="x", signed_by="x"
    )
    membership.seat_agency(by=None, table=other, agency=people.agencies["police"])
    sign(people, "police")
    roll.pledge(by=people["police"], table=other, member=people["police"])
    assert not standing_of(people["police"], other).pledged


def test_when_it_is_asked_for(people: Cast) -> None:
    police = people["police"]
    assert "not signed yet" in yearly_pledge.asked(police, people.table)
    sign(people, "police")
    assert yearly_pledge.asked(police, people.table) == ""
    with clock.at(clock.now() + yearly_pledge.LASTS - 30 * DAY):
        assert "ends on" in yearly_pledge.asked(police, people.table)
    with clock.at(clock.now() + yearly_pledge.LASTS + DAY):
        assert "ended on" in yearly_pledge.asked(police, people.table)
    with clock.at(clock.now() + DAY), acting(None, "test"):
        AgencyRole.objects.create(member=police, role=AgencyRoleKind.SCREENER, started_on=clock.today())
        assert "duties have changed" in yearly_pledge.asked(police, people.table)
        sign(people, "police")
        assert yearly_pledge.asked(police, people.table) == ""


def test_a_role_that_began_since_makes_it_count_for_nothing_until_it_is_signed_anew(people: Cast) -> None:
    police = people["police"]
    other = membership.found_table(by=None, slug="other", name="Other")
    sign(people, "police")
    with clock.at(clock.now() + DAY):
        roll.pledge(by=police, table=people.table, member=police)
        with acting(None, "test"):
            TableRole.objects.create(table=other, member=police, role=TableRoleKind.RECORDER, started_on=clock.today())
        assert (pledged(people, "police"), yearly_pledge.missing(police, people.table)) == (True, False)
        with acting(None, "test"):
            TableRole.objects.create(table=people.table, member=police, role=TableRoleKind.RECORDER, started_on=clock.today())
        assert (pledged(people, "police"), yearly_pledge.missing(police, people.table)) == (False, True)
        sign(people, "police")
        assert (pledged(people, "police"), yearly_pledge.missing(police, people.table)) == (True, False)


def test_signed_in_mid_conference_its_signer_becomes_a_recipient(people: Cast) -> None:
    for who in people.members:
        if who not in {"police", "outsider", "administrator"}:
            sign(people, who)
    situation = people.ready()
    conference = people.conference("schools", "clinic", "police")
    to_filter2(people, conference, situation)
    assert not Recipient.objects.filter(member=people["police"]).exists()
    sign(people, "police")
    assert Recipient.objects.filter(member=people["police"], what="profile").exists()


# the page


def page(people: Cast) -> str:
    return reverse("table_yearly_pledge", args=[people.table.pk])


def test_page_is_read_and_signed(client: Client, people: Cast) -> None:
    client.force_login(people["police"])
    html = client.get(page(people), {"next": "/table/"}).content.decode()
    assert "I look nobody up" in html
    shown = agreeing.digest(yearly_pledge.text_for(people["police"], table_of(people)))
    assert shown in html
    answer = client.post(page(people), {"name": "Police", "affirmed": "on", "text_hash": shown, "next": "/table/"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/table/")
    assert YearlyPledge.objects.get().member == people["police"]
    assert "it holds until" in client.get(page(people)).content.decode()


def test_page_says_what_is_wrong_and_keeps_nothing(client: Client, people: Cast) -> None:
    client.force_login(people["police"])
    for fields in ({}, {"name": "Schools", "affirmed": "on"}, {"name": "Police"}):
        assert client.post(page(people), {**fields, "text_hash": "x"}).status_code == 422
    assert not YearlyPledge.objects.exists()


def test_page_leads_nowhere_else(client: Client, people: Cast) -> None:
    client.force_login(people["police"])
    shown = agreeing.digest(yearly_pledge.text_for(people["police"], table_of(people)))
    sent = {"name": "Police", "affirmed": "on", "text_hash": shown, "next": "https://elsewhere.example/"}
    assert client.post(page(people), sent).headers["Location"] == "/"


def test_who_does_not_belong_finds_no_page(client: Client, people: Cast) -> None:
    assert client.get(page(people)).status_code == 302
    assert client.post(page(people)).status_code == 401
    client.force_login(people["outsider"])
    assert client.get(page(people)).status_code == 404
    assert client.post(page(people)).status_code == 404
