"""A random walk through the life of referrals: families, two desks and the clerk do what they can, in any order.

After every step somebody chosen at random presses "open" on one chosen at random, and a code that was once given is tried. Who
then reads what is held against a model that knows only: a referral is at one desk, until it is deleted.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

import pytest
from django.db import transaction
from django.test import Client, TestCase

from hub.core import clock, second_wall
from hub.core.errors import DomainError, RuleRefused
from hub.keystore.models import ReferralKey
from situations.choices import Closing, ConsentToTell, ReferralStage
from situations.models import Referral, ReferralGrounds
from situations.referrals import claiming, clocks, closing, deleting, opening, receipts, reissuing, replying, thread
from tests.cast import assemble
from tests.intake import ANSWERS, Intake, intake

pytestmark = pytest.mark.django_db
STEPS = 45


@dataclass
class Known:
    """What the model knows of one referral."""

    pk: int
    code: str
    desk: str
    words: set[str]
    there: bool = True
    old: list[str] = field(default_factory=list)


@dataclass
class Walk:
    """One walk. `story` is told when something is wrong."""

    desks: Intake
    random: Random
    now: datetime
    known: list[Known] = field(default_factory=list)
    story: list[str] = field(default_factory=list)
    number: int = 0

    def word(self) -> str:
        self.number += 1
        return f"zqwalk{self.number:04}z"

    def step(self) -> None:
        """One thing happens, or is refused; then it is judged."""
        acts = [self.bring, self.write, self.read, self.reply, self.pass_on, self.close, self.withdraw, self.days, self.reissue]
        act = self.random.choice([*acts, self.bring, self.read, self.read, self.write] if self.known else [self.bring])
        line = act.__name__
        with TestCase.captureOnCommitCallbacks(execute=True):
            try:
                with transaction.atomic():
                    act()
            except DomainError as refused:
                line += f" ({refused})"
        self.story.append(line)
        self.judge()

    def one(self) -> tuple[Known, Referral]:
        found = [one for one in self.known if one.there]
        if not found:
            raise RuleRefused("nothing is there")
        one = self.random.choice(found)
        return one, Referral.objects.get(pk=one.pk)

    def bring(self) -> None:
        desk, word = self.random.choice(["recovery", "recovery", "clinic"]), self.word()
        referral, code = self.desks.bring(desk, answers=replace(ANSWERS, happening=word))
        self.known.append(Known(referral.pk, code, desk, {word}))

    def write(self) -> None:
        one, referral = self.one()
        word = self.word()
        with second_wall.holding(referral.receipt):
            thread.write_as_family(referral, text=word, number=referral.messages.count() + 1)
        one.words.add(word)

    def read(self) -> None:
        one, referral = self.one()
        opening.read(by=self.desks.staff[one.desk], referral=referral)
        claiming.claim(by=self.desks.staff[one.desk], referral=referral)

    def reply(self) -> None:
        one, referral = self.one()
        word, worker = self.word(), self.desks.staff[one.desk]
        replying.record_consent(by=worker, referral=referral, how=ConsentToTell.VERBAL, on=clock.today())
        replying.reply(by=worker, referral=referral, text=word, tells=replying.Tells.ON_CONSENT)
        one.words.add(word)

    def pass_on(self) -> None:
        one, referral = self.one()
        if one.desk == "recovery":
            self.desks.pass_on(referral)
            one.desk = "clinic"

    def close(self) -> None:
        one, referral = self.one()
        closing.close(by=self.desks.staff[one.desk], referral=referral, reason=Closing.ANSWERED)

    def withdraw(self) -> None:
        one, referral = self.one()
        with second_wall.holding(referral.receipt):
            thread.withdraw(referral)
        if referral.stage == ReferralStage.RECEIVED:
            one.words.clear()

    def reissue(self) -> None:
        one, referral = self.one()
        code = reissuing.reissue(by=self.desks.staff[one.desk], referral=referral, checked=True)
        one.old.append(one.code)
        one.code = code

    def days(self) -> None:
        """Days go by, and the clerk with them."""
        self.now += timedelta(days=self.random.choice([1, 2, 20]))
        with clock.at(self.now):
            for duty in (deleting.open_written, deleting.delete_due, deleting.finish, clocks.escalate):
                duty()
        left = set(Referral.objects.values_list("pk", flat=True))
        for one in self.known:
            one.there = one.pk in left

    def judge(self) -> None:
        """Somebody opens something, and a code is tried."""
        if self.known:
            one = self.random.choice(self.known)
            code = self.random.choice([one.code, *one.old])
            found = receipts.find(code)
            assert (found.pk if found else None) == (one.pk if one.there and code == one.code else None), self.story
            self._opened(one, self.random.choice([*sorted(self.desks.people.members), ""]))
            self._opened(one, self.desks.staff[one.desk].email.partition("@")[0])
        # what a basis had written down goes with its referral: no key outlives both
        sealed = {one for model in (Referral, ReferralGrounds) for one in model.objects.values_list("binding", flat=True)}
        assert set(ReferralKey.objects.values_list("referral", flat=True)) == sealed, self.story

    def _opened(self, one: Known, account: str) -> None:
        client = Client()
        if account:
            client.force_login(self.desks.people[account])
        page = client.post(f"/desk/{one.pk}/read/").content.decode()
        every = {word for known in self.known for word in known.words}
        worker = self.desks.staff[one.desk].email.partition("@")[0]
        may = one.words if one.there and account == worker else set()
        assert {word for word in every if word in page} == may, (account, one, self.story)


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_happens_to_referrals_their_words_go_to_their_desk_alone(seed: int):
    walk = Walk(intake(assemble()), Random(seed), clock.now())  # noqa: S311 - a walk that can be told again
    for _step in range(STEPS):
        with clock.at(walk.now):
            walk.step()
    # the walk went somewhere
    done = {one for one in walk.story if "(" not in one}
    assert done >= {"bring", "read", "write", "days", "withdraw"}, walk.story
    assert len(walk.known) > 4
