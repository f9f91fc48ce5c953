"""Situations that have ended, and the people who watch over what is kept of them."""

from datetime import datetime, timedelta

from agencies.models import AgencyRole, Member, TableRole
from hub.core import clock
from hub.core.audit import acting
from situations.models import Situation
from tests.cast import Cast, act, to_filter4

KEPT = timedelta(days=180)
"""The table's retention."""


def concluded(people: Cast, number: int = 1) -> list[Situation]:
    """So many situations of the schools, led by the clinic, concluded now in today's conference."""
    ready = [people.ready() for _ in range(number)]
    conference = people.conference()
    ended = []
    for one in ready:
        to_filter4(people, conference, one)
        ended.append(act(people["facilitator"], conference, one, "conclude", ending="risk_lowered.connected_to_services"))
    return ended


def over(situation: Situation, **more: float) -> datetime:
    """When its retention is over, or so much later."""
    assert situation.ended_at is not None
    return situation.ended_at + KEPT + timedelta(**more)


def make_officer(member: Member) -> Member:
    """From now on a privacy officer of the own agency."""
    with acting(None, "test"):
        AgencyRole.objects.create(member=member, role="privacy_officer", started_on=clock.today())
    return member


def leave_office(member: Member) -> None:
    """From now on no privacy officer at all."""
    with acting(None, "test"):
        for roles in (AgencyRole.objects.filter(member=member), TableRole.objects.filter(member=member)):
            for role in roles.filter(role="privacy_officer"):
                role.ended_on = clock.today()
                role.save()
