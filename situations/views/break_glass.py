"""Breaking the glass: the form, what is open to the member now, and ending it."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.models import Member, Table
from hub.core import access
from hub.core.errors import NotAllowed, NotVisible, RuleRefused, access_refused
from situations import break_glass
from situations.disclosure import audience_of, disclose
from situations.loading import member_of
from situations.models import BreakGlass, Situation
from situations.moments import time_of_day
from situations.privacy_forms import BreakGlassForm, GroundsForm
from situations.privacy_office import offices_of
from situations.visibility import Field


@dataclass(frozen=True)
class OpenLine:
    """One opening that is still in force."""

    key: int
    number: str
    until: str
    read_url: str


@access.member("GET", "POST")
def opening(request: HttpRequest) -> HttpResponse:
    """The form for those who hold the role. A number that does not exist and one that may not be opened are answered alike."""
    member, tables = _holder(request)
    if request.method == "GET":
        return _page(request, member, BreakGlassForm(tables=tables, agency=member.agency))
    access.require_step_up(request, access.HERE)
    form = BreakGlassForm(request.POST, tables=tables, agency=member.agency)
    if not form.is_valid():
        return _page(request, member, form, status=422)
    try:
        _open(member, form, request.POST.dict())
    except RuleRefused as refused:
        form.refuse(refused)
        return _page(request, member, form, status=422)
    except NotVisible as refused:
        access_refused.send(sender=NotVisible, error=refused, member=member)
        form.add_error("number", str(refused.message))
        return _page(request, member, form, status=422)
    messages.info(request, _("It is entered in the ledger, and the privacy officers are told."), extra_tags="done")
    return redirect("break_glass")


@access.member("GET")
def conditions(request: HttpRequest) -> HttpResponse:
    """What the basis in `?basis=` asks of the member's agency, for the form."""
    member, _tables = _holder(request)
    form = GroundsForm(basis=request.GET.get("basis", "")[:40], agency=member.agency)
    return render(request, "situations/privacy_conditions.html", {"fields": list(form)})


@access.member("POST")
def end(request: HttpRequest, key: int) -> HttpResponse:
    """End an opening early: by who opened it, or by an officer who was told."""
    member = member_of(request)
    row = BreakGlass.objects.filter(pk=key).first()
    if row is None:
        raise NotVisible(_("There is no such opening, or it is not open to you."))
    ended = break_glass.end(by=member, opened=row)
    messages.info(request, _("It is over: the identity is sealed again."), extra_tags="done")
    table = f"?table={ended.situation.table_id}"
    return redirect(f"{reverse('privacy')}{table}" if offices_of(member) else "break_glass")


def _holder(request: HttpRequest) -> tuple[Member, list[Table]]:
    member = member_of(request)
    tables = break_glass.tables_of(member)
    if not tables:
        raise NotAllowed(_("This page is for those who hold the break-glass role at a table."))
    return member, tables


def _open(member: Member, form: BreakGlassForm, given: dict[str, str]) -> None:
    data = form.cleaned_data
    table = Table.objects.get(pk=int(data["table"]))
    situation = Situation.objects.filter(table=table, number=data["number"]).first()
    if situation is None:
        break_glass.refuse(None, table)
    break_glass.open_identity(by=member, situation=situation, reason=data["reason"], basis=data["basis"], given=given)


def _page(request: HttpRequest, member: Member, form: BreakGlassForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "conditions": form.conditions,
        "open": _open_lines(member),
        "minutes": settings.BREAK_GLASS_MINUTES,
    }
    return render(request, "situations/privacy_break_glass.html", context, status=status)


def _open_lines(member: Member) -> list[OpenLine]:
    found = []
    for one in break_glass.open_to(member):
        seen = disclose(one.situation, audience_of(member, one.situation), only={Field.NUMBER})
        # whoever stepped out meanwhile, or lost the role, sees it no more
        if seen.openable:
            url = reverse("situation_identity", args=[seen.key])
            found.append(OpenLine(one.pk, str(seen.number), time_of_day(one.expires_at), url))
    return found
