"""An agency's page: who it is, whom to speak to, who may speak for it. Open to its members and to the administrator."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies import naming, policies
from agencies.agency_forms import ContactForm, ParticularsForm, SpeakerForm
from agencies.choices import AgencyRoleKind, Regime
from agencies.models import Agency, AgencyContact, AgencyRole, Member
from agencies.page_forms import PageForm
from agencies.training import expiring
from hub.core import access
from hub.core.errors import NotVisible, RuleRefused
from hub.core.parts import Pair

SAVED = {
    "particulars": gettext_lazy("The agency's particulars are saved."),
    "contact": gettext_lazy("The contact is named."),
    "contact-ended": gettext_lazy("The contact is ended."),
    "speaker": gettext_lazy("From today this person may speak for the agency."),
    "speaker-ended": gettext_lazy("This person speaks for the agency no more. What was entered stays."),
}


@access.member("GET")
def agency(request: HttpRequest, key: int | None = None) -> HttpResponse:
    """The own agency, or for the administrator any other."""
    return _page(request, _agency(request, key))


@access.member("POST")
def particulars(request: HttpRequest, key: int) -> HttpResponse:
    """Write who the agency is."""
    row, form = _kept(request, key), ParticularsForm(request.POST)
    return _done(request, row, form, "particulars", lambda typed: naming.describe(by=_by(request), agency=row, **typed))


@access.member("POST", step_up=access.HERE)
def contacts(request: HttpRequest, key: int) -> HttpResponse:
    """Name a contact."""
    row, form = _kept(request, key), ContactForm(request.POST)
    return _done(request, row, form, "contact", lambda typed: naming.name_contact(by=_by(request), agency=row, **typed))


@access.member("POST", step_up=access.HERE)
def contact_end(request: HttpRequest, key: int, contact: int) -> HttpResponse:
    """End a contact."""
    row = _kept(request, key)
    found = AgencyContact.objects.select_related("agency").filter(agency=row, pk=contact).first()
    if found is None:
        raise NotVisible(_("There is no such contact."))
    naming.end_contact(by=_by(request), contact=found)
    return _back(row, "contact-ended")


@access.member("POST", step_up=access.HERE)
def speakers(request: HttpRequest, key: int) -> HttpResponse:
    """Name a deputy; the administrator also a representative."""
    row = _kept(request, key)
    form = SpeakerForm(request.POST, agency=row, by=_by(request))

    def name(typed: dict[str, Any]) -> None:
        role = AgencyRoleKind(typed["role"])
        naming.name_speaker(by=_by(request), agency=row, member=typed["member"], role=role)

    return _done(request, row, form, "speaker", name)


@access.member("POST", step_up=access.HERE)
def speaker_end(request: HttpRequest, key: int, role: int) -> HttpResponse:
    """End the role of somebody who speaks for the agency."""
    row = _kept(request, key)
    found = AgencyRole.objects.select_related("member__agency").filter(member__agency=row, pk=role).first()
    if found is None:
        raise NotVisible(_("There is no such role."))
    naming.end_speaker(by=_by(request), role=found)
    return _back(row, "speaker-ended")


def _by(request: HttpRequest) -> Member:
    return cast("Member", request.user)


def _agency(request: HttpRequest, key: int | None) -> Agency:
    member = _by(request)
    row = Agency.objects.filter(pk=key or member.agency_id).first()
    if row is None or not (member.agency_id == row.pk or member.is_administrator):
        raise NotVisible(_("There is no such agency, or it is not yours."))
    return row


def _kept(request: HttpRequest, key: int) -> Agency:
    row = _agency(request, key)
    policies.require_agency(_by(request), row)
    return row


def _done(
    request: HttpRequest, row: Agency, form: PageForm, saved: str, write: Callable[[dict[str, Any]], object]
) -> HttpResponse:
    if form.is_valid():
        try:
            write(form.cleaned_data)
        except RuleRefused as refused:
            form.refuse(refused)
        else:
            return _back(row, saved)
    return _page(request, row, failed=form)


def _back(row: Agency, saved: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('table_agency_of', args=[row.pk])}?saved={saved}", status=303)


def _page(request: HttpRequest, row: Agency, failed: forms.Form | None = None) -> HttpResponse:
    member = _by(request)
    row.refresh_from_db()
    context: dict[str, Any] = {
        "agency": row,
        "pairs": _pairs(row),
        "contacts": AgencyContact.objects.filter(agency=row, ended_on=None),
        "speakers": [_speaker(one, member) for one in naming.speakers(row)],
        "expiring": expiring(row),
        "keeps": policies.keeps_agency(member, row),
        "represents": policies.represents(member, row),
        "failed": failed,
        "saved": SAVED.get(request.GET.get("saved", ""), ""),
    }
    if context["keeps"]:
        context |= {
            "particulars": failed if isinstance(failed, ParticularsForm) else ParticularsForm.of(row),
            "contact": failed if isinstance(failed, ContactForm) else ContactForm(),
            "speaker": failed if isinstance(failed, SpeakerForm) else SpeakerForm(agency=row, by=member),
            "opened": type(failed).__name__,
        }
    return render(request, "agencies/agency.html", context, status=422 if failed else 200)


def _pairs(row: Agency) -> list[Pair]:
    known = [str(one.label) for one in Regime if one in row.regimes]
    pairs = [
        (_("Sector"), row.sector.replace("_", " ")), (_("Kind"), row.get_kind_display()),
        (_("Laws that it is under"), "; ".join(known)),
        (_("Towns served"), ", ".join(row.towns)), (_("Telephone"), row.phone), (_("Crisis line"), row.crisis_line),
        (_("Address"), row.address),
    ]  # fmt: skip
    return [Pair(term, text or _("not given")) for term, text in pairs]


def _speaker(one: AgencyRole, member: Member) -> dict[str, Any]:
    ended_by = member.is_administrator or one.role == AgencyRoleKind.DEPUTY
    return {
        "key": one.pk, "name": one.member.name, "position": one.member.position, "role": one.get_role_display(),
        "since": one.started_on, "may_end": ended_by,
    }  # fmt: skip
