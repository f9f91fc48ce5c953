"""Filter 1, screening: the agency's own screener passes a situation to the table, sends it back, or keeps it."""

from django.utils.translation import gettext as _

from agencies.models import Member
from hub.core import clock
from hub.core.audit import verb
from hub.core.errors import RuleRefused
from situations import before_sending, filters, ledger, writing
from situations.choices import EntryKind, Stage
from situations.filters import Mover
from situations.hard_stops import Place
from situations.models import Screening, Situation
from situations.models.situation import LINE_LIMIT


@verb
def pass_on(*, by: Member, situation: Situation, revision: int | None = None) -> Situation:
    """Filter 1 is passed: from here it waits for the table's next conference. Raises RuleRefused as `writing.submit` does."""
    situation = filters.lock(situation.pk, by=by, revision=revision)
    filters.require(situation, by, Mover.SCREENER)
    filters.require_stage(situation, Stage.SCREENING)
    writing.require_agreement(situation)
    before_sending.require_clear(situation)
    filters.move(situation, Stage.READY, by=by, passed_at=clock.now())
    row = Screening.objects.get(situation=situation)
    row.screener, row.sent_back_because = by, ""
    row.save()
    ledger.append(EntryKind.SCREENED, by=by, situation=situation)
    return situation


@verb
def send_back(*, by: Member, situation: Situation, because: str, revision: int | None = None) -> Situation:
    """Back to the writer, with what is missing. Raises RuleRefused without a reason."""
    situation = filters.lock(situation.pk, by=by, revision=revision)
    because = _reason(because, situation)
    if not because:
        raise RuleRefused(_("Say what is missing, so that the writer can mend it."), field="because", situation=situation)
    filters.move(situation, Stage.DRAFT, by=by, submitted_at=None)
    row = Screening.objects.get(situation=situation)
    row.screener, row.sent_back_because = by, because
    row.save()
    ledger.append(EntryKind.SENT_BACK, by=by, situation=situation)
    return situation


@verb
def keep(*, by: Member, situation: Situation, because: str = "", revision: int | None = None) -> Situation:
    """The agency can do it alone: it goes to no table. Its reason stays for the writer, in the agency.

    Raises RuleRefused without a reason: a situation that was written must not end without a word.
    """
    situation = filters.lock(situation.pk, by=by, revision=revision)
    filters.require(situation, by, Mover.SCREENER)
    filters.require_stage(situation, Stage.SCREENING)
    because = _reason(because, situation)
    if not because:
        raise RuleRefused(_("Say why your agency keeps it, for the writer."), field="because", situation=situation)
    filters.move(situation, Stage.KEPT, by=by)
    row = Screening.objects.get(situation=situation)
    row.screener, row.sent_back_because = by, because
    row.save()
    ledger.append(EntryKind.KEPT, by=by, situation=situation)
    return situation


def _reason(typed: str, situation: Situation) -> str:
    agencies = (situation.originating_agency,)
    return writing.text(typed, limit=LINE_LIMIT, field="because", agencies=agencies, place=Place.AGENCY)
