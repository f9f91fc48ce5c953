"""A prepared question answers what its query set would, for every value, in every thread, and keeps no answer."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.test.utils import CaptureQueriesContext

from agencies.models import Agency, AgencyRole, Member, Pledge, Seat
from hub.core import clock
from hub.core.audit import acting
from hub.core.prepared import Prepared
from situations.models import LedgerEntry
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    people = assemble()
    people.ready()
    people.conference()
    return people


def members(members: Any) -> QuerySet[Member]:
    return Member.objects.filter(pk__in=members).select_related("agency").order_by("name")


def seats(table: Any) -> QuerySet[Seat, str]:
    return Seat.objects.filter(table=table, ended_on=None).order_by("agency__name").values_list("agency__name", flat=True)


def in_force(day: Any, members: Any) -> QuerySet[AgencyRole, tuple[Any, ...]]:
    of_today = Q(started_on__lte=day) & (Q(ended_on=None) | Q(ended_on__gt=day))
    return AgencyRole.objects.filter(of_today, member__in=members).order_by("pk").values_list("member_id", "role")


def entries(chain: Any) -> QuerySet[LedgerEntry, tuple[Any, ...]]:
    return LedgerEntry.objects.filter(chain=chain).order_by("-sequence").values_list("sequence", "hash")[:1]


def since(moment: Any) -> QuerySet[Pledge]:
    return Pledge.objects.filter(affirmed_at__gt=moment).order_by("pk")


def values(people: Cast) -> list[tuple[Callable[..., QuerySet[Any, Any]], dict[str, Any]]]:
    ids, now = [one.pk for one in people.members.values()], clock.now()
    lists: list[list[int]] = [[], ids[:1], ids[:2], ids[:3], ids, [*ids, -1], ids[::-1]]
    days: list[date] = [clock.today(), clock.today() - timedelta(days=4000)]
    moments: list[datetime] = [now - timedelta(days=1), now + timedelta(days=1)]
    return [
        *((members, {"members": one}) for one in lists),
        *((seats, {"table": one}) for one in (people.table.pk, 0)),
        *((in_force, {"day": day, "members": one}) for day in days for one in lists),
        *((entries, {"chain": one}) for one in ("situation:1", f"table:{people.table.pk}", "")),
        *((since, {"moment": one}) for one in moments),
    ]


def test_answers_are_those_of_the_query_set_and_records_are_whole(people: Cast):
    asked = {build: Prepared(build) for build, _given in values(people)}
    answers = 0
    for build, given in values(people):
        found, expected = asked[build](**given), list(build(**given))
        assert found == expected
        assert asked[build].first(**given) == next(iter(expected), None)
        answers += len(found)
    assert answers > 50


def test_one_question_is_asked_and_nothing_more_for_what_is_joined(people: Cast):
    asked = Prepared(members)
    ids = [one.pk for one in people.members.values()]
    for wanted in (ids[:1], ids[:3]):
        with CaptureQueriesContext(connection) as queries:
            assert all(one.agency.name for one in asked(members=wanted))
        assert len(queries) == 1


def test_what_changed_is_seen_by_the_next_question(people: Cast):
    asked = Prepared(lambda key: Agency.objects.filter(pk=key))
    agency = people.agencies["clinic"]
    name, before = agency.name, asked.first(key=agency.pk)
    with acting(None, "tests"):
        agency.name = "Another name"
        agency.save()
    after = asked.first(key=agency.pk)
    assert (before and before.name, after and after.name) == (name, "Another name")
    assert before is not after


def test_sql_is_built_once_for_each_size_of_a_list(people: Cast):
    built: list[Any] = []

    def build(members: Any) -> QuerySet[Member]:
        built.append(members)
        return Member.objects.filter(pk__in=members)

    asked = Prepared(build)
    for size in range(9):
        asked(members=[one.pk for one in people.members.values()][:size])
    assert sorted(map(len, built)) == [1, 2, 4, 8]


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_only_inside_a_transaction():
    asked = Prepared(lambda key: Agency.objects.select_for_update().filter(pk=key))
    with pytest.raises(transaction.TransactionManagementError):
        asked(key=1)
    with transaction.atomic():
        assert asked(key=1) == []


@pytest.mark.django_db(transaction=True)
def test_every_thread_asks_over_its_own_connection():
    asked = Prepared(lambda key: Agency.objects.filter(key=key).values_list("name", flat=True))

    def ask(_turn: int) -> tuple[list[str], int]:
        try:
            return asked(key="clinic"), id(connection.connection)
        finally:
            connection.close()

    with acting(None, "tests"):
        Agency.objects.create(key="clinic", name="Clinic", short_name="Clinic", sector="health")
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(ask, range(8)))
    assert {tuple(names) for names, _connection in answers} == {("Clinic",)}
    assert id(connection.connection) not in {used for _names, used in answers}
