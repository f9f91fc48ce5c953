"""Reading agreements: who may, and what a page and a PDF show of one, from the text itself and never from its template."""

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from agencies import agreeing, signing
from agencies.choices import DocumentState, SignedHow
from agencies.models import Document, Member, Signature, Table
from agencies.standing import standing_of
from hub.core import pdf
from hub.core.errors import NotVisible
from hub.core.parts import Pair


@dataclass(frozen=True, slots=True)
class Block:
    """One clause: its heading (the first block has none) and its paragraphs."""

    heading: str
    paragraphs: tuple[str, ...]


def readable(member: Member, key: int) -> Document:
    """The document, for who prepares it, the table's facilitators, and (once sent) its agency. Raises NotVisible."""
    rows = Document.objects.select_related("table__coordinator", "agency", "agreement", "prepared_by", "supersedes")
    document = rows.filter(pk=key).first()
    if document is None or not _may_read(member, document):
        raise NotVisible(_("There is no such agreement."))
    return document


def oversees(member: Member, table: Table) -> bool:
    """Whether the state of all agreements of the table is open to the member: coordinator, facilitator, administrator."""
    return agreeing.may_prepare(member, table) or (member.is_active and standing_of(member, table).facilitates)


def blocks(text: str) -> list[Block]:
    """The text cut where its clauses begin: every word of it, in order."""
    first, *rest = text.rstrip("\n").split("\n\n")
    cut = [part.split("\n") for part in rest]
    return [Block("", (first,)), *(Block(lines[0], tuple(lines[1:])) if lines[1:] else Block("", (lines[0],)) for lines in cut)]


def facts(document: Document) -> list[Pair]:
    """Parties, days and state, in words."""
    version = _("version %(version)s") % {"version": document.version}
    span = {"from": _day(document.in_force_from), "until": _day(document.in_force_until)}
    pairs = [
        Pair(_("Agency"), agreeing.agency_name(document)),
        Pair(_("Table"), document.table.name),
        Pair(_("What is signed"), f"{document.get_kind_display()}, {version}"),
        Pair(_("In force"), _("%(from)s to %(until)s") % span),
        Pair(_("Prepared by"), document.prepared_by.name),
    ]
    if document.sent_at:
        to = f"{document.signatory_name}, {document.signatory_position}".rstrip(", ")
        pairs += [Pair(_("For signature by"), to), Pair(_("Sent"), _moment(document.sent_at))]
        pairs += [Pair(_("Link sent to"), document.signatory_email)] if document.token_hash else []
    if document.state == DocumentState.WITHDRAWN:
        pairs.append(Pair(_("Taken back"), document.withdrawn_because or _("without a reason")))
    return pairs


def signature_pairs(document: Document) -> list[Pair]:
    """The signature in words; empty while there is none."""
    one = Signature.objects.select_related("entered_by").filter(document=document).first()
    if one is None:
        return []
    pairs = [Pair(_("Signed by"), f"{one.name}, {one.position}".rstrip(", ")), Pair(_("How"), one.get_how_display())]
    if one.how == SignedHow.BROWSER:
        return [*pairs, Pair(_("When"), _moment(one.entered_at)), Pair(_("Affirmed"), one.affirmed)]
    by = one.entered_by.name if one.entered_by else ""
    recorded = _("%(when)s by %(who)s") % {"when": _moment(one.entered_at), "who": by}
    return [*pairs, Pair(_("When"), _day(one.signed_on)), Pair(_("Kept by"), one.kept_by), Pair(_("Recorded"), recorded)]


def paper(document: Document) -> bytes:
    """The text on paper with its signature, or with a line for one, and the hash of the exact text. Not for drafts."""
    title, *rest = blocks(document.text)
    altered = _("This text is not the one that was sent and signed: somebody has changed it since.")
    parts: list[pdf.Block] = [] if signing.holds(document) else [pdf.heading(_("Attention")), pdf.paragraph(altered)]
    for one in rest:
        parts += [pdf.heading(one.heading)] if one.heading else []
        parts += [pdf.paragraph(line) for line in one.paragraphs]
    parts += [pdf.heading(_("Signature")), *_signature(document)]
    parts += [pdf.small(_("SHA-256 of the exact text")), pdf.code(document.text_hash)]
    foot = _("Document %(key)s, version %(version)s") % {"key": document.pk, "version": document.version}
    return pdf.render("document", {"title": title.paragraphs[0], "wide": False, "blocks": parts, "foot": foot})


def _signature(document: Document) -> list[pdf.Block]:
    if pairs := signature_pairs(document):
        return [pdf.table((_("What"), _("As signed")), [(one.term, one.text) for one in pairs], (1, 3))]
    if document.state == DocumentState.WITHDRAWN:
        return [pdf.paragraph(_("Withdrawn before it was signed."))]
    name = f"{document.signatory_name}, {document.signatory_position}".rstrip(", ")
    return [pdf.lines([name, agreeing.agency_name(document), "", "_" * 50, _("Signature"), "", "_" * 50, _("Date")])]


def _may_read(member: Member, document: Document) -> bool:
    own = member.is_active and member.agency_id == document.agency_id and document.state != DocumentState.DRAFT
    return own or oversees(member, document.table)


def _day(day: object) -> str:
    return date_format(day, "j M Y") if day else ""  # type: ignore[arg-type]  # a date or None


def _moment(at: object) -> str:
    return date_format(localtime(at), "j M Y G:i T")  # type: ignore[arg-type]  # a moment
