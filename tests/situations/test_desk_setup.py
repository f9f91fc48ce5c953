"""A desk's people and its opening when somebody stops working there, and when the agency leaves the table."""

import pytest
from django.test import Client
from django.urls import reverse

from hub.core.audit import acting
from situations import leaving
from situations.models import IntakeDesk, LedgerEntry, Referral
from situations.referrals import closing, desk, setting_up
from tests.situations.desk_story import Story, role_of, story

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Story:
    return story()


@pytest.mark.parametrize("by", ["clinic", None])
def test_what_somebody_had_claimed_goes_back_and_each_is_entered(told: Story, by: str | None):
    theirs, shut, other = told.claimed("clinic_deputy"), told.claimed("clinic_deputy"), told.claimed("clinic")
    closing.close(by=told["clinic_deputy"], referral=shut, reason=closing.BY_DESK[0])
    setting_up.end_intake(by=told[by] if by else None, role=role_of(told["clinic_deputy"]))
    claims = dict(Referral.objects.values_list("pk", "claimed_by"))
    assert claims == {theirs.pk: None, shut.pk: told["clinic_deputy"].pk, other.pk: told["clinic"].pk}
    entry = LedgerEntry.objects.get(kind="referral_released")
    assert entry.detail == {"referral": theirs.pk, "of": told["clinic_deputy"].pk}
    assert (entry.actor_id, entry.agency_id) == (told[by].pk if by else None, told.desk.agency_id)


def test_desk_closes_with_the_seat_and_its_last_one_can_end(told: Story):
    row, _code = told.family()
    leaving.leave(by=told["clinic"], table=told.people.table, because="We close.", decisions={})
    told.desk.refresh_from_db()
    assert not told.desk.is_open
    assert desk.found(row.pk, by=told["clinic"]) == row
    for name in ("clinic_deputy", "clinic"):
        setting_up.end_intake(by=told["clinic"], role=role_of(told[name]))


def test_desk_that_is_open_without_a_seat_can_be_closed(told: Story, client: Client):
    """As one that was left open by an earlier version."""
    people = told.people
    leaving.leave(by=told["clinic"], table=people.table, because="We close.", decisions={})
    with acting(None, "test: as an earlier version left it"):
        told.desk.is_open = True
        told.desk.save()
    client.force_login(told["clinic"])
    assert people.table.name in client.get(reverse("desk_settings")).content.decode()
    where = reverse("desk_set_up", args=[people.table.pk, people.agencies["clinic"].pk])
    days = {"read_within_days": "2", "answer_within_days": "4", "deleted_after_days": "60"}
    assert client.post(where, {**days, "is_open": "on"}).status_code == 422
    assert client.post(where, days).status_code == 303
    assert not IntakeDesk.objects.get().is_open
    assert client.post(where, days).status_code == 404
    assert (
        reverse("desk_set_up", args=[people.table.pk, people.agencies["clinic"].pk])
        not in client.get(reverse("desk_settings")).content.decode()
    )
