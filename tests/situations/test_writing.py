"""Filter 1, writing: drafts, what a wrong input is answered, and the way to the table."""

from datetime import timedelta
from functools import partial

import pytest

from agencies import membership
from hub.core import clock
from hub.core.audit import acting
from hub.core.errors import NotAllowed, NotVisible, RuleRefused, Stale
from situations import identity, screening, writing
from situations.choices import Criterion, EntryKind, Stage
from situations.guard import NOTHING, GuardAsks, GuardStops
from situations.models import Situation
from situations.visibility import IDENTITY_FIELDS
from tests.cast import NOBODY, PASSWORD, PROFILE, Cast, assemble, fresh, refused, to_filter2


@pytest.fixture
def people(db: None) -> Cast:
    return assemble()


def save(people: Cast, situation: Situation, **profile: object) -> Situation:
    return writing.save(by=people["schools"], situation=situation, profile=profile)


@pytest.mark.parametrize(
    "who", ["outsider", "administrator", "facilitator", "recorder", "observer", "analyst", "privacy_officer"]
)
def test_only_a_seat_brings_a_situation(people, who):
    with refused(NotAllowed):
        writing.start(by=people[who], table=people.table)


def test_agency_without_agreement_brings_nothing(people):
    with acting(None, "test"):
        people.agencies["schools"].agreements.all().delete()
    with refused(NotAllowed):
        writing.start(by=people["schools"], table=people.table)


def test_draft_is_entered_as_written_and_saved_in_parts(people):
    situation = writing.start(by=people["schools"], table=people.table)
    assert people.ledger(situation) == [("written", "schools", "schools", "", set())]
    save(people, situation, note="Five weeks away.")
    save(people, situation, town="Harborview")
    kept = fresh(situation)
    assert (kept.note, kept.town, kept.revision) == ("Five weeks away.", "Harborview", 2)
    assert situation.ledger.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subject_type", "robot"), ("age_band", "17"), ("sex", "other"), ("consent_status", "perhaps"), ("language", "klingon"),
        ("risk_factors", ["no.such"]), ("risk_factors", ["protective.family_supports.bond"]),
        ("protective_factors", ["suicide.current_risk"]), ("study_flags", ["no_such_flag"]),
        ("note", "x" * 601), ("consent_reason", "x" * 281), ("town", "x" * 61),
        ("affected_persons", [{"tie": "x" * 61}]),
    ],
)  # fmt: skip
def test_wrong_code_and_oversized_text_are_refused_at_their_field(people, field, value):
    draft = people.draft()
    with refused(RuleRefused, field):
        save(people, draft, **{field: value})


def test_oversized_screening_and_criterion_are_refused_at_their_field(people):
    draft = people.draft()
    with refused(RuleRefused, "tried"):
        writing.save(by=people["schools"], situation=draft, profile={}, screening={"tried": "x" * 601})
    with refused(RuleRefused, "severe_harm"):
        writing.save(by=people["schools"], situation=draft, profile={}, criteria={"severe_harm": "x" * 281})


def test_markup_and_hidden_characters_do_not_come_in(people):
    draft = save(people, people.draft(), note="<script>alert(1)</script>Away\u202e for 5 < 6 weeks", town="<b>Harborview</b>")
    assert (draft.note, draft.town) == ("alert(1)Away for 5 < 6 weeks", "Harborview")


@pytest.mark.parametrize("name", ["stage", "number", "originating_agency", "shoe_size"])
def test_what_is_no_part_of_the_profile_is_not_written(people, name):
    draft = people.draft()
    with pytest.raises(ValueError, match=name):
        save(people, draft, **{name: "ready"})


def test_stale_autosave_overwrites_nothing(people):
    draft = people.draft()
    with refused(Stale):
        writing.save(by=people["schools"], situation=draft, profile={"note": "Older."}, revision=draft.revision - 1)


@pytest.mark.parametrize("who", ["police", "outsider", "facilitator", "administrator", "privacy_officer"])
def test_draft_does_not_exist_for_anybody_else(people, who):
    draft = people.draft()
    for verb in (partial(writing.submit, recognisable="no"), writing.keep, writing.take_home):
        with refused(NotVisible):
            verb(by=people[who], situation=draft)
    with refused(NotVisible):
        writing.save(by=people[who], situation=draft, profile={"note": "Mine."})
    with refused(NotVisible):
        writing.link_earlier(by=people[who], situation=draft, earlier=draft)


def test_deputy_finishes_what_the_representative_began(people):
    draft = people.draft()
    assert writing.submit(by=people["schools_deputy"], situation=draft, recognisable="no").stage == Stage.READY


@pytest.mark.parametrize("said", ["", "yes", "No"])
def test_that_nobody_could_recognize_them_is_never_taken_for_granted(people, said):
    draft = people.draft()
    with refused(RuleRefused, "recognisable"):
        writing.submit(by=people["schools"], situation=draft, recognisable=said)
    with pytest.raises(TypeError):
        writing.submit(by=people["schools"], situation=draft)  # type: ignore[call-arg]
    assert fresh(draft).stage == Stage.DRAFT
    assert not draft.ledger.filter(kind=EntryKind.SCREENED).exists()


@pytest.mark.parametrize("missing", ["subject_type", "age_band", "sex", "risk_factors", "note", "consent_status"])
def test_incomplete_draft_is_not_passed_on_and_says_what_is_missing(people, missing):
    draft = people.draft(**{missing: [] if isinstance(PROFILE[missing], list) else ""})
    with refused(RuleRefused, missing):
        writing.submit(by=people["schools"], situation=draft, recognisable="no")


@pytest.mark.parametrize("missing", ["tried", "beyond_one_agency", *Criterion.values])
def test_incomplete_screening_is_not_passed_on(people, missing):
    draft = people.draft()
    parts = {"tried": "Two visits.", "beyond_one_agency": "Crisis care too."} | {missing: ""}
    criteria = {missing: ""} if missing in Criterion.values else {}
    writing.save(by=people["schools"], situation=draft, profile={}, screening=parts, criteria=criteria)
    with refused(RuleRefused, missing):
        writing.submit(by=people["schools"], situation=draft, recognisable="no")


def test_person_needs_a_name_in_the_envelope_and_a_location_does_not(people):
    draft = people.draft()
    identity.seal(by=people["schools"], situation=draft, values=dict.fromkeys(IDENTITY_FIELDS, ""))
    with refused(RuleRefused, "name"):
        writing.submit(by=people["schools"], situation=draft, recognisable="no")
    save(people, draft, subject_type="location")
    assert writing.submit(by=people["schools"], situation=draft, recognisable="no").stage == Stage.READY


@pytest.mark.parametrize("text", ["Mr. Alder called.", "Zephyrine stays away.", "Call 617-555-0134.", "Born 3/14/2011."])
def test_text_that_names_somebody_is_stopped_whatever_the_writer_answers(people, text):
    draft = people.draft(note=text)
    for answered in (NOTHING, NOBODY):
        with pytest.raises(GuardStops) as stopped:
            writing.submit(by=people["schools"], situation=draft, answered=answered, recognisable="no")
        assert (stopped.value.field, fresh(draft).stage) == ("note", Stage.DRAFT)


@pytest.mark.parametrize("text", ["A call to Alder was made.", "A call to Quorvath was made."])
def test_text_that_could_name_somebody_asks_once_and_the_answer_is_entered(people, text):
    draft = people.draft(note=text)
    with pytest.raises(GuardAsks) as asked:
        writing.submit(by=people["schools"], situation=draft, recognisable="no")
    assert (asked.value.field, fresh(draft).stage) == ("note", Stage.DRAFT)
    question = draft.ledger.last()
    assert (question.kind, question.actor, question.detail) == (
        "guard_asked", people["schools"], {"field": "note", "kinds": asked.value.kinds},
    )  # fmt: skip
    writing.submit(by=people["schools"], situation=draft, answered={"note": NOBODY}, recognisable="no")
    assert draft.ledger.last().detail["confirmed_not_identifying"] >= 1


@pytest.mark.parametrize("field", ["town", "consent_reason", "affected_persons"])
def test_every_typed_field_of_the_profile_is_asked_about(people, field):
    value = [{"tie": "Zephyrine"}] if field == "affected_persons" else "Zephyrine"
    draft = people.draft(**{field: value})
    with pytest.raises(GuardStops) as stopped:
        writing.submit(by=people["schools"], situation=draft, recognisable="no")
    assert stopped.value.field == field


def test_ready_situation_is_taken_home_and_kept(people):
    situation = people.ready()
    before = situation.ledger.count()
    writing.take_home(by=people["schools"], situation=situation)
    assert (fresh(situation).stage, fresh(situation).submitted_at, fresh(situation).passed_at) == (Stage.DRAFT, None, None)
    writing.keep(by=people["schools"], situation=situation)
    assert people.ledger(situation, before) == [
        ("sent_back", "schools", "schools", "", set()), ("kept", "schools", "schools", "", set())
    ]  # fmt: skip
    with refused(RuleRefused):
        writing.take_home(by=people["schools"], situation=situation)


def test_nothing_is_written_once_it_left_the_drafts(people):
    situation = people.ready()
    with refused(RuleRefused):
        save(people, situation, note="Later.")
    with refused(RuleRefused):
        writing.submit(by=people["schools"], situation=situation, recognisable="no")


def test_returned_situation_is_linked_to_the_agencys_own_earlier_number(people):
    earlier, foreign, draft = people.ready(), people.ready("police"), people.draft()
    conference = people.conference()
    to_filter2(people, conference, earlier)
    writing.link_earlier(by=people["schools"], situation=draft, earlier=fresh(earlier))
    assert fresh(draft).returned_from == earlier
    assert people.ledger(draft)[-1] == ("returned", "schools", "schools", "", set())
    for other in (fresh(foreign), draft):
        with refused(RuleRefused):
            writing.link_earlier(by=people["schools"], situation=draft, earlier=other)


# an agency that asks for a screener


@pytest.fixture
def screened(people: Cast) -> Situation:
    """With the screener of the schools."""
    with acting(None, "test"):
        agency = people.agencies["schools"]
        agency.screens = True
        agency.save()
    people.members["screener"] = membership.add_member(
        by=None, roles=["screener"], password=PASSWORD, email="screener@harborview.example", name="Screener", agency=agency
    )
    return fresh(writing.submit(by=people["schools"], situation=people.draft(), recognisable="no"))


def test_submitting_goes_to_the_screener_who_passes_it_on(people, screened):
    assert screened.stage == Stage.SCREENING
    screening.pass_on(by=people["screener"], situation=screened)
    assert fresh(screened).stage == Stage.READY
    assert people.ledger(screened)[1:] == [
        ("submitted", "schools", "schools", "", set()), ("screened", "screener", "schools", "", set())
    ]  # fmt: skip


def test_screener_sends_back_with_a_reason_that_a_new_pass_clears(people, screened):
    with refused(RuleRefused, "because"):
        screening.send_back(by=people["screener"], situation=screened, because=" ")
    screening.send_back(by=people["screener"], situation=screened, because="What has been tried?")
    assert (fresh(screened).stage, screened.screening.sent_back_because) == (Stage.DRAFT, "What has been tried?")
    writing.submit(by=people["schools"], situation=screened, recognisable="no")
    screening.pass_on(by=people["screener"], situation=screened)
    screened.screening.refresh_from_db()
    assert (screened.screening.sent_back_because, screened.screening.screener) == ("", people["screener"])


def test_screener_keeps_it_and_says_why(people, screened):
    with refused(RuleRefused, "because"):
        screening.keep(by=people["screener"], situation=screened)
    screening.keep(by=people["screener"], situation=screened, because="Our own clinician can.")
    screened.screening.refresh_from_db()
    assert (fresh(screened).stage, screened.screening.sent_back_because) == (Stage.KEPT, "Our own clinician can.")
    assert people.ledger(screened)[-1] == ("kept", "screener", "schools", "", set())


@pytest.mark.parametrize(("who", "error"), [("schools", NotAllowed), ("police", NotVisible), ("outsider", NotVisible)])
def test_nobody_else_screens(people, screened, who, error):
    for verb in (screening.pass_on, screening.keep):
        with refused(error):
            verb(by=people[who], situation=screened)
    with refused(error):
        screening.send_back(by=people[who], situation=screened, because="No.")


def test_screening_belongs_to_its_stage_and_its_revision(people, screened):
    with refused(Stale):
        screening.pass_on(by=people["screener"], situation=screened, revision=screened.revision - 1)
    screening.pass_on(by=people["screener"], situation=screened)
    for verb in (screening.pass_on, screening.keep):
        with refused(RuleRefused):
            verb(by=people["screener"], situation=screened)


def test_agency_whose_agreement_lapsed_keeps_its_situation(people):
    situation = people.draft()
    membership.end_agreement(by=None, agreement=people.agencies["schools"].agreements.get(), on=clock.today())
    with clock.at(clock.now() + timedelta(days=1)), refused(RuleRefused):
        writing.submit(by=people["schools"], situation=situation, recognisable="no")
