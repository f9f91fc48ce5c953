"""The judge of the soak judged: faults planted in the product on purpose, each of which the plain story must bring to light."""

from typing import Any

import pytest

from conferences import steering
from conferences.board.face import face_for
from situations import disclosure, guard, ledger, retention
from situations.choices import EntryKind, Stage
from situations.models import Situation
from situations.viewpoints import Viewpoint
from situations.visibility import VISIBLE, Field
from tests.security.plain_words import row
from tests.security.soak import facts, plain
from tests.security.soak.facts import Case, Facts
from tests.security.soak.oracle import columns_of, may, unaccounted
from tests.security.soak.town import Leak, founded
from tests.security.soak.words import Word, Words

pytestmark = pytest.mark.django_db
Patch = pytest.MonkeyPatch


def absent_seats_see_the_profile(patch: Patch) -> None:
    row = VISIBLE[Field.PROFILE] | {Viewpoint.SEAT_ABSENT: frozenset({Stage.FILTER2, Stage.FILTER3})}
    patch.setitem(VISIBLE, Field.PROFILE, row)


def the_relay_renders_everybody_as_the_facilitator(patch: Patch) -> None:
    def wrong(state: Any, member_id: int, *, wall: bool = False) -> Any:
        return face_for(state, state.sitting.presides_id if state.sitting and not wall else member_id, wall=wall)

    patch.setattr("conferences.board.rendering.face_for", wrong)


def an_identity_is_read_without_its_entry(patch: Patch) -> None:
    append = ledger.append

    def forgetful(kind: EntryKind, **more: Any) -> Any:
        return None if kind == EntryKind.IDENTITY_READ else append(kind, **more)

    patch.setattr(ledger, "append", forgetful)


def an_entry_says_less_than_was_read(patch: Patch) -> None:
    append = ledger.append

    def brief(kind: EntryKind, **more: Any) -> Any:
        return append(kind, **(more | ({"detail": {"fields": []}} if kind == EntryKind.IDENTITY_READ else {})))

    patch.setattr(ledger, "append", brief)


def no_role_is_announced(patch: Patch) -> None:
    answer = steering.ACTIONS["answer"]
    patch.setitem(steering.ACTIONS, "answer", lambda turn: answer(turn) or True)


def nobody_is_entered_as_a_recipient(patch: Patch) -> None:
    patch.setattr(disclosure, "recipients", lambda *_any: [])


def a_rejected_note_is_kept(patch: Patch) -> None:
    patch.delitem(retention.EMPTY, "note")


def the_guard_lets_everything_pass(patch: Patch) -> None:
    patch.setattr(guard, "ask", lambda *_any, **_more: 0)


def a_stopped_text_is_kept(patch: Patch) -> None:
    def keeps(refused: guard.GuardStops, by: Any) -> None:
        stopped = Situation.objects.filter(pk=getattr(refused.place.situation, "pk", 0))
        stopped.update(conclusion_because="".join(refused.texts.values()))

    patch.setattr(guard.GuardStops, "enter", keeps)


FAULTS = {
    absent_seats_see_the_profile: "who may not have it",
    the_relay_renders_everybody_as_the_facilitator: "who may not have it",
    an_identity_is_read_without_its_entry: "no entry names them a recipient of identity",
    an_entry_says_less_than_was_read: "0 new entries say so",
    no_role_is_announced: "is announced",
    nobody_is_entered_as_a_recipient: "no entry names them a recipient of profile",
    a_rejected_note_is_kept: "['note'] of redacted",
    the_guard_lets_everything_pass: "points to a person went through",
    a_stopped_text_is_kept: "it was refused, and ['dissent'] is stored",
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_planted_fault_is_found_and_told_as_a_story(fault: Any, monkeypatch: Patch):
    fault(monkeypatch)
    with founded() as town, pytest.raises(Leak) as found:
        plain.tell(town)
    why, _blank, story = str(found.value).partition("\n\n")
    assert FAULTS[fault] in why
    assert story.startswith("What had happened:\n1. ")
    assert " schools: POST /situations/new/" in story


SEAT, ABSENT, CHAIR, STRANGER = 1, 2, 3, 4
NOTE = Word(row("note", "button"), "note", 7, 20)


def here(stage: str, **more: Any) -> Facts:
    """A table by hand: police on a seat in the room, their deputy at home, a facilitator who presides, and a stranger."""
    held: dict[str, Any] = {
        "cases": {7: Case(stage, 20, identity_open=True, redacted=False, revision=1)},
        "agency_of": {SEAT: 10, ABSENT: 10, CHAIR: 30, STRANGER: 40},
        "agency_roles": frozenset({(SEAT, "representative"), (ABSENT, "deputy"), (STRANGER, "representative")}),
        "table_roles": frozenset({(CHAIR, "facilitator")}), "seats": frozenset({10, 20}), "agreements": frozenset({10, 20, 30}),
        "pledged": frozenset({SEAT, CHAIR}), "present": frozenset({SEAT, CHAIR}), "presides": CHAIR, "recused": frozenset(),
        "roles": frozenset(), "received": frozenset({(7, "profile", 20, 10, SEAT)}), "entries": 1,
        "limited": frozenset({"name"}), "opens_at": 3, "glass": frozenset(), "answers_shown": False,
    }  # fmt: skip
    return facts.Facts(**(held | more))


def test_the_oracle_reads_the_table_as_the_page_says_it():
    def who(now: Facts, word: Word, *, asked: bool = False) -> set[int]:
        return {one for one in (SEAT, ABSENT, CHAIR, STRANGER) if may(now, one, word, identity_asked=asked)}

    name, address = Word("zqname1z", "name", 7, 20), Word("zqaddress1z", "address", 7, 20)
    assert [who(here(one), NOTE) for one in ("draft", "tabled", "filter2", "concluded")] == [
        set(),
        set(),
        {SEAT, CHAIR},
        set(),
    ]
    told = frozenset({(7, "profile", 20, 10, SEAT), (7, "profile", 20, 30, CHAIR)})
    assert who(here("concluded", received=told), NOTE) == {CHAIR}, "only if it was told while it was talked of"
    assert [who(here("filter3"), one, asked=True) for one in (name, address)] == [{SEAT}, set()]
    assert who(here("filter3"), name) == set(), "an identity comes only to whoever asked for it"
    assert who(here("filter3", opens_at=4), name, asked=True) == set()
    assert who(here("filter2", recused=frozenset({(7, SEAT)})), NOTE) == {CHAIR}
    assert who(here("filter2", agreements=frozenset()), NOTE) == set()
    assert columns_of(here("filter4", roles=frozenset({(7, 10)})), SEAT, 7) == {"absent", "seat", "holder", "no role"}


def test_the_oracle_asks_the_ledger_for_everyone_but_the_origin():
    assert unaccounted(here("filter2"), SEAT, NOTE) == ""
    assert unaccounted(here("filter2"), CHAIR, NOTE) == "no entry names them a recipient of profile"
    serving = Word(row("serving", "button"), "serving", 7, 20)
    assert unaccounted(here("filter3"), SEAT, serving) == "no entry names them a recipient of answer of agency 20"


def test_words_are_found_in_whatever_was_received_and_only_there():
    words = Words()
    note, born = words.new("note", 7, 20), words.new("date_of_birth", 7, 20)
    assert {one.what for one in words.read(f"<p>{note.upper()}</p>, born {born}")} == {"note", "date_of_birth"}
    assert (
        words.read("zqname z 2026-11-22 zqzname0z velvet-note-linen velvet-note basket-linen velvet note-basket linen") == set()
    )
