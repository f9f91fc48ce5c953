"""Preparing an agreement: chosen, filled in, sent for signature, withdrawn. By the table's coordinator or the administrator.

A document that was sent never changes: `text` and its hash are what is signed. Another wording is another version.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from datetime import date, timedelta

from django.db.models import Max, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agencies import clauses, guarding, policies
from agencies.choices import AgencyKind, ContactKind, DocumentKind, DocumentState, JoiningState
from agencies.models import Agency, AgencyContact, Document, Member, Table
from hub.core import clock
from hub.core.audit import verb
from hub.core.errors import NotAllowed, RuleRefused
from hub.core.text import TextRefused, plain

LINK_LASTS = timedelta(days=30)
LONGEST_YEARS = 3
"""An agreement is renewed at least this often."""
LIMIT = 300
"""Characters of one thing that is filled in."""
FIRST_TIME = {"breach_hours": "24", "withdrawal_days": "30"}
OF_THE_TABLE = frozenset({"host", "privacy_contact", "breach_hours", "withdrawal_days"})
"""What one agency's text may take over from another's: the rest is about the agency itself, and wrong for the next."""
NEWEST = 20
"""Texts of the table that are looked through for what was filled in before."""
AS_SENT = "agency_name"
"""What the agency was called when its text was sent: whatever it is called later, that is who signs."""
OPEN = (DocumentState.DRAFT, DocumentState.SENT)
SEATS_SEE_IT = 3
KIND_WORDS: Mapping[str, str] = {
    AgencyKind.COMMUNITY: "community organisation",
    AgencyKind.COURT: "trial court or probation service",
    AgencyKind.COMMUNITY_ACTION: "community action agency",
    AgencyKind.EMERGENCY: "provider of emergency services",
    AgencyKind.SCHOOL: "school district",
    AgencyKind.STATE: "state agency",
    AgencyKind.HOSPITAL: "hospital",
    AgencyKind.POLICE: "police department",
    AgencyKind.OTHER: "partner of another kind",
}
"""The text of an agreement is in English, whatever language its reader's pages are in."""
IDENTIFIER_WORDS = {
    "name": "name", "date_of_birth": "date of birth", "address": "address", "aliases": "other names",
    "guardian": "guardian", "others": "others in it",
}  # fmt: skip


def may_prepare(member: Member, table: Table) -> bool:
    """The table's coordinator, and the administrator."""
    return policies.keeps_table(member, table)


def head_of(agency: Agency) -> AgencyContact | None:
    """Who signs for the agency, if somebody is named."""
    return AgencyContact.objects.filter(agency=agency, kind=ContactKind.HEAD, ended_on=None).first()


def not_the_heads(by: Member | None, agency: Agency, *, name: str, email: str) -> str:
    """Why this address cannot be that of the agency's head, in words; empty if nothing speaks against it.

    Whoever holds the mailed link signs: nobody sends it to themselves, and an account under the address must be the head's own.
    """
    if by is not None and by.email.casefold() == email.casefold() and not policies.heads(by, agency):
        return _("This is your own address. Somebody else must name it: the administrator, or another of your agency.")
    account = Member.objects.filter(email__iexact=email).first()
    if account is None:
        return ""
    if account.agency_id != agency.pk:
        return _("The account under this address belongs to another agency.")
    return "" if same_name(account.name, name) else _("The account under this address is somebody else's.")


@verb
def prepare(
    *, by: Member, table: Table, agency: Agency, kind: str, begins: date, until: date, filled: Mapping[str, str]
) -> Document:
    """A draft. It supersedes the one that the agency signed last. Raises NotAllowed, or RuleRefused (with its field)."""
    _preparing(by, table)
    Table.objects.select_for_update().get(pk=table.pk)
    earlier = Document.objects.filter(table=table, agency=agency, kind=kind)
    if earlier.filter(state__in=OPEN).exists():
        raise RuleRefused(_("Such a text of this agency is being prepared or signed already. Finish or withdraw it first."))
    if kind != DocumentKind.MOU and kind not in clauses.addenda_of(agency.regimes):
        raise RuleRefused(_("This addendum is for agencies under a law that this agency is not under."), field="kind")
    template = clauses.of_kind(kind)
    last = earlier.filter(state=DocumentState.SIGNED, superseded_by=None).order_by("-version").first()
    document = Document(
        table=table, agency=agency, kind=kind, template=template.key, template_version=template.version,
        version=(earlier.aggregate(last=Max("version"))["last"] or 0) + 1, supersedes=last, prepared_by=by,
        prepared_at=clock.now(),
    )  # fmt: skip
    return _fill(document, begins, until, filled)


@verb
def fill(*, by: Member, document: Document, begins: date, until: date, filled: Mapping[str, str]) -> Document:
    """Fill a draft in anew. Raises RuleRefused once it was sent."""
    _preparing(by, document.table)
    fresh = locked(document)
    _still(fresh, DocumentState.DRAFT)
    fresh.template_version = clauses.template(fresh.template).version
    return _fill(fresh, begins, until, filled)


@verb
def send(*, by: Member, document: Document, by_mail: bool) -> str:
    """Freeze the text for the head's signature; returns the link's secret, or "" for signing on paper or with an account.

    Raises RuleRefused: no head named, no coordinator, a place that is empty, days that do not hold any more.
    """
    _preparing(by, document.table)
    fresh = locked(document)
    _still(fresh, DocumentState.DRAFT)
    head = _head(fresh, by, by_mail=by_mail)
    _days(fresh.in_force_from, fresh.in_force_until)
    fresh.text = text_of(fresh)
    fresh.filled = {**fresh.filled, AS_SENT: fresh.agency.name}
    fresh.text_hash = digest(fresh.text)
    fresh.signatory_name, fresh.signatory_position, fresh.signatory_email = head.name, head.position, head.email
    fresh.state, fresh.sent_at = DocumentState.SENT, clock.now()
    if by_mail:
        return _linked(fresh)
    fresh.save()
    return ""


@verb
def send_again(*, by: Member, document: Document) -> str:
    """A new link in place of the last one, which ends. Raises RuleRefused unless it waits for a signature."""
    _preparing(by, document.table)
    fresh = locked(document)
    _still(fresh, DocumentState.SENT)
    head = _head(fresh, by, by_mail=True)
    if not same_name(head.name, fresh.signatory_name):
        raise RuleRefused(_("The head of the agency has changed since. Withdraw this text and prepare it anew."))
    fresh.signatory_email = head.email
    return _linked(fresh)


@guarding.enters_questions
@verb
def withdraw(
    *, by: Member, document: Document, because: str, answered: guarding.Answers = guarding.NOTHING
) -> Document:  # fmt: skip
    """Take a draft or an unsigned text back; its link ends. Raises RuleRefused once it was signed, and as the guard does."""
    _preparing(by, document.table)
    fresh = locked(document)
    if fresh.state not in OPEN:
        raise RuleRefused(_("It was signed or withdrawn already. A signed agreement is ended, not withdrawn."))
    if fresh.state == DocumentState.DRAFT:
        # the database asks for a hash of whatever left the state of a draft: that of the text as it was then
        fresh.text_hash = digest(fresh.text)
    fresh.state, fresh.supersedes = DocumentState.WITHDRAWN, None
    fresh.withdrawn_because = _typed(because, "because")
    guarding.ask({"because": fresh.withdrawn_because}, by=by, table=fresh.table, answered=answered)
    fresh.save()
    return fresh


@verb
def end_addendum(*, by: Member, document: Document, on: date) -> Document:
    """Let a signed addendum end early, after that day. Its text stays as it was signed; the history says who ended it.

    Raises RuleRefused for what is no signed addendum (the administrator ends a table agreement) and for a day that is past or
    later than agreed.
    """
    _preparing(by, document.table)
    fresh = locked(document)
    if fresh.state != DocumentState.SIGNED or fresh.kind == DocumentKind.MOU or fresh.in_force_until is None:
        raise RuleRefused(_("Only a signed addendum is ended here."))
    if not clock.today() <= on <= fresh.in_force_until:
        message = _("Choose a day from today to the last one that was agreed. A longer one is a new version.")
        raise RuleRefused(message, field="on")
    fresh.in_force_until = on
    fresh.save()
    return fresh


def text_of(document: Document) -> str:
    """The text of a draft as it would be sent now; of everything else the text that was sent."""
    if document.state != DocumentState.DRAFT:
        return document.text
    agency = document.agency
    return clauses.template(document.template).assembled(values_of(document), agency.kind, agency.regimes)


def values_of(document: Document) -> dict[str, str]:
    """What stands in each place; a gap in brackets where nothing is known yet, which `send` refuses."""
    table, agency, head = document.table, document.agency, head_of(document.agency)
    coordinator = table.coordinator.name if table.coordinator else ""
    known = {
        "agency_name": agency.name, "agency_kind": KIND_WORDS[agency.kind], "table_name": table.name,
        "region": table.region or ", ".join(table.towns) or table.name,
        "head_name": head.name if head else "", "head_position": (head.position or "head of the agency") if head else "",
        "coordinator_name": coordinator, "response_hours": str(table.response_clock_hours),
        "filter3_opens": _filter3(table), "retention_days": str(table.retention_days),
        "smallest_hidden": str(table.small_cell_threshold - 1),
        "from": _day(document.in_force_from), "until": _day(document.in_force_until),
    }  # fmt: skip
    asked = {name: str(document.filled.get(name, "")) for name in clauses.ASKED}
    return {name: value or f"[{name.replace('_', ' ')}]" for name, value in (known | asked).items()}


def digest(text: str) -> str:
    """SHA-256 of the exact text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def agency_name(document: Document) -> str:
    """The agency as the text calls it."""
    return str(document.filled.get(AS_SENT) or document.agency.name)


def same_name(one: str, other: str) -> bool:
    """Equal but for capitals and spacing."""
    return _folded(one) == _folded(other)


def locked(document: Document) -> Document:
    """The document as it is now, held until the verb ends."""
    rows = Document.objects.select_for_update(of=("self",)).select_related("table__coordinator", "agency")
    return rows.get(pk=document.pk)


def _folded(name: str) -> str:
    return re.sub(r"\s+", " ", name).strip().casefold()


def _preparing(by: Member, table: Table) -> None:
    if not may_prepare(by, table):
        raise NotAllowed(_("Agreements are prepared by the table's coordinator or the administrator."))


def _still(document: Document, state: DocumentState) -> None:
    if document.state == state:
        return
    raise RuleRefused({
        DocumentState.DRAFT: _("It was not sent yet."),
        DocumentState.SENT: _("It was sent, and does not change any more. Withdraw it to prepare another."),
        DocumentState.SIGNED: _("It is signed already. Another wording is a new version."),
        DocumentState.WITHDRAWN: _("It was withdrawn. Prepare a new version."),
    }[DocumentState(document.state)])  # fmt: skip


def _head(document: Document, by: Member, *, by_mail: bool) -> AgencyContact:
    head = head_of(document.agency)
    if head is None:
        raise RuleRefused(_("%(agency)s has no head named. Name who signs for it first.") % {"agency": document.agency.name})
    if document.table.coordinator is None:
        raise RuleRefused(_("The table has no coordinator. Name one first: the text says who it is."))
    if by_mail and not head.email:
        raise RuleRefused(_("The head of the agency has no e-mail address. Add it, or let the text be signed on paper."))
    if by_mail and head.email.casefold() == by.email.casefold():
        raise RuleRefused(_("The link would go to your own address. Somebody else must send it, or it is signed on paper."))
    if by_mail and (wrong := not_the_heads(None, document.agency, name=head.name, email=head.email)):
        raise RuleRefused(wrong)
    missing = [one for one in clauses.template(document.template).asks if not document.filled.get(one)]
    if missing:
        raise RuleRefused(_("Something is still empty. Fill it in first."), field=missing[0])
    return head


def _fill(document: Document, begins: date, until: date, filled: Mapping[str, str]) -> Document:
    _days(begins, until)
    asked = clauses.template(document.template).asks
    document.filled = {name: _typed(filled.get(name, ""), name) for name in asked}
    document.in_force_from, document.in_force_until = begins, until
    document.save()
    return document


def _typed(value: str, field: str) -> str:
    try:
        return " ".join(plain(value, limit=LIMIT).split())
    except TextRefused as refused:
        raise RuleRefused(str(refused), field=field) from refused


def _days(begins: date | None, until: date | None) -> None:
    if begins is None or until is None:
        raise RuleRefused(_("Say from when to when it is in force."), field="begins")
    if begins < clock.today():
        raise RuleRefused(_("Its first day is in the past. Choose today or a later day."), field="begins")
    if until < begins:
        raise RuleRefused(_("Its last day lies before its first."), field="until")
    if until >= _years_on(begins):
        raise RuleRefused(_("An agreement lasts three years at most. Choose an earlier last day."), field="until")


def _years_on(day: date) -> date:
    try:
        return day.replace(year=day.year + LONGEST_YEARS)
    except ValueError:  # 29 February
        return date(day.year + LONGEST_YEARS, 3, 1)


def _linked(document: Document) -> str:
    secret = secrets.token_urlsafe(32)
    document.token_hash, document.token_expires_at = digest(secret), clock.now() + LINK_LASTS
    document.save()
    return secret


def _day(day: date | None) -> str:
    return date_format(day, "j F Y") if day else ""


def _filter3(table: Table) -> str:
    if table.identity_opens_at_filter != SEATS_SEE_IT:
        return "No identifier is opened at the table: the presenter asks who could help with such a situation."
    names = [IDENTIFIER_WORDS.get(one, one) for one in table.filter3_identifiers]
    return f"The presenter may open these identifiers and no others, for as long as it takes: {', '.join(names)}."


def a_year_from(day: date) -> date:
    """The last day of a year that begins on this day."""
    return day + timedelta(days=364)


def partners(table: Table) -> QuerySet[Agency]:
    """Agencies that have a seat at the table, are joining it, or have had a text with it: those that sign with it."""
    seated = Q(seats__table=table, seats__ended_on=None)
    joining = Q(joinings__table=table, joinings__state__in=[JoiningState.ASKED, JoiningState.APPROVED])
    return Agency.objects.filter(seated | joining | Q(documents__table=table)).distinct().order_by("name")


def suggested(table: Table, agency: Agency, kind: str) -> dict[str, str]:
    """What was filled in last: by this agency in this layer, otherwise by whoever came last at this table."""
    found = dict(FIRST_TIME)
    rows = Document.objects.filter(table=table).order_by("prepared_at")
    for one in (*rows.order_by("-prepared_at")[:NEWEST][::-1], *rows.filter(agency=agency, kind=kind)):
        common = {name: value for name, value in one.filled.items() if value and name in OF_THE_TABLE}
        found |= one.filled if one.agency_id == agency.pk else common
    return found
