"""The record of one situation: every stage and every disclosure, as one may see it. Lines come from the ledger, no content.

The privacy officer reads all entries; originating, lead and assisting agencies read what they themselves did or disclosed,
and what they received (PRODUCT: row "ledger").
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from hub.core import keyset
from hub.core.keyset import Cut
from situations import ledger, legal_bases
from situations.choices import EntryKind
from situations.disclosure import Audience, may_see
from situations.models import LedgerEntry, Recipient, Situation
from situations.visibility import Field

SIZE = 200
"""Entries of one page: nearly every record is on one, and prints whole."""

WHOLE = {
    EntryKind.IDENTITY_READ,
    EntryKind.BREAK_GLASS,
    EntryKind.IDENTITY_OFFERED,
    EntryKind.PROFILE,
    EntryKind.ANSWER,
    EntryKind.PLANNED,
}
"""Entries in which information left an agency: shown with an arrow."""

CARD = {
    EntryKind.WRITTEN: 1, EntryKind.SUBMITTED: 1, EntryKind.SENT_BACK: 1, EntryKind.SCREENED: 1, EntryKind.KEPT: 1,
    EntryKind.RETURNED: 1, EntryKind.TABLED: 2, EntryKind.PROFILE: 2, EntryKind.CONSENT: 2, EntryKind.CRITERION: 2,
    EntryKind.DISSENT: 2, EntryKind.DISSENT_WITHDRAWN: 2, EntryKind.WENT_ON: 2, EntryKind.AER: 2, EntryKind.REJECTED: 2,
    EntryKind.REDACTED: 2, EntryKind.SHREDDED: 2, EntryKind.IDENTITY_OFFERED: 3, EntryKind.IDENTITY_CLOSED: 3,
    EntryKind.ANSWER: 3, EntryKind.ANSWER_WITHDRAWN: 3, EntryKind.ASKED: 3, EntryKind.ACCEPTED: 3, EntryKind.DECLINED: 3,
    EntryKind.RELEASED: 3,
}  # fmt: skip
"""Which filter's card an entry stands in; what is not named here belongs to filter 4, or to the card of the entry before."""


@dataclass(frozen=True)
class RecordLine:
    """One entry for the page: `recipients` are (agency, person, position) of those who could learn something by it."""

    sequence: int
    at: datetime
    kind: str
    words: str
    left_agency: bool
    person: str
    agency: str
    basis: str
    citation: str
    conference_on: datetime | None
    detail: tuple[tuple[str, str], ...]
    recipients: tuple[tuple[str, str, str], ...]
    hash: str
    card: int
    by_break_glass: bool


_FLOATING = {
    EntryKind.REFUSED,
    EntryKind.RECUSED,
    EntryKind.TAKEN_BACK,
    EntryKind.CARRIED_OVER,
    EntryKind.IDENTITY_READ,
    EntryKind.BREAK_GLASS,
    EntryKind.BREAK_GLASS_ENDED,
}


MILESTONES = frozenset({
    EntryKind.TABLED, EntryKind.AER, EntryKind.REJECTED, EntryKind.CLOCK, EntryKind.CONTINUED, EntryKind.REPORT_BACK,
    EntryKind.CONCLUDED, EntryKind.TAKEN_BACK, EntryKind.CARRIED_OVER, EntryKind.REDACTED, EntryKind.SHREDDED,
})  # fmt: skip
"""Steps of the whole table, which every agency with a part in the situation may read."""


def page(situation: Situation, audience: Audience, at: str = "") -> Cut[RecordLine]:
    """One page of what the audience may read of the ledger, newest first; empty for one that may see no part of it.

    Raises RuleRefused for a cursor that is not of this record and reader.
    """
    whole, own = may_see(audience, Field.LEDGER), may_see(audience, Field.OWN_DISCLOSURES)
    if not (whole or own):
        return Cut([])
    rows = _entries(situation).filter(Q() if whole else _concerns(situation, audience.agency_id))
    rows = rows.select_related("actor__agency", "agency", "sitting")
    rows = rows.prefetch_related("recipients__member", "recipients__agency")
    found = keyset.listed(rows, at, by="sequence", of=f"record:{situation.pk}:{audience.agency_id}:{whole}", size=SIZE)
    lines = [_line(one, mine=whole or _own(one, situation, audience), agency_id=audience.agency_id) for one in found.rows]
    return Cut(lines, found.back, found.onward)


def shredded(situation: Situation, audience: Audience, shown: Cut[RecordLine]) -> RecordLine | None:
    """The entry of the shredding, for who may read it; read apart only where the record has more pages than one."""
    if not (shown.back or shown.onward):
        return next((one for one in shown.rows if one.kind == EntryKind.SHREDDED), None)
    last = _entries(situation).filter(kind=EntryKind.SHREDDED).order_by("-sequence").first()
    return None if last is None else _line(last, mine=False, agency_id=audience.agency_id)


def _entries(situation: Situation) -> QuerySet[Any]:
    """With each entry the kind of the last one before it that has a card of its own."""
    before = LedgerEntry.objects.filter(chain=OuterRef("chain"), sequence__lt=OuterRef("sequence")).exclude(kind__in=_FLOATING)
    kinds = before.order_by("-sequence").values("kind")[:1]
    return LedgerEntry.objects.filter(situation=situation).annotate(before=Subquery(kinds))


def _concerns(situation: Situation, agency_id: int | None) -> Q:
    """What an agency with a part in the situation may read: its own, what reached it, and steps of the whole table."""
    reached = Recipient.objects.filter(entry=OuterRef("pk"), agency=agency_id)
    # the entry stands under the reader's agency, but it is the originating agency's information that was read
    read = Q(kind=EntryKind.IDENTITY_READ) if situation.originating_agency_id == agency_id else Q(pk__in=[])
    also = Q(**{"kind": EntryKind.GUARD_READ, f"detail__{ledger.ALSO}": agency_id})
    return Q(Exists(reached)) | Q(agency=agency_id) | read | also | Q(kind__in=MILESTONES)


def _own(entry: LedgerEntry, situation: Situation, audience: Audience) -> bool:
    read = entry.kind == EntryKind.IDENTITY_READ and situation.originating_agency_id == audience.agency_id
    also = entry.kind == EntryKind.GUARD_READ and ledger.ALSO in entry.detail
    return entry.agency_id == audience.agency_id or read or (also and entry.detail[ledger.ALSO] == audience.agency_id)


def _card(kind: str, before: str | None) -> int:
    if kind in _FLOATING:
        return _card(before, None) if before else 1
    return CARD.get(EntryKind(kind), 4)


def _line(entry: Any, *, mine: bool, agency_id: int | None) -> RecordLine:
    kind = EntryKind(entry.kind)
    return RecordLine(
        sequence=entry.sequence,
        at=entry.at,
        kind=str(kind),
        words=str(kind.label),
        left_agency=kind in WHOLE,
        person=entry.actor.name if entry.actor else "",
        agency=_agency(entry, kind),
        basis=_basis(entry.basis)[0] if mine else "",
        citation=_basis(entry.basis)[1] if mine else "",
        conference_on=entry.sitting.opened_at if entry.sitting else None,
        detail=tuple((key, str(value)) for key, value in sorted(entry.detail.items())),
        recipients=tuple(
            (one.agency.name, one.member.name, one.position)
            for one in entry.recipients.all()
            if mine or one.agency_id == agency_id
        ),
        hash=entry.hash,
        card=_card(entry.kind, entry.before),
        by_break_glass=kind == EntryKind.BREAK_GLASS or "break_glass" in entry.detail,
    )


def _agency(entry: LedgerEntry, kind: EntryKind) -> str:
    # the entry stands under the agency whose information it was; who broke the glass is of another one
    agency = entry.actor.agency if entry.actor and kind == EntryKind.BREAK_GLASS else entry.agency
    return agency.name if agency else ""


def _basis(code: str) -> tuple[str, str]:
    try:
        basis = legal_bases.basis(code)
    except legal_bases.UnknownBasis:
        return code.replace("_", " "), ""
    return str(basis.name), basis.citation
