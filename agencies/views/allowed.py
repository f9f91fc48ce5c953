"""The table's words that point to nobody: the list, and what is suggested for it."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies import allowing
from agencies.choices import PhraseKind
from agencies.models import AllowedPhrase, Member, Table
from agencies.standing import standing_of
from hub.core import access
from hub.core.errors import NotVisible, RuleRefused


@access.member("GET", "POST")
def words(request: HttpRequest, key: int) -> HttpResponse:
    """The list for everybody at the table; the form for who keeps it, and suggestions for who hears them."""
    table = _table(request, key)
    if request.method == "GET":
        return _page(request, table)
    try:
        allowing.add(by=_by(request), table=table, phrase=request.POST.get("phrase", ""), kind=request.POST.get("kind", ""))
    except RuleRefused as refused:
        return _page(request, table, refused=str(refused.message), status=422)
    return _back(table)


@access.member("POST")
def end(request: HttpRequest, key: int, row: int) -> HttpResponse:
    """Take one off the list, or a suggestion away."""
    table = _table(request, key)
    found = AllowedPhrase.objects.select_related("table").filter(pk=row, table=table).first()
    if found is None:
        raise NotVisible(_("There is no such word."))
    allowing.end(by=_by(request), row=found)
    return _back(table)


def _by(request: HttpRequest) -> Member:
    return cast("Member", request.user)


def _back(table: Table) -> HttpResponse:
    return HttpResponseRedirect(reverse("table_words", args=[table.pk]), status=303)


def _table(request: HttpRequest, key: int) -> Table:
    table, member = Table.objects.filter(pk=key).first(), _by(request)
    if table is None or not (standing_of(member, table).belongs or allowing.keeps(member, table)):
        raise NotVisible(_("There is no such table, or it is not open to you."))
    return table


def _page(request: HttpRequest, table: Table, *, refused: str = "", status: int = 200) -> HttpResponse:
    rows = AllowedPhrase.objects.filter(table=table, added_on__isnull=False, ended_on=None)
    context: dict[str, Any] = {
        "table": table.name,
        "key": table.pk,
        "keeps": allowing.keeps(_by(request), table),
        "listed": list(rows.select_related("added_by")),
        "suggested": allowing.suggested_to(_by(request), table),
        "kinds": [(one.value, one.label) for one in PhraseKind],
        "typed": request.POST.get("phrase", ""),
        "refused": refused,
    }
    return render(request, "agencies/words.html", context, status=status)
