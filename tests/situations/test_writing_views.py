"""The writing page: saved while it is typed, refused in plain words, sent when nothing is missing."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hub.core.audit import acting
from situations import deidentify, identity, writing
from situations.choices import Criterion, EntryKind, Stage
from situations.models import HeldText, LedgerEntry, Situation
from tests.cast import IDENTITY, PROFILE, Cast, assemble, fresh

pytestmark = pytest.mark.django_db
ASKED = "He told Fells that he is tired of it all."
"""The guard asks about this and stops nothing in it."""
WRITES = ["situation_write", "situation_check", "situation_link", "situation_take_home", "situation_keep"]


@pytest.fixture
def people() -> Cast:
    return assemble()


@pytest.fixture
def schools(people: Cast, client: Client) -> Client:
    client.force_login(people["schools"])
    return client


def url(situation: Situation, name: str = "situation_write") -> str:
    return reverse(name, args=[situation.pk])


def typed(situation: Situation, **more: Any) -> dict[str, Any]:
    """The form as the browser posts it."""
    row = fresh(situation)
    stored = {name: getattr(row, name) for name in PROFILE}
    criteria = dict(row.criteria.values_list("criterion", "because"))
    notes = {"tried": row.screening.tried, "beyond_one_agency": row.screening.beyond_one_agency}
    return stored | criteria | notes | {"revision": row.revision} | more


def autosave(client: Client, situation: Situation, **more: Any) -> Any:
    return client.post(url(situation), typed(situation, **more), headers={"X-Autosave": "1"})


def test_new_starts_a_draft_and_leads_to_its_form(people: Cast, schools: Client):
    answer = schools.post(reverse("situation_new"), {"table": people.table.pk})
    made = Situation.objects.get()
    assert answer.status_code == 302
    assert answer.headers["Location"] == url(made)
    assert (made.stage, made.originating_agency_id) == (Stage.DRAFT, people["schools"].agency_id)


def test_new_is_a_button_and_no_link(schools: Client):
    assert schools.get(reverse("situation_new")).status_code == 405


def test_new_is_refused_without_a_seat(people: Cast, client: Client):
    for name, status in [("outsider", 404), ("observer", 403), ("administrator", 403)]:
        client.force_login(people[name])
        assert client.post(reverse("situation_new")).status_code == status
    assert not Situation.objects.exists()


def test_page_shows_what_is_stored_and_nothing_of_the_envelope(people: Cast, schools: Client):
    page = schools.get(url(people.draft())).content.decode()
    assert PROFILE["note"] in page
    assert "Sealed already:" in page
    assert "your agency only, for good" in page
    assert not [value for value in IDENTITY.values() if value in page]


def test_every_page_of_a_draft_is_closed_to_others(people: Cast, client: Client):
    situation = people.draft()
    for name in ("outsider", "police", "facilitator", "privacy_officer", "administrator"):
        client.force_login(people[name])
        assert client.get(url(situation)).status_code == 404
        assert [client.post(url(situation, view)).status_code for view in WRITES] == [404] * len(WRITES)


def test_signed_out_keeps_the_page_for_autosave_and_redirects_a_visit(people: Cast, client: Client):
    situation = people.draft()
    assert autosave(client, situation, note="typed").status_code == 401
    assert client.get(url(situation)).status_code == 302
    assert fresh(situation).note == PROFILE["note"]


def test_forged_key_is_404_and_enters_the_ledger(people: Cast, schools: Client):
    assert schools.get(reverse("situation_write", args=[987654])).status_code == 404
    assert LedgerEntry.objects.filter(kind=EntryKind.REFUSED, actor=people["schools"]).exists()


def test_refused_attempt_enters_the_ledger_of_the_situation(people: Cast, client: Client):
    situation = people.draft()
    client.force_login(people["police"])
    client.get(url(situation))
    assert situation.ledger.filter(kind=EntryKind.REFUSED, actor=people["police"]).exists()


def test_posts_only_views_refuse_a_get(people: Cast, schools: Client):
    situation = people.draft()
    assert [schools.get(url(situation, view)).status_code for view in WRITES[1:]] == [405] * 4


def test_autosave_answers_the_new_revision_and_the_time(people: Cast, schools: Client):
    situation = people.draft()
    answer = autosave(schools, situation, note="Another note about the winter.")
    told = json.loads(answer.content)
    assert answer.status_code == 200
    assert told["revision"] == fresh(situation).revision == situation.revision + 1
    assert told["saved_at"].count(":") == 2
    assert fresh(situation).note == "Another note about the winter."


def test_autosave_of_nothing_new_changes_nothing(people: Cast, schools: Client):
    situation = people.draft()
    assert autosave(schools, situation).status_code == 200
    assert fresh(situation).revision == situation.revision


def test_stale_tab_overwrites_nothing_and_shows_both_texts(people: Cast, schools: Client):
    situation = people.draft()
    old = situation.revision
    autosave(schools, situation, note="Saved by the other tab.")
    answer = autosave(schools, situation, revision=old, note="Typed in the stale tab.", town="")
    told = json.loads(answer.content)
    assert answer.status_code == 409
    assert told["values"]["note"] == "Saved by the other tab."
    assert "Typed in the stale tab." in told["panel"]
    assert fresh(situation).note == "Saved by the other tab."


def test_stale_tab_without_scripts_gets_its_text_back_beside_the_other(people: Cast, schools: Client):
    situation = people.draft()
    old = situation.revision
    autosave(schools, situation, note="Saved by the other tab.")
    answer = schools.post(url(situation), typed(situation, revision=old, note="Typed in the stale tab.", save="1"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Saved by the other tab." in page
    assert page.count("Typed in the stale tab.") == 2
    assert f'name="revision" value="{fresh(situation).revision}"' in page


def test_stale_tab_seals_nothing(people: Cast, schools: Client):
    situation = people.draft()
    old = situation.revision
    autosave(schools, situation, note="Saved by the other tab.")
    autosave(schools, situation, revision=old, note="x", name="Somebody Else")
    assert identity.read(by=people["schools"], situation=situation)["name"] == IDENTITY["name"]


def test_note_over_the_limit_says_by_how_much_and_keeps_the_rest(people: Cast, schools: Client):
    situation = people.draft()
    answer = autosave(schools, situation, note="x" * 612, tried="A third visit.")
    assert answer.status_code == 422
    assert "12 characters over the limit of 600" in json.loads(answer.content)["errors"]["note"][0]
    assert fresh(situation).note == PROFILE["note"]
    assert fresh(situation).screening.tried == "A third visit."


def test_line_ends_of_a_browser_do_not_count_twice(people: Cast, schools: Client):
    situation = people.draft()
    assert autosave(schools, situation, note="\r\n".join(["x" * 99] * 6)).status_code == 200


def test_unknown_code_is_refused_at_its_field(people: Cast, schools: Client):
    situation = people.draft()
    answer = autosave(schools, situation, risk_factors=["no.such.factor"])
    assert answer.status_code == 422
    assert "risk_factors" in json.loads(answer.content)["errors"]
    assert fresh(situation).risk_factors == PROFILE["risk_factors"]


def test_markup_is_stored_as_plain_text_and_shown_escaped(people: Cast, schools: Client):
    situation = people.draft()
    hostile = '<script>alert(1)</script>5 < 6 & <img src=x onerror="x">'
    autosave(schools, situation, note=hostile)
    assert "<" not in fresh(situation).note.replace("5 < 6", "")
    page = schools.get(url(situation)).content.decode()
    assert "5 &lt; 6 &amp;" in page
    assert "onerror" not in page


def test_sealing_one_field_leaves_the_others_in_the_envelope(people: Cast, schools: Client):
    situation = people.draft()
    assert autosave(schools, situation, aliases="Z.").status_code == 200
    opened = identity.read(by=people["schools"], situation=situation)
    assert opened == IDENTITY | {"aliases": "Z."}


def test_autosave_says_what_is_sealed_and_never_its_text(people: Cast, schools: Client):
    answer = autosave(schools, people.draft(), guardian="Somebody New")
    assert "Guardian" in json.loads(answer.content)["panels"]["sealed"]
    assert "Somebody New" not in answer.content.decode()


def test_something_can_be_taken_out_of_the_envelope(people: Cast, schools: Client):
    situation = people.draft()
    autosave(schools, situation, take_out=["address"])
    assert identity.read(by=people["schools"], situation=situation)["address"] == ""


def test_date_of_birth_is_one_date_however_it_is_typed(people: Cast, schools: Client):
    situation = people.draft()
    assert autosave(schools, situation, date_of_birth="03/14/2011").status_code == 200
    assert identity.read(by=people["schools"], situation=situation)["date_of_birth"] == "2011-03-14"
    assert autosave(schools, situation, date_of_birth="3/1").status_code == 422


def test_affected_persons_are_rows_without_names(people: Cast, schools: Client):
    situation = people.draft()
    autosave(schools, situation, affected_0_tie="sister", affected_0_age_band="6_11", affected_0_sex="female")
    assert fresh(situation).affected_persons == [{"tie": "sister", "age_band": "6_11", "sex": "female"}]


def test_check_asks_about_what_could_point_to_a_person(people: Cast, schools: Client):
    situation = people.draft()
    told = {"field": "note", "text": "He told Mr. Dunne about it. Then Zephyrine wept."}
    page = schools.post(url(situation, "situation_check"), told).content.decode()
    assert "Dunne</mark>" in page
    assert "<mark>Zephyrine</mark>" in page
    assert not schools.post(url(situation, "situation_check"), {"field": "note", "text": "A calm note."}).content.strip()


def test_check_does_not_ask_to_keep_what_is_not_taken(people: Cast, schools: Client):
    told = {"field": "note", "text": "His number is 123-45-6789, Mr. Dunne says."}
    assert not schools.post(url(people.draft(), "situation_check"), told).content.strip()


def test_check_takes_only_texts_that_the_table_reads(people: Cast, schools: Client):
    answer = schools.post(url(people.draft(), "situation_check"), {"field": "tried", "text": "Mr. Dunne"})
    assert answer.status_code == 422


def kept(token: str, because: str = "word", recognisable: str = "no") -> dict[str, str]:
    """The answer to one question, as its button sends it."""
    return {"kept": token, f"guard_because-{token}": because, f"guard_recognisable-{token}": recognisable}


@pytest.mark.parametrize(("because", "recognisable", "says"), [
    ("", "no", "Say why it points to nobody"), ("word", "", "Say why it points to nobody"),
    ("rumor", "no", "Say why it points to nobody"), ("word", "yes", "Then change the text"),
])  # fmt: skip
def test_an_answer_that_is_not_whole_is_not_kept(people: Cast, schools: Client, because: str, recognisable: str, says: str):
    situation = people.draft(note=ASKED)
    page = schools.get(url(situation)).content.decode()
    token = page.split('name="kept" value="')[1].split('"')[0]
    answer = schools.post(url(situation), typed(situation, **kept(token, because, recognisable)))
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert "Kept as it is" not in schools.get(url(situation)).content.decode()


def test_sending_asks_first_and_goes_on_when_the_writer_has_answered(people: Cast, schools: Client):
    situation = people.draft(note=ASKED)
    asked = schools.post(url(situation), typed(situation, send="1", recognisable="no"))
    assert asked.status_code == 422
    page = asked.content.decode()
    token = page.split('name="kept" value="')[1].split('"')[0]
    schools.post(url(situation), typed(situation, **kept(token)))
    assert "Kept as it is" in schools.get(url(situation)).content.decode()
    answer = schools.post(url(situation), typed(situation, send="1", recognisable="no"))
    assert answer.headers["Location"] == url(situation, "situation_detail")
    assert fresh(situation).stage == Stage.READY
    assert situation.ledger.get(kind=EntryKind.SCREENED).detail == {
        "confirmed_not_identifying": len(deidentify.find(situation.note)),
        "recognisable": False,
    }


def test_answer_counts_for_these_words_only(people: Cast, schools: Client):
    situation = people.draft(note=ASKED)
    page = schools.get(url(situation)).content.decode()
    token = page.split('name="kept" value="')[1].split('"')[0]
    schools.post(url(situation), typed(situation, **kept(token)))
    answer = schools.post(url(situation), typed(situation, note=ASKED.replace("Fells", "Grells"), send="1", recognisable="no"))
    assert answer.status_code == 422
    assert fresh(situation).stage == Stage.DRAFT


@pytest.mark.parametrize(("field", "words"), [
    ("risk_factors", "Choose at least one risk factor."),
    ("severe_harm", "Write a sentence for"),
    ("consent_status", "consent was asked for"),
])  # fmt: skip
def test_sending_names_the_first_thing_that_is_missing(people: Cast, schools: Client, field: str, words: str):
    situation = people.draft()
    answer = schools.post(
        url(situation), typed(situation, send="1", recognisable="no") | {field: [] if field == "risk_factors" else ""}
    )
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert fresh(situation).stage == Stage.DRAFT


@pytest.mark.parametrize("said", [{}, {"recognisable": ""}, {"recognisable": "yes"}])
def test_whether_somebody_could_recognize_them_is_asked_once_although_nothing_was_found(
    people: Cast, schools: Client, said: dict[str, str]
):
    situation = people.draft()
    answer = schools.post(url(situation), typed(situation, send="1", **said))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Say whether somebody at this table could recognize them." in page
    assert page.count("Could someone at this table recognize them?") == 1
    assert 'value="no" aria-describedby="reread">' in page
    assert fresh(situation).stage == Stage.DRAFT
    assert not situation.ledger.filter(kind=EntryKind.SCREENED).exists()
    schools.post(url(situation), typed(situation, send="1", recognisable="no"))
    assert situation.ledger.get(kind=EntryKind.SCREENED).detail == {"recognisable": False}


def test_page_comes_back_unticked_so_that_other_words_are_read_again(people: Cast, schools: Client):
    situation = people.draft()
    answer = schools.post(url(situation), typed(situation, send="1", recognisable="no", severe_harm=""))
    assert answer.status_code == 422
    assert 'value="no" aria-describedby="reread">' in answer.content.decode()
    stale = schools.post(url(situation), typed(situation, note="A calm note.", send="1", recognisable="no") | {"revision": "0"})
    assert stale.status_code == 409
    assert 'value="no" aria-describedby="reread">' in stale.content.decode()
    assert not situation.ledger.filter(kind=EntryKind.SCREENED).exists()


def test_sending_says_where_it_went(people: Cast, schools: Client):
    situation = people.draft()
    assert (
        "Ready for the table."
        in schools.post(url(situation), typed(situation, send="1", recognisable="no"), follow=True).content.decode()
    )
    agency = people["police"].agency
    agency.screens = True
    with acting(None, "test"):
        agency.save()
    screened = people.draft("police")
    schools.force_login(people["police"])
    page = schools.post(url(screened), typed(screened, send="1", recognisable="no"), follow=True).content.decode()
    assert "Sent to your screener." in page


def test_past_draft_the_form_is_gone(people: Cast, schools: Client):
    situation = people.ready()
    assert schools.get(url(situation)).headers["Location"] == url(situation, "situation_detail")
    assert schools.post(url(situation), typed(situation)).status_code == 422
    assert schools.post(url(situation, "situation_take_home")).headers["Location"] == url(situation)
    assert fresh(situation).stage == Stage.DRAFT
    schools.post(url(situation, "situation_keep"))
    assert fresh(situation).stage == Stage.KEPT


def test_repeat_presentation_is_flagged_and_linked(people: Cast, schools: Client):
    earlier = people.ready()
    people.conference()
    again = people.draft()
    number = fresh(earlier).number
    page = schools.get(url(again)).content.decode()
    assert "This identity came to the table before." in page
    assert schools.post(url(again, "situation_link"), {"number": number}).status_code == 302
    assert fresh(again).returned_from == earlier
    assert f"Linked to the earlier situation {number}." in schools.get(url(again)).content.decode()


def test_only_a_flagged_number_can_be_linked(people: Cast, schools: Client):
    people.ready()
    people.conference()
    other = people.draft()
    identity.seal(by=people["schools"], situation=other, values={"name": "Quite Different"})
    assert schools.post(url(other, "situation_link"), {"number": "2026-0001"}).status_code == 422


def test_form_has_every_criterion(people: Cast, schools: Client):
    page = schools.get(url(people.draft())).content.decode()
    assert all(f'name="{key.value}"' in page for key in Criterion)


def test_what_cannot_be_looked_at_has_a_way_to_a_second_person(
    people: Cast, schools: Client, lose_word_lists: Callable[[], None]
):
    situation = people.draft()
    lose_word_lists()
    page = schools.post(url(situation), typed(situation, send="1", recognisable="no")).content.decode()
    assert "This could not be checked for names" in page
    assert 'name="second" value="note"' in page
    schools.post(url(situation), typed(situation, second="note"))
    assert [(one.field, one.kinds) for one in HeldText.objects.all()] == [("note", ["unchecked"])]
    assert "A second person looks at it" in schools.get(url(situation)).content.decode()


def test_a_town_of_the_table_can_be_chosen_and_points_to_nobody(people: Cast, schools: Client):
    table = people.table
    table.towns = ["Harborview", "Norton"]
    with acting(None, "test"):
        table.save()
    situation = people.draft(note="Seen in Norton by two agencies.")
    page = schools.get(url(situation)).content.decode()
    assert '<option value="Norton">' in page
    schools.post(url(situation), typed(situation, town="Norton", send="1", recognisable="no"))
    assert (fresh(situation).town, fresh(situation).stage) == ("Norton", Stage.READY)


def test_a_town_that_is_stopped_has_a_question(people: Cast, schools: Client):
    """A town that has become a name of the envelope: there is a way on beside choosing another."""
    situation = people.draft()
    identity.seal(by=people["schools"], situation=situation, values={"aliases": "Harborview"})
    writing.save(by=people["schools"], situation=situation, profile={"town": "Harborview"})
    page = schools.get(url(situation)).content.decode()
    assert 'name="second" value="town"' in page
