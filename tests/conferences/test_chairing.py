"""Opening, taking in hand, timer, projector, closing: what the facilitator does with the conference itself."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from conferences import chairing, steering
from conferences.models import AgendaItem, Conference
from hub.core import clock
from hub.core.errors import NotAllowed, RuleRefused
from situations import deliberation
from situations.choices import Criterion, Stage
from situations.models import Recusal, Situation
from tests.cast import Cast, act, assemble, fresh, item_of, refused, to_filter2, to_filter3, to_filter4

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    """With two situations that wait for the table."""
    people = assemble()
    people.ready()
    people.ready("police")
    return people


@pytest.fixture
def conference(people: Cast) -> Conference:
    return people.conference("police", "schools", "clinic", "recorder")


@pytest.fixture
def item(conference: Conference) -> AgendaItem:
    return conference.items.select_related("situation")[0]


def test_opening_builds_the_agenda_and_gives_numbers_in_order_of_submission(people, conference):
    year = clock.today().year
    rows = conference.items.values_list("position", "kind", "situation__number", "situation__originating_agency__key")
    assert list(rows) == [(1, "new", f"{year}-0001", "schools"), (2, "new", f"{year}-0002", "police")]
    for situation in Situation.objects.all():
        assert people.ledger(situation)[-1] == ("tabled", "facilitator", "clinic", "", set())
    with refused(RuleRefused):
        chairing.open_conference(by=people["facilitator"], conference=conference)


def test_facilitator_who_stepped_out_of_a_situation_still_opens_and_closes(people):
    situation = Situation.objects.order_by("pk")[0]
    Recusal.objects.create(situation=situation, member=people["facilitator"], at=clock.now())
    conference = people.conference("police")
    assert fresh(situation).stage == Stage.TABLED
    chairing.close_conference(by=people["facilitator"], conference=conference)
    assert fresh(situation).stage == Stage.TABLED


CHAIRED: dict[str, Callable[..., object]] = {
    "take": lambda by, c: chairing.take_in_hand(by=by, conference=c, item=c.items.all()[0]),
    "put down": lambda by, c: chairing.put_down(by=by, conference=c),
    "timer": lambda by, c: chairing.set_timer(by=by, conference=c, running=False),
    "projector": lambda by, c: chairing.blank_projector(by=by, conference=c, blank=False),
    "offer": lambda by, c: chairing.offer_chair(by=by, conference=c, to=None),
    "close": lambda by, c: chairing.close_conference(by=by, conference=c),
}


@pytest.mark.parametrize("action", CHAIRED)
@pytest.mark.parametrize("who", ["police", "recorder", "outsider", "administrator"])
def test_only_who_presides_acts(people, conference, action, who):
    with refused(NotAllowed):
        CHAIRED[action](people[who], conference)


@pytest.mark.parametrize("action", CHAIRED)
def test_nothing_is_done_after_closing(people, conference, action):
    chairing.close_conference(by=people["facilitator"], conference=conference)
    with refused(RuleRefused):
        CHAIRED[action](people["facilitator"], conference)


@pytest.mark.parametrize("action", ["put down", "projector", "close"])
def test_each_action_raises_the_revision_by_one_and_announces_it(
    people, conference, action, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as announced:
        CHAIRED[action](people["facilitator"], conference)
    assert Conference.objects.get(pk=conference.pk).revision == conference.revision + 1
    assert len(announced) == 1


def test_one_item_is_in_hand_and_the_one_before_waits(people, conference):
    first, second = conference.items.all()
    for item in (first, second, second):
        chairing.take_in_hand(by=people["facilitator"], conference=conference, item=item)
    assert list(conference.items.values_list("state", flat=True)) == ["waiting", "in_hand"]


def test_timer_counts_only_while_it_runs(people, conference, item):
    start = clock.now()
    with clock.at(start):
        chairing.take_in_hand(by=people["facilitator"], conference=conference, item=item)
    for minutes, running, seconds in ((1, False, 60), (5, True, 60), (6, False, 120)):
        with clock.at(start + timedelta(minutes=minutes)):
            timer = chairing.set_timer(by=people["facilitator"], conference=conference, running=running)
            assert chairing.elapsed(timer).total_seconds() == seconds


def test_putting_down_closes_an_open_identity(people, conference, item):
    situation = to_filter3(people, conference, item.situation)
    chairing.put_down(by=people["facilitator"], conference=conference)
    assert not fresh(situation).identity_open
    assert people.ledger(situation)[-1] == ("identity_closed", "facilitator", "clinic", "", set())


def test_closing_carries_undone_items_over_to_the_next_agenda_first(people, conference, item):
    to_filter2(people, conference, item.situation)
    chairing.close_conference(by=people["facilitator"], conference=conference)
    assert set(conference.items.values_list("state", "result")) == {("carried_over", "carried_over")}
    people.ready("clinic")
    with clock.at(clock.now() + timedelta(days=1)):
        again = people.conference("police")
        assert [one.situation.originating_agency.key for one in again.items.all()] == ["schools", "police", "clinic"]
        assert fresh(item.situation).number == item.situation.number


def test_closing_redacts_what_was_rejected_and_keeps_what_leads_act_on(people, conference, item):
    other = conference.items.all()[1]
    to_filter4(people, conference, item.situation)
    to_filter2(people, conference, other.situation)
    act(people["facilitator"], conference, other.situation, "reject", reason="not_aer")
    chairing.close_conference(by=people["facilitator"], conference=conference)
    assert fresh(other.situation).redacted_at is not None
    assert fresh(item.situation).stage == Stage.FILTER4
    assert list(conference.items.values_list("result", flat=True)) == ["accepted", "rejected"]


# the one door of the board's actions


@pytest.mark.parametrize("action", ["", "reset", "vote", "__class__"])
def test_action_that_the_board_does_not_have_is_refused(people, conference, item, action):
    with refused(RuleRefused):
        steering.act(by=people["facilitator"], conference=conference, item=item, action=action, data={}, revision=None)


@pytest.mark.parametrize("agency", ["0", "999999999999999999999", "²", "police", "-1"])
def test_forged_seat_is_refused_at_its_field(people, conference, item, agency):
    situation = to_filter2(people, conference, item.situation)
    with refused(RuleRefused, "agency"):
        act(people["facilitator"], conference, situation, "agree", agency=agency)


@pytest.mark.parametrize(
    ("action", "field"), [("criterion", "criterion"), ("consent", "consent_status"), ("answer", "kind"), ("assign", "role")]
)
def test_unknown_code_is_refused_at_its_field(people, conference, item, action, field):
    situation = to_filter2(people, conference, item.situation)
    with refused(RuleRefused, field):
        act(people["facilitator"], conference, situation, action, **{field: "nonsense"})


def test_item_of_another_conference_is_not_acted_on(people, conference, item):
    chairing.close_conference(by=people["facilitator"], conference=conference)
    with clock.at(clock.now() + timedelta(days=1)):
        tomorrow = people.conference("police")
        with pytest.raises(AgendaItem.DoesNotExist):
            steering.act(by=people["facilitator"], conference=tomorrow, item=item, action="agree-all", data={}, revision=None)


def test_failed_action_leaves_neither_result_nor_revision(people, conference, item):
    situation = to_filter2(people, conference, item.situation)
    deliberation.set_criterion(by=people["facilitator"], situation=situation, criterion=Criterion.SEVERE_HARM, holds=False)
    with refused(RuleRefused):
        act(people["facilitator"], conference, situation, "agree-all")
    assert item_of(conference, situation).result == ""


@pytest.mark.parametrize(("who", "error"), [("outsider", NotAllowed), ("recovery", NotAllowed)])
def test_systemic_issue_is_noted_by_those_present(people, conference, who, error):
    issue = steering.note_issue(by=people["police"], conference=conference, title="No beds at night")
    assert (issue.raised_by, issue.noted_by) == (people.agencies["police"], people["police"])
    with refused(error):
        steering.note_issue(by=people[who], conference=conference, title="No beds at night")
    with refused(RuleRefused, "title"):
        steering.note_issue(by=people["police"], conference=conference, title=" ")
