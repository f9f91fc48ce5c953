"""One situation: what one may see of it, and its record."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hub.core import access, keyset
from situations import record_page
from situations.loading import situation_for


@access.member()
def detail(request: HttpRequest, key: int) -> HttpResponse:
    """The situation and its record, from the projection and the ledger's lines alone."""
    loaded = situation_for(request, key)
    context = record_page.context_of(loaded, request.GET.get("at", ""))
    return render(request, "situations/detail.html", context | {"pager": keyset.pager(request.GET, context["found"])})
