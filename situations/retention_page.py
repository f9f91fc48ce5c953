"""The lines of the retention page and of a certificate, in words: numbers, dates and codes, nothing of a case."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from agencies.models import Member
from hub.core import clock, pdf
from hub.core.parts import Pair, Row
from situations import certificates, holds, retention
from situations.choices import ShredReason, Stage
from situations.clerk import WARNED_DAYS
from situations.models import Certificate, LegalHold
from situations.moments import day
from situations.privacy_office import Office
from situations.retention import Due

LONGEST = 100
"""Certificates on the page; older ones are found in the record of their situation."""


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


def due_lines(member: Member, offices: list[Office]) -> list[DueLine]:
    """What is shredded within a week, of the situations that the member answers for."""
    mine = certificates.answers_for(member, offices)
    return [_due(one) for one in retention.due(within_days=WARNED_DAYS, among=mine)]


def hold_lines(member: Member, offices: list[Office]) -> list[HoldLine]:
    """The standing holds of the member's agency."""
    return [_hold(one) for one in holds.standing(member, offices)]


def certificate_rows(member: Member, offices: list[Office]) -> list[Row]:
    """The newest certificates that the member may hand out."""
    return [
        Row(
            one.situation.number,
            (one.situation.table.name, day(one.at), ShredReason(one.why).label),
            reverse("certificate_detail", args=[one.key]),
        )
        for one in certificates.visible_to(member, offices)[:LONGEST]
    ]


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
