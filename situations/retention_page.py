"""The lines of the retention page and of a certificate, in words: numbers, dates and codes, nothing of a case."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from agencies.models import Member, Table
from hub.core import clock, keyset, pdf
from hub.core.keyset import Cut, Place, Spot
from hub.core.parts import Pair, Row
from situations import certificates, holds, retention
from situations.choices import ShredReason, Stage
from situations.clerk import WARNED_DAYS
from situations.models import Certificate, LedgerEntry, LegalHold
from situations.moments import day
from situations.privacy_office import Office
from situations.retention import Due

SIZE = 25
"""Lines of one page of each list."""


@dataclass(frozen=True)
class DueLine:
    """An identity that is shredded within a week, or kept by a hold only."""

    number: str
    table: str
    agency: str
    ended: str
    shreds: str
    held: bool
    hold_url: str


@dataclass(frozen=True)
class HoldLine:
    """A standing hold of the own agency, and what waits for its end."""

    key: int
    number: str
    table: str
    reference: str
    since: str
    waits: str


def due_lines(member: Member, offices: list[Office], at: str) -> Cut[DueLine]:
    """One page of what is shredded within a week, first ones first, of the situations that the member answers for."""
    of, mine = f"due:{member.pk}", certificates.answers_for(member, offices)
    place = keyset.place(at, of=of)
    parts = []
    for office in offices:
        beyond = _ended(place, office.table)
        both = retention.ending(office.table, WARNED_DAYS, mine)
        parts += [keyset.beyond(one, beyond, by="ended_at", newest_first=False)[: SIZE + 1] for one in both]
    found = keyset.merged([retention.as_due(one) for one in parts], place, _shredded, newest_first=False)
    cut = keyset.cut(found, place, of=of, size=SIZE, spot=_shredded)
    return Cut([_due(one) for one in cut.rows], cut.back, cut.onward)


def hold_lines(member: Member, offices: list[Office], at: str) -> Cut[HoldLine]:
    """One page of the standing holds of the member's agency, the oldest first."""
    rows, of = holds.standing(member, offices), f"holds:{member.pk}"
    cut = keyset.listed(rows, at, by="set_at", of=of, size=SIZE, newest_first=False)
    return Cut([_hold(one) for one in cut.rows], cut.back, cut.onward)


def certificate_rows(member: Member, offices: list[Office], at: str) -> Cut[Row]:
    """One page of the certificates that the member may hand out, newest first."""
    of = f"certificates:{member.pk}"
    place = keyset.place(at, of=of)
    parts = [keyset.beyond(certificates.of_table(member, offices, one.table), place, by="at")[: SIZE + 1] for one in offices]
    cut = keyset.cut(keyset.merged(parts, place, _certified), place, of=of, size=SIZE, spot=_certified)
    return Cut([_row(one.certificate) for one in cut.rows], cut.back, cut.onward)


def _row(one: Certificate) -> Row:
    cells = (one.situation.table.name, day(one.at), ShredReason(one.why).label)
    return Row(one.situation.number, cells, reverse("certificate_detail", args=[one.key]))


def _certified(one: LedgerEntry) -> Spot:
    return one.at, one.pk


def _shredded(one: Due) -> Spot:
    return one.shreds_at, one.situation


def _ended(place: Place | None, table: Table) -> Place | None:
    """The place in a table's list, which is sorted by when situations ended: so many days before they are shredded."""
    if place is None:
        return None
    at, key = place.spot
    return Place((at - timedelta(days=table.retention_days), key), place.onward)


def certificate_pairs(certificate: Certificate) -> list[Pair]:
    """What the certificate says, in words."""
    document = certificate.document
    entry, destroyed, policy = document["entry"], document["destroyed"], document["policy"]
    return [
        Pair(_("Situation"), document["situation"]),
        Pair(_("Table"), document["table"]),
        Pair(_("Brought by"), document["agency"]),
        Pair(_("Destroyed"), date_format(timezone.localtime(certificate.at), "j M Y G:i T")),
        Pair(_("Because"), ShredReason(certificate.why).label),
        Pair(_("Keys destroyed"), str(destroyed["keys"])),
        Pair(_("Rows of history emptied"), str(destroyed["history_rows"])),
        Pair(_("Retention of the table"), _("%(days)s days after conclusion") % {"days": policy["retention_days"]}),
        Pair(_("Entry in the ledger"), _("number %(sequence)s of the chain %(chain)s") % entry),
    ]


def certificate_proof(certificate: Certificate) -> list[tuple[str | Promise, str]]:
    """What a machine checks: the hash of the entry, the signature, and whose it is."""
    file = certificates.file_of(certificate)
    return [
        (_("Hash of the entry"), certificate.document["entry"]["hash"]),
        (_("Signature (Ed25519)"), file["signature"]),
        (_("Key"), file["key"]),
    ]


def certificate_pdf(certificate: Certificate) -> bytes:
    """The certificate on paper."""
    rows = [(one.term, one.text) for one in certificate_pairs(certificate)]
    blocks = [pdf.paragraph(_("The sealed identity of this situation was destroyed. Nobody can read it any more."))]
    blocks.append(pdf.table((_("What"), _("As certified")), rows, (2, 3)))
    for name, text in certificate_proof(certificate):
        blocks += [pdf.small(name), pdf.code(text)]
    return pdf.render("document", {
        "title": _("Certificate of shredding"), "wide": False, "blocks": blocks,
        "foot": _("Certificate %(key)s") % {"key": certificate.key},
    })  # fmt: skip


def _due(one: Due) -> DueLine:
    url = "?".join((reverse("retention_due"), urlencode({"table": one.table_id, "number": one.number})))
    return DueLine(one.number, one.table, one.agency, day(one.ended_at), day(one.shreds_at), one.held, f"{url}#hold")


def _hold(hold: LegalHold) -> HoldLine:
    situation = hold.situation
    return HoldLine(
        hold.pk, situation.number, situation.table.name, hold.reference,
        _("%(who)s, %(when)s") % {"who": hold.set_by.name, "when": day(hold.set_at)}, _waits(hold),
    )  # fmt: skip


def _waits(hold: LegalHold) -> str:
    situation = hold.situation
    at = retention.shreds_at(situation)
    if situation.stage == Stage.REJECTED:
        return _("rejected: redacted and shredded as soon as no hold stands")
    if at is None:
        return _("nothing yet: it has not ended")
    if at <= clock.now():
        return _("shredded as soon as no hold stands")
    return _("shredded on %(day)s, unless a hold stands then") % {"day": day(at)}
