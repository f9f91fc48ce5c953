"""The directory as a file: in, with a report of what was not understood, and out."""

from tempfile import TemporaryFile
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies import directory, hsds_export, hsds_import
from agencies.directory_forms import ImportForm
from agencies.models import Member, Service, ServiceImport
from hub.core import access, clock
from hub.core.errors import NotAllowed, NotVisible

SHOWN = 20


@access.member("GET", "POST")
def imports(request: HttpRequest) -> HttpResponse:
    """The directory as a file, for every member; for who keeps all services also the earlier imports, and a file to take in."""
    member = cast("Member", request.user)
    keeps_all = directory.keeps_all(member)
    if request.method != "POST":
        return _page(request, ImportForm(), keeps_all=keeps_all)
    if not keeps_all:
        raise NotAllowed(_("A directory is imported by the administrator or the table's coordinator."))
    access.require_step_up(request, access.HERE)
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, keeps_all=True, status=422)
    file = form.cleaned_data["file"]
    if file.size > hsds_import.BY_PAGE:
        form.add_error("file", _("This file has more than 20 MB. The command import_services takes it on the server."))
        return _page(request, form, keeps_all=True, status=422)
    made = hsds_import.bring_in(
        by=member,
        file=file.file,
        name=file.name or "",
        end_missing=form.cleaned_data["end_missing"],
        most=hsds_import.SERVICES_BY_PAGE,
        unpacked=hsds_import.UNPACKED_BY_PAGE,
    )
    return HttpResponseRedirect(reverse("directory_report", args=[made.pk]), status=303)


@access.member("GET")
def report(request: HttpRequest, key: int) -> HttpResponse:
    """What became of one file. 404 for who does not keep all services."""
    made = ServiceImport.objects.select_related("by").filter(pk=key).first()
    if made is None or not directory.keeps_all(cast("Member", request.user)):
        raise NotVisible(_("There is no such import."))
    return render(request, "agencies/directory_report.html", {"line": _line(made), "remarks": _remarks(made)})


@access.member("GET")
def export(request: HttpRequest, form: str) -> HttpResponse:
    """The whole directory as `json` or `csv`; 404 for another form."""
    if form not in hsds_export.FORMS:
        raise NotVisible(_("There is no such form of the directory."))
    write, kind, name = hsds_export.FORMS[form]
    with TemporaryFile() as file:
        write(file)
        file.seek(0)
        content = file.read()
    headers = {"Content-Disposition": f'attachment; filename="{clock.today():%Y-%m-%d}-{name}"'}
    return HttpResponse(content, content_type=kind, headers=headers)


def _page(request: HttpRequest, form: ImportForm, *, keeps_all: bool, status: int = 200) -> HttpResponse:
    made = ServiceImport.objects.select_related("by")[:SHOWN] if keeps_all else []
    values = {"form": form, "keeps_all": keeps_all, "lines": [_line(one) for one in made]}
    return render(request, "agencies/directory_imports.html", values, status=status)


def _remarks(made: ServiceImport) -> list[dict[str, Any]]:
    """The report with the services that are named in it, as (id, its page's number or None where nothing stands under it)."""
    named = [one.get("services", ()) for one in made.report]
    pages = dict(Service.objects.filter(key__in={key for keys in named for key in keys}).values_list("key", "pk"))
    found = []
    for one, keys in zip(made.report, named, strict=True):
        more = one["times"] - len(keys) if keys else 0
        found.append(one | {"services": [(key, pages.get(key)) for key in keys], "more": more})
    return found


def _line(made: ServiceImport) -> dict[str, Any]:
    return {
        "key": made.pk,
        "name": made.file_name,
        "at": made.at,
        "by": made.by.name if made.by else _("command line"),
        "refused": hsds_import.was_refused(made),
        "added": made.added,
        "changed": made.changed,
        "ended": made.ended,
        "remarks": len(made.report),
        "hash": made.file_hash,
    }
