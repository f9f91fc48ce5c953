"""The community that the pictures are taken of, on the morning of a conference."""

from dataclasses import dataclass

from django.db import connections, transaction

from agencies.models import Member
from conferences import scheduling
from conferences.agenda import follow_ups
from conferences.demo.founding import Community
from conferences.demo.guard import NOBODY
from conferences.models import Conference
from hub.core import clock
from situations import identity, writing
from situations.choices import Stage
from situations.models import Involvement, Situation
from tests.bench.hall import lived, session_of


@dataclass(frozen=True)
class Shown:
    """A situation and one who works with it."""

    key: int
    by: str


@dataclass(frozen=True)
class Setting:
    """Ids and sessions; no record, because a browser's loop keeps the ORM out of its thread."""

    sessions: dict[str, str]
    conference: int
    past: int
    by_stage: dict[str, Shown]
    lead: Shown
    agencies: dict[str, int]
    members: dict[str, int]
    follow_up_lead: str


def build(weeks: int) -> Setting:
    """Lives the weeks and finds what the tour needs."""
    with transaction.atomic():
        community = lived(weeks)
        _hold_one_at_the_screener(community)
    setting = _found(community)
    connections.close_all()
    return setting


def _hold_one_at_the_screener(community: Community) -> None:
    """A situation of the police that waits for their screener."""
    source = Situation.objects.filter(originating_agency=community.agencies["police"]).exclude(note="").latest("pk")
    writer = community.representative("police")
    situation = writing.start(by=writer, table=community.table)
    fields = (
        "subject_type", "age_band", "sex", "language", "town", "risk_factors", "protective_factors", "note",
        "consent_status", "consent_reason",
    )  # fmt: skip
    profile = {name: getattr(source, name) for name in fields}
    criteria = {one.criterion: one.because for one in source.criteria.all()}
    screening = {"tried": "Three visits by the outreach officer.", "beyond_one_agency": "Needs a clinician at the door."}
    writing.save(by=writer, situation=situation, profile=profile, screening=screening, criteria=criteria)
    identity.seal(by=writer, situation=situation, values={"name": "Rowan Tell", "date_of_birth": "1984-02-11"})
    situation.refresh_from_db()
    writing.submit(by=writer, situation=situation, answered=NOBODY, recognisable="no")


def _found(community: Community) -> Setting:
    conference = scheduling.next_conference(community.table)
    if conference is None:
        raise LookupError("the community has no conference today")
    names = {one.pk: one.email.partition("@")[0] for one in Member.objects.all()}
    leads = Involvement.objects.filter(situation__stage=Stage.FILTER4, ended_at=None, role="lead")
    lead = leads.select_related("agency").latest("pk")
    first = leads.filter(situation=follow_ups(conference)[0]).select_related("agency").get()
    return Setting(
        sessions={names[one.pk]: session_of(one) for one in Member.objects.all()},
        conference=conference.pk,
        past=Conference.objects.filter(scheduled_for__lt=clock.now(), sitting__isnull=False).latest("scheduled_for").pk,
        by_stage={
            stage: _shown(stage) for stage in Situation.objects.order_by("stage").values_list("stage", flat=True).distinct()
        },
        lead=Shown(lead.situation_id, lead.agency.key),
        agencies={key: one.pk for key, one in community.agencies.items()},
        members={name: key for key, name in names.items()},
        follow_up_lead=first.agency.key,
    )


def _shown(stage: str) -> Shown:
    situation = Situation.objects.filter(stage=stage).select_related("originating_agency").latest("pk")
    return Shown(situation.pk, situation.originating_agency.key)
