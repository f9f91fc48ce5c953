"""What the own agency brings to other agencies' desks: the form, the receipt of delivery, and how far each is."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agencies.models import Member
from hub.core import access, keyset
from hub.core.errors import RuleRefused
from hub.core.parts import Pair, Row
from hub.pressing import once
from situations import grounds
from situations.choices import Closing, ReferralStage
from situations.desk_forms import ASKED, BringForm, filled
from situations.desk_page import number_of
from situations.loading import member_of
from situations.models import Referral
from situations.referrals import partners
from situations.referrals.answers import Answers, Relation

SIZE = 25
LANGUAGE = "en"
"""Of the desk's messages: whoever signs in reads HubTable in English."""


@access.member("GET")
def index(request: HttpRequest) -> HttpResponse:
    """What the own agency has brought, and how far it is."""
    member = _partner(request)
    rows = partners.of_agency(member)
    found = keyset.listed(rows, request.GET.get("at", ""), by="received_on", of=f"partner:{member.agency_id}", size=SIZE)
    context = {
        "rows": [_row(one) for one in found.rows], "pager": keyset.pager(request.GET, found),
        "open": partners.desks_for(member).exists(), "agency": member.agency.name,
    }  # fmt: skip
    return render(request, "situations/partner.html", context)


@access.member("GET", "POST")
@once.each_time  # the receipt is in the answer alone; the same form again brings nothing a second time
def new(request: HttpRequest) -> HttpResponse:
    """The form; sent, the receipt of delivery, to print."""
    member = _partner(request)
    desks = partners.desks_for(member)
    if request.method == "GET":
        return _form(request, BringForm(desks=desks, agency=member.agency), str(uuid4()))
    form, token = BringForm(request.POST, desks=desks, agency=member.agency), request.POST.get("token", "")
    if form.is_valid():
        try:
            delivered = _bring(member, form, token, request.POST.dict())
        except RuleRefused as refused:
            form.refuse(refused)
        else:
            return _receipt(request, delivered)
    return _form(request, form, token, status=422)


@access.member("GET")
def detail(request: HttpRequest, key: int) -> HttpResponse:
    """One of the own agency's: where it went, and how far it is; no more than a family would see."""
    row = partners.found(key, by=member_of(request))
    return render(request, "situations/partner_detail.html", {"number": number_of(row), "pairs": _pairs(row)})


def _partner(request: HttpRequest) -> Member:
    member = member_of(request)
    partners.require_partner(member)
    return member


def _bring(member: Member, form: BringForm, token: str, given: dict[str, str]) -> partners.Delivered:
    try:
        made = UUID(token)
    except ValueError:
        raise RuleRefused(_("This form is not whole. Open it again.")) from None
    answers = Answers(relation=Relation.WORKER.value, own_name=member.name, **filled(form, ASKED))
    data = form.cleaned_data
    return partners.bring(
        by=member, desk=data["desk"], answers=answers, language=LANGUAGE, basis=data["basis"], given=given, token=made
    )


def _form(request: HttpRequest, form: BringForm, token: str, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "conditions": form.conditions, "token": token, "asked": [form[name] for name in ASKED]}
    return render(request, "situations/partner_new.html", context, status=status)


def _receipt(request: HttpRequest, delivered: partners.Delivered) -> HttpResponse:
    row, weighed = delivered.referral, delivered.weighed
    stated = [Pair(grounds.NEEDS[need], text) for need, text in weighed.texts.items()]
    stated += [Pair(grounds.NEEDS[need], _day(day)) for need, day in weighed.dates.items()]
    context: dict[str, Any] = {
        "number": number_of(row), "code": delivered.code, "pairs": _pairs(row), "basis": weighed.basis.name,
        "citation": weighed.basis.citation, "stated": stated, "by": row.from_member.name if row.from_member else "",
    }  # fmt: skip
    return render(request, "situations/partner_receipt.html", context)


def _row(one: Referral) -> Row:
    return Row(number_of(one), (one.agency.name, one.desk.table.name, _day(one.received_on), _state(one)), _url(one))


def _url(one: Referral) -> str:
    return reverse("partner_detail", args=[one.pk])


def _pairs(one: Referral) -> list[Pair]:
    pairs = [
        (_("Number"), number_of(one)), (_("Desk"), f"{one.agency.name}, {one.desk.table.name}"),
        (_("Delivered"), _day(one.received_on)), (_("Brought by"), one.from_member.name if one.from_member else ""),
        (_("Now"), _state(one)),
    ]  # fmt: skip
    if one.deleted_from:
        pairs.append((_("Deleted on"), _day(one.deleted_from)))
    return [Pair(term, text) for term, text in pairs]


def _state(one: Referral) -> str:
    if one.closing:
        return _("closed: %(why)s") % {"why": Closing(one.closing).label}
    return str(ReferralStage(one.stage).label)


def _day(day: date) -> str:
    return date_format(day, "j M Y")
