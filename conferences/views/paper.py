"""The meeting on paper: to print or save it at any moment, and to enter afterwards what was decided on it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.models import Agency
from conferences import paper_entry, paper_print
from conferences.choices import ItemKind
from conferences.loading import LoadedConference, conference_for, item_for
from conferences.models import AgendaItem
from conferences.paper import SHOWN, paper_for
from conferences.paper_forms import PaperForm
from hub.core import access
from hub.core.errors import NotAllowed, RuleRefused
from hub.core.parts import Action
from hub.core.snapshot import snapshot
from hub.core.text import whole_number
from situations.disclosure import audiences, disclose
from situations.guard import GuardRefuses


@access.member("GET")
def paper(request: HttpRequest, key: int) -> HttpResponse:
    """The page, which prints and can be saved; once loaded it needs no server. Refused as `paper_for`."""
    with snapshot():
        loaded = conference_for(request, key)
        found = paper_for(loaded.conference, loaded.standing)
    return render(request, "conferences/paper.html", {
        "paper": found,
        "sealed": paper_print.sealed(),
        "back_url": reverse("board" if found.opened_at else "conference_detail", args=[key]),
        "entry_url": reverse("paper_entry", args=[key]) if paper_entry.may_enter(loaded.conference, loaded.member) else "",
        "print": Action(_("Print"), icon="print", attrs={"data-print": ""}),
        "save": Action(_("Save as PDF"), icon="down", href=reverse("paper_pdf", args=[key])),
    })  # fmt: skip


@access.member("GET")
def paper_pdf(request: HttpRequest, key: int) -> HttpResponse:
    """The same as a tagged PDF."""
    with snapshot():
        loaded = conference_for(request, key)
        found = paper_for(loaded.conference, loaded.standing)
    name = f"paper-{timezone.localtime(found.made_at):%Y-%m-%d-%H%M}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(paper_print.document(found), content_type="application/pdf", headers=headers)


@access.member("GET", "POST")
def entry(request: HttpRequest, key: int) -> HttpResponse:
    """Enter the decisions about one situation (`item`), all or none.

    Raises NotAllowed for all but who presides, RuleRefused once the conference is closed.
    """
    loaded = conference_for(request, key)
    if loaded.conference.is_closed and loaded.standing.facilitates:
        raise RuleRefused(_("This conference is closed and what was undone is carried over: decide it at the next one."))
    if not loaded.standing.presides:
        raise NotAllowed(_("Only who presides over this conference enters what was decided on paper."))
    chosen = request.POST.get("item") or request.GET.get("item") or ""
    known = _known(loaded)
    if request.method == "GET":
        item = next((one for one, _number in known if str(one.pk) == chosen and not one.result), None) or _next(request, known)
        return _page(request, loaded, known, item, _form(loaded, item) if item else None)
    item = item_for(loaded, whole_number(chosen) or 0)
    form = _form(loaded, item, request.POST)
    if not (form.is_valid() and _entered(loaded, item, form)):
        return _page(request, loaded, known, item, form, status=422)
    return redirect(f"{reverse('paper_entry', args=[key])}?entered={item.pk}")


def _entered(loaded: LoadedConference, item: AgendaItem, form: PaperForm) -> bool:
    sitting = loaded.conference.sitting
    if sitting is None:
        raise RuleRefused(_("This conference has not been opened."))
    try:
        decisions = form.decisions(sitting)
        paper_entry.enter(by=loaded.member, conference=loaded.conference, item=item, decisions=decisions)
    except RuleRefused as refused:
        form.refuse(refused)
        form.asked = refused if isinstance(refused, GuardRefuses) else None
        return False
    return True


def _form(loaded: LoadedConference, item: AgendaItem, data: Any = None) -> PaperForm:
    agencies = Agency.objects.filter(seats__table=loaded.conference.table, seats__ended_on=None).order_by("short_name")
    return PaperForm(data, agencies=list(agencies), follow_up=item.kind == ItemKind.FOLLOW_UP)


def _known(loaded: LoadedConference) -> list[tuple[AgendaItem, str]]:
    """The agenda, each item with the words by which this reader may know it."""
    items = list(loaded.conference.items.select_related("situation__table", "situation__originating_agency"))
    known = audiences([one.situation for one in items], [loaded.standing])
    pairs = ((one, known[one.situation_id, loaded.standing.member_id]) for one in items)
    return [(one, str(disclose(one.situation, audience, only=SHOWN).number)) for one, audience in pairs if audience]


def _next(request: HttpRequest, known: list[tuple[AgendaItem, str]]) -> AgendaItem | None:
    """What is entered next: the first undecided after the one just entered, as the sheets lie on each other."""
    order = [one.pk for one, _number in known]
    said = whole_number(request.GET.get("entered", ""))
    place = order.index(said) if said in order else -1
    items = [one for one, _number in known]
    return next((one for one in items[place + 1 :] + items if not one.result), None)


def _page(
    request: HttpRequest, loaded: LoadedConference, known: list[tuple[AgendaItem, str]], item: AgendaItem | None,
    form: PaperForm | None, *, status: int = 200,
) -> HttpResponse:  # fmt: skip
    said = whole_number(request.GET.get("entered", ""))
    undecided = [(one, number) for one, number in known if not one.result]
    context = {
        "conference": loaded.conference.pk,
        "items": [(one.pk, number, item is not None and one.pk == item.pk) for one, number in undecided],
        "item": item.pk if item else 0,
        "number": next((number for one, number in undecided if item and one.pk == item.pk), ""),
        "form": form,
        "entered": next((number for one, number in known if one.pk == said), ""),
    }
    return render(request, "conferences/paper_entry.html", context, status=status)
