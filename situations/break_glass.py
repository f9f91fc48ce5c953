"""Break-glass: in an emergency a named role opens an identity outside its viewpoint, for a short while, told at once.

Rule: PRODUCT, "Break-glass: a named role can open an identity outside its viewpoint with a typed reason; the privacy officers
are told at once, and it stands out in the ledger". Each reading then goes through `identity.read`, as every other.
"""

from datetime import datetime, timedelta
from typing import NoReturn

from django.conf import settings
from django.utils.translation import gettext as _

from agencies import belonging
from agencies.choices import TableRoleKind
from agencies.models import Member, Table
from agencies.standing import Standing, standing_of
from hub.core import clock, second_wall
from hub.core.audit import verb
from hub.core.errors import NotVisible, RuleRefused
from hub.core.second_wall import Reason
from situations import deidentify, filters, grounds, guard, identity, ledger, noticing, writing
from situations.choices import EntryKind, NoticeKind
from situations.disclosure import glass_broken
from situations.models import BreakGlass, Recusal, Situation
from situations.models.situation import LINE_LIMIT
from situations.privacy_office import officers_of
from situations.visibility import AT_TABLE

NOTHING_GIVEN: grounds.Given = {}


@verb
def open_identity(
    *, by: Member, situation: Situation, reason: str, basis: str, given: grounds.Given = NOTHING_GIVEN
) -> BreakGlass:
    """Let the member read the identity for `BREAK_GLASS_MINUTES`, entered in the ledger first; tells the privacy officers.

    Today's pledge is not asked for: an emergency happens between conferences, and the role was given to a person by name.
    `given`: what was affirmed and written down for the basis, which is one of the member's own agency (`grounds.record`).
    Raises NotVisible to everybody without the role, for a draft, a rejected or a shredded situation, and to who stepped out of
    it: the same as if there were none. RuleRefused where no privacy officer but the member could be told, at `reason` (empty,
    or it may name somebody), at `basis` and at its needs.
    """
    situation = filters.lock(situation.pk)
    standing = standing_of(by, situation.table)
    if not may_break(standing) or not _can_be_opened(situation, by):
        refuse(situation)
    if glass_broken(situation, by) is not None:
        raise RuleRefused(_("You have opened it already, and it is still open to you."), field="number", situation=situation)
    told = [one for one in officers_of(situation) if one.pk != by.pk]
    if not told:
        # an opening that nobody hears of would be no break-glass but a door
        line = _("There is no privacy officer who could be told. Ask the agency that brought the situation.")
        raise RuleRefused(line, field="number", situation=situation)
    typed = _reason(reason, situation.table, by)
    kept = grounds.record(by=by, situation=situation, basis=basis, given=given)
    opened_at, minutes = clock.now(), settings.BREAK_GLASS_MINUTES
    ledger.append(
        EntryKind.BREAK_GLASS,
        by=by,
        situation=situation,
        basis=basis,
        detail={"minutes": minutes, **grounds.entered(kept)},
        recipients=[(by.agency_id, by.pk)],
        what="identity",
        discloser=situation.originating_agency_id,
    )
    opened = BreakGlass(
        situation=situation, member=by, agency=by.agency, grounds=kept, basis=basis, reason=typed,
        opened_at=opened_at, expires_at=opened_at + timedelta(minutes=minutes),
    )  # fmt: skip
    opened.save()
    noticing.tell(NoticeKind.BREAK_GLASS, members=told, table=situation.table, situation=situation)
    return opened


@verb
def end(*, by: Member, opened: BreakGlass) -> BreakGlass:
    """End it before its time: by who opened it, or by any privacy officer who was told. Raises NotVisible to others."""
    situation = filters.lock(opened.situation_id)
    opened = BreakGlass.objects.select_for_update().get(pk=opened.pk)
    if by.pk != opened.member_id and by not in officers_of(situation):
        refuse(situation)
    if opened.ended_at is not None or opened.expires_at <= clock.now():
        raise RuleRefused(_("It is over already."), situation=situation)
    _close(opened, situation, at=clock.now(), by=by)
    return opened


def expire() -> int:
    """Enter the end of openings whose time is over, for the clerk. They opened nothing any more: this is for the record alone.

    Returns how many there were; safe to run by several at once.
    """
    over = BreakGlass.objects.filter(ended_at=None, expires_at__lte=clock.now()).order_by("pk")
    return sum(_expire(by=None, key=key) for key in list(over.values_list("pk", flat=True)))


@verb
def _expire(*, by: Member | None, key: int) -> bool:
    situation = filters.lock(BreakGlass.objects.values_list("situation", flat=True).get(pk=key))
    opened = BreakGlass.objects.select_for_update().get(pk=key)
    if opened.ended_at is not None:
        return False
    _close(opened, situation, at=opened.expires_at, by=by)
    return True


def _close(opened: BreakGlass, situation: Situation, *, at: datetime, by: Member | None) -> None:
    opened.ended_at = at
    opened.save(update_fields=["ended_at"])
    ledger.append(EntryKind.BREAK_GLASS_ENDED, by=by, situation=situation, detail={"break_glass": opened.pk})


def may_break(standing: Standing) -> bool:
    """Whether the member holds the role at the table, under an agreement of the agency that is in force."""
    return standing.agreement and TableRoleKind.BREAK_GLASS in standing.table_roles


def tables_of(member: Member) -> list[Table]:
    """The tables at which the member may break the glass."""
    return [table for table in belonging.tables_of(member) if may_break(standing_of(member, table))]


def open_to(member: Member) -> list[BreakGlass]:
    """The member's openings that are neither over nor ended."""
    rows = BreakGlass.objects.filter(member=member, ended_at=None, expires_at__gt=clock.now())
    return list(rows.select_related("situation__table", "situation__originating_agency"))


def refuse(situation: Situation | None, table: Table | None = None) -> NoReturn:
    """The one answer for a number that does not exist and for one that may not be opened."""
    refusal = NotVisible(_("No situation can be opened to you under this number."), situation=situation)
    refusal.table = table
    raise refusal


@second_wall.passing(Reason.STORED)
def _can_be_opened(situation: Situation, by: Member) -> bool:
    return (
        situation.stage in AT_TABLE
        and bool(identity.sealed_fields(situation))
        and not Recusal.objects.filter(situation=situation, member=by).exists()
    )


NOT_KEPT = " "
"""Stands for a typed reason while the detector fails: a blank, which nobody can type; pages say it in the reader's language."""


def _reason(typed: str, table: Table, by: Member) -> str:
    reason = writing.text(typed, limit=LINE_LIMIT, field="reason")
    if not reason:
        raise RuleRefused(_("Say why it cannot wait. The privacy officers read this."), field="reason")
    try:
        # not compared with the sealed words: the answer would tell a guesser what is in the envelope
        found = guard.find_all({"reason": reason}, table=table, by=by)
    except deidentify.DetectorFailed:
        # no text passes unlooked at, and no emergency waits for a word list: officers are told at once, and can ask
        return NOT_KEPT
    if found:
        words = ", ".join(f"“{one.found}” {one.says}" for _field, one in found)
        raise RuleRefused(_("The reason must name nobody: %(words)s.") % {"words": words}, field="reason")
    return reason
