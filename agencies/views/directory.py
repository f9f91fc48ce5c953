"""The service directory for members: a search, and one page a service. Nothing of a situation is ever read here."""

from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies import crisis, directory, directory_search
from agencies import needs as vocabulary
from agencies.belonging import tables_of
from agencies.directory_forms import SearchForm
from agencies.models import Member, Service
from agencies.opening_hours import is_open, spans
from hub.core import access, clock, keyset
from hub.core.errors import NotVisible
from hub.core.parts import Pair

SMALL = frozenset({"by", "of", "the", "on", "and", "de"})
SAVED = {
    "kept": gettext_lazy("The service is saved."),
    "ended": gettext_lazy("The service is ended: it is found no more."),
    "resumed": gettext_lazy("The service is in the directory again."),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One service in a list."""

    url: str
    name: str
    type: str
    organisation: str
    towns: str
    hours: str
    state: str
    phone: str
    call: str
    ages: str
    languages: str
    otherwise: str


@access.member("GET")
def services(request: HttpRequest) -> HttpResponse:
    """What fits a search (`?words=&town=&need=&age=&language=&open_now=&day_and_night=`), a page at a time (`?at=`)."""
    member = cast("Member", request.user)
    form = SearchForm(request.GET)
    wanted = form.wanted
    page = directory_search.found(wanted, request.GET.get("at", ""))
    towns = _towns_of(member)
    return render(
        request,
        "agencies/directory.html",
        {
            "form": form,
            "towns": towns,
            "lines": lines_of(page.rows),
            "pager": keyset.pager(request.GET, page, anchor="#found", words=keyset.IN_ORDER),
            "sought": wanted != directory_search.Wanted(),
            "numbers": crisis.numbers_for([wanted.town] if wanted.town else towns),
            "keeps_all": directory.keeps_all(member),
            "keeps_own": directory.may_keep(member, member.agency_id),
        },
    )


@access.member("GET")
def service(request: HttpRequest, key: int) -> HttpResponse:
    """All of one service. One that was ended is still there for what names it, and says so. 404 for one that never was."""
    member = cast("Member", request.user)
    row = load(key)
    entry = directory.entry_of(row)
    other = directory_search.alternatives([row]).get(row.after_hours)
    return render(
        request,
        "agencies/directory_service.html",
        {
            "key": row.pk,
            "name": row.name,
            "active": row.is_active,
            "line": " · ".join(one for one in (row.type, row.organisation) if one),
            "state": state_of(row),
            "phone": row.phone,
            "call": crisis.dialled(row.phone),
            "description": row.description,
            "website": row.website,
            "pairs": _pairs(row, entry),
            "otherwise": _otherwise(row, other),
            "always_open": row.always_open,
            "numbers": crisis.numbers_for(entry.towns),
            "keeps": directory.may_keep(member, row.agency_id) and (not row.public_crisis or directory.keeps_all(member)),
            "saved": SAVED.get(request.GET.get("saved", ""), ""),
        },
    )


def load(key: int) -> Service:
    """The service. Raises NotVisible where there is none."""
    row = Service.objects.prefetch_related("towns", "needs").filter(pk=key).first()
    if row is None:
        raise NotVisible(_("There is no such service."))
    return row


def lines_of(rows: list[Service]) -> list[Line]:
    """The services as lines of a list; one question for what they name as their after-hours alternative."""
    others = directory_search.alternatives(rows)
    return [_line(row, others.get(row.after_hours)) for row in rows]


def town_name(town: str) -> str:
    """A town as it is written: stored are lower-case ones."""
    words = town.replace("-", " - ").split()
    return " ".join(one if one in SMALL else one.capitalize() for one in words).replace(" - ", "-")


def ages(first: int | None, last: int | None) -> str:
    """ "18 and older", "up to 17", "9 to 17", "all ages"."""
    match first or None, last:
        case None, None:
            return _("all ages")
        case None, up:
            return _("up to %(age)s") % {"age": up}
        case up, None:
            return _("%(age)s and older") % {"age": up}
        case _:
            return _("%(first)s to %(last)s") % {"first": first, "last": last}


def state_of(row: Service) -> str:
    """ "open day and night", "open now", "shut now"; nothing where its hours cannot be read."""
    if row.always_open:
        return _("open day and night")
    if not spans(row.hours):
        return ""
    return _("open now") if is_open(row.hours, timezone.localtime(clock.now())) else _("shut now")


def _line(row: Service, other: Service | None) -> Line:
    name, phone = _otherwise(row, other)[:2]
    return Line(
        url=reverse("directory_service", args=[row.pk]),
        name=row.name,
        type=row.type,
        organisation=row.organisation,
        towns=_served(sorted(one.town for one in row.towns.all())),
        hours=row.hours,
        state=state_of(row),
        phone=row.phone,
        call=crisis.dialled(row.phone),
        ages=ages(row.age_from, row.age_to),
        languages=_spoken(row.languages),
        otherwise="" if row.always_open else name if phone in name else f"{name} {phone}",
    )


def _pairs(row: Service, entry: directory.Entry) -> list[Pair]:
    found = [
        (_("Hours"), row.hours),
        (_("Ages"), ages(row.age_from, row.age_to)),
        (_("Languages"), _spoken(row.languages)),
        (_("Who can use it"), row.eligibility),
        (_("Towns"), _served(list(entry.towns), short=False)),
        (_("Needs"), ", ".join(vocabulary.need_name(one) for one in entry.needs)),
        (_("Other phones"), "; ".join(row.more_phones)),
        (_("Address"), row.address),
        (_("Other addresses"), "; ".join(row.more_addresses)),
    ]
    return [Pair(term, text) for term, text in found if text]


def _otherwise(row: Service, other: Service | None) -> tuple[str, str, str, str]:
    """(name or words, phone, what a phone dials, address of its page) of what helps while it is shut."""
    if other is not None:
        return other.name, other.phone, crisis.dialled(other.phone), reverse("directory_service", args=[other.pk])
    return row.after_hours, "", "", ""


def _spoken(codes: list[str]) -> str:
    return ", ".join(vocabulary.language_name(one) for one in codes)


def _served(towns: list[str], *, short: bool = True) -> str:
    if not towns:
        return _("everywhere")
    shown = towns[:4] if short else towns
    more = len(towns) - len(shown)
    names = ", ".join(town_name(one) for one in shown)
    return _("%(towns)s and %(more)s more") % {"towns": names, "more": more} if more else names


def _towns_of(member: Member) -> list[str]:
    """What is offered as a town: those of the own agency and of the own tables."""
    named: list[Any] = [*member.agency.towns, *(town for table in tables_of(member) for town in table.towns)]
    return sorted({str(one) for one in named})
