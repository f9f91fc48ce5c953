"""One situation: what one may see of it, and its record."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hub.core import access
from situations import record_page
from situations.loading import situation_for


@access.member()
def detail(request: HttpRequest, key: int) -> HttpResponse:
    """The situation and its record, from the projection and the ledger's lines alone."""
    loaded = situation_for(request, key)
    return render(request, "situations/detail.html", record_page.context_of(loaded))
