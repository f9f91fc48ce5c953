"""Break-glass: who may, what it opens and for how long, what is entered, who is told."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from agencies import membership
from agencies.models import TableRole
from hub.core import clock
from hub.core.audit import acting
from hub.core.errors import NotAllowed, NotVisible, RuleRefused
from situations import break_glass, deidentify_lexicon, deliberation, identity, ledger
from situations.choices import EntryKind, Stage
from situations.disclosure import audience_of, disclose
from situations.models import BreakGlass, Notice, Situation
from situations.projection import WITHHELD
from situations.visibility import IDENTITY_FIELDS
from tests.cast import IDENTITY, Cast, fresh, refused, to_filter2, to_filter3, to_filter4
from tests.live import ROOT, environment_of
from tests.situations.oversight import REASON, broken, watched

pytestmark = pytest.mark.django_db
TOLD = {"privacy_officer", "schools_officer", "police_officer"}


@pytest.fixture
def people() -> Cast:
    return watched()


@pytest.fixture
def tabled(people: Cast) -> Situation:
    """On the agenda: no seat knows more than its number."""
    situation = people.ready()
    people.conference()
    return fresh(situation)


def test_opening_shows_the_whole_identity_without_a_pledge_and_the_ledger_has_it_first(people: Cast, tabled: Situation):
    night, before = people["night"], tabled.ledger.count()
    assert not audience_of(night, tabled)
    broken(people, tabled)
    assert identity.read(by=night, situation=tabled) == IDENTITY
    assert people.ledger(tabled, before) == [
        ("break_glass", "night", "schools", "table_agreement", {"night"}),
        ("identity_read", "night", "police", "table_agreement", {"night"}),
    ]
    opened, read = tabled.ledger.filter(sequence__gt=before)
    grounds = BreakGlass.objects.get().grounds
    assert grounds is not None
    assert (opened.detail["minutes"], opened.detail["grounds"]) == (30, grounds.pk)
    assert (grounds.agency, grounds.basis) == (people.agencies["police"], "table_agreement")
    assert opened.recipients.get().what == "identity"
    assert read.detail["break_glass"] == BreakGlass.objects.get().pk
    assert list(ledger.verify()) == []


def test_of_the_rest_it_shows_only_which_situation_it_is(people: Cast, tabled: Situation):
    broken(people, tabled)
    seen = disclose(tabled, audience_of(people["night"], tabled))
    shown = {name for name in vars(seen) if getattr(seen, name) is not WITHHELD}
    assert shown == {"key", "revision", "openable", "number", "stage", "times", "origin"}
    assert seen.openable == IDENTITY_FIELDS


def test_it_expires_by_itself(people: Cast, tabled: Situation):
    broken(people, tabled)
    with clock.at(clock.now() + timedelta(minutes=30)):
        assert not audience_of(people["night"], tabled)
        with pytest.raises(NotVisible):
            identity.read(by=people["night"], situation=tabled)
        assert broken(people, tabled).expires_at > clock.now()


def test_time_is_the_installations(people: Cast, tabled: Situation, settings):
    settings.BREAK_GLASS_MINUTES = 5
    opened = broken(people, tabled)
    assert opened.expires_at - opened.opened_at == timedelta(minutes=5)


def test_clerk_enters_the_end_of_what_expired_once(people: Cast, tabled: Situation):
    opened = broken(people, tabled)
    assert break_glass.expire() == 0
    with clock.at(clock.now() + timedelta(minutes=31)):
        assert (break_glass.expire(), break_glass.expire()) == (1, 0)
    opened.refresh_from_db()
    assert opened.ended_at == opened.expires_at
    assert tabled.ledger.get(kind=EntryKind.BREAK_GLASS_ENDED).actor is None


@pytest.mark.parametrize("who", ["night", *sorted(TOLD)])
def test_it_is_ended_early_by_who_opened_it_or_an_officer_who_was_told(people: Cast, tabled: Situation, who: str):
    opened = broken(people, tabled)
    break_glass.end(by=people[who], opened=opened)
    assert not audience_of(people["night"], tabled)
    entry = tabled.ledger.get(kind=EntryKind.BREAK_GLASS_ENDED)
    assert (entry.actor, entry.detail) == (people[who], {"break_glass": opened.pk})
    with refused(RuleRefused):
        break_glass.end(by=people[who], opened=opened)


@pytest.mark.parametrize("who", ["facilitator", "schools", "administrator", "outsider"])
def test_nobody_else_ends_it(people: Cast, tabled: Situation, who: str):
    opened = broken(people, tabled)
    with refused(NotVisible):
        break_glass.end(by=people[who], opened=opened)


@pytest.mark.parametrize("who", ["facilitator", "privacy_officer", "recovery", "schools", "administrator", "outsider"])
def test_without_the_role_nothing_opens(people: Cast, tabled: Situation, who: str):
    with refused(NotVisible):
        broken(people, tabled, by=who)


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.SCREENING, Stage.READY, Stage.KEPT, Stage.REJECTED])
def test_draft_and_rejected_situation_open_to_nobody(people: Cast, stage: Stage):
    situation = people.draft()
    Situation.objects.filter(pk=situation.pk).update(stage=stage, number="2026-0001", conclusion_reason="not_aer")
    with refused(NotVisible):
        broken(people, situation)


def test_shredded_or_empty_envelope_is_the_same_as_no_situation(people: Cast, tabled: Situation):
    with acting(None, "test"):
        tabled.identity.shredded_at = clock.now()
        tabled.identity.save()
    with refused(NotVisible):
        broken(people, tabled)


def test_who_stepped_out_stays_out(people: Cast, tabled: Situation):
    opened = broken(people, tabled)
    deliberation.recuse(by=people["night"], situation=tabled)
    with pytest.raises(NotVisible):
        identity.read(by=people["night"], situation=tabled)
    break_glass.end(by=people["night"], opened=opened)
    with refused(NotVisible):
        broken(people, tabled)


def test_agreement_that_ended_or_a_role_taken_away_closes_it(people: Cast, tabled: Situation):
    broken(people, tabled)
    role = TableRole.objects.get(member=people["night"])
    with acting(None, "test"):
        role.ended_on = clock.today()
        role.save()
    assert not audience_of(people["night"], tabled)
    with refused(NotVisible):
        broken(people, tabled)


def test_agency_without_agreement_opens_nothing(people: Cast, tabled: Situation):
    membership.end_agreement(by=None, agreement=people.agencies["police"].agreements.get(), on=clock.today())
    with clock.at(clock.now() + timedelta(days=1)), refused(NotVisible):
        broken(people, tabled)


def test_closed_account_opens_nothing(people: Cast, tabled: Situation):
    broken(people, tabled)
    membership.close_account(by=None, member=people["night"])
    assert not audience_of(people["night"], tabled)


@pytest.mark.parametrize("reason", ["", "   ", "Maria Gonzalez is on the bridge.", "Call 617-555-0142 at once."])
def test_reason_must_be_there_and_name_nobody(people: Cast, tabled: Situation, reason: str):
    with refused(RuleRefused, "reason"):
        broken(people, tabled, reason=reason)


def test_reason_is_no_way_to_guess_what_is_sealed(people: Cast, tabled: Situation):
    said = []
    for guessed in ("zephyrine", "perpetua"):
        with pytest.raises(RuleRefused) as answered:
            broken(people, tabled, reason=f"She is called {guessed} and may be hurt.")
        said.append(str(answered.value.message).replace(guessed, ""))
    assert said[0] == said[1], "a sealed name is answered otherwise than one that is not sealed"
    # words of the envelope that are ordinary words too: only the envelope could tell that they are names here
    broken(people, tabled, reason="we need the wren and the oriole of canary row tonight")
    assert BreakGlass.objects.get().member == people["night"]


def test_an_emergency_does_not_wait_for_a_word_list_and_its_reason_is_not_kept_unlooked_at(
    people: Cast, tabled: Situation, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(deidentify_lexicon, "FILE", tmp_path / "gone.gz")
    deidentify_lexicon._lexicon.cache_clear()
    try:
        broken(people, tabled, reason="He has taken pills and nobody opens.")
    finally:
        monkeypatch.undo()
        deidentify_lexicon._lexicon.cache_clear()
    assert BreakGlass.objects.get().reason == break_glass.NOT_KEPT
    assert Notice.objects.filter(kind="break_glass").exists()
    client.force_login(people["privacy_officer"])
    said = "not kept: the guard on names could not look at it"
    assert said in client.get(reverse("privacy")).content.decode()
    assert said not in str(BreakGlass.objects.values()), "visible words are data of no row"


@pytest.mark.parametrize("basis", ["", "ferpa_emergency", "no_such_basis"])
def test_basis_is_one_of_the_members_agency(people: Cast, tabled: Situation, basis: str):
    with refused(RuleRefused, "basis"):
        break_glass.open_identity(by=people["night"], situation=tabled, reason=REASON, basis=basis)


def test_conditions_of_the_basis_are_affirmed_one_by_one(people: Cast, tabled: Situation):
    with refused(RuleRefused, "affirm_not_protected"):
        break_glass.open_identity(by=people["night"], situation=tabled, reason=REASON, basis="table_agreement")


def test_second_opening_waits_for_the_end_of_the_first(people: Cast, tabled: Situation):
    broken(people, tabled)
    with refused(RuleRefused, "number"):
        broken(people, tabled)


def test_every_privacy_officer_of_the_table_is_told_in_the_same_transaction(people: Cast, tabled: Situation):
    broken(people, tabled)
    assert {one.member.name.lower() for one in Notice.objects.all()} == {people[name].name.lower() for name in TOLD}
    assert {(one.kind, one.situation_id, one.seen_at, one.mailed_at) for one in Notice.objects.all()} == {
        ("break_glass", tabled.pk, None, None)
    }


def test_officer_of_the_originating_agency_is_told_after_its_seat_is_gone(people: Cast, tabled: Situation):
    for name in ("schools", "police"):
        with acting(None, "test"):
            seat = people.agencies[name].seats.get()
            seat.ended_on = clock.today()
            seat.save()
    broken(people, tabled)
    assert Notice.objects.filter(member=people["schools_officer"]).exists()
    assert not Notice.objects.filter(member=people["police_officer"]).exists()


def test_reading_with_a_right_of_ones_own_is_no_break_glass(people: Cast):
    membership.give_table_role(by=None, table=people.table, member=people["clinic"], role="break_glass")
    ready = people.ready()
    situation = to_filter4(people, people.conference(), ready)
    broken(people, situation, by="clinic")
    identity.read(by=people["clinic"], situation=situation)
    assert "break_glass" not in situation.ledger.filter(kind=EntryKind.IDENTITY_READ).get().detail


def test_seat_that_breaks_the_glass_reads_more_than_the_room_and_is_no_recipient_twice(people: Cast):
    membership.give_table_role(by=None, table=people.table, member=people["police_deputy"], role="break_glass")
    ready = people.ready()
    conference = people.conference("schools", "police", "clinic", "recovery")
    situation = to_filter2(people, conference, ready)
    broken(people, situation, by="police_deputy")
    with pytest.raises(NotAllowed):
        identity.read(by=people["police"], situation=situation)
    assert identity.read(by=people["police_deputy"], situation=situation) == IDENTITY


def test_opening_to_the_room_does_not_count_who_reads_by_break_glass(people: Cast):
    membership.give_table_role(by=None, table=people.table, member=people["observer"], role="break_glass")
    ready = people.ready()
    conference = people.conference("schools", "police", "clinic", "recovery", "observer")
    broken(people, ready_at_table(ready), by="observer")
    situation = to_filter3(people, conference, ready)
    offered = situation.ledger.get(kind=EntryKind.IDENTITY_OFFERED)
    assert people["observer"].pk not in set(offered.recipients.values_list("member_id", flat=True))


def ready_at_table(situation: Situation) -> Situation:
    """The situation as opening the conference left it: on the agenda."""
    found = fresh(situation)
    assert found.stage == Stage.TABLED
    return found


@pytest.mark.pairless
@pytest.mark.parametrize(("minutes", "starts"), [("4", False), ("5", True), ("120", True), ("121", False), ("soon", False)])
def test_installation_that_sets_another_time_does_not_start(tmp_path: Path, minutes: str, starts: bool):
    environment = environment_of(tmp_path, demo=False, extra={"HUBTABLE_BREAK_GLASS_MINUTES": minutes})
    command = [sys.executable, "-c", "import hub.settings.base"]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    assert (done.returncode == 0) is starts
    assert starts or "HUBTABLE_BREAK_GLASS_MINUTES must be" in done.stderr


@pytest.mark.parametrize("own_officer", [False, True])
def test_glass_that_nobody_would_hear_breaking_stays_whole(people: Cast, tabled: Situation, own_officer: bool):
    for name in ("privacy_officer", "schools_officer", "police_officer"):
        membership.close_account(by=None, member=people[name])
    if own_officer:
        membership.give_table_role(by=None, table=people.table, member=people["night"], role="privacy_officer")
    with pytest.raises(RuleRefused, match="no privacy officer who could be told"):
        broken(people, tabled)
    assert not BreakGlass.objects.exists()
