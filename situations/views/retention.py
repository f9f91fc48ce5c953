"""Retention, legal holds and certificates, for privacy officers: what goes away, what keeps it, and the proof."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from agencies.models import Member
from hub.core import access, keyset
from hub.core.errors import NotAllowed, NotVisible, RuleRefused, access_refused
from situations import certificates, holds
from situations import retention_page as page
from situations.hold_forms import HoldForm
from situations.loading import member_of
from situations.models import Certificate, LegalHold, Situation
from situations.privacy_office import Office, offices_of


@access.member()
def due(request: HttpRequest) -> HttpResponse:
    """What is shredded within a week, the own agency's holds, certificates. `?table=&number=` fills in the form."""
    member, offices = _officer(request)
    asked = {name: request.GET.get(name, "")[:12] for name in ("table", "number")}
    return _page(request, member, offices, HoldForm(initial=asked, tables=holds.tables(member, offices)))


@access.member("POST")
def hold(request: HttpRequest) -> HttpResponse:
    """Set a legal hold. A number that does not exist and one that is not open are answered alike."""
    member, offices = _officer(request)
    form = HoldForm(request.POST, tables=holds.tables(member, offices))
    if not form.is_valid():
        return _page(request, member, offices, form, status=422)
    try:
        _place(member, **form.cleaned_data)
    except RuleRefused as refused:
        form.refuse(refused)
    except NotVisible as refused:
        access_refused.send(sender=NotVisible, error=refused, member=member)
        form.add_error("number", str(refused.message))
    if form.errors:
        return _page(request, member, offices, form, status=422)
    messages.info(request, _("The hold stands: nothing of this situation is shredded."), extra_tags="done")
    return redirect("retention_due")


@access.member("POST")
def lift(request: HttpRequest, key: int) -> HttpResponse:
    """Lift a hold of the own agency."""
    member, _offices = _officer(request)
    row = LegalHold.objects.filter(pk=key).first()
    if row is None:
        raise NotVisible(_("There is no such hold, or it is not open to you."))
    holds.lift(by=member, hold=row)
    messages.info(request, _("The hold is lifted. What is due is shredded within minutes."), extra_tags="done")
    return redirect("retention_due")


@access.member()
def certificate(request: HttpRequest, key: UUID) -> HttpResponse:
    """One certificate, to read."""
    found = _certificate(request, key)
    return render(request, "situations/retention_certificate.html", {
        "key": str(found.key), "pairs": page.certificate_pairs(found), "proof": page.certificate_proof(found),
    })  # fmt: skip


@access.member()
def certificate_file(request: HttpRequest, key: UUID) -> HttpResponse:
    """The signed file, which `docs/verify_certificate.py` checks without HubTable."""
    text = json.dumps(certificates.file_of(_certificate(request, key)), indent=1, sort_keys=True)
    return _attached(text.encode(), "application/json", f"certificate-{key}.json")


@access.member()
def certificate_pdf(request: HttpRequest, key: UUID) -> HttpResponse:
    """The same on paper."""
    return _attached(page.certificate_pdf(_certificate(request, key)), "application/pdf", f"certificate-{key}.pdf")


def _officer(request: HttpRequest) -> tuple[Member, list[Office]]:
    member = member_of(request)
    offices = offices_of(member)
    if not offices:
        raise NotAllowed(_("This page is for privacy officers."))
    return member, offices


def _certificate(request: HttpRequest, key: UUID) -> Certificate:
    member = member_of(request)
    found = certificates.visible_to(member, offices_of(member)).filter(key=key).first()
    if found is None:
        raise NotVisible(_("There is no such certificate, or it is not open to you."))
    return found


def _place(member: Member, table: str, number: str, reference: str) -> None:
    situation = Situation.objects.filter(table=int(table), number=number).first()
    if situation is None:
        raise NotVisible(_("There is no such situation, or it is not open to you."))
    holds.place(by=member, situation=situation, reference=reference)


def _attached(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _page(request: HttpRequest, member: Member, offices: list[Office], form: HoldForm, *, status: int = 200) -> HttpResponse:
    query = request.GET
    due, held = page.due_lines(member, offices, query.get("due", "")), page.hold_lines(member, offices, query.get("holds", ""))
    certified = page.certificate_rows(member, offices, query.get("certificates", ""))
    context: dict[str, Any] = {
        "due": due.rows,
        "due_pager": keyset.pager(query, due, name="due", anchor="#due", words=keyset.IN_ORDER),
        "holds": held.rows,
        "holds_pager": keyset.pager(query, held, name="holds", anchor="#holds", words=keyset.IN_ORDER),
        "certificates": certified.rows,
        "certificates_pager": keyset.pager(query, certified, name="certificates", anchor="#certificates"),
        "form": form,
    }
    return render(request, "situations/retention.html", context, status=status)
