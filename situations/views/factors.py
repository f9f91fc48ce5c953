"""Finding risk and protective factors as one types."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hub.core import access
from situations import taxonomy

FOUND = 12


@access.member()
def search(request: HttpRequest) -> HttpResponse:
    """The factors that fit `q`, category first; `kind` narrows to risk or protective. Holds nothing about anybody."""
    words, asked = request.GET.get("q", "").strip()[:80], request.GET.get("kind", "")
    kind = cast("taxonomy.Kind", asked) if asked in {"risk", "protective"} else None
    found = taxonomy.search(words, kind) if words else []
    context = {"words": words, "found": found[:FOUND], "more": max(0, len(found) - FOUND)}
    return render(request, "situations/factors_found.html", context)
