"""The demo community: lived through the verbs, so what a rule forbids must not be in it."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import models
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from agencies.models import Member, Sitting, Table
from conferences import agenda
from conferences.demo import loading, source
from conferences.demo.loading import Lived
from conferences.models import Conference, SystemicIssue
from hub.core import clock
from hub.keystore.models import DataKey
from situations import ledger, repeat, sealing
from situations.choices import EntryKind, Stage
from situations.disclosure import audience_of, may_see
from situations.models import BlindIndex, Identity, LedgerEntry, Recipient, Screening, Situation
from situations.visibility import Field
from tests.cast import scene

# a year of verbs takes its minute; each of them is tested on both pairs by itself
pytestmark = [pytest.mark.django_db, pytest.mark.pairless]

TODAY = date(2026, 11, 19)
# who presides or observes comes without a seat, from an agency whose own seat may be empty
NO_SEAT = ["facilitator@harborview.example", "observer@harborview.example"]
MORNING = timezone.make_aware(datetime.combine(TODAY, time(8, 45)))


@pytest.fixture(scope="module")
def lived(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Lived]:
    """The year, loaded once for all tests here and taken back afterwards; the clock stands on its last morning."""
    with scene(django_db_blocker):
        made = loading.load(TODAY)
        with clock.at(MORNING):
            yield made


@pytest.fixture
def material() -> source.Entry:
    return source.read()


def now(lived: Lived, key: str) -> Situation:
    return Situation.objects.get(pk=lived.situations[key].pk)


def texts_of(model: type[models.Model]) -> Iterator[str]:
    """Everything that a table holds in text or JSON columns."""
    names = [
        one.attname
        for one in model._meta.concrete_fields
        if isinstance(one, models.CharField | models.TextField | models.JSONField)
    ]
    for row in model._default_manager.values_list(*names) if names else ():
        yield "\n".join(str(value) for value in row)


def test_every_past_situation_ended_as_the_material_says(lived: Lived, material: source.Entry) -> None:
    for entry in material["past_situations"]:
        situation, ending = now(lived, entry["key"]), entry["conclusion"]
        if ending is None:
            assert situation.stage == Stage.FILTER4
        else:
            rejected = ending["group"] == "rejected"
            assert situation.stage == (Stage.REJECTED if rejected else Stage.CONCLUDED)
            assert (situation.conclusion_group, situation.conclusion_reason) == (ending["group"], ending["reason"])
    counted = Counter(Situation.objects.values_list("stage", flat=True))
    assert counted == {Stage.CONCLUDED: 38, Stage.REJECTED: 6, Stage.FILTER4: 4, Stage.READY: 8, Stage.DRAFT: 1}


def test_todays_agenda_has_the_overdue_first_then_open_then_new(lived: Lived, material: source.Entry) -> None:
    conference = Conference.objects.get(scheduled_for__date=TODAY)
    assert conference.sitting is None
    found = [*agenda.follow_ups(conference), *agenda.newcomers(conference)]
    keys = {one.pk: key for key, one in lived.situations.items()}
    assert [keys[one.pk] for one in found] == material["table"]["today"]["agenda"]


def test_every_other_conference_is_closed_and_eight_weeks_stand_ahead(lived: Lived) -> None:
    assert lived.conferences == Sitting.objects.exclude(closed_at=None).count() == 52
    assert not Sitting.objects.filter(closed_at=None).exists()
    assert Conference.objects.filter(sitting=None).count() == 9


def test_numbers_follow_the_year_in_which_they_were_given(lived: Lived) -> None:
    tabled = Situation.objects.exclude(number="").order_by("tabled_at", "pk")
    counted: Counter[str] = Counter()
    for situation in tabled:
        assert situation.tabled_at is not None
        year = str(timezone.localtime(situation.tabled_at).year)
        counted[year] += 1
        assert situation.number == f"{year}-{counted[year]:04d}"
    assert set(counted) == {"2025", "2026"}


def test_ledger_is_whole_and_its_times_never_run_backwards(lived: Lived) -> None:
    assert list(ledger.verify()) == []
    for chain in LedgerEntry.objects.order_by().values_list("chain", flat=True).distinct():
        moments = list(LedgerEntry.objects.filter(chain=chain).order_by("sequence").values_list("at", flat=True))
        assert moments == sorted(moments)
        assert moments[-1] < MORNING


def test_history_carries_the_actor_and_the_time_of_then(lived: Lived) -> None:
    situation = now(lived, "s01")
    rows = list(situation.history.order_by("history_date", "history_id"))
    assert rows[0].history_user == Member.objects.get(email="police@harborview.example")
    assert timezone.localtime(rows[0].history_date).date() == date(2025, 11, 16)
    assert rows[-1].history_user == Member.objects.get(email="facilitator@harborview.example")
    assert rows[-1].history_change_reason.startswith("conclusion.")
    assert not Situation.history.filter(history_user=None).exists()


def test_rejected_ones_keep_their_outline_only_in_storage_and_history(lived: Lived) -> None:
    sealing.finish_shredding()  # outside of a test every commit does it
    for situation in Situation.objects.filter(stage=Stage.REJECTED):
        assert situation.redacted_at is not None
        for row in [situation, *Situation.history.filter(id=situation.pk)]:
            assert (row.note, row.risk_factors, row.town, row.conclusion_because) == ("", [], "", "")
        for model in (Screening, BlindIndex):
            assert not model._default_manager.filter(situation=situation).exists()
        assert not DataKey.objects.filter(situation=situation.pk).exists()
        assert bytes(Identity.objects.get(situation=situation).name) == b""
        assert situation.ledger.filter(kind=EntryKind.SHREDDED).count() == 1


def test_no_name_from_an_envelope_stands_in_any_text_or_history_row(lived: Lived, material: source.Entry) -> None:
    names = {
        name.casefold()
        for entry in [*material["past_situations"], *material["new_situations"]]
        for name in source.names_of(entry)
    }
    assert len(names) > 60
    for model in apps.get_models():
        for text in texts_of(model):
            found = {name for name in names if name in text.casefold()}
            assert not found, f"{model._meta.label} holds {found}"


def test_repeat_presentation_is_flagged_to_the_originating_agency_alone(lived: Lived) -> None:
    situation, earlier = now(lived, "n5"), now(lived, "s22")
    assert repeat.earlier(situation) == [earlier.number]
    seeing = {
        member.agency.key
        for member in Member.objects.select_related("agency")
        if may_see(audience_of(member, situation), Field.REPEAT)
    }
    assert seeing == {"police"}


def test_returned_situations_are_linked_to_the_earlier_one(lived: Lived, material: source.Entry) -> None:
    returned = {one["key"]: one["returned_from"] for one in material["past_situations"] if one.get("returned_from")}
    assert len(returned) == 2
    for key, earlier in returned.items():
        assert now(lived, key).returned_from == now(lived, earlier)


def test_absent_seats_received_nothing(lived: Lived, material: source.Entry) -> None:
    for entry in material["past_situations"]:
        profile = Recipient.objects.filter(entry__situation=now(lived, entry["key"]), entry__kind=EntryKind.PROFILE)
        # at a later follow-up the recorder can learn it, who is family services' deputy too: that is another entry
        shown = profile.filter(entry__sitting=profile.order_by("pk")[0].entry.sitting)
        told = set(shown.exclude(member__email__in=NO_SEAT).values_list("agency__key", flat=True))
        assert len(told) >= 6
        assert told.isdisjoint(entry["filter2"]["absent"])


def test_systemic_issues_were_raised_in_their_week(lived: Lived, material: source.Entry) -> None:
    raised = {one.title: one.raised_at.date() for one in SystemicIssue.objects.all()}
    for issue in material["systemic_issues"]:
        assert (TODAY - raised[issue["title"]]).days == 7 * issue["raised_weeks_ago"]


def test_command_loads_nothing_over_a_table(lived: Lived) -> None:
    out, before = StringIO(), LedgerEntry.objects.count()
    call_command("load_demo", if_empty=True, stdout=out)
    assert (out.getvalue(), LedgerEntry.objects.count()) == ("", before)
    with pytest.raises(CommandError, match="table already"):
        call_command("load_demo", stdout=out)
    assert Table.objects.count() == 1
