"""Writing and ending services."""

from collections.abc import Sequence
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies import directory
from agencies import needs as vocabulary
from agencies.directory_forms import ServiceForm
from agencies.models import Agency, Member, Service
from agencies.views.directory import load, town_name
from hub.core import access
from hub.core.errors import NotAllowed, RuleRefused, Stale
from hub.core.parts import Pair

CONFLICT = 409


@access.member("GET", "POST")
def new(request: HttpRequest) -> HttpResponse:
    """A new service: of the own agency for its representative, of anybody for who keeps all of them."""
    member = cast("Member", request.user)
    if not directory.may_keep(member, member.agency_id):
        raise NotAllowed(_("Services are kept by the agency's representative."))
    return _written(request, None)


@access.member("GET", "POST")
def change(request: HttpRequest, key: int) -> HttpResponse:
    """Change a service. 403 for who does not keep it; 409, with both, when somebody else did meanwhile."""
    row = load(key)
    _require(cast("Member", request.user), row)
    if request.method == "POST" and row.public_crisis:
        access.require_step_up(request, access.HERE)
    return _written(request, row)


@access.member("POST")
def end(request: HttpRequest, key: int) -> HttpResponse:
    """End a service, or (`again=yes`) take it into the directory again. A crisis number stands on every family's page."""
    found, again = load(key), request.POST.get("again") == "yes"
    if found.public_crisis:
        access.require_step_up(request, access.HERE)
    row = directory.end(by=cast("Member", request.user), service=found, active=again)
    return _to(row, "resumed" if again else "ended")


def _require(member: Member, row: Service) -> None:
    everything = directory.keeps_all(member)
    if not everything and (row.public_crisis or not directory.may_keep(member, row.agency_id)):
        raise NotAllowed(_("This service is kept by another agency."))


def _written(request: HttpRequest, row: Service | None) -> HttpResponse:
    member = cast("Member", request.user)
    form = _form(request, member, row)
    if request.method != "POST":
        return _page(request, row, form, 200)
    if not form.is_valid():
        return _page(request, row, form, 422)
    if form.cleaned_data.get("public_crisis"):
        access.require_step_up(request, access.HERE)
    entry = form.entry(
        is_active=row.is_active if row else True,
        crisis=(row.public_crisis, row.crisis_order) if row else (False, 0),
    )
    try:
        kept = directory.keep(
            by=member, service=row, entry=entry, seen=form.cleaned_data["seen"], answered=request.POST.dict()
        )  # fmt: skip
    except Stale:
        return _overtaken(request, load(row.pk)) if row else _page(request, row, form, CONFLICT)
    except RuleRefused as refused:
        form.refuse(refused)
        return _page(request, row, form, 422)
    return _to(kept, "kept")


def _overtaken(request: HttpRequest, row: Service) -> HttpResponse:
    """The form as it was typed beside what stands there now; what is sent next has seen that."""
    form = _form(request, cast("Member", request.user), row)
    form.data = request.POST.copy()
    form.data["seen"] = directory.entry_of(row).seal
    message = _(
        "Somebody else changed this service meanwhile. Nothing was saved; what you typed is kept: look at both, and save."
    )
    form.add_error(None, message)
    return _page(request, row, form, CONFLICT, stands=_stands(form))


def _stands(form: ServiceForm) -> list[Pair]:
    """What stands there now, where something else was typed."""
    names = [name for name in form.changed_data if name != "seen"]
    return [Pair(form.fields[name].label or name, _said(name, form.initial.get(name)) or _("nothing")) for name in names]


def _said(name: str, value: Any) -> str:
    if name == "agency":
        return str(Agency.objects.filter(pk=value).first() or "")
    if name == "needs":
        return ", ".join(map(vocabulary.need_name, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "" if value is None else str(value)


def _form(request: HttpRequest, member: Member, row: Service | None) -> ServiceForm:
    everything = directory.keeps_all(member)
    agencies = list(Agency.objects.all()) if everything else [member.agency]
    initial = _shown(row) if row else {"agency": member.agency_id}
    data = request.POST if request.method == "POST" else None
    return ServiceForm(data, initial=initial, agencies=agencies, keeps_all=everything)


def _shown(row: Service) -> dict[str, object]:
    entry = directory.entry_of(row)
    return {
        **{name: getattr(entry, name) for name in directory.COLUMNS},
        "agency": entry.agency_id,
        "needs": list(entry.needs),
        "towns": ", ".join(map(town_name, entry.towns)),
        "languages": ", ".join(map(vocabulary.language_name, entry.languages)),
        "more_phones": "\n".join(entry.more_phones),
        "more_addresses": "\n".join(entry.more_addresses),
        "seen": entry.seal,
    }


def _page(
    request: HttpRequest, row: Service | None, form: ServiceForm, status: int, stands: Sequence[Pair] = ()
) -> HttpResponse:
    values = {
        "form": form, "key": row.pk if row else None, "name": row.name if row else "", "failed": status != 200,  # noqa: PLR2004
        "stands": stands,
    }  # fmt: skip
    return render(request, "agencies/directory_change.html", values, status=status)


def _to(row: Service, saved: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('directory_service', args=[row.pk])}?saved={saved}", status=303)
