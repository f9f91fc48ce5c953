"""The table's list of words that point to nobody: who keeps it, what can stand on it, and that the envelope is stronger."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from agencies import allowing
from agencies.models import AllowedPhrase, Table
from hub.core import clock
from hub.core.audit import acting
from hub.core.errors import NotAllowed, NotVisible, RuleRefused
from situations import deliberation, guard, retention, suggesting, writing
from situations.choices import EntryKind
from situations.guard import GuardAsks, GuardStops
from situations.models import Situation
from tests.cast import IDENTITY, NOBODY, Cast, assemble, fresh, refused, to_filter2

NOTE = "A call to Quorvath was made."


@pytest.fixture
def people(db: None) -> Cast:
    return assemble()


def add(people: Cast, phrase: str = "Quorvath", kind: str = "program") -> AllowedPhrase:
    return allowing.add(by=people["facilitator"], table=people.table, phrase=phrase, kind=kind)


def suggest(people: Cast, draft: Situation, word: str = "Quorvath") -> AllowedPhrase:
    return suggesting.suggest(by=people["schools"], situation=draft, field="note", word=word)


def test_what_is_on_the_list_is_not_asked_about_until_it_is_taken_off(people: Cast):
    with pytest.raises(GuardAsks):
        writing.submit(by=people["schools"], situation=people.draft(note=NOTE), recognisable="no")
    row = add(people)
    writing.submit(by=people["schools"], situation=people.draft(note=NOTE), recognisable="no")
    allowing.end(by=people["facilitator"], row=row)
    with pytest.raises(GuardAsks):
        writing.submit(by=people["schools"], situation=people.draft(note=NOTE), recognisable="no")


def test_nobody_lifts_a_stop_from_their_own_texts(people: Cast):
    texts = {"note": "A call to Mrs. Quorvath was made. Velmont was asked."}
    own = people["facilitator"]
    add(people)
    add(people, "Velmont")
    kinds = [(one.found, one.severity) for _field, one in guard.find_all(texts, table=people.table, by=own)]
    assert kinds == [("Quorvath", "block")]
    assert guard.find_all(texts, table=people.table, by=people["schools"]) == []
    allowing.add(by=people["administrator"], table=people.table, phrase="Quorvath", kind="program")
    assert guard.find_all(texts, table=people.table, by=own) == []


def test_an_own_phrase_around_a_name_lifts_no_part_of_the_stop(people: Cast):
    add(people, "Mrs. Quorvath was made")
    found = guard.find_all({"note": "A call to Mrs. Quorvath was made."}, table=people.table, by=people["facilitator"])
    assert [one.severity for _field, one in found] == ["block"]


def test_who_chairs_is_stopped_whatever_they_put_on_the_list(people: Cast):
    situation, conference = people.ready(), people.conference()
    to_filter2(people, conference, situation)
    add(people)
    with pytest.raises(GuardStops):
        deliberation.reject(
            by=people["facilitator"], situation=fresh(situation), reason="not_aer", because="Mrs. Quorvath says no.",
            answered=NOBODY,
        )  # fmt: skip


def test_another_table_has_its_own_list(people: Cast):
    add(people)
    with acting(None, "test"):
        elsewhere = Table.objects.create(slug="elsewhere", name="Elsewhere", region="Elsewhere")
    assert allowing.in_force(people.table) == ["Quorvath"]
    assert allowing.in_force(elsewhere) == []
    note = {"note": "A call to Quorvath was made."}
    assert not guard.find_all(note, table=people.table, by=people["facilitator"])
    assert guard.find_all(note, table=elsewhere, by=people["facilitator"])
    with pytest.raises(NotAllowed):
        allowing.suggest(by=people["outsider"], table=people.table, phrase="Velmont")


def test_a_name_of_the_envelope_is_found_whatever_the_list_says(people: Cast):
    add(people, "Zephyrine")
    add(people, "Zephyrine Quill-Marker house")
    for note in ("Zephyrine stays away.", "Lives in the Zephyrine Quill-Marker house."):
        with pytest.raises(GuardStops) as stopped:
            writing.submit(by=people["schools"], situation=people.draft(note=note), recognisable="no")
        assert "identity" in stopped.value.kinds


@pytest.mark.parametrize("who", ["schools", "recorder", "observer", "privacy_officer", "outsider"])
def test_only_who_keeps_the_list_changes_it(people: Cast, who: str):
    row = add(people)
    with refused(NotAllowed):
        allowing.add(by=people[who], table=people.table, phrase="Velmont", kind="place")
    with refused(NotAllowed):
        allowing.end(by=people[who], row=row)


@pytest.mark.parametrize("phrase", ["", "7", "617-555-0134", "a@b.example", "Route 128 north", "x" * 61])
def test_no_number_and_no_address_stands_on_it(people: Cast, phrase: str):
    with refused(RuleRefused, "phrase"):
        add(people, phrase)
    with refused(RuleRefused, "kind"):
        add(people, kind="person")


def test_a_suggestion_counts_for_nothing_until_it_is_added(people: Cast):
    draft = people.draft(note=NOTE)
    row = suggest(people, draft)
    assert suggest(people, draft) == row == AllowedPhrase.objects.get()
    assert (row.phrase, row.suggested_by, row.added_on) == ("Quorvath", people["schools"], None)
    assert "Quorvath" not in guard.allowed_words(people.table)
    add(people)
    assert AllowedPhrase.objects.get().suggested_by == people["schools"]
    assert "Quorvath" in guard.allowed_words(people.table)


def test_nothing_that_is_stopped_is_ever_suggested(people: Cast):
    draft = people.draft(note=f"{IDENTITY['name']} called from 617-555-0134.")
    for word in ("617-555-0134", *IDENTITY["name"].split(), "called", "Quorvath", ""):
        with refused(RuleRefused, "note"):
            suggest(people, draft, word)
    assert not AllowedPhrase.objects.exists()


def test_one_word_that_the_writer_chose_is_suggested_and_entered_without_it(people: Cast):
    draft = people.draft(note="He told Fells. A call to Quorvath was made.")
    row = suggest(people, draft)
    assert [one.phrase for one in AllowedPhrase.objects.all()] == ["Quorvath"]
    entry = draft.ledger.get(kind=EntryKind.WORD_SUGGESTED)
    assert (entry.actor, entry.detail) == (people["schools"], {"field": "note", "suggestion": row.pk})
    with refused(NotVisible):
        suggesting.suggest(by=people["police"], situation=draft, field="note", word="Fells")


def test_administrator_neither_sees_a_suggestion_nor_declines_it(people: Cast, client: Client):
    row = suggest(people, people.draft(note=NOTE))
    table = people.table
    table.coordinator = people["recorder"]
    with acting(None, "test"):
        table.save()
    page = reverse("table_words", args=[table.pk])
    client.force_login(people["administrator"])
    assert "Quorvath" not in client.get(page).content.decode()
    assert client.post(reverse("table_word_end", args=[table.pk, row.pk])).status_code == 404
    client.force_login(people["recorder"])
    assert "Quorvath" in client.get(page).content.decode()


def test_a_declined_suggestion_is_nowhere_any_more(people: Cast):
    row = suggest(people, people.draft(note=NOTE))
    allowing.end(by=people["facilitator"], row=row)
    assert not AllowedPhrase.objects.exists()
    assert not AllowedPhrase.history.exists()


def test_a_suggestion_that_nobody_decided_on_is_deleted_after_thirty_days(people: Cast):
    suggest(people, people.draft(note=NOTE))
    add(people, "Velmont")
    assert allowing.forget_suggested() == 0
    with clock.at(clock.now() + allowing.WAITS + timedelta(hours=1)):
        assert allowing.forget_suggested() == 1
        assert allowing.forget_suggested() == 0
    assert {one.phrase for one in AllowedPhrase.history.all()} == {"Velmont"}


@pytest.mark.parametrize("listed", [False, True])
def test_a_suggestion_goes_with_the_shredding_of_its_situation_unless_it_is_on_the_list(people: Cast, listed: bool):
    draft = people.draft(note=NOTE)
    suggest(people, draft)
    if listed:
        add(people)
    retention.shred(by=None, situation=draft)
    assert AllowedPhrase.objects.exists() is listed
    assert AllowedPhrase.history.exists() is listed


@pytest.fixture
def draft(people: Cast) -> Situation:
    return people.draft(note=NOTE)


def test_page_shows_suggestions_to_who_keeps_the_list_alone(people: Cast, draft: Situation, client: Client):
    client.force_login(people["schools"])
    write = reverse("situation_write", args=[draft.pk])
    html = client.get(write).content.decode()
    assert 'name="suggest" value="note:Quorvath"' in html
    assert "its coordinator and its facilitator read that word, with your name" in html
    client.post(write, {"note": NOTE, "revision": str(draft.revision), "suggest": "note:Quorvath"})
    page = reverse("table_words", args=[people.table.pk])
    assert "Quorvath" not in client.get(page).content.decode()
    assert client.post(page, {"phrase": "Quorvath", "kind": "program"}).status_code == 403
    client.force_login(people["facilitator"])
    assert "Quorvath" in client.get(page).content.decode()
    assert client.post(page, {"phrase": "Quorvath", "kind": "program"}).status_code == 303
    assert client.post(page, {"phrase": "617-555-0134", "kind": "program"}).status_code == 422
    row = AllowedPhrase.objects.get()
    client.force_login(people["schools"])
    assert "Quorvath" in client.get(page).content.decode()
    end = reverse("table_word_end", args=[people.table.pk, row.pk])
    assert client.post(end).status_code == 403
    assert client.get(end).status_code == 405
    client.force_login(people["facilitator"])
    assert client.post(end).status_code == 303
    assert client.post(reverse("table_word_end", args=[people.table.pk, 0])).status_code == 404


def test_page_is_not_there_for_an_outsider(people: Cast, client: Client):
    page = reverse("table_words", args=[people.table.pk])
    client.force_login(people["outsider"])
    assert client.get(page).status_code == client.post(page).status_code == 404
    assert client.get(reverse("table_words", args=[0])).status_code == 404
