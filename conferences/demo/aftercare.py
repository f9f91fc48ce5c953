"""Filter 4 between conferences: the plan after the meeting, contacts at their hours, services once they are known."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial

from django.utils import timezone

from agencies import roll
from agencies.models import Member
from conferences.demo.diary import Diary, local
from conferences.demo.founding import Community
from conferences.demo.guard import Guard
from conferences.demo.source import Entry
from hub.core import second_wall
from situations import plan
from situations.choices import ContactKind
from situations.models import PlanStep, Situation

PLANNED_AT = time(11, 30)
SERVICES_AFTER = timedelta(minutes=20)


class Aftercare:
    """Enters what lead and assisting agencies do after the table has let go of a situation."""

    def __init__(self, community: Community, diary: Diary, services: list[Entry], guard: Guard) -> None:
        self.community, self.diary, self.guard = community, diary, guard
        self.service_names = {one["key"]: one["name"] for one in services}

    def enter(self, entry: Entry, situation: Situation) -> None:
        """Enter the plan, the contacts and the services of a situation that has just reached filter 4."""
        situation.refresh_from_db()
        agreed = situation.aer_at or situation.written_at
        lead = self.community.representative(entry["lead"])
        planned = local(timezone.localtime(agreed).date(), PLANNED_AT)
        self._on(planned, lead, lambda: self._plan(entry, situation, lead, agreed))
        last = planned
        for contact in entry["contacts"]:
            last = self.diary.after_sitting(agreed + timedelta(hours=contact["hours"]))
            self._contact(last, contact, situation)
        for service in entry["services"] if entry["contacts"] else ():
            self._service(self.diary.after_sitting(last + SERVICES_AFTER), service, situation)

    def _plan(self, entry: Entry, situation: Situation, lead: Member, agreed: datetime) -> None:
        for one in entry["plan"]:
            due = agreed + timedelta(hours=one["due_hours"])
            agency = self.community.agencies[one["by"]]
            step = partial(plan.add_step, by=lead, situation=situation, text=one["step"], due_at=due, agency=agency)
            self._passing(situation, step)

    def _contact(self, moment: datetime, one: Entry, situation: Situation) -> None:
        by = self.community.deputy(one["by"])

        def log() -> None:
            self._passing(situation, partial(
                plan.log_contact,
                by=by, situation=situation, kind=ContactKind(one["kind"]), reached=one["reached"], outcome=one["outcome"],
                companions=one["companions"], consent_now=one.get("consent_now") or "",
            ))  # fmt: skip
            if one["reached"]:
                _finish(by, situation)

        self._on(moment, by, log)

    def _service(self, moment: datetime, one: Entry, situation: Situation) -> None:
        by, name = self.community.deputy(one["agency"]), self.service_names[one["service"]]
        record = partial(plan.record_service, by=by, situation=situation, service=name, status=one["status"])
        self._on(moment, by, lambda: self._passing(situation, record))

    def _passing(self, situation: Situation, verb: Callable[..., object]) -> None:
        self.guard.pass_with(f"{situation.number} plan", lambda answered: verb(answered=answered))

    def _on(self, moment: datetime, by: Member, does: Callable[[], object]) -> None:
        def happens() -> None:
            # the plan is open to nobody without that day's pledge
            roll.pledge(by=by, table=self.community.table, member=by)
            does()

        self.diary.enter(moment, happens)


def _finish(by: Member, situation: Situation) -> None:
    # the material says when an agency reached the person, not when each step was done: its own steps are done with that
    with second_wall.agencies(by.agency_id):
        steps = list(PlanStep.objects.filter(situation=situation, agency=by.agency, done_at=None))
    for step in steps:
        plan.finish_step(by=by, situation=situation, step=step)
