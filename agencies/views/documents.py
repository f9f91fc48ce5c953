"""Preparing agreements on pages: choose, fill in, read, send, withdraw, record a signature on paper, make the next version."""

import logging
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies import agreeing, documents, signing, signing_mail
from agencies.choices import DocumentKind, DocumentState
from agencies.document_forms import EndForm, FillForm, PaperForm, PrepareForm, WithdrawForm
from agencies.models import Document, Member, Table
from agencies.page_forms import PageForm
from hub.core import access, clock
from hub.core.errors import NotAllowed, NotVisible, RuleRefused

log = logging.getLogger(__name__)
SAID = {
    "filled": gettext_lazy("It is filled in. Read the whole text before you send it."),
    "sent": gettext_lazy("The link is on its way to the head of the agency."),
    "unsent": gettext_lazy("The text is ready, but the mail server did not take the letter. Send the link again later."),
    "frozen": gettext_lazy("The text is ready to be signed on paper. Print the PDF."),
    "withdrawn": gettext_lazy("It is taken back: its link opens nothing any more."),
    "ended": gettext_lazy("It ends after that day. What was signed stays as it is."),
    "signed": gettext_lazy("It is signed. A copy is on its way to you."),
    "uncopied": gettext_lazy("It is signed. The mail server did not take the copy for you: the PDF on this page is the same."),
    "paper": gettext_lazy("The signature on paper is recorded."),
}
TAGS = {
    DocumentState.DRAFT: ("quiet", "note"),
    DocumentState.SENT: ("warn", "mail"),
    DocumentState.SIGNED: ("ok", "ok"),
    DocumentState.WITHDRAWN: ("quiet", "undo"),
}


@access.member("GET", "POST")
def new(request: HttpRequest, table: int) -> HttpResponse:
    """Choose the agency and the layer; the draft that is made then opens."""
    member = _member(request)
    found = Table.objects.select_related("coordinator").filter(pk=table).first()
    if found is None or not documents.oversees(member, found):
        raise NotVisible(_("There is no such table."))
    if not agreeing.may_prepare(member, found):
        raise NotAllowed(_("Agreements are prepared by the table's coordinator or the administrator."))
    chosen = {"agency": request.GET.get("agency", ""), "kind": request.GET.get("kind", "")}
    form = PrepareForm(request.POST if request.method == "POST" else None, table=found, initial=chosen)
    if request.method == "POST" and form.is_valid():
        agency, kind = form.cleaned_data["agency"], form.cleaned_data["kind"]
        try:
            made = agreeing.prepare(by=member, table=found, filled=agreeing.suggested(found, agency, kind), **form.cleaned_data)
        except RuleRefused as refused:
            form.refuse(refused)
        else:
            return HttpResponseRedirect(reverse("table_document", args=[made.pk]), status=303)
    context = {"table": found.name, "key": found.pk, "form": form}
    return render(request, "agencies/document_new.html", context, status=422 if form.errors else 200)


@access.member("GET")
def document(request: HttpRequest, key: int) -> HttpResponse:
    """The whole text as it is, or as it will be; who may prepare it has the next steps beside it."""
    return _page(request, documents.readable(_member(request), key))


@access.member("GET")
def document_pdf(request: HttpRequest, key: int) -> HttpResponse:
    """The text on paper, with its signature or a line for one. A draft has none."""
    found = documents.readable(_member(request), key)
    if found.state == DocumentState.DRAFT:
        raise RuleRefused(_("A draft has no paper yet: it can still change. Send it, or prepare it for signing on paper."))
    answer = HttpResponse(documents.paper(found), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="agreement-{found.pk}-version-{found.version}.pdf"'
    return answer


@access.member("POST")
def fill(request: HttpRequest, key: int) -> HttpResponse:
    """Fill the draft in."""
    found = _prepared(request, key)
    form = FillForm(request.POST, document=found)
    if form.is_valid():
        begins, until = form.days()
        try:
            agreeing.fill(by=_member(request), document=found, begins=begins, until=until, filled=form.cleaned_data)
        except RuleRefused as refused:
            form.refuse(refused)
    return _page(request, found, fill=form) if form.errors else _back(found, "filled")


@access.member("POST", step_up=access.HERE)
def send(request: HttpRequest, key: int) -> HttpResponse:
    """Freeze the text, and send its link to the head of the agency; or (`on_paper`) leave it to be printed."""
    found, by_mail = _prepared(request, key), "on_paper" not in request.POST
    secret = agreeing.send(by=_member(request), document=found, by_mail=by_mail)
    return _mailed(request, found, secret) if by_mail else _back(found, "frozen")


@access.member("POST", step_up=access.HERE)
def send_again(request: HttpRequest, key: int) -> HttpResponse:
    """A new link in place of the last one."""
    found = _prepared(request, key)
    return _mailed(request, found, agreeing.send_again(by=_member(request), document=found))


@access.member("POST")
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Take a draft or an unsigned text back."""
    found = _prepared(request, key)
    form = WithdrawForm(request.POST)
    if form.is_valid():
        because, said = form.cleaned_data["because"], request.POST.dict()
        try:
            agreeing.withdraw(by=_member(request), document=found, because=because, answered=said)
        except RuleRefused as refused:
            if refused.field not in form.fields:
                raise
            form.refuse(refused)
    return _page(request, found, withdraw=form) if form.errors else _back(found, "withdrawn")


@access.member("POST", step_up=access.HERE)
def paper(request: HttpRequest, key: int) -> HttpResponse:
    """Record a signature by hand."""
    found = _prepared(request, key)
    form = PaperForm(request.POST)
    if form.is_valid():
        try:
            signing.record_paper(by=_member(request), document=found, **form.cleaned_data)
        except RuleRefused as refused:
            form.refuse(refused)
    return _page(request, found, paper=form) if form.errors else _back(found, "paper")


@access.member("POST", step_up=access.HERE)
def end(request: HttpRequest, key: int) -> HttpResponse:
    """End a signed addendum early."""
    found = _prepared(request, key)
    form = EndForm(request.POST)
    if form.is_valid():
        try:
            agreeing.end_addendum(by=_member(request), document=found, on=form.cleaned_data["on"])
        except RuleRefused as refused:
            form.refuse(refused)
    return _page(request, found, end=form) if form.errors else _back(found, "ended")


def _member(request: HttpRequest) -> Member:
    return cast("Member", request.user)


def _prepared(request: HttpRequest, key: int) -> Document:
    """The document, for who may prepare it: others who may read it are refused, all others do not know of it."""
    found = documents.readable(_member(request), key)
    if not agreeing.may_prepare(_member(request), found.table):
        raise NotAllowed(_("Agreements are prepared by the table's coordinator or the administrator."))
    return found


def _mailed(request: HttpRequest, found: Document, secret: str) -> HttpResponse:
    found.refresh_from_db()
    link = request.build_absolute_uri(reverse("table_sign_by_link", args=[secret]))
    return _back(found, "sent" if signing_mail.ask(found, link) else "unsent")


def _back(found: Document, said: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('table_document', args=[found.pk])}?said={said}", status=303)


def _page(request: HttpRequest, found: Document, **sent: PageForm) -> HttpResponse:
    member = _member(request)
    prepares = agreeing.may_prepare(member, found.table)
    hue, icon = TAGS[DocumentState(found.state)]
    title, *blocks = documents.blocks(agreeing.text_of(found))
    forms = _forms(found, sent) if prepares else {}
    _require_place(sent, forms)
    context = {
        "key": found.pk,
        "table": found.table_id,
        "agency": found.agency_id,
        "kind": found.kind,
        "title": title.paragraphs[0],
        "blocks": blocks,
        "state": found.state,
        "tag": {"hue": hue, "icon": icon, "word": found.get_state_display()},
        "holds": signing.holds(found) or found.state == DocumentState.DRAFT,
        "facts": documents.facts(found),
        "signature": documents.signature_pairs(found),
        "hash": found.text_hash,
        "versions": _versions(found),
        "oversees": documents.oversees(member, found.table),
        "prepares": prepares,
        "signs": found.state == DocumentState.SENT and signing.signs(member, found),
        "forms": forms,
        "to": _to(found) if prepares else "",
        "said": SAID.get(request.GET.get("said", ""), ""),
    }
    return render(request, "agencies/document.html", context, status=422 if sent else 200)


def _require_place(sent: dict[str, PageForm], forms: dict[str, Any]) -> None:
    """Refuses what was sent from a page that is older than the text: the form that would say why is not on it any more."""
    for name, form in sent.items():
        if name not in forms:
            raise RuleRefused(str(next(iter(form.errors.values()))[0]))


def _to(found: Document) -> str:
    """To whom a link goes when it is sent now; empty without an address."""
    head = agreeing.head_of(found.agency)
    return f"{head.name}, {head.email}" if head and head.email else ""


def _forms(found: Document, sent: dict[str, PageForm]) -> dict[str, Any]:
    forms: dict[str, PageForm] = {}
    if found.state == DocumentState.DRAFT:
        forms["fill"] = sent.get("fill") or FillForm(document=found)
    if found.state == DocumentState.SENT:
        forms["paper"] = sent.get("paper") or PaperForm()
    if found.state in agreeing.OPEN:
        forms["withdraw"] = sent.get("withdraw") or WithdrawForm()
    until = found.in_force_until
    if found.state == DocumentState.SIGNED and found.kind != DocumentKind.MOU and until and until >= clock.today():
        forms["end"] = sent.get("end") or EndForm()
    return {name: {"form": form, "open": name in sent} for name, form in forms.items()}


def _versions(found: Document) -> list[dict[str, Any]]:
    rows = Document.objects.filter(table=found.table_id, agency=found.agency_id, kind=found.kind)
    return [
        {"key": one.pk, "number": one.version, "state": one.get_state_display(), "until": one.in_force_until}
        for one in rows.defer("text", "filled").order_by("-version")
    ]
