"""Which disclosures stand behind the number of a referral, for the accounting of the agency that gave it to another one.

Found in the ledger, so that the answer is the same once the referral is deleted. A referral has no name to be found by: nothing
of it is read here, and no index of it is kept.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from agencies.models import Agency, Table
from hub.core.parts import Pair
from situations import accounting_words, grounds
from situations.choices import EntryKind
from situations.models import LedgerEntry, Referral
from situations.referrals import stating

NUMBER = re.compile(r"\s*R\s*-?\s*(\d{1,9})\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Stated:
    """What one giving had to write down: when, to which agency, on which basis, and the words by what they answer."""

    at: datetime
    agency: str
    basis: str
    words: tuple[Pair, ...]


def number_in(typed: str) -> int:
    """The number of a referral (R-12) in what was typed; 0 where it is none."""
    found = NUMBER.fullmatch(typed)
    return int(found[1]) if found else 0


def given(agency_id: int, number: int) -> list[LedgerEntry]:
    """The entries by which this agency gave that referral to another one; none for all others, as for one that never was."""
    chains = [f"table:{key}" for key in Table.objects.values_list("pk", flat=True)]
    entries = LedgerEntry.objects.filter(chain__in=chains)
    bindings = _bindings(agency_id, number)
    passed = Q(kind=EntryKind.REFERRAL_PASSED, detail__referral=number)
    brought = Q(kind=EntryKind.REFERRAL_BROUGHT, detail__key__in=sorted(bindings))
    # at another table it is entered twice, once in each chain; within the agency there is no basis, and nothing was disclosed
    return list(entries.filter(passed | brought, ~Q(detail__has_key="from_table"), agency=agency_id).exclude(basis=""))


def stated(entries: Sequence[LedgerEntry], agency_id: int) -> tuple[Stated, ...]:
    """What was written down for these, as far as it is still there: for the giving agency's officer, once that is entered."""
    kept = [(one, stating.words(one, agency_id=agency_id)) for one in entries]
    names = dict(Agency.objects.values_list("pk", "name"))
    return tuple(
        Stated(
            at=one.at,
            agency=", ".join(names[key] for key in one.detail["agencies"]),
            basis=accounting_words.purpose(one)[0],
            words=tuple(Pair(grounds.NEEDS[need], text) for need, text in words.items()),
        )
        for one, words in kept
        if words
    )


def _bindings(agency_id: int, number: int) -> set[str]:
    """What the referral is or was bound to: its first binding is all that a partner's entry knows of it."""
    kinds = (EntryKind.REFERRAL_PASSED, EntryKind.REFERRAL_DELETED)
    told = LedgerEntry.objects.filter(kind__in=kinds, detail__referral=number).values_list("detail__key", flat=True)
    now = Referral.objects.filter(pk=number, from_agency=agency_id).values_list("binding", flat=True)
    return {str(one) for one in (*told, *now) if one}
