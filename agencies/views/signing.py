"""The page on which the head of an agency reads and signs: through the link of a letter, or with an own account."""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies import documents, signing, signing_mail
from agencies.document_forms import SignForm
from agencies.models import Document, Member
from hub.core import access
from hub.core.errors import NotVisible, RuleRefused

Sign = Callable[[SignForm], Document]
GONE = 410
SIGNED, UNCOPIED = "signed", "uncopied"
"""What the page after a signature says: whether the mail server took the signatory's copy."""


@access.public("GET", "POST")
def by_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Whoever holds the link reads the text and signs as the head. A link that was used, ended or replaced says so."""
    document = signing.by_link(secret)
    return _page(
        request, document, link=True, where=reverse("table_sign_by_link", args=[secret]), then=reverse("table_signed"),
        sign=lambda form: signing.sign_by_link(by=None, secret=secret, **form.cleaned_data),
    )  # fmt: skip


@access.member("GET", "POST")
def by_account(request: HttpRequest, key: int) -> HttpResponse:
    """The head, signed in, reads the text and signs. For everybody else there is nothing here."""
    member = cast("Member", request.user)
    document = documents.readable(member, key)
    if not signing.signs(member, document):
        raise NotVisible(_("There is nothing for you to sign here."))
    if request.method == "POST":
        access.require_step_up(request, access.HERE)
    return _page(
        request, document, link=False, where=reverse("table_sign", args=[key]), then=reverse("table_document", args=[key]),
        sign=lambda form: signing.sign(by=member, document=document, **form.cleaned_data),
    )  # fmt: skip


@access.public("GET")
def signed(request: HttpRequest) -> HttpResponse:
    """Where a signature by link leads: away from its secret, and to nothing about what was signed."""
    return render(request, "agencies/signed.html", {"copied": request.GET.get("said") != UNCOPIED})


def _page(request: HttpRequest, document: Document, *, link: bool, where: str, then: str, sign: Sign) -> HttpResponse:
    sentence = signing.affirmation(document)
    closed = signing.why_not(document, link=link)
    form = SignForm(
        request.POST if request.method == "POST" else None, sentence=sentence, initial={"text_hash": document.text_hash}
    )
    if request.method == "POST" and closed:
        raise RuleRefused(closed)
    if request.method == "POST" and form.is_valid():
        try:
            said = SIGNED if signing_mail.confirm(sign(form)) else UNCOPIED
        except RuleRefused as refused:
            form.refuse(refused)
        else:
            return HttpResponseRedirect(f"{then}?said={said}", status=303)
    return _rendered(request, document, form, closed, where)


def _rendered(request: HttpRequest, document: Document, form: SignForm, closed: str, where: str) -> HttpResponse:
    title, *blocks = documents.blocks(document.text)
    context = {
        "title": title.paragraphs[0],
        # whoever holds a link that has ended reads nothing by it any more
        "blocks": [] if closed else blocks,
        "facts": [] if closed else documents.facts(document),
        "hash": document.text_hash,
        "form": None if closed else form,
        "closed": closed,
        "where": where,
    }
    ended = GONE if closed else 200
    return render(request, "agencies/sign.html", context, status=422 if form.errors else ended)
