"""The privacy office: who opened what, what is overdue, and all of it as files. Never a profile, never an identity."""

import csv
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from agencies.models import Member
from hub.core import access, clock, keyset
from hub.core.errors import NotAllowed, NotVisible
from hub.core.text import whole_number
from situations import noticing, privacy_office
from situations import privacy_page as page
from situations.loading import member_of
from situations.moments import said
from situations.privacy_office import Office, Opening

A_PAGE = 25
LOOKED = 500
"""The newest openings, among which marks are looked for."""
SHOWN = 10
"""Lines of the smaller lists; the files have all of them."""


@access.member("GET")
def privacy(request: HttpRequest) -> HttpResponse:
    """One table: `?table=`, else the first. `?only=unusual` leaves out what has no mark; `?at=` is a page's cursor."""
    member, office, offices = _office(request)
    openings = privacy_office.openings(office, LOOKED)
    unusual = [one for one in openings if one.marks]
    only = request.GET.get("only") == "unusual"
    lines = _cut(unusual if only else openings, request.GET.get("at", ""), office)
    checkpoints = privacy_office.last_checkpoints(office)
    context = {
        "office": _described(office),
        "tables": [(one.table.pk, one.table.name, one.table.pk == office.table.pk) for one in offices],
        "notices": page.notice_lines(member),
        "glass": page.glass_lines(office),
        "openings": page.opening_lines(office, lines.rows),
        "counts": {"all": len(openings), "unusual": len(unusual), "full": len(openings) == LOOKED},
        "only": only,
        "pager": keyset.pager(request.GET, lines, anchor="#openings"),
        "refused": _section(office, member, "refused"),
        "desks": _section(office, member, "desks"),
        "pledges": _section(office, member, "pledges"),
        "agreements": _section(office, member, "agreements"),
        "retention": _section(office, member, "retention"),
        "checkpoint": page.checkpoint_state(checkpoints),
    }
    return render(request, "situations/privacy.html", context)


@access.member("GET", step_up=access.HERE)
def export(request: HttpRequest, section: str) -> HttpResponse:
    """One section as CSV in UTF-8, all its lines; a cell that a spreadsheet would compute begins with an apostrophe."""
    member, office, _offices = _office(request)
    make = page.SECTIONS.get(section)
    if make is None:
        raise NotVisible(_("There is no such list."))
    sheet = make(office, member, page.exact, None)
    name = f"{section}-{office.table.slug}-{clock.today().isoformat()}.csv"
    # the mark at the start tells spreadsheets that it is UTF-8
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    csv.writer(answer).writerows([page.harmless(cell) for cell in line] for line in (sheet.columns, *sheet.lines))
    return answer


@access.member("POST")
def seen(request: HttpRequest) -> HttpResponse:
    """Put away notices of one's own that were read (`notice`, one or several); then back to `next`."""
    keys = [key for key in map(whole_number, request.POST.getlist("notice")) if key is not None]
    noticing.put_away(by=member_of(request), keys=keys)
    after = request.POST.get("next", "")
    return redirect(after if url_has_allowed_host_and_scheme(after, allowed_hosts=None) else "today")


def _office(request: HttpRequest) -> tuple[Member, Office, list[Office]]:
    member = member_of(request)
    offices = privacy_office.offices_of(member)
    if not offices:
        raise NotAllowed(_("This page is for privacy officers."))
    asked = request.GET.get("table", "")
    found = next((one for one in offices if str(one.table.pk) == asked), None if asked else offices[0])
    if found is None:
        raise NotVisible(_("There is no such table, or you are not a privacy officer at it."))
    return member, found, offices


def _cut(openings: list[Opening], at: str, office: Office) -> keyset.Cut[Opening]:
    of = f"openings:{office.table.pk}:{office.member_id}"
    place = keyset.place(at, of=of)
    return keyset.cut(keyset.from_list(openings, place, _spot), place, of=of, size=A_PAGE, spot=_spot)


def _spot(one: Opening) -> keyset.Spot:
    return one.entry.at, one.entry.pk


def _described(office: Office) -> dict[str, Any]:
    return {"key": office.table.pk, "table": office.table.name, "whole": office.whole}


def _section(office: Office, member: Member, name: str) -> dict[str, Any]:
    sheet = page.SECTIONS[name](office, member, said, SHOWN + 1)
    return {"columns": sheet.columns, "rows": sheet.rows[:SHOWN], "more": len(sheet.lines) > SHOWN}
