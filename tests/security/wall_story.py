"""What lies behind the second wall, made by the verbs in an installation of its own; prints who is who."""

import json
from contextlib import suppress
from datetime import timedelta
from typing import Any

from agencies.models import Member
from conferences import steering
from conferences.models import Conference
from hub.core import audit, clock, second_wall
from hub.core.second_wall import Reason
from situations import conclusion, ledger, plan
from situations.choices import ContactKind, Door, EntryKind
from situations.guard import GuardStops, Reply
from situations.models import IntakeDesk, Referral, ReferralGrounds, ReferralMessage, Situation
from situations.referrals import sealing
from tests.cast import Cast, to_filter3, to_filter4
from tests.situations.oversight import broken, watched

RECEIPTS = {"family": "f" * 64, "partner": "b" * 64}
"""As they are stored."""


def live() -> None:
    """Four situations of the schools: a draft, one led by recovery, one with broken glass, one open to the seats."""
    people = watched()
    led, glass, opened = people.ready(), people.ready(), people.ready()
    conference = people.conference("schools", "recovery", "clinic")
    broken(people, glass)
    led = to_filter4(people, conference, led, lead="recovery")
    lead, due = people["recovery"], clock.now() + timedelta(days=1)
    step = plan.add_step(by=lead, situation=led, text="Call the mother.", due_at=due)
    plan.finish_step(by=lead, situation=led, step=step)
    plan.set_visit(by=lead, situation=led, at=due, who_goes="Two counsellors.")
    plan.log_contact(by=lead, situation=led, kind=ContactKind.CALL, reached=True, outcome="She answered.")
    plan.record_service(by=lead, situation=led, service="Counselling", status="offered")
    conclusion.report_back(by=lead, situation=led, line="She was reached.", still_aer=True)
    held(people, conference, led)
    to_filter3(people, conference, opened)
    numbers = {name: one.pk for name, one in {"draft": people.draft(), "led": led, "glass": glass, "opened": opened}.items()}
    agencies = {key: one.pk for key, one in people.agencies.items()}
    members = {"police": people["police"].pk}
    print(json.dumps({"agencies": agencies, "situations": numbers, "referrals": brought(people), "members": members}))  # noqa: T201


def held(people: Cast, conference: Conference, led: Situation) -> None:
    """Two texts that the guard stopped: the lead's, for its own second person, and one of the schools for a chair."""
    second, typed = Reply(second=True), "Call her on 617-555-0134."
    with suppress(GuardStops):
        conclusion.report_back(by=people["recovery"], situation=led, line=typed, still_aer=True, answered=second)
    with suppress(GuardStops):
        steering.note_issue(by=people["schools"], conference=conference, title="No bed", text=typed, answered=second)


def brought(people: Cast) -> dict[str, int]:
    """From a family to recovery's desk, and from the police, as a partner, to the clinic's; a message each."""
    with audit.acting(people["recovery"], "story"), second_wall.passing(Reason.MOVING):
        family = _referral(people, "recovery", RECEIPTS["family"], door=Door.FAMILY)
        police = people["police"]
        partner = _referral(
            people, "clinic", RECEIPTS["partner"], door=Door.PARTNER, from_member=police, from_agency=police.agency
        )
        _stated(partner, police)
    return {"family": family.pk, "partner": partner.pk}


def _stated(referral: Referral, by: Member) -> None:
    """What the basis of the partner's bringing had written down."""
    entry = ledger.append(EntryKind.REFERRAL_BROUGHT, by=by, table=referral.desk.table)
    row = ReferralGrounds(referral=referral, agency=by.agency, entry=entry)
    row.words = sealing.seal("{}", key=sealing.new_key(row.binding, by.agency_id), binding=row.binding)
    row.save()


def _referral(people: Cast, agency: str, receipt: str, **who: Any) -> Referral:
    desk, _ = IntakeDesk.objects.get_or_create(table=people.table, agency=people.agencies[agency])
    one = Referral(desk=desk, agency=desk.agency, language="en", received_on=clock.today(), receipt=receipt, **who)
    key = sealing.new_key(one.binding, desk.agency_id)
    one.answers = sealing.seal("{}", key=key, binding=one.binding)
    one.save()
    message = ReferralMessage(referral=one, number=1, written_on=clock.today())
    message.text = sealing.seal("Thank you.", key=key, binding=message.binding)
    message.save()
    return one
