"""What is told of a referral that waits: whose desk, and where who is told can do something. Never which, nor a word."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from agencies.models import Member
from hub.core import clock
from situations import noticing, privacy_page
from situations.models import Notice
from situations.referrals import clocks, setting_up
from tests.situations.desk_story import SEALED, Story, second_desk, story

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Story:
    """Something waits at the clinic's desk for two days; recovery has one too."""
    made = story()
    second_desk(made)
    made.family()
    with clock.at(clock.now() + timedelta(days=2)):
        assert clocks.escalate() == 1
    return made


def line(member: Member) -> privacy_page.NoticeLine:
    (found,) = privacy_page.notice_lines(member)
    return found


def test_coordinator_reads_whose_desk_it_is_and_finds_whom_to_ask(told: Story, client: Client):
    coordinator = told["facilitator"]
    found = line(coordinator)
    assert found.text == "A referral waits at the intake desk of Harborview Clinic, at Harborview Hub."
    place = f"desk-{told.people.table.pk}-{told.desk.agency_id}"
    assert found.url == f"{reverse('desk_settings')}#{place}"
    client.force_login(coordinator)
    page = client.get(reverse("desk_settings")).content.decode()
    assert f'id="{place}"' in page
    recovery = page.partition(f'id="desk-{told.people.table.pk}-{told["recovery"].agency_id}"')[2].partition("</section>")[0]
    assert f"mailto:{told['recovery'].email}" in recovery
    for words in (*SEALED, "R-1"):
        assert words not in page
        assert words not in found.text


def test_desk_goes_to_its_list_and_who_represents_it_to_its_settings(told: Story):
    assert line(told["clinic"]).url == reverse("desk")
    setting_up.end_intake(by=None, role=told["clinic"].agency_roles.get(role="intake", ended_on=None))
    assert line(told["clinic"]).url.startswith(reverse("desk_settings"))


def test_coordinator_who_works_at_another_desk_is_not_sent_to_that_one(told: Story):
    table, other = told.people.table, told["recovery"]
    Notice.objects.create(member=other, table=table, desk=told.desk, kind="referral_waits", at=clock.now())
    assert line(other).url == ""
    type(table).objects.filter(pk=table.pk).update(coordinator=other)
    assert line(other).url.startswith(reverse("desk_settings"))


def test_mail_names_the_table_alone(told: Story):
    noticing.send_waiting()
    assert mail.outbox
    for one in mail.outbox:
        assert "Clinic" not in f"{one.subject} {one.body}"


def test_closed_desks_are_folded_away(told: Story, client: Client):
    client.force_login(told["facilitator"])
    page = client.get(reverse("desk_settings")).content.decode()
    first, _summary, folded = page.partition("desks that are closed")
    assert first.count('id="desk-') == 2
    assert folded.count("The desk is closed") >= 1
    assert "The desk is closed" not in first
