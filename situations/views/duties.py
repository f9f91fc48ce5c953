"""What the law asks of the own agency before a situation is sent: reading about a duty to report, naming a source."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from hub.core import access
from hub.core.errors import RuleRefused
from situations import draft_page, screening_stops
from situations.choices import Stage
from situations.forms import ReasonForm, SourceForm
from situations.loading import Loaded, member_of, situation_for
from situations.views import screening, writing


@access.member("POST")
def reportable(request: HttpRequest, key: int) -> HttpResponse:
    """The member has read that this looks reportable; asked once for each sign."""
    loaded = situation_for(request, key)
    screening_stops.acknowledge(by=member_of(request), situation=loaded.situation)
    messages.info(request, _("You have read it; the time is recorded."), extra_tags="done")
    return _back(loaded)


@access.member("POST")
def source(request: HttpRequest, key: int) -> HttpResponse:
    """Where a police agency's facts of violence come from. What is missing is said at its field."""
    loaded = situation_for(request, key)
    form = SourceForm(request.POST)
    form.is_valid()
    try:
        screening_stops.name_source(
            by=member_of(request), situation=loaded.situation, source=form.cleaned_data.get("source", ""),
            authorized_on=form.cleaned_data.get("authorized_on"), namely=form.cleaned_data.get("namely", ""),
        )  # fmt: skip
    except RuleRefused as refused:
        if refused.field not in form.fields:
            raise
        if refused.field not in form.errors:
            form.add_error(refused.field, str(refused.message))
        return _again(request, loaded, form)
    messages.info(request, _("The source is recorded."), extra_tags="done")
    return _back(loaded)


def _back(loaded: Loaded) -> HttpResponse:
    name = "situation_screen" if loaded.situation.stage == Stage.SCREENING else "situation_write"
    return redirect(name, key=loaded.situation.pk)


def _again(request: HttpRequest, loaded: Loaded, sent: SourceForm) -> HttpResponse:
    duties = draft_page.duties_of(loaded.situation, sent)
    if loaded.situation.stage == Stage.SCREENING:
        empty = ReasonForm(initial={"revision": loaded.projection.revision})
        return screening.page(request, loaded, empty, status=422, duties=duties)
    return writing.page(request, loaded, draft_page.form_of(loaded.situation), status=422, duties=duties)
