"""What the public door promises, where no other test holds it: what need not be answered, what is said, what comes back."""

import pytest

from situations.choices import ReferralStage
from situations.models import Referral
from situations.referral_forms import BLOCKS
from situations.referrals import claiming, limits, opening, replying, thread
from tests.cast import Cast, assemble
from tests.situations.door import STORY, Visitor, open_desk

pytestmark = pytest.mark.django_db
CODE = "/help/code/"
IDENTIFYING = {"own_name", "person_name", "person_age", "person_where", "reach_at", "reach_when"}


@pytest.fixture
def people() -> Cast:
    return assemble()


@pytest.fixture
def visitor(people: Cast, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    monkeypatch.setattr(limits, "PAUSE_SECONDS", 0)
    open_desk(people)
    return Visitor()


def test_only_what_nobody_could_act_without_is_needed_and_nothing_of_it_names_anybody():
    needed = {name for block in BLOCKS.values() for name, field in block.base_fields.items() if field.required}
    assert needed == {"relation", "happening", "danger", "knows", "reach"}
    assert not needed & IDENTIFYING


def test_everything_that_names_somebody_can_be_left_out(visitor: Visitor):
    short: list[dict[str, str]] = [
        {}, {"relation": "friend"}, {"happening": STORY, "danger": "unsure"}, {}, {"knows": "no"}, {"reach": "not"}, {},
    ]  # fmt: skip
    for typed in short:
        visitor.press(**typed)
    assert visitor.send().heading == "It was sent"
    assert Referral.objects.count() == 1


def test_it_is_said_beforehand_what_comes_back_and_what_does_not(visitor: Visitor):
    page = visitor.page.content.decode()
    for line in (
        "At the end you get a code.",
        "You will not be told private things about the person, unless the person agrees to it.",
        "Nobody reads this at night. If someone may get hurt now, call 911.",
        "Writing here does not make a police report.",
    ):
        assert line in page


@pytest.mark.parametrize(
    ("stage", "says"),
    [
        (ReferralStage.RECEIVED, "We have it. Nobody at the desk has read it yet."),
        (ReferralStage.READ, "A worker at the desk has read it."),
        (ReferralStage.TAKEN_UP, "An agency has taken it up."),
    ],
)
def test_code_shows_how_far_it_is(visitor: Visitor, stage: ReferralStage, says: str):
    visitor.up_to_look().send().let_go()
    Referral.objects.update(stage=stage)
    assert says in visitor.press("look", CODE).page.content.decode()


def test_desks_answer_stands_in_the_thread_and_is_read_once_it_was_shown(people: Cast, visitor: Visitor):
    visitor.up_to_look().send().let_go()
    row, desk = Referral.objects.get(), people["clinic"]
    opening.read(by=desk, referral=row)
    claiming.claim(by=desk, referral=row)
    replying.reply(by=desk, referral=row, text="Thank you for writing. We read it today.", tells="nothing")
    assert [one.is_read for one in thread.thread(row)] == [False]
    assert "Thank you for writing." in visitor.press("look", CODE).page.content.decode()
    assert [one.is_read for one in thread.thread(row)] == [True]
    visitor.press("write", CODE, text="We are here.")
    said = opening.read(by=desk, referral=row).messages
    assert [(one.member, one.text, one.new) for one in said] == [
        ("Clinic", "Thank you for writing. We read it today.", False), ("", "We are here.", True),
    ]  # fmt: skip
