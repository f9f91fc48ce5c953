"""What the law asks before a situation is sent: hard stops, a duty to report that was read, and a source that police named."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hub.core import clock
from hub.core.errors import NotVisible, RuleRefused
from situations import before_sending, grounds, identity, screening, screening_stops, writing
from situations.before_sending import AUTHORIZED, OTHER_SOURCE
from situations.choices import EntryKind, Stage
from situations.models import Grounds, Reportable, Situation
from tests.cast import IDENTITY, NOBODY, PROFILE, Cast, assemble, fresh, refused
from tests.situations.test_register_views import give_screener
from tests.situations.test_writing_views import autosave, typed, url

HURT = "Comes with bruises and is afraid to go home."
VIOLENT: dict[str, Any] = {"risk_factors": ["sexual_violence.victim"], "age_band": "25_29"}


@pytest.fixture
def people(db: None) -> Cast:
    return assemble()


@pytest.fixture
def schools(people: Cast, client: Client) -> Client:
    client.force_login(people["schools"])
    return client


# hard stops while it is written


@pytest.mark.parametrize(("field", "text"), [
    ("note", "Admitted to detox on Sunday."), ("severe_harm", "Back on methadone."), ("consent_reason", "SSN 012-34-5678"),
    ("tried", "A 51A was filed by the nurse."), ("beyond_one_agency", "CORI shows two entries."),
    ("affected_0_tie", "a methadone patient"),
])  # fmt: skip
def test_stopped_text_is_stored_nowhere_and_the_other_fields_are(people: Cast, schools: Client, field: str, text: str):
    situation = people.draft()
    answer = autosave(schools, situation, town="", **{field: text})
    told = json.loads(answer.content)
    assert answer.status_code == 422
    assert told["stopped"] == [field]
    assert told["errors"][field][0].endswith("]")
    assert "Nothing of it was stored." in told["errors"][field][0]
    assert fresh(situation).town == ""
    kept = [*before_sending.texts_of(fresh(situation)).values(), *before_sending.inside_of(situation).values()]
    assert text not in json.dumps(kept)
    assert not Situation.history.filter(note=text).exists()


def test_stopped_text_stays_on_the_page_of_somebody_without_scripts(people: Cast, schools: Client):
    situation = people.draft()
    answer = schools.post(url(situation), typed(situation, note="Back on methadone.", tried="A third visit.", save="1"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Back on methadone.</textarea>" in page
    assert "42 CFR 2.12" in page
    assert fresh(situation).note == PROFILE["note"]
    assert fresh(situation).screening.tried == "A third visit."


@pytest.mark.parametrize("value", ["Zephyrine, SSN 012-34-5678", "license no. S12345678", "acct 000123456789"])
def test_envelope_takes_no_numbers_of_persons(people: Cast, schools: Client, value: str):
    situation = people.draft()
    told = json.loads(autosave(schools, situation, aliases=value).content)
    assert told["stopped"] == ["aliases"]
    assert value not in json.dumps(told)
    with refused(RuleRefused, "aliases"):
        identity.seal(by=people["schools"], situation=situation, values={"aliases": value})
    assert identity.read(by=people["schools"], situation=situation) == IDENTITY


def test_verb_refuses_too_and_so_does_sending_what_was_there_before(people: Cast):
    situation = people.draft()
    with refused(RuleRefused, "note"):
        writing.save(by=people["schools"], situation=situation, profile={"note": "Back on methadone."})
    with refused(RuleRefused, "tried"):
        writing.save(by=people["schools"], situation=situation, profile={}, screening={"tried": "The BOP is long."})
    Situation.objects.filter(pk=situation.pk).update(note="Back on methadone.")
    with refused(RuleRefused, "note"):
        writing.submit(by=people["schools"], situation=situation, recognisable="no")


def test_programme_under_part_2_is_told_more_than_others(people: Cast):
    situation = people.draft("recovery")
    with refused(RuleRefused, "note"):
        writing.save(by=people["recovery"], situation=situation, profile={"note": "Our client since May."})


def test_screeners_reason_stays_inside_and_is_stopped_all_the_same(people: Cast):
    give_screener(people)
    situation = fresh(writing.submit(by=people["schools"], situation=people.draft(), recognisable="no"))
    for verb in (screening.send_back, screening.keep):
        with refused(RuleRefused, "because"):
            verb(by=people["schools_deputy"], situation=situation, because="The record check says no.")


# it looks reportable


def test_what_looks_reportable_is_read_before_it_is_sent_once_for_each_sign(people: Cast):
    situation = people.draft(note=HURT)
    with refused(RuleRefused, "reportable"):
        writing.submit(by=people["schools"], situation=situation, recognisable="no")
    read = screening_stops.acknowledge(by=people["schools"], situation=situation)
    assert (read.signs, read.member, read.agency) == (["child"], people["schools"], people.agencies["schools"])
    entry = situation.ledger.get(kind=EntryKind.REPORTABLE)
    assert (entry.actor, entry.detail) == (people["schools"], {"signs": ["child"]})
    assert entry.at >= read.at
    with refused(RuleRefused):
        screening_stops.acknowledge(by=people["schools"], situation=situation)
    writing.save(by=people["schools"], situation=situation, profile={"note": HURT + " Nobody feeds him."})
    assert before_sending.unread_signs(fresh(situation)) == []
    more = ["elder_abuse.victim"]
    writing.save(by=people["schools"], situation=situation, profile={"risk_factors": more})
    with refused(RuleRefused, "reportable"):
        writing.submit(by=people["schools"], situation=situation, recognisable="no")
    assert screening_stops.acknowledge(by=people["schools_deputy"], situation=situation).signs == ["elder"]
    assert writing.submit(by=people["schools"], situation=situation, recognisable="no").stage == Stage.READY


def test_confirming_the_guard_does_not_replace_reading(people: Cast):
    situation = people.draft(note=HURT)
    with refused(RuleRefused, "reportable"):
        writing.submit(by=people["schools"], situation=situation, answered=NOBODY, recognisable="no")


def test_screener_reads_what_was_written_before_there_was_a_sign(people: Cast):
    give_screener(people)
    situation = fresh(writing.submit(by=people["schools"], situation=people.draft(), recognisable="no"))
    Situation.objects.filter(pk=situation.pk).update(note=HURT)
    with refused(RuleRefused, "reportable"):
        screening.pass_on(by=people["schools_deputy"], situation=situation)
    screening_stops.acknowledge(by=people["schools_deputy"], situation=situation)
    assert screening.pass_on(by=people["schools_deputy"], situation=situation).stage == Stage.READY


@pytest.mark.parametrize("who", ["police", "outsider", "facilitator", "administrator"])
def test_duties_of_a_draft_do_not_exist_for_others(people: Cast, client: Client, who: str):
    situation = people.draft(note=HURT)
    with refused(NotVisible):
        screening_stops.acknowledge(by=people[who], situation=situation)
    with refused(NotVisible):
        screening_stops.name_source(by=people[who], situation=situation, source=OTHER_SOURCE, namely="Seen.")
    client.force_login(people[who])
    for name in ("situation_reportable", "situation_source"):
        assert client.post(url(situation, name)).status_code == 404
        assert client.get(url(situation, name)).status_code == 405
    assert not Reportable.objects.exists()


def test_page_says_what_the_law_asks_and_the_press_is_recorded(people: Cast, schools: Client):
    situation = people.draft()
    told = json.loads(autosave(schools, situation, note=HURT).content)
    assert "This looks reportable" in told["panels"]["duties"]
    answer = schools.post(url(situation), typed(situation, send="1", recognisable="no"))
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in ("A referral here is not a 51A report", "1-800-792-5200", "within 48 hours", "M.G.L. c. 119, § 51A"):
        assert words in page
    assert schools.post(url(situation, "situation_reportable")).headers["Location"] == url(situation)
    assert "This looks reportable" not in schools.get(url(situation)).content.decode()
    assert schools.post(url(situation), typed(situation, send="1", recognisable="no")).status_code == 302
    assert schools.post(url(situation, "situation_reportable")).status_code == 422


def test_screeners_page_shows_the_duty_too(people: Cast, client: Client):
    give_screener(people)
    situation = fresh(writing.submit(by=people["schools"], situation=people.draft(), recognisable="no"))
    Situation.objects.filter(pk=situation.pk).update(note=HURT)
    client.force_login(people["schools_deputy"])
    page = reverse("situation_screen", args=[situation.pk])
    refused_page = client.post(page, {"decision": "pass", "revision": situation.revision})
    assert refused_page.status_code == 422
    assert "This looks reportable" in refused_page.content.decode()
    assert client.post(url(situation, "situation_reportable")).headers["Location"] == page
    assert client.post(page, {"decision": "pass", "revision": situation.revision}).status_code == 302


def test_duties_belong_to_the_own_agency_before_the_table(people: Cast):
    situation = people.ready("police")
    with refused(RuleRefused):
        screening_stops.name_source(by=people["police"], situation=situation, source=OTHER_SOURCE, namely="Seen.")


# police and violence: M.G.L. c. 41, § 97D


@pytest.mark.parametrize(("source", "more", "words"), [
    (AUTHORIZED, {"authorized_on": date(2026, 1, 5)}, {"authorized_on": "2026-01-05", "namely": ""}),
    (OTHER_SOURCE, {"namely": "Seen on foot patrol."}, {"authorized_on": "", "namely": "Seen on foot patrol."}),
])  # fmt: skip
def test_police_name_their_source_before_it_is_sent(people: Cast, source: str, more: dict[str, Any], words: dict[str, str]):
    situation = people.draft("police", **VIOLENT)
    with refused(RuleRefused, "source"):
        writing.submit(by=people["police"], situation=situation, recognisable="no")
    kept = screening_stops.name_source(by=people["police"], situation=situation, source=source, **more)
    assert (kept.affirmed, kept.agency, kept.recorded_by) == ([source], people.agencies["police"], people["police"])
    assert grounds.words(kept) == words
    assert b"foot patrol" not in bytes(kept.words)
    assert writing.submit(by=people["police"], situation=situation, recognisable="no").stage == Stage.READY


@pytest.mark.parametrize(("source", "more", "field"), [
    ("", {}, "source"), ("hearsay", {}, "source"), (AUTHORIZED, {}, "authorized_on"),
    (AUTHORIZED, {"authorized_on": clock.today() + timedelta(days=2)}, "authorized_on"),
    (OTHER_SOURCE, {}, "namely"), (OTHER_SOURCE, {"namely": "The CORI of the boyfriend."}, "namely"),
])  # fmt: skip
def test_source_is_whole_or_nothing_is_kept(people: Cast, source: str, more: dict[str, Any], field: str):
    situation = people.draft("police", **VIOLENT)
    with refused(RuleRefused, field):
        screening_stops.name_source(by=people["police"], situation=situation, source=source, **more)


def test_other_agencies_are_not_asked_for_a_source(people: Cast):
    situation = people.draft("clinic", **VIOLENT)
    assert writing.submit(by=people["clinic"], situation=situation, recognisable="no").stage == Stage.READY


def test_page_asks_police_for_the_source_and_keeps_what_was_typed(people: Cast, client: Client):
    situation = people.draft("police", **VIOLENT)
    client.force_login(people["police"])
    assert "Where do these facts come from?" in client.get(url(situation)).content.decode()
    wrong = client.post(url(situation, "situation_source"), {"source": AUTHORIZED, "authorized_on": "soon", "namely": "x y"})
    assert wrong.status_code == 422
    assert 'value="x y"' in wrong.content.decode()
    sent = {"source": AUTHORIZED, "authorized_on": "01/05/2026"}
    assert client.post(url(situation, "situation_source"), sent).headers["Location"] == url(situation)
    assert Grounds.objects.get(situation=situation).affirmed == [AUTHORIZED]
    assert "Where do these facts come from?" not in client.get(url(situation)).content.decode()
