"""A text that the guard stops: a second person decides, nobody else reads it, and no word of it stays."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from agencies import roll
from agencies.models import AgencyRole
from conferences import driving
from conferences.models import Conference, SystemicIssue
from hub.core import clock
from hub.core.errors import NotAllowed, NotVisible, RuleRefused, Stale
from situations import conclusion, deidentify, deliberation, held_texts, noticing, retention, writing
from situations.choices import EntryKind, HeldState, LetThrough, NoticeKind, SendBack, Stage, StanceKind
from situations.guard import GuardStops, Reply
from situations.models import HeldText, LedgerEntry, Notice, ReportBack, Situation
from tests.cast import NOBODY, Cast, act, assemble, fresh, refused, to_filter2, to_filter3, to_filter4

STOPPED = "Call her on 617-555-0134 in the evening."
SECOND = Reply(second=True)
LISTED = 6
"""Questions to the database for the list of what waits, however much that is."""


@pytest.fixture
def people(db: None) -> Cast:
    return assemble()


def at(people: Cast, reach: Callable[[Cast, Conference, Situation], Situation]) -> Situation:
    """A situation in hand, brought to that stage."""
    situation = people.ready()
    return reach(people, people.conference("police", "schools", "clinic", "recovery", "recorder"), situation)


@pytest.fixture
def led(people: Cast) -> Situation:
    """At filter 4, led by the clinic."""
    return at(people, to_filter4)


def report(people: Cast, situation: Situation, line: str = STOPPED, answered: Reply = SECOND) -> ReportBack:
    return conclusion.report_back(by=people["clinic"], situation=situation, line=line, still_aer=True, answered=answered)


def hold(people: Cast, situation: Situation, *, pledged: bool = True) -> HeldText:
    with pytest.raises(GuardStops):
        report(people, situation)
    if pledged:
        roll.pledge(by=people["clinic_deputy"], table=people.table, member=people["clinic_deputy"])
    return HeldText.objects.get()


def rows_with(word: str) -> set[str]:
    """Tables in which a word stands, as text or as bytes."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - the schema's own names
            if any(word in str(value) or word.encode() in _bytes(value) for row in cursor.fetchall() for value in row):
                found.add(table)
    return found


def _bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else b""


def test_no_answer_of_the_writer_passes_what_is_stopped(people: Cast, led: Situation):
    for answered in (Reply(), NOBODY):
        with pytest.raises(GuardStops) as stopped:
            report(people, led, answered=answered)
        assert (stopped.value.field, stopped.value.kinds, stopped.value.code) == ("line", ["phone"], "guardstops")
    assert not HeldText.objects.exists()
    assert not ReportBack.objects.exists()
    asked = led.ledger.filter(kind=EntryKind.GUARD_ASKED)
    assert [one.detail for one in asked] == [{"field": "line", "kinds": ["phone"]}] * 2


def test_held_for_a_second_person_sealed_told_and_entered_without_a_word(people: Cast, led: Situation):
    held = hold(people, led)
    assert (held.state, held.field, held.kinds) == (HeldState.WAITING, "line", ["phone"])
    assert (held.agency, held.written_by) == (people.agencies["clinic"], people["clinic"])
    assert rows_with("617-555-0134") == rows_with("in the evening") == set()
    told = Notice.objects.filter(kind=NoticeKind.TEXT_HELD)
    assert {one.member for one in told} == {people["clinic_deputy"]}
    entry = led.ledger.get(kind=EntryKind.GUARD_HELD)
    assert entry.detail == {"field": "line", "held": held.pk, "kinds": ["phone"]}
    assert entry.actor == people["clinic"]
    assert not ReportBack.objects.exists()


def test_held_twice_is_held_once(people: Cast, led: Situation):
    hold(people, led)
    with pytest.raises(GuardStops) as again:
        report(people, led)
    assert again.value.code == "guardheld"
    assert HeldText.objects.count() == Notice.objects.filter(kind=NoticeKind.TEXT_HELD).count() == 1


def test_let_through_it_counts_for_exactly_this_text_at_this_field_of_this_situation(people: Cast, led: Situation):
    held = hold(people, led)
    assert held_texts.found(held.pk, by=people["clinic_deputy"]) == held
    assert not led.ledger.filter(kind=EntryKind.GUARD_READ).exists()
    assert held_texts.read(by=people["clinic_deputy"], held=held) == STOPPED
    read = led.ledger.get(kind=EntryKind.GUARD_READ)
    assert (read.actor, read.detail["held"], read.detail["kinds"]) == (people["clinic_deputy"], held.pk, ["phone"])
    held_texts.decide(by=people["clinic_deputy"], held=held, passes=True, because=LetThrough.NEEDED)
    held.refresh_from_db()
    assert (bytes(held.words), held.decided_by, held.state) == (b"", people["clinic_deputy"], HeldState.PASSED)
    entry = led.ledger.get(kind=EntryKind.GUARD_OVERRIDDEN)
    assert (entry.actor, entry.detail["because"], entry.detail["kinds"]) == (people["clinic_deputy"], "needed", ["phone"])
    report(people, led, f"{STOPPED} ")  # a blank edge is taken off, so this is the same text
    with pytest.raises(GuardStops):
        report(people, led, STOPPED.replace("4 in", "5 in"))
    assert ReportBack.objects.get().line == STOPPED
    with pytest.raises(GuardStops):
        conclusion.conclude(by=people["facilitator"], situation=fresh(led), group="other", reason="deceased", because=STOPPED)


def test_sent_back_it_has_to_be_changed(people: Cast, led: Situation):
    held = hold(people, led)
    held_texts.decide(by=people["clinic_deputy"], held=held, passes=False, because=SendBack.NAMES)
    assert led.ledger.get(kind=EntryKind.GUARD_REFUSED).detail["because"] == "names"
    assert rows_with("617-555-0134") == set()
    with pytest.raises(GuardStops) as again:
        report(people, led)
    assert again.value.code == "guardheld"
    assert "has to be changed" in str(again.value.message)
    assert HeldText.objects.get().state == HeldState.REFUSED
    report(people, led, "Two visits, one talk.", Reply())


@pytest.mark.parametrize("who", [
    "clinic", "police", "schools", "facilitator", "recorder", "observer", "privacy_officer", "administrator", "outsider",
])  # fmt: skip
def test_nobody_but_a_second_person_of_the_agency_reads_or_decides(people: Cast, led: Situation, who: str):
    held = hold(people, led)
    with refused(NotVisible):
        held_texts.read(by=people[who], held=held)
    with pytest.raises(NotVisible):
        held_texts.decide(by=people[who], held=held, passes=True, because=LetThrough.NOBODY)
    assert held_texts.waiting_for(people[who], [people.table]) == []
    assert HeldText.objects.get().state == HeldState.WAITING


def test_second_person_gives_todays_pledge_first(people: Cast, led: Situation):
    held = hold(people, led, pledged=False)
    with refused(NotAllowed):
        held_texts.found(held.pk, by=people["clinic_deputy"])
    assert held_texts.waiting_for(people["clinic_deputy"], [people.table]) == [held]


def test_whoever_stepped_out_is_no_second_person(people: Cast, led: Situation):
    held = hold(people, led)
    deliberation.recuse(by=people["clinic_deputy"], situation=fresh(led))
    with pytest.raises(NotVisible):
        held_texts.found(held.pk, by=people["clinic_deputy"])


def test_decided_once_and_with_a_reason_of_the_list(people: Cast, led: Situation):
    held = hold(people, led)
    for passes, because in ((True, ""), (True, SendBack.NAMES), (False, LetThrough.NOBODY)):
        with refused(RuleRefused, "because"):
            held_texts.decide(by=people["clinic_deputy"], held=held, passes=passes, because=because)
    held_texts.read(by=people["clinic_deputy"], held=held)
    held_texts.decide(by=people["clinic_deputy"], held=held, passes=True, because=LetThrough.NOBODY)
    with refused(RuleRefused):
        held_texts.decide(by=people["clinic_deputy"], held=held, passes=False, because=SendBack.NAMES)


def test_nobody_else_who_could_decide_means_that_the_text_is_changed(people: Cast, led: Situation):
    AgencyRole.objects.filter(member=people["clinic_deputy"]).update(ended_on=clock.today())
    with pytest.raises(RuleRefused) as alone:
        report(people, led)
    assert (alone.value.field, alone.value.code) == ("line", "guardheld")
    assert "Nobody else who may write here" in str(alone.value)
    # or a writer alone at the agency could compare guesses with the envelope unrecorded
    assert led.ledger.get(kind=EntryKind.GUARD_ASKED).detail == {"field": "line", "kinds": ["phone"]}
    assert not HeldText.objects.exists()
    assert rows_with("617-555-0134") == set()


def test_what_the_chair_types_another_chair_may_let_through(people: Cast):
    situation = at(people, to_filter2)
    police = people.agencies["police"]
    deliberation.take_stance(by=people["police"], situation=situation, kind=StanceKind.DISSENTS, reason="Not yet.")
    with pytest.raises(GuardStops):
        deliberation.go_on(
            by=people["facilitator"], situation=fresh(situation), agency=police, because=STOPPED, answered=SECOND
        )
    held = HeldText.objects.get()
    assert held.for_chairs
    # the facilitator works at the clinic, whose representative hears it too
    assert {one.name for one in held_texts.second_persons(held)} == {"Clinic", "Recorder"}


def test_a_name_of_the_envelope_is_shown_to_no_chair_who_may_not_open_it(people: Cast):
    situation = at(people, to_filter2)
    held = HeldText(
        table=people.table, situation=situation, agency=people.agencies["schools"], written_by=people["schools"],
        for_chairs=True, field="because", kinds=["identity"], held_at=clock.now(), digest="0" * 64,
    )  # fmt: skip
    assert not held_texts.may_decide(people["recorder"], held, pledged=True)
    held.kinds = ["phone"]
    assert held_texts.may_decide(people["recorder"], held, pledged=True)


def test_an_offer_is_held_for_nobody_because_that_would_tell_who_is_about_to_offer(people: Cast):
    situation = at(people, to_filter3)
    before = situation.ledger.count()
    conference = Conference.objects.get()
    with pytest.raises(GuardStops) as stopped:
        act(people["clinic"], conference, situation, "answer", kind="can_help", offer=STOPPED, guard_second="1")
    assert stopped.value.code == "guardheld"
    assert (HeldText.objects.count(), situation.ledger.count()) == (0, before)


def test_systemic_issue_is_held_for_the_table(people: Cast):
    conference = people.conference()
    data = {"title": "No bed", "text": STOPPED, "guard_second": "1"}
    with pytest.raises(GuardStops):
        driving.drive(by=people["police"], conference=conference, what="issue", data=data)
    held = HeldText.objects.get()
    assert (held.situation, held.for_chairs, held.field) == (None, True, "text")
    assert held_texts.read(by=people["recorder"], held=held) == STOPPED
    assert rows_with("617-555-0134") == set()
    assert [one.kind for one in noticing.unseen(people["recorder"])] == [NoticeKind.TEXT_HELD]
    held_texts.decide(by=people["recorder"], held=held, passes=True, because=LetThrough.NOBODY)
    assert noticing.unseen(people["recorder"]) == []
    driving.drive(by=people["police"], conference=conference, what="issue", data=data)
    assert SystemicIssue.objects.get().text == STOPPED
    kinds = LedgerEntry.objects.filter(table=people.table, situation=None).values_list("kind", flat=True)
    assert {EntryKind.GUARD_HELD, EntryKind.GUARD_OVERRIDDEN} <= set(kinds)


def test_what_cannot_be_looked_at_is_not_passed_on(people: Cast, led: Situation, monkeypatch: pytest.MonkeyPatch):
    def fails(*args: object, **kwargs: object) -> list[deidentify.Finding]:
        raise deidentify.DetectorFailed

    with monkeypatch.context() as broken:
        broken.setattr(deidentify, "find", fails)
        with pytest.raises(GuardStops) as stopped:
            report(people, led, "All is well.", NOBODY)
        assert (stopped.value.kinds, stopped.value.code) == (["unchecked"], "guardstops")
        assert "could not be checked" in str(stopped.value.message)
        with pytest.raises(GuardStops):
            report(people, led, "All is well.")
        assert HeldText.objects.get().kinds == ["unchecked"]
    assert not ReportBack.objects.exists()


def test_a_draft_with_a_stopped_text_is_saved_and_not_sent(people: Cast):
    situation = people.draft(note=f"Stopped coming. {STOPPED}")
    with pytest.raises(GuardStops) as stopped:
        writing.submit(by=people["schools"], situation=situation, answered={"note": NOBODY}, recognisable="no")
    assert stopped.value.field == "note"
    assert fresh(situation).note.endswith(STOPPED)
    writing.have_looked_at(by=people["schools"], situation=situation, field="note")
    held = HeldText.objects.get()
    assert not held_texts.may_decide(people["schools"], held)
    held_texts.read(by=people["schools_deputy"], held=held)
    held_texts.decide(by=people["schools_deputy"], held=held, passes=True, because=LetThrough.NEEDED)
    assert fresh(writing.submit(by=people["schools"], situation=situation, recognisable="no")).stage == Stage.READY


def test_only_a_stopped_text_of_the_own_draft_can_be_held(people: Cast):
    situation = people.draft(note="He told Fells about it.")
    with refused(RuleRefused, "note"):
        writing.have_looked_at(by=people["schools"], situation=situation, field="note")
    writing.have_looked_at(by=people["schools"], situation=situation, field="town")
    assert not HeldText.objects.exists()
    with pytest.raises(NotVisible):
        writing.have_looked_at(by=people["police"], situation=situation, field="note")


@pytest.mark.parametrize("how", ["shred", "redact"])
def test_gone_with_the_situation(people: Cast, how: str):
    situation = at(people, to_filter2)
    with pytest.raises(GuardStops):
        deliberation.take_stance(
            by=people["schools"], situation=situation, kind=StanceKind.DISSENTS, reason=STOPPED, answered=SECOND
        )
    if how == "redact":
        act(people["facilitator"], Conference.objects.get(), situation, "reject", reason="not_aer")
        retention.redact_rejected(by=None, situation=fresh(situation))
    else:
        retention.shred(by=None, situation=fresh(situation))
    assert not HeldText.objects.exists()


def test_the_clerk_deletes_what_nobody_decided(people: Cast, led: Situation):
    held = hold(people, led)
    assert retention.forget_held() == 0
    HeldText.objects.filter(pk=held.pk).update(held_at=clock.now() - held_texts.KEPT - timedelta(minutes=1))
    looked: list[int] = []

    def look(sender: object, table_id: int, **kwargs: object) -> None:
        looked.append(table_id)

    held_texts.changed.connect(look)
    try:
        assert retention.forget_held() == 1
    finally:
        held_texts.changed.disconnect(look)
    assert looked == [people.table.pk], "an open board counts it no more"
    assert retention.forget_held() == 0
    entry = led.ledger.get(kind=EntryKind.GUARD_EXPIRED)
    assert (entry.actor, entry.detail) == (None, {
        "field": "line", "held": held.pk, "kinds": ["phone"], "written_by": people["clinic"].pk,
    })  # fmt: skip
    told = Notice.objects.get(kind=NoticeKind.TEXT_EXPIRED)
    assert (told.member, told.situation) == (people["clinic"], led)
    assert not held_texts.expire(by=None, key=held.pk)


def test_an_open_board_counts_no_text_that_went_with_its_situation(people: Cast, led: Situation):
    hold(people, led)
    looked: list[int] = []

    def look(sender: object, table_id: int, **kwargs: object) -> None:
        looked.append(table_id)

    held_texts.changed.connect(look)
    try:
        held_texts.forget(led)
    finally:
        held_texts.changed.disconnect(look)
    assert looked == [people.table.pk]


def test_so_it_is_with_a_draft_and_that_it_was_asked_is_entered(people: Cast):
    AgencyRole.objects.filter(member=people["schools_deputy"]).update(ended_on=clock.today() - timedelta(days=1))
    situation = people.draft(note=STOPPED)
    with pytest.raises(GuardStops) as stopped:
        writing.have_looked_at(by=people["schools"], situation=situation, field="note")
    assert "Nobody else who may write here" in str(stopped.value.message)
    assert situation.ledger.get(kind=EntryKind.GUARD_ASKED).detail["field"] == "note"


@pytest.mark.parametrize("kind", ["identity", "unchecked"])
def test_a_name_of_the_envelope_goes_to_no_colleague_who_may_not_open_it(people: Cast, kind: str):
    situation = people.ready()
    here = people.conference("police", "schools", "clinic", "clinic_deputy", "recovery", "recorder")
    situation = to_filter2(people, here, situation)
    held = HeldText(
        table=people.table, situation=situation, agency=people.agencies["clinic"], written_by=people["clinic"],
        field="reason", kinds=[kind], held_at=clock.now(), digest="0" * 64,
    )  # fmt: skip
    assert not held_texts.may_decide(people["clinic_deputy"], held, pledged=True)
    held.kinds = ["phone"]
    assert held_texts.may_decide(people["clinic_deputy"], held, pledged=True)
    held.kinds, held.agency, held.written_by = [kind], people.agencies["schools"], people["schools"]
    assert held_texts.may_decide(people["schools_deputy"], held, pledged=True)


@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_the_list_do_not_grow_with_it(people: Cast, led: Situation, count: int, django_assert_num_queries: Any):
    for number in range(count):
        with pytest.raises(GuardStops):
            report(people, led, f"Call her on 617-555-013{number}.")
    with django_assert_num_queries(LISTED):
        assert len(held_texts.waiting_for(people["clinic_deputy"], [people.table])) == count


def test_the_list_shows_the_oldest_and_makes_room(people: Cast, led: Situation, monkeypatch: pytest.MonkeyPatch):
    for number in range(3):
        with pytest.raises(GuardStops):
            report(people, led, f"Call her on 617-555-013{number}.")
    monkeypatch.setattr(held_texts, "MOST", 2)
    monkeypatch.setattr(held_texts, "LOOKED", 1)
    oldest = list(HeldText.objects.order_by("held_at", "pk"))
    assert held_texts.waiting_for(people["clinic_deputy"], [people.table]) == oldest[:2]
    roll.pledge(by=people["clinic_deputy"], table=people.table, member=people["clinic_deputy"])
    held_texts.decide(by=people["clinic_deputy"], held=oldest[0], passes=False, because=SendBack.NAMES)
    assert held_texts.waiting_for(people["clinic_deputy"], [people.table]) == oldest[1:]


def test_a_notice_is_kept_alive_by_no_other_agencys_text(people: Cast, led: Situation):
    hold(people, led)
    deputy = people["clinic_deputy"]
    assert [one.kind for one in noticing.unseen(deputy)] == [NoticeKind.TEXT_HELD]
    held_texts.decide(by=deputy, held=HeldText.objects.get(), passes=False, because=SendBack.NAMES)
    HeldText.objects.create(
        table=people.table, situation=led, agency=people.agencies["schools"], written_by=people["schools"], field="reason",
        held_at=clock.now(), digest="1" * 64, words=b"sealed",
    )  # fmt: skip
    HeldText.objects.create(
        table=people.table, situation=led, agency=people.agencies["clinic"], written_by=deputy, field="line",
        held_at=clock.now(), digest="2" * 64, words=b"sealed",
    )  # fmt: skip
    assert noticing.unseen(deputy) == []


# the pages


def url(name: str, *args: int) -> str:
    return reverse(name, args=args)


def test_second_person_finds_it_on_today_reads_it_and_decides(people: Cast, led: Situation, client: Client):
    held = hold(people, led)
    client.force_login(people["clinic_deputy"])
    today = client.get(reverse("today")).content.decode()
    assert url("held_texts") in today
    assert "617-555-0134" not in today
    listed = client.get(url("held_texts")).content.decode()
    assert led.number in listed
    assert "617-555-0134" not in listed
    shut = client.get(url("held_text", held.pk)).content.decode()
    assert "617-555-0134" not in shut
    assert url("held_text_words", held.pk) in shut
    assert not led.ledger.filter(kind=EntryKind.GUARD_READ).exists()
    page = client.post(url("held_text_words", held.pk))
    assert "<mark>617-555-0134</mark>" in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert led.ledger.filter(kind=EntryKind.GUARD_READ).count() == 1
    unsaid = client.post(url("held_text", held.pk), {"passes": "1"})
    assert unsaid.status_code == 422
    assert "Choose why." in unsaid.content.decode()
    assert led.ledger.filter(kind=EntryKind.GUARD_READ).count() == 2, "it showed the words again"
    done = client.post(url("held_text", held.pk), {"passes": "1", "because_passes": "nobody"})
    assert (done.status_code, done.headers["Location"]) == (303, url("held_texts"))
    assert HeldText.objects.get().state == HeldState.PASSED
    # what has been decided waits for nobody: no notice leads to an empty page
    assert url("held_texts") not in client.get(reverse("today")).content.decode()


@pytest.mark.parametrize("who", ["clinic", "police", "facilitator", "administrator", "outsider"])
def test_the_page_is_not_there_for_anybody_else(people: Cast, led: Situation, client: Client, who: str):
    held = hold(people, led)
    client.force_login(people[who])
    assert client.get(url("held_text", held.pk)).status_code == 404
    assert client.post(url("held_text_words", held.pk)).status_code == 404
    assert not led.ledger.filter(kind=EntryKind.GUARD_READ).exists()
    assert client.post(url("held_text", held.pk), {"passes": "1", "because_passes": "nobody"}).status_code == 404
    assert led.number not in client.get(url("held_texts")).content.decode()
    assert client.post(url("held_texts")).status_code == 405
    assert HeldText.objects.get().state == HeldState.WAITING


def test_signed_out_is_sent_to_sign_in(people: Cast, led: Situation, client: Client):
    held = hold(people, led)
    assert client.get(url("held_texts")).status_code == client.get(url("held_text", held.pk)).status_code == 302


def test_writing_page_shows_each_state_of_a_stopped_text(people: Cast, client: Client):
    situation = people.draft(note=f"Stopped coming. {STOPPED}")
    client.force_login(people["schools"])
    page = reverse("situation_write", args=[situation.pk])
    assert 'name="second" value="note"' in client.get(page).content.decode()
    assert 'name="kept"' not in client.get(page).content.decode()
    form = {"note": situation.note, "revision": str(situation.revision), "second": "note"}
    saved = client.post(page, form, headers={"X-Autosave": "1"})
    assert HeldText.objects.get().state == HeldState.WAITING, saved.content.decode()
    assert "A second person looks at it." in client.get(page).content.decode()
    held_texts.decide(by=people["schools_deputy"], held=HeldText.objects.get(), passes=False, because=SendBack.NAMES)
    assert "it has to be changed" in client.get(page).content.decode()


def test_stale_page_changes_nothing(people: Cast):
    situation = people.draft()
    with refused(Stale):
        writing.save(by=people["schools"], situation=situation, profile={"note": "x"}, revision=0)


def test_words_are_shown_to_who_showed_lately_who_it_is_and_in_a_meeting_longer(
    people: Cast, led: Situation, client: Client, settings: Any
):
    held = hold(people, led)
    client.force_login(people["clinic_deputy"])
    settings.DEMANDS_STEP_UP, settings.STEP_UP_MINUTES, settings.STEP_UP_BOARD_MINUTES = True, 0, 0
    asked = client.post(url("held_text_words", held.pk))
    assert asked.status_code != 200
    assert "617-555-0134" not in asked.content.decode()
    assert not led.ledger.filter(kind=EntryKind.GUARD_READ).exists()
