"""What lies behind the second wall, made by the verbs in an installation of its own; prints who is who."""

import json
from datetime import timedelta

from hub.core import clock
from situations import conclusion, plan
from situations.choices import ContactKind
from tests.cast import to_filter3, to_filter4
from tests.situations.oversight import broken, watched


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
    to_filter3(people, conference, opened)
    numbers = {name: one.pk for name, one in {"draft": people.draft(), "led": led, "glass": glass, "opened": opened}.items()}
    print(json.dumps({"agencies": {key: one.pk for key, one in people.agencies.items()}, "situations": numbers}))  # noqa: T201
