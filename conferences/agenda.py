"""The agenda builds itself: overdue and open situations first, then new ones by time of submission.

Rule: PRODUCT, "A conference, minute by minute".
"""

from django.db.models import Max

from agencies.models import Member
from agencies.standing import agencies_agreed
from conferences.choices import ItemKind
from conferences.models import AgendaItem, Conference
from hub.core import clock, second_wall
from hub.core.second_wall import Reason
from situations import filters, ledger
from situations.choices import EntryKind, Stage
from situations.models import Situation


@second_wall.passing(Reason.AGENDA)
def follow_ups(conference: Conference) -> list[Situation]:
    """Situations of the table still open at filter 3 or 4: those past their response clock without a contact on top."""
    situations = Situation.objects.filter(table=conference.table, stage__in=[Stage.FILTER3, Stage.FILTER4])
    now = clock.now()

    def order(one: Situation) -> tuple[bool, object, int]:
        late = one.clock_ends_at is not None and one.clock_ends_at < now and not one.contacts.filter(reached=True).exists()
        return (not late, one.tabled_at or now, one.pk)

    return sorted(situations.prefetch_related("contacts"), key=order)


def newcomers(conference: Conference) -> list[Situation]:
    """Situations carried over first, then those that passed filter 1, by time of submission.

    Those of an agency whose agreement has lapsed wait in their agency.
    """
    carried = Situation.objects.filter(table=conference.table, stage=Stage.TABLED).order_by("tabled_at", "pk")
    ready = Situation.objects.filter(
        table=conference.table, stage=Stage.READY, originating_agency__in=agencies_agreed(conference.table_id)
    )
    return [*carried, *ready.order_by("submitted_at", "pk")]


def build(conference: Conference, by: Member) -> list[AgendaItem]:
    """Write the agenda of a conference that has just opened; new situations get their number here.

    The caller is a verb. Two situations of one conference never share a position.
    """
    pairs = [(one, ItemKind.FOLLOW_UP) for one in follow_ups(conference)]
    pairs += [(one, ItemKind.NEW) for one in newcomers(conference)]
    return [place(conference, situation, kind, by) for situation, kind in pairs]


def place(conference: Conference, situation: Situation, kind: ItemKind, by: Member) -> AgendaItem:
    """Put one situation at the end of the agenda; a situation new to the table is tabled with its number."""
    if situation.stage == Stage.READY:
        table_it(conference, situation, by)
    last = conference.items.aggregate(last=Max("position"))["last"] or 0
    return AgendaItem.objects.create(conference=conference, situation=situation, position=last + 1, kind=kind)


def table_it(conference: Conference, situation: Situation, by: Member) -> None:
    """Give the next number of the table's year (2026-0014) and enter it."""
    situation = filters.lock(situation.pk)
    number = next_number(conference)
    filters.move(situation, Stage.TABLED, by=by, number=number, tabled_at=clock.now())
    ledger.append(EntryKind.TABLED, by=by, situation=situation, sitting=conference.sitting, detail={"number": number})


def next_number(conference: Conference) -> str:
    """The table's next number of this year, as text: year, dash, four digits."""
    year = str(clock.today().year)
    last = Situation.objects.filter(table=conference.table, number__startswith=f"{year}-").aggregate(last=Max("number"))["last"]
    return f"{year}-{int(last[5:]) + 1 if last else 1:04d}"
