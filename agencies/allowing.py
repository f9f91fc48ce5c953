"""A table's list of words that point to nobody: suggested by writers, kept by its coordinator and its facilitator.

A suggestion is a word out of somebody's draft that nobody else has looked at: only the coordinator and the facilitator see it,
and unless they put it on the list it is deleted with its history, after `WAITS` at the latest.

What the list allows, the guard does not ask about, unless it stands in the envelope of the very situation: that is found
always (`situations.deidentify.find`, "What is denied is found even if it is allowed"). What somebody added lifts no stop from
that person's own texts (`situations.guard.find_all`): otherwise one person alone could let through what the guard stops.
"""

import re
from collections.abc import Iterable
from datetime import timedelta

from django.utils.translation import gettext as _

from agencies import policies
from agencies.choices import PhraseKind
from agencies.models import AllowedPhrase, Member, Table
from agencies.standing import standing_of
from agencies.typed import line
from hub.core import clock
from hub.core.audit import verb
from hub.core.errors import NotAllowed, NotVisible, RuleRefused

LIMIT = 60
WAITS = timedelta(days=30)
"""How long a suggestion waits before it is deleted."""
_NUMBERED = re.compile(r"\d{3}|@")
"""Phone numbers, records, addresses of mail: never a word of a list."""


def keeps(by: Member, table: Table) -> bool:
    """Whether the member keeps the table's list: its coordinator, its facilitator, or the administrator."""
    return policies.keeps_table(by, table) or policies.facilitates(by, table)


def hears(by: Member, table: Table) -> bool:
    """Whether the member sees what is suggested: coordinator or facilitator. No administrator reads words of a draft."""
    return (by.is_active and table.coordinator_id == by.pk) or policies.facilitates(by, table)


def suggested_to(by: Member, table: Table) -> list[AllowedPhrase]:
    """What waits for this member's decision; nothing for who does not hear suggestions."""
    rows = AllowedPhrase.objects.filter(table=table, added_on=None, ended_on=None).select_related("suggested_by")
    return list(rows) if hears(by, table) else []


def in_force(table: Table) -> list[str]:
    """The phrases that count today. One query."""
    return [phrase for phrase, _adder in with_adders(table)]


def with_adders(table: Table) -> list[tuple[str, int | None]]:
    """The phrases that count today, each with the member who added it. One query."""
    rows = AllowedPhrase.objects.filter(table=table, added_on__isnull=False, ended_on=None)
    return list(rows.values_list("phrase", "added_by"))


@verb
def suggest(*, by: Member, table: Table, phrase: str, kind: str = PhraseKind.OTHER) -> AllowedPhrase:
    """Put a phrase before who keeps the list; it counts for nothing yet. There already, it is left as it is.

    Raises NotAllowed for who has no part in the table, RuleRefused (field "phrase") for what can be no word of a list.
    """
    if not standing_of(by, table).belongs:
        raise NotAllowed(_("Only those who belong to the table can suggest a word for its list."))
    typed = _phrase(phrase)
    found = AllowedPhrase.objects.filter(table=table, phrase__iexact=typed, ended_on=None).first()
    return found or AllowedPhrase.objects.create(table=table, phrase=typed, kind=_kind(kind), suggested_by=by)


@verb
def add(*, by: Member, table: Table, phrase: str, kind: str) -> AllowedPhrase:
    """Put a phrase on the list. Raises NotAllowed for who does not keep it, RuleRefused as `suggest`."""
    _require(by, table)
    typed = _phrase(phrase)
    row = AllowedPhrase.objects.filter(table=table, phrase__iexact=typed, ended_on=None).first()
    row = row or AllowedPhrase(table=table, phrase=typed)
    row.kind, row.added_by, row.added_on = _kind(kind), by, row.added_on or clock.today()
    row.save()
    return row


@verb
def end(*, by: Member, row: AllowedPhrase) -> AllowedPhrase:
    """Take a phrase off the list; the history keeps it. A suggestion that is declined is deleted, and its history with it.

    Raises NotVisible for a suggestion that this member does not see.
    """
    _require(by, row.table)
    if row.added_on is None:
        if not hears(by, row.table):
            raise NotVisible(_("There is no such word."))
        forget(by=by, keys=[row.pk])
        return row
    row.ended_on = row.ended_on or clock.today()
    row.save(update_fields=["ended_on"])
    return row


@verb
def forget(*, by: Member | None, keys: Iterable[int]) -> int:
    """Delete suggestions that are on no list, with their history; returns how many. What was put on a list stays."""
    rows = AllowedPhrase.objects.filter(pk__in=list(keys), added_on=None)
    gone = list(rows.values_list("pk", flat=True))
    rows.delete()
    # a word that nobody has looked at must not live on in the past
    AllowedPhrase.history.filter(id__in=gone).delete()
    return len(gone)


def forget_suggested() -> int:
    """Delete what was suggested more than `WAITS` ago and is on no list; returns how many. For the clerk, at any time."""
    old = AllowedPhrase.history.filter(history_type="+", history_date__lt=clock.now() - WAITS).values("id")
    waiting = AllowedPhrase.objects.filter(pk__in=old, added_on=None).values_list("pk", flat=True)
    keys = list(waiting)
    return forget(by=None, keys=keys) if keys else 0


def _require(by: Member, table: Table) -> None:
    if not keeps(by, table):
        raise NotAllowed(_("Only the table's coordinator, its facilitator or the administrator keeps this list."))


def _phrase(typed: str) -> str:
    phrase = " ".join(line(typed, limit=LIMIT, field="phrase").split())
    if not re.search(r"[^\W\d_]{2}", phrase):
        raise RuleRefused(_("Write the word or the name as it is written in texts."), field="phrase")
    if _NUMBERED.search(phrase):
        raise RuleRefused(_("A number or an address can point to somebody: it cannot stand on this list."), field="phrase")
    return phrase


def _kind(kind: str) -> str:
    if kind not in PhraseKind.values:
        raise RuleRefused(_("Choose one from the list."), field="kind")
    return kind
