"""The screener's page: filter 1 inside the own agency."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.core import access
from hub.core.errors import RuleRefused
from situations import draft_page, filters, record_page, screening
from situations.choices import Stage
from situations.filters import Mover
from situations.forms import ReasonForm
from situations.loading import Loaded, member_of, situation_for
from situations.models import Situation

DECISIONS: dict[str, tuple[Callable[..., Situation], Any]] = {
    "pass": (screening.pass_on, gettext_lazy("Passed on: ready for the table.")),
    "back": (screening.send_back, gettext_lazy("Sent back to the writer.")),
    "keep": (screening.keep, gettext_lazy("Kept by your agency: it goes to no table.")),
}


@access.member("GET", "POST")
def screen(request: HttpRequest, key: int) -> HttpResponse:
    """Read it all, then pass it on, send it back, or keep it."""
    loaded = situation_for(request, key)
    filters.require(loaded.situation, member_of(request), Mover.SCREENER)
    if request.method == "POST":
        return _decide(request, loaded)
    if loaded.situation.stage != Stage.SCREENING:
        return redirect("situation_detail", key=key)
    return page(request, loaded, ReasonForm(initial={"revision": loaded.projection.revision}))


def _decide(request: HttpRequest, loaded: Loaded) -> HttpResponse:
    form = ReasonForm(request.POST)
    form.is_valid()
    decision = DECISIONS.get(request.POST.get("decision", ""))
    if decision is None:
        raise RuleRefused(_("Pass it on, send it back, or keep it."))
    decide, done = decision
    more = {} if decide is screening.pass_on else {"because": form.cleaned_data.get("because", "")}
    try:
        if more and form.errors:
            return page(request, loaded, form, status=422)
        decide(by=member_of(request), situation=loaded.situation, revision=form.cleaned_data.get("revision"), **more)
    except RuleRefused as refused:
        if refused.situation is None and refused.field != "because":
            raise
        form.add_error("because" if refused.field == "because" else None, str(refused.message))
        return page(request, loaded, form, status=422)
    messages.info(request, str(done), extra_tags="done")
    return redirect("situation_detail", key=loaded.situation.pk)


def page(request: HttpRequest, loaded: Loaded, form: ReasonForm, *, status: int = 200, **more: Any) -> HttpResponse:
    """The screener's page with this form."""
    duties = draft_page.duties_of(loaded.situation)
    context = record_page.context_of(loaded) | {"form": form, "duties": duties, "key": loaded.situation.pk} | more
    return render(request, "situations/screen.html", context, status=status)
