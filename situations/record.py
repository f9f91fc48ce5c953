"""The record of one situation: every stage and every disclosure, as one may see it. Lines come from the ledger, no content.

The privacy officer reads all entries; originating, lead and assisting agencies read what they themselves did or disclosed,
and what they received (PRODUCT: row "ledger").
"""

from dataclasses import dataclass
from datetime import datetime

from situations import legal_bases
from situations.choices import EntryKind
from situations.disclosure import Audience, may_see
from situations.models import LedgerEntry, Situation
from situations.visibility import Field

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


def lines(situation: Situation, audience: Audience) -> list[RecordLine]:
    """Newest first; empty for an audience that may see no part of the ledger."""
    whole, own = may_see(audience, Field.LEDGER), may_see(audience, Field.OWN_DISCLOSURES)
    if not (whole or own):
        return []
    rows = (
        LedgerEntry.objects.filter(situation=situation)
        .select_related("actor__agency", "agency", "sitting")
        .prefetch_related("recipients__member", "recipients__agency")
        .order_by("sequence")
    )
    card, found = 1, []
    for entry in rows:
        card = CARD.get(EntryKind(entry.kind), 4 if entry.kind not in _FLOATING else card)
        own_entry = entry.agency_id == audience.agency_id or _opened_by_another(entry, situation, audience.agency_id)
        if whole or own_entry or _concerns(entry, audience.agency_id):
            found.append(_line(entry, card, mine=whole or own_entry, agency_id=audience.agency_id))
    return found[::-1]


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


def _opened_by_another(entry: LedgerEntry, situation: Situation, agency_id: int | None) -> bool:
    # the entry stands under the reader's agency, but it is the originating agency's information that was read
    return entry.kind == EntryKind.IDENTITY_READ and situation.originating_agency_id == agency_id


def _concerns(entry: LedgerEntry, agency_id: int | None) -> bool:
    return entry.kind in MILESTONES or any(one.agency_id == agency_id for one in entry.recipients.all())


def _line(entry: LedgerEntry, card: int, *, mine: bool, agency_id: int | None) -> RecordLine:
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
        card=card,
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
