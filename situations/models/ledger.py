"""The ledger: append-only, one hash chain a situation (and one a table for what belongs to no situation). No content."""

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.db.models import Q

from agencies.models import Agency, Member, Sitting, Table
from hub.core.written import Written
from situations.choices import EntryKind
from situations.models.situation import Situation

WATCHED = (
    EntryKind.IDENTITY_READ, EntryKind.IDENTITY_OFFERED, EntryKind.BREAK_GLASS, EntryKind.REFUSED, EntryKind.SHREDDED,
)  # fmt: skip
"""Kinds that are listed across the situations of a table."""


class AppendOnly(RuntimeError):
    """Somebody tried to change or delete an entry: a programming error (the database's triggers refuse it too)."""


class LedgerEntry(Written):
    """One entry: ids, codes and times. `hash` covers every column in canonical JSON and the hash before it.

    `form` says which columns that JSON has (`ledger.body`), so that entries written earlier go on being verified as they were.
    """

    chain = models.CharField(max_length=24)
    sequence = models.PositiveIntegerField()
    situation = models.ForeignKey(Situation, on_delete=models.PROTECT, null=True, related_name="ledger")
    table = models.ForeignKey(Table, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=EntryKind.choices)
    actor = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, null=True, related_name="+")
    basis = models.CharField(max_length=40, blank=True)
    detail = models.JSONField(default=dict)
    form = models.PositiveSmallIntegerField(default=2, db_default=1)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["chain", "sequence"]
        # what privacy officers look through; the many other kinds would only make it longer
        indexes: ClassVar = [
            models.Index(fields=["table", "kind", "at", "id"], name="ledger_watched", condition=Q(kind__in=WATCHED)),
        ]
        constraints: ClassVar = [models.UniqueConstraint(fields=["chain", "sequence"], name="one_entry_a_place")]

    def __str__(self) -> str:
        return f"{self.chain}#{self.sequence} {self.kind}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly("a ledger entry is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly("a ledger entry is never deleted")


class Recipient(Written):
    """One person of one agency to whom an entry's information became available. Append-only as its entry; hashed with it.

    `position`: what the person was at that moment (603 CMR 23.07(1) asks for name, position and affiliation).
    """

    entry = models.ForeignKey(LedgerEntry, on_delete=models.PROTECT, related_name="recipients")
    situation = models.ForeignKey(Situation, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=20)
    position = models.CharField(max_length=120, blank=True, db_default="")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["situation", "agency", "what"])]

    def __str__(self) -> str:
        return f"{self.member_id} of entry {self.entry_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly("a recipient is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly("a recipient is never deleted")
