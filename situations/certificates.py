"""Certificates of shredding: a signed statement that an identity was destroyed, which anybody can check without us.

A certificate covers canonical JSON that names the ledger entry of the shredding by its hash, so that neither can be
written anew without the other. It holds counts, codes and times: nothing of the case, and nobody's name.
"""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from agencies.models import Member, Table
from hub.core import clock, second_wall
from hub.core.second_wall import Reason
from situations import ledger, signatures
from situations.choices import IN_AGENCY, EntryKind, ShredReason
from situations.models import Certificate, Identity, LedgerEntry, Recusal, Situation
from situations.privacy_office import Office
from situations.visibility import IDENTITY_FIELDS


@dataclass(frozen=True)
class Destroyed:
    """What a shredding took away, in numbers."""

    keys: int
    history_rows: int


def answers_for(member: Member, offices: list[Office]) -> QuerySet[Situation]:
    """The tabled situations that a privacy officer answers for: brought by the own agency, or at the tables of the office.

    Not those that the officer stepped out of; none for everybody else.
    """
    covered = Q(table__in=[one.table.pk for one in offices if one.whole])
    if any(one.agency_id for one in offices):
        covered |= Q(originating_agency=member.agency_id)
    out = Recusal.objects.filter(situation=OuterRef("pk"), member=member)
    return Situation.objects.filter(~Exists(out), covered).exclude(stage__in=IN_AGENCY)


def issue(*, by: Member | None, situation: Situation, why: ShredReason, destroyed: Destroyed) -> Certificate:
    """Enter the shredding in the ledger and certify it; called inside `retention.shred`, which holds the lock.

    Raises ImproperlyConfigured without a signing key: then nothing is shredded.
    """
    key, at = uuid4(), clock.now()
    detail = {"certificate": str(key), "keys": destroyed.keys, "why": str(why)}
    entry = ledger.append(EntryKind.SHREDDED, by=by, situation=situation, detail=detail)
    document = {
        "agency": situation.originating_agency.name,
        "at": ledger.utc(at),
        "certificate": str(key),
        "destroyed": {"history_rows": destroyed.history_rows, "keys": destroyed.keys},
        "entry": {"chain": entry.chain, "hash": entry.hash, "sequence": entry.sequence},
        "policy": {
            "ended_at": ledger.utc(situation.ended_at) if situation.ended_at else None,
            "retention_days": situation.table.retention_days,
        },
        "situation": situation.number,
        "table": situation.table.name,
        "why": str(why),
    }
    signed = signatures.sign(ledger.canonical(document))
    made = Certificate(
        key=key, situation=situation, entry=entry, why=why, at=at, document=document,
        signature=signed.signature, public_key=signed.public_key,
    )  # fmt: skip
    made.save()
    return made


def visible_to(member: Member, offices: list[Office]) -> QuerySet[Certificate]:
    """The certificates that a privacy officer may hand out, newest first."""
    covered = answers_for(member, offices)
    rows = Certificate.objects.filter(situation__in=covered).select_related("situation__table", "situation__originating_agency")
    return rows.order_by("-at", "-pk")


def of_table(member: Member, offices: list[Office], table: Table) -> QuerySet[LedgerEntry]:
    """The ledger's entries of those of one table, each with its `certificate`: the ledger knows table and time."""
    mine = Exists(answers_for(member, offices).filter(pk=OuterRef("situation")))
    # a case is asked for row by row in the order of the list; for a plain condition all that was ever shredded would be read
    answered_for = Case(When(mine, then=Value(True)), default=Value(False))
    rows = LedgerEntry.objects.filter(answered_for, table=table, kind=EntryKind.SHREDDED, certificate__isnull=False)
    return rows.select_related("certificate__situation__table")


def file_of(certificate: Certificate) -> dict[str, Any]:
    """The file that leaves the machine: the document, its signature, and who signed."""
    return {
        "certificate": certificate.document,
        "key": signatures.key_id(bytes.fromhex(certificate.public_key)),
        "public_key": certificate.public_key,
        "signature": certificate.signature,
    }


def fault(file: dict[str, Any]) -> str:
    """Why a `file_of` does not hold here and now; empty when it does. Raises ValueError for a file of another kind.

    It holds when the signature is this installation's, the ledger has the entry that it names, and nothing of the identity
    is there.
    """
    try:
        document, entry = dict(file["certificate"]), dict(file["certificate"]["entry"])
        signed = signatures.Signature(str(file["signature"]), str(file["key"]), str(file["public_key"]))
        place = {"chain": str(entry["chain"]), "sequence": int(entry["sequence"]), "hash": str(entry["hash"])}
    except (KeyError, TypeError, ValueError) as broken:
        raise ValueError("this is not a certificate of HubTable") from broken
    if why := signatures.fault(ledger.canonical(document), signed):
        return why
    found = LedgerEntry.objects.filter(**place, kind=EntryKind.SHREDDED).prefetch_related("recipients").first()
    if found is None or found.hash != ledger.digest(found, ledger.received(found)):
        return "the ledger does not have the entry that it names"
    if found.detail.get("certificate") != document.get("certificate"):
        return "the ledger's entry names another certificate"
    if _left(found):
        return "the identity that it says was destroyed is there again"
    return ""


@second_wall.passing(Reason.STORED)
def _left(entry: LedgerEntry) -> bool:
    rows = [*Identity.objects.filter(situation=entry.situation_id), *Identity.history.filter(situation_id=entry.situation_id)]
    return any(getattr(row, field.value) for row in rows for field in IDENTITY_FIELDS)
