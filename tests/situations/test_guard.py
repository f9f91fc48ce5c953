"""The guard at every text that other agencies read: it asks, the answer is entered, and no question confirms a guess."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from conferences import chairing, driving, steering
from conferences.models import Conference, SystemicIssue
from hub.core.errors import RuleRefused
from situations import conclusion, deliberation, going_back, guard, involvement
from situations.choices import AnswerKind, Consent, EntryKind, Stage, StanceKind
from situations.guard import NOTHING, GuardAsks, GuardStops, Reply
from situations.models import LedgerEntry, Situation
from tests.cast import IDENTITY, NOBODY, SAID, Cast, act, assemble, fresh, item_of, refused, to_filter2, to_filter3, to_filter4

NAMED = "A call to Alder was made."
GUESS = "the boy is quill, they say"
"""Only the envelope gives this away: a word like any other."""
Say = Callable[[Cast, Situation, str, Reply], object]


@pytest.fixture
def people(db: None) -> Cast:
    return assemble()


def _dissent(people: Cast, s: Situation, typed: str, answered: Reply) -> object:
    return deliberation.take_stance(by=people["police"], situation=s, kind=StanceKind.DISSENTS, reason=typed, answered=answered)


def _go_on(people: Cast, s: Situation, typed: str, answered: Reply) -> object:
    police = people.agencies["police"]
    return deliberation.go_on(by=people["facilitator"], situation=s, agency=police, because=typed, answered=answered)


def _reject(people: Cast, s: Situation, typed: str, answered: Reply) -> object:
    return deliberation.reject(by=people["facilitator"], situation=s, reason="not_aer", because=typed, answered=answered)


def _consent(people: Cast, s: Situation, typed: str, answered: Reply) -> object:
    return deliberation.set_consent(
        by=people["facilitator"], situation=s, status=Consent.VERBAL, reason=typed, answered=answered
    )


def _take_back(people: Cast, s: Situation, typed: str, answered: Reply) -> object:
    return going_back.take_back(by=people["facilitator"], situation=s, because=typed, answered=answered)


def _offer(people: Cast, s: Situation, typed: str, answered: Reply) -> object:
    return involvement.answer(by=people["clinic"], situation=s, kind=AnswerKind.CAN_HELP, offer=typed, answered=answered)


def _report(people: Cast, s: Situation, typed: str, answered: Reply) -> object:
    return conclusion.report_back(by=people["facilitator"], situation=s, line=typed, still_aer=True, answered=answered)


def _conclude(people: Cast, s: Situation, typed: str, answered: Reply) -> object:
    return conclusion.conclude(
        by=people["facilitator"], situation=s, group="other", reason="deceased", because=typed, answered=answered
    )


TEXTS: dict[str, tuple[Stage, str, Say]] = {
    "dissent": (Stage.FILTER2, "reason", _dissent),
    "go on": (Stage.FILTER2, "because", _go_on),
    "reject": (Stage.FILTER2, "because", _reject),
    "consent": (Stage.FILTER2, "consent_reason", _consent),
    "take back": (Stage.FILTER3, "because", _take_back),
    "offer": (Stage.FILTER3, "offer", _offer),
    "report-back": (Stage.FILTER4, "line", _report),
    "conclude": (Stage.FILTER4, "because", _conclude),
}


def at(people: Cast, stage: Stage, what: str) -> Situation:
    situation = people.ready()
    conference = people.conference()
    reach = {Stage.FILTER2: to_filter2, Stage.FILTER3: to_filter3, Stage.FILTER4: to_filter4}[stage]
    situation = reach(people, conference, situation)
    if what == "go on":
        act(people["police"], conference, situation, "dissent", reason="Not yet.")
    return fresh(situation)


@pytest.mark.parametrize("what", TEXTS)
def test_text_that_could_point_to_a_person_is_asked_about_and_goes_on_with_the_answer(people: Cast, what: str):
    stage, field, say = TEXTS[what]
    situation = at(people, stage, what)
    before = situation.ledger.count()
    with pytest.raises(GuardAsks) as asked:
        say(people, situation, NAMED, NOTHING)
    assert (asked.value.field, asked.value.kinds) == (field, ["name"])
    assert "Alder" in str(asked.value.message)
    assert situation.ledger.count() == before + (what != "offer")
    say(people, situation, NAMED, NOBODY)
    entries = situation.ledger.filter(kind=EntryKind.GUARD_ASKED).order_by("sequence")
    answer = {"field": field, "kinds": ["name"], "because": "word", "recognisable": False}
    assert [one.detail for one in entries] == ([answer] if what == "offer" else [{"field": field, "kinds": ["name"]}, answer])


@pytest.mark.parametrize("what", TEXTS)
def test_hard_stop_refuses_whatever_is_confirmed(people: Cast, what: str):
    stage, field, say = TEXTS[what]
    situation = at(people, stage, what)
    with refused(RuleRefused, field):
        say(people, situation, "He was admitted to detox on Sunday.", NOBODY)


@pytest.mark.parametrize("what", [one for one in TEXTS if one != "offer"])
def test_a_guessed_name_is_answered_like_any_other_word_to_who_may_not_open_the_envelope(people: Cast, what: str):
    stage, _field, say = TEXTS[what]
    situation = at(people, stage, what)
    say(people, situation, GUESS, NOTHING)
    assert not situation.ledger.filter(kind=EntryKind.GUARD_ASKED).exists()


def test_who_may_open_the_envelope_is_asked_about_the_words_that_they_may_open(people: Cast):
    situation = at(people, Stage.FILTER3, "offer")
    with pytest.raises(GuardStops) as asked:
        _offer(people, situation, GUESS, NOTHING)
    assert asked.value.kinds == ["identity"]
    # this table opens name and date of birth: what stands in the other fields of the envelope is not confirmed either
    _offer(people, situation, "they spoke of oriole and canary", NOTHING)
    assert {"7 Canary Row", "Oriole Quill"} <= set(IDENTITY.values())


def test_lead_is_asked_about_every_word_of_the_envelope(people: Cast):
    situation = at(people, Stage.FILTER4, "report-back")
    with pytest.raises(GuardStops):
        conclusion.report_back(by=people["clinic"], situation=situation, line="oriole came along", still_aer=True)


def test_envelope_is_not_even_opened_for_a_writer_who_may_not(people: Cast, django_assert_max_num_queries):
    situation = at(people, Stage.FILTER2, "dissent")
    with django_assert_max_num_queries(200) as captured:
        _dissent(people, situation, GUESS, NOTHING)
    assert not [one for one in captured.captured_queries if "situations_identity" in one["sql"]]


@pytest.mark.parametrize(
    ("title", "text", "field"), [("A call to Alder", "", "title"), ("No bed", "Ask for Alder there.", "text")]
)
def test_systemic_issue_is_asked_about_and_entered_in_the_tables_ledger(people: Cast, title: str, text: str, field: str):
    conference = people.conference()
    data = {"title": title, "text": text}
    with pytest.raises(GuardAsks) as asked:
        driving.drive(by=people["police"], conference=conference, what="issue", data=data)
    assert asked.value.field == field
    assert not SystemicIssue.objects.exists()
    driving.drive(by=people["police"], conference=conference, what="issue", data={**data, **SAID})
    entries = LedgerEntry.objects.filter(table=people.table, situation=None, kind=EntryKind.GUARD_ASKED).order_by("sequence")
    assert [one.detail.get("because", "") for one in entries] == ["", "word"]
    assert SystemicIssue.objects.get().title == title


def test_systemic_issue_takes_no_treatment_record(people: Cast):
    conference = people.conference()
    with refused(RuleRefused, "text"):
        steering.note_issue(by=people["police"], conference=conference, title="No bed", text="Our man was admitted to detox.")


def test_question_is_entered_once_although_one_verb_calls_another(people: Cast):
    situation = people.ready()
    conference = people.conference()
    to_filter2(people, conference, situation)
    with pytest.raises(GuardAsks):
        act(people["police"], conference, situation, "dissent", reason=NAMED)
    assert situation.ledger.filter(kind=EntryKind.GUARD_ASKED).count() == 1


@pytest.fixture
def board(people: Cast, client: Client) -> tuple[Client, Conference, Situation]:
    situation = people.ready()
    conference = people.conference()
    client.force_login(people["facilitator"])
    return client, conference, to_filter4(people, conference, situation)


def test_board_shows_the_answer_only_with_the_question(people: Cast, board: tuple[Client, Conference, Situation]):
    client, conference, situation = board
    item = item_of(conference, situation).pk
    form = client.get(reverse("board_form", args=[conference.pk, item, "report-back"])).content.decode()
    assert "data-guard-answer hidden" in form
    url = reverse("board_act", args=[conference.pk, item, "report-back"])
    asked = client.post(url, {"line": NAMED, "still_aer": "1"})
    assert asked.status_code == 422
    assert "data-guard-asks" in asked.content.decode()
    stopped = client.post(url, {"line": "He is in detox.", "still_aer": "1", **SAID})
    assert stopped.status_code == 422
    assert "data-guard-asks" not in stopped.content.decode()
    assert "Nothing of it was stored." in stopped.content.decode()
    assert client.post(url, {"line": NAMED, "still_aer": "1", **SAID}).status_code == 200


@pytest.mark.parametrize("name", ["dissent", "go-on", "take-back", "conclude", "report-back"])
def test_every_form_with_a_text_can_be_answered(board: tuple[Client, Conference, Situation], name: str):
    client, conference, situation = board
    page = client.get(reverse("board_form", args=[conference.pk, item_of(conference, situation).pk, name])).content.decode()
    assert page.count("data-guard-answer") == 1
    # asked of every text, whatever is found in it
    asked = page.split("data-recognised")[1]
    assert "Could someone at this table recognize them?" in asked.split("</p>")[0]


# an item that is set aside


@pytest.mark.parametrize(("who", "action", "more"), [
    ("schools", "open-identity", {"basis": "table_agreement"}), ("clinic", "answer", {"kind": "can_help"}),
    ("facilitator", "take-back", {"because": "Too early."}), ("facilitator", "assign", {"role": "lead"}),
])  # fmt: skip
def test_nothing_is_done_about_an_item_that_is_not_in_hand(people: Cast, who: str, action: str, more: dict[str, str]):
    situation = people.ready()
    conference = people.conference()
    to_filter3(people, conference, situation, opened=False)
    chairing.put_down(by=people["facilitator"], conference=conference)
    with refused(RuleRefused):
        act(people[who], conference, situation, action, **more)


def test_one_steps_out_before_it_is_in_hand(people: Cast):
    situation = people.ready()
    conference = people.conference()
    act(people["police"], conference, situation, "recuse")
    assert situation.ledger.filter(kind=EntryKind.RECUSED, actor=people["police"]).exists()


def test_words_of_the_table_point_to_nobody(people: Cast):
    assert {"Harborview Hub", "Harborview", "Schools"} <= set(guard.allowed_words(people.table))
