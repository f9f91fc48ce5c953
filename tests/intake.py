"""Two intake desks of the cast's table, recovery's and the clinic's, and what is brought to them through the verbs."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from agencies.models import Member
from hub.core import clock, second_wall
from situations.choices import Closing, Pile
from situations.models import IntakeDesk, Referral
from situations.referrals import bringing, claiming, closing, deleting, opening, passing_on, receipts, sealing, setting_up
from situations.referrals.answers import Answers
from tests.cast import Cast, given_for

DESKS = ("recovery", "clinic")
ANSWERS = Answers(
    town="Harborview", relation="parent", happening="He has not come home for three nights.", danger="unsure",
    tried="We called.", would_help="Somebody who talks to him.", knows="no", why_not="He would run.", reach="here",
    own_name="Ondine Quartermain", person_name="Zebedee Quartermain", person_age="16", person_where="Behind the old cannery",
)  # fmt: skip


@dataclass
class Intake:
    """The desks by agency, and who works at each."""

    people: Cast
    desks: dict[str, IntakeDesk]
    staff: dict[str, Member]

    def bring(self, agency: str = "recovery", *, pile: Pile = Pile.QUEUE, answers: Answers = ANSWERS) -> tuple[Referral, str]:
        """From a family; with its plain code."""
        code = bringing.bring(by=None, desk=self.desks[agency], answers=answers, language="en", pile=pile, binding=uuid4())
        return self.found(code), code

    def found(self, code: str) -> Referral:
        """What the code opens."""
        found = receipts.find(code)
        assert found is not None
        return found

    def read(self, referral: Referral, agency: str = "recovery") -> Referral:
        """Opened and claimed by the desk."""
        opening.read(by=self.staff[agency], referral=referral)
        return claiming.claim(by=self.staff[agency], referral=referral)

    def close(self, referral: Referral, agency: str = "recovery") -> Referral:
        """Read and closed."""
        claimed = self.read(referral, agency)
        return closing.close(by=self.staff[agency], referral=claimed, reason=Closing.ELSEWHERE)

    def delete(self, referral: Referral) -> None:
        """Closed, and its days are over."""
        shut = self.close(referral)
        with clock.at(clock.now() + timedelta(days=shut.desk.deleted_after_days + 1)):
            assert deleting.delete_due() == 1

    def pass_on(self, referral: Referral) -> None:
        """From recovery's desk to the clinic's."""
        claimed, basis = self.read(referral), "part2_consent"
        passing_on.pass_on(
            by=self.staff["recovery"], referral=claimed, desk=self.desks["clinic"], basis=basis, given=given_for(basis)
        )


def intake(people: Cast) -> Intake:
    """Both desks open; the deputies work there."""
    staff = {agency: people[f"{agency}_deputy"] for agency in DESKS}
    for agency, member in staff.items():
        setting_up.name_intake(by=None, agency=people.agencies[agency], member=member)
    desks = {
        agency: setting_up.set_up(by=None, table=people.table, agency=people.agencies[agency], is_open=True) for agency in DESKS
    }
    return Intake(people, desks, staff)


def words(referral: Referral) -> Answers | None:
    """The answers as whoever has both databases could open them; None once they do not open."""
    with second_wall.agencies(referral.agency_id):
        row = Referral.objects.filter(pk=referral.pk).first()
    if row is None:
        return None
    key = sealing.key_of(row.binding, row.agency_id)
    return Answers.unpacked(sealing.unseal(bytes(row.answers), key=key, binding=row.binding))
