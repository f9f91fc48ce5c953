"""Moves of time and of belonging: nights, agreements, accounts, roles, seats."""

from datetime import timedelta

from django.urls import reverse

from agencies import membership
from agencies.models import AgencyRole, Agreement, Seat
from hub.core import clock
from hub.core.audit import acting
from tests.security.soak.registry import move
from tests.security.soak.town import Pick, Town


@move
def hours_pass(town: Town, pick: Pick) -> None:
    """An hour, or the night: pledges are of yesterday, clocks run out."""
    town.now += timedelta(hours=pick([1, 14, 60]))
    town.seen = None
    town.say(f"it is {clock.now():%a %H:%M}")
    town.judge_screens()


@move
def agreement_changes(town: Town, pick: Pick) -> None:
    """An agency's agreement ends, or is signed again: by the administrator, or by somebody who is none."""
    who = pick(["administrator", *town.everybody])
    row = Agreement.objects.get(pk=pick(list(Agreement.objects.order_by("pk").values_list("pk", flat=True))))
    if row.agency_id in town.facts.agreements:
        path = reverse("administration_agreement_end", args=[row.pk])
        town.send(who, path, {"on": f"{clock.today() - timedelta(days=pick([1, 0])):%Y-%m-%d}"})
    else:
        data = {
            "table": row.table_id,
            "agency": row.agency_id,
            "title": "Agreement",
            "signed_by": "Head",
            "until": "2099-01-01",
        }
        town.send(who, reverse("administration_agreements"), data)


@move
def account_closes(town: Town, pick: Pick) -> None:
    """Somebody leaves for good, by the administrator's hand or by that of somebody who is none."""
    who, whom = pick(["administrator", *town.everybody]), pick([one for one in town.everybody if one.endswith("_deputy")])
    town.send(who, reverse("administration_account_closings"), {"member": town.people[whom].pk, "confirmed": "on"})


@move
def role_ends(town: Town, pick: Pick) -> None:
    """A deputy is none any more, and later again; there is no page for it yet."""
    with acting(None, "soak"):
        role = AgencyRole.objects.filter(role="deputy").order_by("pk")[pick(range(4))]
        role.ended_on = None if role.ended_on else clock.today()
        role.save()
    town.seen = None
    town.say(f"the role of {town.name(role.member_id)} {'ends' if role.ended_on else 'is given again'}")
    town.judge_screens()


@move
def seat_closes(town: Town, pick: Pick) -> None:
    """An agency gives up its seat, or takes it again; there is no page for it yet."""
    with acting(None, "soak"):
        seat = Seat.objects.order_by("pk")[pick(range(4))]
        seat.ended_on = None if seat.ended_on else clock.today()
        seat.save()
    town.seen = None
    town.say(f"the seat of agency {seat.agency_id} {'closes' if seat.ended_on else 'is open again'}")
    town.judge_screens()


@move
def screener_comes(town: Town, pick: Pick) -> None:
    """The schools ask for a screener from now on."""
    if "screener" not in town.people.members:
        with acting(None, "soak"):
            town.people.agencies["schools"].screens = True
            town.people.agencies["schools"].save()
        town.people.members["screener"] = membership.add_member(
            by=None, roles=["screener"], password="x", email="screener@harborview.example", name="Screener",
            agency=town.people.agencies["schools"],
        )  # fmt: skip
        town.say("the schools have a screener")
        town.seen = None
