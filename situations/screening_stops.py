"""Answers to what stands between a draft and the table: a duty to report was read, and police named their source.

Both stay: neither is taken back, and the ledger keeps codes and times only.
"""

from datetime import date

from django.utils.translation import gettext as _

from agencies.models import Member
from hub.core import clock
from hub.core.audit import verb
from hub.core.errors import RuleRefused
from situations import before_sending, filters, grounds, ledger, legal_bases, writing
from situations.before_sending import AUTHORIZED, BY_VICTIM, OTHER_SOURCE
from situations.choices import EntryKind, Stage
from situations.filters import Mover
from situations.hard_stops import Place
from situations.models import Grounds, Reportable, Situation
from situations.models.situation import LINE_LIMIT

BASES = {AUTHORIZED: BY_VICTIM, OTHER_SOURCE: "police_caretaking"}


@verb
def acknowledge(*, by: Member, situation: Situation) -> Reportable:
    """The member has read that this looks reportable and that a referral here is no 51A report; asked once for each sign.

    Raises RuleRefused where nothing (more) looks reportable.
    """
    situation = _own(by, situation)
    signs = [one.code for one in before_sending.unread_signs(situation)]
    if not signs:
        raise RuleRefused(_("Nothing here is waiting to be read."), situation=situation)
    read = Reportable(situation=situation, member=by, agency=by.agency, at=clock.now(), signs=signs)
    read.save()
    ledger.append(EntryKind.REPORTABLE, by=by, situation=situation, detail={"signs": signs})
    return read


@verb
def name_source(
    *, by: Member, situation: Situation, source: str, authorized_on: date | None = None, namely: str = ""
) -> Grounds:
    """Where a police agency's facts of violence come from: the victim's authorization and its date, or another source, namely.

    Rule: M.G.L. c. 41, § 97D. The words are sealed under the agency's key. Raises RuleRefused at what is missing.
    """
    situation = _own(by, situation)
    if source not in BASES:
        raise RuleRefused(_("Choose where these facts come from."), field="source", situation=situation)
    if source == AUTHORIZED and (authorized_on is None or authorized_on > clock.today()):
        message = _("Give the date of the victim's written authorization; it cannot be in the future.")
        raise RuleRefused(message, field="authorized_on", situation=situation)
    own = (situation.originating_agency,)
    namely = writing.text(namely, limit=LINE_LIMIT, field="namely", agencies=own, place=Place.AGENCY)
    if source == OTHER_SOURCE and not namely:
        raise RuleRefused(_("Name the other source."), field="namely", situation=situation)
    named = Grounds(
        situation=situation, agency=by.agency, recorded_by=by, at=clock.now(), basis=BASES[source], pack=legal_bases.PACK,
        affirmed=[source],
    )  # fmt: skip
    return grounds.keep(named, {"authorized_on": authorized_on.isoformat() if authorized_on else "", "namely": namely})


def _own(by: Member, situation: Situation) -> Situation:
    """The situation locked, for those who write or screen it in its own agency and while it is there."""
    situation = filters.lock(situation.pk, by=by)
    screening = situation.stage == Stage.SCREENING
    filters.require(situation, by, Mover.SCREENER if screening else Mover.WRITER)
    filters.require_stage(situation, Stage.DRAFT, Stage.SCREENING)
    return situation
