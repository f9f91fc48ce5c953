"""A table's profile, settings and roles: kept by coordinator and administrator, within bounds, never in mid-conference."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies import cadence, profiling
from agencies.cadence import Cadence
from agencies.models import Table, TableRole
from agencies.models.tables import QUICK_EXIT
from agencies.standing import standing_of
from conferences.models import Conference
from conferences.scheduling import occurrences, schedule
from hub.core import clock
from hub.core.errors import NotAllowed, RuleRefused
from tests.cast import Cast, assemble, refused
from tests.heard import Heard, revoked

pytestmark = pytest.mark.django_db
PROFILE: dict[str, Any] = {
    "name": "Harborview Hub", "region": "Harborview", "towns_served": "Harborview\nSaltmarsh", "mission": "We meet.",
    "protocol": "hub", "rhythm": "monthly", "nth": "-1", "day": "TH", "starts_at": "09:30", "minutes_planned": "75",
    "place": "Hall",
}  # fmt: skip
SETTINGS: dict[str, Any] = {
    "identity_opens_at_filter": "4", "filter3_identifiers": ["name"], "response_clock_hours": "24",
    "minutes_per_situation": "5",
    "quorum_seats": "4", "retention_days": "90", "small_cell_threshold": "6", "repeat_flag_months": "6",
    "demands_training": ["hub"], "category_only": "on",
}  # fmt: skip
PUBLIC = {
    "is_public": "on",
    "public_name": "Desk",
    "public_phone": "978-555-0150",
    "public_email": "",
    "bringing_a_case": "Call.",
}
POSTS = {"save": PROFILE, "public": PUBLIC, "settings": SETTINGS, "roles": {}, "draft": {}, "coordinator": {}}


@pytest.fixture
def people() -> Cast:
    made = assemble()
    profiling.name_coordinator(by=None, table=made.table, member=made["recorder"])
    made.table.refresh_from_db()
    return made


def post(client: Client, people: Cast, who: str, what: str, data: dict[str, Any], *more: int) -> int:
    client.force_login(people[who])
    status: int = client.post(reverse(f"table_profile_{what}", args=[people.table.pk, *more]), data).status_code
    return status


def table() -> Table:
    return Table.objects.get(slug="harborview-hub")


@pytest.mark.parametrize("who", ["police", "facilitator", "privacy_officer", "outsider"])
def test_page_and_presses_do_not_exist_for_others(client: Client, people: Cast, who: str) -> None:
    client.force_login(people[who])
    assert client.get(reverse("table_profile", args=[people.table.pk])).status_code == 404
    assert {post(client, people, who, what, data) for what, data in POSTS.items()} == {404}


def test_get_on_an_action_is_405_and_nobody_anonymous_comes_in(client: Client, people: Cast) -> None:
    urls = [reverse(f"table_profile_{what}", args=[people.table.pk]) for what in POSTS]
    assert {client.post(url).status_code for url in urls} == {401}
    client.force_login(people["recorder"])
    assert {client.get(url).status_code for url in urls} == {405}


@pytest.mark.parametrize("who", ["recorder", "administrator"])
def test_profile_is_saved_with_its_rhythm(client: Client, people: Cast, who: str) -> None:
    assert post(client, people, who, "save", PROFILE) == 303
    row = table()
    assert (row.recurrence, row.starts_at, row.towns) == ("FREQ=MONTHLY;BYDAY=-1TH", time(9, 30), ["Harborview", "Saltmarsh"])
    assert row.history.first().history_user == people[who]
    assert cadence.in_words(row) == "Monthly, last Thursday 9:30"


@pytest.mark.parametrize(
    "change",
    [{"name": ""}, {"protocol": "stakeholder"}, {"day": ""}, {"nth": ""}, {"starts_at": ""}, {"starts_at": "noon"},
     {"minutes_planned": "5"}, {"minutes_planned": "x"}, {"mission": "x" * 4001}, {"rhythm": "hourly"}],
)  # fmt: skip
def test_wrong_profile_is_refused_and_nothing_is_saved(client: Client, people: Cast, change: dict[str, str]) -> None:
    assert post(client, people, "recorder", "save", PROFILE | change) == 422
    assert table().recurrence == "FREQ=DAILY"


@pytest.mark.parametrize(
    ("chosen", "rule", "words"),
    [(Cadence("weekly", "TH"), "FREQ=WEEKLY;BYDAY=TH", "Weekly, Thursday"),
     (Cadence("biweekly", "MO"), "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "Every two weeks, Monday"),
     (Cadence("monthly", "TU", "2"), "FREQ=MONTHLY;BYDAY=2TU", "Monthly, second Tuesday"),
     (Cadence("daily"), "FREQ=DAILY", "Daily"), (Cadence(), "", "")],
)  # fmt: skip
def test_rhythm_is_a_rule_and_is_read_back_from_it(chosen: Cadence, rule: str, words: str) -> None:
    assert (chosen.rule, cadence.read(rule), chosen.words) == (rule, chosen, words)


@pytest.mark.parametrize("rule", ["FREQ=YEARLY", "FREQ=WEEKLY;BYDAY=MO,TU", "FREQ=MONTHLY;BYDAY=5MO", "FREQ=WEEKLY;COUNT=3"])
def test_rule_that_no_choice_makes_is_not_taken_for_one(rule: str) -> None:
    assert cadence.read(rule) is None


def test_monthly_rule_falls_on_that_weekday_of_the_month() -> None:
    row = Table(recurrence=Cadence("monthly", "TU", "2").rule, starts_at=time(9))
    days = [one.date() for one in occurrences(row, date(2026, 1, 1), date(2026, 3, 31))]
    assert days == [date(2026, 1, 13), date(2026, 2, 10), date(2026, 3, 10)]


def test_new_rhythm_moves_what_is_coming_and_leaves_today(client: Client, people: Cast) -> None:
    schedule(by=None, table=people.table)
    weekday = cadence.DAYS[(clock.today().weekday() + 2) % 7]
    assert post(client, people, "recorder", "save", PROFILE | {"rhythm": "weekly", "day": weekday}) == 303
    coming = [timezone.localtime(one.scheduled_for) for one in Conference.objects.order_by("scheduled_for")]
    today = timezone.make_aware(datetime.combine(clock.today(), time(9)))
    assert coming[0] == today
    assert {(one.weekday(), one.time()) for one in coming[1:]} == {(cadence.DAYS.index(weekday), time(9, 30))}
    assert len(coming) == 9


def test_draft_of_the_mission_is_shown_and_not_stored(client: Client, people: Cast) -> None:
    answers = {"whom": "everybody at high risk.", "do": "meet", "do_not": "keep files", "who": "ten agencies"}
    client.force_login(people["recorder"])
    page = client.post(reverse("table_profile_draft", args=[people.table.pk]), answers)
    assert page.status_code == 200
    assert "Harborview Hub serves everybody at high risk." in page.content.decode()
    assert table().mission == ""
    assert post(client, people, "recorder", "draft", answers | {"do_not": ""}) == 422


def test_settings_are_saved_and_stand_in_the_history(client: Client, people: Cast) -> None:
    assert post(client, people, "recorder", "settings", SETTINGS) == 303
    row = table()
    assert (row.identity_opens_at_filter, row.retention_days, row.category_only, row.demands_training) == (4, 90, True, ["hub"])
    assert row.history.first().history_change_reason == "profiling.set_settings"


@pytest.mark.parametrize(
    "change",
    [{"identity_opens_at_filter": "2"}, {"identity_opens_at_filter": "3", "filter3_identifiers": []},
     {"filter3_identifiers": ["ssn"]}, {"response_clock_hours": "12"}, {"minutes_per_situation": "0"},
     {"minutes_per_situation": "61"}, {"quorum_seats": "0"}, {"retention_days": "29"}, {"retention_days": "99999"},
     {"small_cell_threshold": "4"}, {"repeat_flag_months": "61"}, {"demands_training": ["magic"]}, {"quorum_seats": ""}],
)  # fmt: skip
def test_settings_outside_their_bounds_are_refused(client: Client, people: Cast, change: dict[str, Any]) -> None:
    assert post(client, people, "recorder", "settings", SETTINGS | change) == 422
    assert table().response_clock_hours == 48


def test_settings_hold_while_a_conference_is_open(client: Client, people: Cast) -> None:
    people.conference("police", "schools", "clinic")
    assert post(client, people, "recorder", "settings", SETTINGS) == 422
    assert table().retention_days == 180


def test_role_is_given_and_ended_and_boards_close(
    client: Client, people: Cast, heard: Heard, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    assert post(client, people, "recorder", "roles", {"member": people["police"].pk, "role": "observer"}) == 303
    assert post(client, people, "recorder", "roles", {"member": people["police"].pk, "role": "observer"}) == 422
    role = TableRole.objects.get(member=people["police"])
    with django_capture_on_commit_callbacks(execute=True):
        assert post(client, people, "recorder", "role_end", {}, role.pk) == 303
    assert revoked(heard) == {people["police"].pk}
    assert standing_of(people["police"], people.table).table_roles == frozenset()
    assert post(client, people, "recorder", "role_end", {}, role.pk) == 422


def test_who_presides_keeps_the_role_until_it_is_handed_over(people: Cast) -> None:
    people.conference("police", "schools", "clinic")
    role = TableRole.objects.get(member=people["facilitator"])
    with refused(RuleRefused):
        profiling.end_role(by=people["recorder"], role=role)


def test_nobody_oversees_by_their_own_hand_and_an_administrator_has_no_role(people: Cast) -> None:
    for role in ("break_glass", "privacy_officer"):
        with refused(NotAllowed):
            profiling.give_role(by=people["recorder"], table=people.table, member=people["recorder"], role=role)
    for by in ("administrator", "recorder"):
        with refused(RuleRefused, field="member"):
            profiling.give_role(by=people[by], table=people.table, member=people["administrator"], role="observer")
    with refused(NotAllowed):
        profiling.give_role(by=people["facilitator"], table=people.table, member=people["police"], role="observer")


def test_role_of_nobody_near_or_of_another_table_is_refused(client: Client, people: Cast) -> None:
    assert post(client, people, "recorder", "roles", {"member": people["outsider"].pk, "role": "observer"}) == 422
    assert post(client, people, "recorder", "role_end", {}, 999) == 404


def test_coordinator_hands_over_and_keeps_nothing(client: Client, people: Cast) -> None:
    client.force_login(people["recorder"])
    answer = client.post(reverse("table_profile_coordinator", args=[people.table.pk]), {"member": people["police"].pk})
    assert (answer.status_code, answer.headers["Location"]) == (303, reverse("table_detail"))
    assert post(client, people, "recorder", "save", PROFILE) == 404
    assert post(client, people, "police", "save", PROFILE) == 303


@pytest.mark.parametrize("change", [{"public_phone": ""}, {"public_email": "nothing"}])
def test_public_table_can_be_reached(client: Client, people: Cast, change: dict[str, str]) -> None:
    assert post(client, people, "recorder", "public", PUBLIC) == 422  # it serves no town yet
    assert post(client, people, "recorder", "save", PROFILE) == 303
    assert post(client, people, "recorder", "public", PUBLIC | change) == 422
    assert post(client, people, "recorder", "public", PUBLIC) == 303
    assert table().is_public


@pytest.mark.parametrize("way", ["javascript:alert(1)", "http://weather.example/", "no address"])
def test_way_out_of_families_pages_is_an_https_address(client: Client, people: Cast, way: str) -> None:
    assert post(client, people, "recorder", "save", PROFILE) == 303
    assert post(client, people, "recorder", "public", PUBLIC | {"quick_exit": "https://weather.example/"}) == 303
    assert post(client, people, "recorder", "public", PUBLIC | {"quick_exit": way}) == 422
    assert table().quick_exit == "https://weather.example/"
    assert post(client, people, "recorder", "public", PUBLIC) == 303
    assert table().quick_exit == QUICK_EXIT
