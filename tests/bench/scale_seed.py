"""The rows that `scale` copies: the hall's community, with situations of each end and what privacy officers do."""

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction

from agencies.models import Agency
from conferences import chairing, steering
from conferences.models import AgendaItem
from hub.core import clock
from situations import break_glass, holds, noticing, retention, suspensions, writing
from situations.choices import NoticeKind, Stage
from situations.models import Situation
from situations.privacy_office import officers_of
from tests.bench import hall
from tests.bench.hall import Hall
from tests.cast import given_for

WEEKS = 7
"""Weeks that the demo material is lived: the first of its situations are concluded by then."""


def build() -> tuple[list[int], list[int]]:
    """Make them; returns (ended, sealed): situations of which nothing is stored any more, and those of the last months."""
    with transaction.atomic():
        place = hall._open(hall.lived(WEEKS))
        rejected = _reject(place)
        shredded, sealed = _concluded(place)
        _watch(place, shredded)
        writing.start(by=place.voices[1], table=place.table)
        retention.shred(by=None, situation=shredded)
        holds.place(by=place.community.at_table["privacy_officer"], situation=sealed, reference="H-1")
    return [rejected.pk, shredded.pk], [rejected.pk, sealed.pk]


def _reject(place: Hall) -> Situation:
    first, second = place.items[:2]
    chairing.take_in_hand(by=place.chair, conference=place.conference, item=first)
    _act(place, first, "criterion", {"criterion": "severe_harm", "holds": "false"})
    _act(place, first, "reject", {"reason": "not_aer"})
    chairing.take_in_hand(by=place.chair, conference=place.conference, item=second)
    return first.situation


def _act(place: Hall, item: AgendaItem, action: str, data: Mapping[str, str]) -> None:
    steering.act(by=place.chair, conference=place.conference, item=item, action=action, data=data, revision=None)


def _concluded(place: Hall) -> tuple[Situation, Situation]:
    found = Situation.objects.filter(table=place.table, stage=Stage.CONCLUDED).select_related("table", "originating_agency")
    first, second = found.order_by("ended_at")[:2]
    return first, second


def _watch(place: Hall, situation: Situation) -> None:
    """Break-glass, what officers are told and put away, and a suspension."""
    people, today = place.community.at_table, clock.today()
    given = given_for("hipaa_threat")
    glass = break_glass.open_identity(
        by=people["break_glass"], situation=situation, reason="Missing since noon, and the river is near.",
        basis=given.pop("basis"), given=given,
    )  # fmt: skip
    break_glass.end(by=people["break_glass"], opened=glass)
    for officer in officers_of(situation):
        noticing.put_away(by=officer, keys=[one.pk for one in noticing.unseen(officer)])
    noticing.tell(NoticeKind.SHRED_DUE, members=officers_of(situation), table=situation.table, situation=situation)
    suspensions.record(
        by=people["privacy_officer"], number=situation.number, official_agency=Agency.objects.get(key="police"),
        written=True, reference="P-1", starts_on=today, until=today + timedelta(days=90),
    )  # fmt: skip
