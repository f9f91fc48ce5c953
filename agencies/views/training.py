"""Who is trained: by agency, as a page and as a sheet; and the form to record a training."""

import csv
from collections.abc import Iterable
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies import policies, training
from agencies.choices import TrainingKind
from agencies.models import Agency, Member, Table, Training
from agencies.training_forms import TrainingForm
from hub.core import access, clock
from hub.core.errors import NotVisible, RuleRefused
from hub.core.text import whole_number

FORMULA = ("=", "+", "-", "@", "\t", "\r")
LATEST = 50
"""Entries of one agency that are listed with a press to take them out."""
SAVED = {
    "recorded": gettext_lazy("The training is recorded."),
    "struck": gettext_lazy("The entry is taken out. The history keeps it."),
}


@access.member("GET")
def trained(request: HttpRequest) -> HttpResponse:
    """Of the own agency; `?agency=` another that one keeps; `?table=` every agency at a table, for who runs it."""
    return _page(request)


@access.member("GET", step_up=access.HERE)
def sheet(request: HttpRequest) -> HttpResponse:
    """The same as CSV, for a spreadsheet."""
    agencies, _table = _agencies(request)
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="training-{clock.today().isoformat()}.csv"'
    head = [_("Agency"), _("Person"), _("As"), *(str(one.label) for one in TrainingKind)]
    lines = ([one.agency, one.name, one.role, *one.cells] for one in training.report(agencies))
    csv.writer(answer).writerows([_harmless(str(cell)) for cell in line] for line in (head, *lines))
    return answer


@access.member("POST")
def record(request: HttpRequest, key: int) -> HttpResponse:
    """Record a training of somebody of this agency."""
    agency = _one(_by(request), key)
    training.require_keeper(_by(request), agency)
    form = TrainingForm(request.POST, agency=agency)
    if form.is_valid():
        try:
            training.record(by=_by(request), **form.cleaned_data, answered=request.POST.dict())
        except RuleRefused as refused:
            form.refuse(refused)
        else:
            return _back(agency, "recorded")
    return _page(request, agency, form)


@access.member("POST")
def strike(request: HttpRequest, key: int) -> HttpResponse:
    """Take out an entry made by mistake."""
    row = Training.objects.select_related("member__agency").filter(pk=key).first()
    if row is None:
        raise NotVisible(_("There is no such entry, or it is not open to you."))
    agency = _one(_by(request), row.member.agency_id)
    training.strike(by=_by(request), training=row)
    return _back(agency, "struck")


def _by(request: HttpRequest) -> Member:
    return cast("Member", request.user)


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet cannot take for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _back(agency: Agency, saved: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('table_training')}?agency={agency.pk}&saved={saved}", status=303)


def _one(member: Member, key: int) -> Agency:
    agency = Agency.objects.filter(pk=key).first()
    if agency is None or not (member.agency_id == agency.pk or training.keeps(member, agency)):
        raise NotVisible(_("There is no such agency, or it is not open to you."))
    return agency


def _agencies(request: HttpRequest) -> tuple[Iterable[Agency], Table | None]:
    member, key = _by(request), whole_number(request.GET.get("table", ""))
    if key is None:
        return [_one(member, whole_number(request.GET.get("agency", "")) or member.agency_id)], None
    table = Table.objects.filter(pk=key).first()
    if table is None or not (policies.keeps_table(member, table) or policies.facilitates(member, table)):
        raise NotVisible(_("There is no such table, or it is not open to you."))
    return Agency.objects.filter(seats__table=table, seats__ended_on=None), table


def _page(request: HttpRequest, agency: Agency | None = None, form: TrainingForm | None = None) -> HttpResponse:
    member = _by(request)
    agencies, table = ([agency], None) if agency else _agencies(request)
    agency = None if table else next(iter(agencies))
    asked = {"table": table.pk} if table else {"agency": agency.pk if agency else 0}
    context: dict[str, Any] = {
        "people": training.report(agencies),
        "kinds": [one.label for one in TrainingKind],
        "agency": agency, "table": table,
        "demanded": [one.label for one in TrainingKind if table and one in table.demands_training],
        "sheet": "&".join(f"{name}={value}" for name, value in asked.items()),
        "keeps": agency is not None and training.keeps(member, agency),
        "saved": SAVED.get(request.GET.get("saved", ""), ""),
    }  # fmt: skip
    if agency is not None and context["keeps"]:
        rows = Training.objects.filter(member__agency=agency).select_related("member", "given_by")[:LATEST]
        context |= {"form": form or TrainingForm(agency=agency), "entries": rows, "failed": form is not None}
    return render(request, "agencies/training.html", context, status=422 if form else 200)
