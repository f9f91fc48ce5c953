"""Signing: by the agency's head in the browser, through a link that works once or an own account; or on paper, recorded.

Guaranteed of a signature: it names the head of the agency, the sentence that was affirmed, the time, and the SHA-256 of exactly
the text that was read. A signed table agreement lets the agency in from its first day, and ends those before it.
"""

from datetime import date, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agencies import agreeing, membership
from agencies.choices import DocumentKind, DocumentState, SignedHow
from agencies.models import Agreement, Document, Member, Signature
from hub.core import clock
from hub.core.audit import verb
from hub.core.errors import NotAllowed, NotVisible, RuleRefused
from hub.core.text import TextRefused, plain

LIMIT = 120
DAY = timedelta(days=1)
AFFIRMED = (
    "I have read the whole text. I am entitled to sign for {agency}, and I sign it by typing my name. It has the same effect "
    "as a signature by hand."
)
"""Affirmed and kept word for word, in English like the text itself."""


def affirmation(document: Document) -> str:
    """The sentence that is affirmed with a signature."""
    return AFFIRMED.format(agency=agreeing.agency_name(document))


def by_link(secret: str) -> Document:
    """The document of a link, whatever became of it. Raises NotVisible for a link that never was, or that another replaced."""
    rows = Document.objects.select_related("table__coordinator", "agency", "signature")
    return _is_of(rows.filter(token_hash=agreeing.digest(secret)).first(), secret)


def signs(member: Member, document: Document) -> bool:
    """Whether the account is that of the head whom the document was sent to."""
    own = member.is_active and member.agency_id == document.agency_id
    return own and bool(document.signatory_email) and member.email.casefold() == document.signatory_email.casefold()


def waiting_for(member: Member) -> list[Document]:
    """What was sent to the member as the head of the own agency, and is not signed yet."""
    rows = Document.objects.filter(agency=member.agency_id, state=DocumentState.SENT, signatory_email__iexact=member.email)
    return list(rows.select_related("table").defer("text", "filled").order_by("sent_at"))


def why_not(document: Document, *, link: bool, paper: bool = False) -> str:
    """Why it cannot be signed now, in words; empty when it can. `link`, `paper`: how; neither: with the head's account."""
    if document.state == DocumentState.SIGNED:
        return _used(document) if link else _("It is signed already.")
    if document.state != DocumentState.SENT:
        return _("It was withdrawn, so there is nothing to sign. Ask the table's coordinator.")
    if link and (document.token_expires_at is None or document.token_expires_at <= clock.now()):
        return _("This link is older than 30 days and has ended. Ask the table's coordinator for a new one.")
    return _overtaken(document) or ("" if paper else _readdressed(document))


def _is_of(document: Document | None, secret: str) -> Document:
    if document is None or document.token_hash != agreeing.digest(secret):
        raise NotVisible(_("This link leads nowhere. If you were sent a newer one, use that."))
    return document


def _used(document: Document) -> str:
    day = date_format(document.signature.signed_on, "j M Y")
    return _("It was signed on %(day)s. A link works once.") % {"day": day}


def _overtaken(document: Document) -> str:
    head = agreeing.head_of(document.agency)
    if not holds(document):
        return _("The text is not the one that was sent. Do not sign it, and tell the table's coordinator.")
    if head is None or not agreeing.same_name(head.name, document.signatory_name):
        return _("The head of the agency has changed since this was sent. Ask the table's coordinator to prepare it anew.")
    if document.in_force_until is None or document.in_force_until < clock.today():
        return _("Its last day has passed. Ask the table's coordinator for a new version.")
    return ""


def _readdressed(document: Document) -> str:
    # whoever was written to by mistake has the link, and could know the name that is to be typed
    head = agreeing.head_of(document.agency)
    if head is not None and head.email.casefold() == document.signatory_email.casefold():
        return ""
    return _("The e-mail address of the head has changed since this was sent. Ask the table's coordinator to send it again.")


def holds(document: Document) -> bool:
    """Whether the text still is what was sent, and what was signed."""
    found = agreeing.digest(document.text)
    signature = Signature.objects.filter(document=document).first()
    return found == document.text_hash and (signature is None or signature.text_hash == found)


def altered() -> list[Document]:
    """Every document that was sent or signed and whose text is not what its hash says."""
    rows = Document.objects.exclude(state=DocumentState.DRAFT).select_related("table", "agency").order_by("pk")
    return [one for one in rows.iterator() if not holds(one)]


@verb
def sign_by_link(*, by: None, secret: str, name: str, affirmed: bool, text_hash: str) -> Document:
    """Sign as whoever holds the link. Raises NotVisible or RuleRefused (replayed, expired, withdrawn, not the head ...)."""
    # looked at again under the lock: meanwhile another link may have taken its place
    document = _is_of(agreeing.locked(by_link(secret)), secret)
    return _sign(document, None, name=name, affirmed=affirmed, text_hash=text_hash, link=True)


@verb
def sign(*, by: Member, document: Document, name: str, affirmed: bool, text_hash: str) -> Document:
    """Sign with the head's own account. Raises NotAllowed for every other."""
    fresh = agreeing.locked(document)
    if not signs(by, fresh):
        raise NotAllowed(_("Only the head of the agency can sign for it."))
    return _sign(fresh, by, name=name, affirmed=affirmed, text_hash=text_hash, link=False)


@verb
def record_paper(*, by: Member, document: Document, name: str, signed_on: date, kept_by: str) -> Document:
    """Record that the head signed this very text on paper: when, and who keeps the paper. By who prepares agreements."""
    fresh = agreeing.locked(document)
    if not agreeing.may_prepare(by, fresh.table):
        raise NotAllowed(_("Agreements are prepared by the table's coordinator or the administrator."))
    if refused := why_not(fresh, link=False, paper=True):
        raise RuleRefused(refused)
    _is_head(name, fresh)
    if fresh.sent_at is None or not timezone.localtime(fresh.sent_at).date() <= signed_on <= clock.today():
        raise RuleRefused(
            _("Choose the day of the signature: not before the text was made, and not after today."), field="signed_on"
        )
    keeper = _keeper(kept_by)
    signature = Signature(
        document=fresh, how=SignedHow.PAPER, affirmed="", signed_on=signed_on, kept_by=keeper, entered_by=by,
    )  # fmt: skip
    return _signed(fresh, signature, by)


def _sign(document: Document, by: Member | None, *, name: str, affirmed: bool, text_hash: str, link: bool) -> Document:
    if refused := why_not(document, link=link):
        raise RuleRefused(refused)
    if text_hash != document.text_hash:
        raise RuleRefused(_("The text has changed since you opened it. Read it again before you sign."))
    _is_head(name, document)
    if not affirmed:
        raise RuleRefused(_("Affirm the sentence above your name: without it this is no signature."), field="affirmed")
    signature = Signature(
        document=document, how=SignedHow.BROWSER, affirmed=affirmation(document), signed_on=clock.today(), member=by,
    )  # fmt: skip
    return _signed(document, signature, by)


def _is_head(name: str, document: Document) -> None:
    if not agreeing.same_name(name, document.signatory_name):
        words = {"name": document.signatory_name, "agency": agreeing.agency_name(document)}
        raise RuleRefused(_("Only %(name)s can sign for %(agency)s. Type the name exactly so.") % words, field="name")


def _keeper(typed: str) -> str:
    try:
        keeper = plain(typed, limit=LIMIT)
    except TextRefused as refused:
        raise RuleRefused(str(refused), field="kept_by") from refused
    if not keeper:
        raise RuleRefused(_("Say who keeps the signed paper."), field="kept_by")
    return keeper


def _signed(document: Document, signature: Signature, by: Member | None) -> Document:
    signature.name, signature.position = document.signatory_name, document.signatory_position
    signature.text_hash, signature.entered_at = document.text_hash, clock.now()
    signature.save()
    document.state = DocumentState.SIGNED
    if document.kind == DocumentKind.MOU:
        document.agreement = _let_in(document, by)
    document.save()
    return document


def _let_in(document: Document, by: Member | None) -> Agreement:
    assert document.in_force_from is not None  # noqa: S101 - `why_not` asked; tells the type checker
    assert document.in_force_until is not None  # noqa: S101 - as above
    begins = max(document.in_force_from, clock.today())
    try:
        made = membership.begin_agreement(
            by=by, table=document.table, agency=document.agency, begins=begins, until=document.in_force_until,
            title=document.text.partition("\n")[0][:LIMIT], signed_by=document.signatory_name,
        )  # fmt: skip
    except RuleRefused as refused:
        # what stops it is said in words about a situation on the board, and this reader is not at the table
        raise RuleRefused(_("The table cannot let your agency in at this moment. Sign it again later today.")) from refused
    former = Agreement.objects.filter(table=document.table, agency=document.agency, in_force_until__gte=begins)
    for one in former.exclude(pk=made.pk):
        # the newest signed agreement is the one that counts: an older, longer one would keep a lapse from taking effect
        one.in_force_until = max(one.in_force_from, begins - DAY)
        one.save(update_fields=["in_force_until"])
    return made
