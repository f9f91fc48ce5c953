"""A desk with its people, and what was brought to it: what the tests of intake begin with."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from agencies.models import AgencyRole, Member
from hub.core import clock
from hub.core.audit import acting
from situations.choices import Pile
from situations.models import IntakeDesk, Referral
from situations.referrals import bringing, claiming, opening, receipts, setting_up
from situations.referrals.answers import Answers
from tests.cast import Cast, assemble

WORDS = Answers(
    town="Harborview", relation="parent", happening="My son has not left his room since the funeral of Marigold Thrushcross.",
    danger="unsure", tried="We called his school twice.", would_help="Somebody who comes to the house.", knows="agrees",
    reach="call", reach_at="978-555-0148", reach_when="weekday mornings", own_name="Philippa Wendelstein",
    person_name="Barnaby Wendelstein", person_age="about 16", person_where="4 Gannet Close",
)  # fmt: skip
SEALED = (
    WORDS.happening, WORDS.tried, WORDS.would_help, WORDS.reach_at, WORDS.reach_when, WORDS.own_name, WORDS.person_name,
    WORDS.person_where,
)  # fmt: skip


@dataclass
class Story:
    """The cast, the clinic's desk, and its people: the clinic's representative and deputy."""

    people: Cast
    desk: IntakeDesk

    def __getitem__(self, name: str) -> Member:
        return self.people[name]

    def family(self, answers: Answers = WORDS, *, pile: Pile = Pile.QUEUE, language: str = "en") -> tuple[Referral, str]:
        """What a family brings, and its code."""
        code = bringing.bring(by=None, desk=self.desk, answers=answers, language=language, pile=pile, binding=uuid4())
        return Referral.objects.get(receipt=receipts.digest(code)), code

    def claimed(self, name: str = "clinic", **options: Any) -> Referral:
        """A referral that was read and claimed."""
        row, _code = self.family(**options)
        opening.read(by=self[name], referral=row)
        return claiming.claim(by=self[name], referral=row)


def story() -> Story:
    """A clinic with an open desk."""
    people = assemble()
    table = people.table
    table.is_public, table.towns, table.coordinator = True, ["Harborview"], people["facilitator"]
    with acting(None, "test: a public table"):
        table.save()
    for name in ("clinic", "clinic_deputy"):
        setting_up.name_intake(by=None, agency=people.agencies["clinic"], member=people[name])
    desk = setting_up.set_up(by=None, table=table, agency=people.agencies["clinic"], is_open=True)
    return Story(people, desk)


def second_desk(told: Story, agency: str = "recovery") -> IntakeDesk:
    """Another agency's desk at the same table."""
    setting_up.name_intake(by=None, agency=told.people.agencies[agency], member=told[agency])
    return setting_up.set_up(by=None, table=told.people.table, agency=told.people.agencies[agency], is_open=True)


def role_of(member: Member) -> AgencyRole:
    """Their work at the desk."""
    return AgencyRole.objects.get(member=member, role="intake", ended_on=None)


def today() -> Any:
    """The day, as the desk writes it."""
    return clock.today()
