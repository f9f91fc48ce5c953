"""Writing a situation: one form, saved while it is typed, sent when nothing is missing."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from hub.core import access, clock
from hub.core.errors import NotVisible, RuleRefused, Stale
from hub.pressing import once
from situations import draft_page, filters, guard, register, suggesting, writing
from situations.choices import Stage
from situations.draft_page import GUARDED
from situations.filters import Mover
from situations.forms import DraftForm
from situations.loading import Loaded, member_of, situation_for
from situations.models import Situation
from situations.moments import second
from situations.record_page import shared
from situations.referrals import taking_up
from situations.visibility import IDENTITY_FIELDS


@access.member("POST")
def new(request: HttpRequest) -> HttpResponse:
    """Start a draft at the table that was chosen, or at the member's only one."""
    tables = register.tables_of(member_of(request))
    chosen = request.POST.get("table", "")
    table = next((one for one in tables if chosen in ("", str(one.pk))), None)
    if table is None:
        raise NotVisible(_("There is no such table, or you do not sit at it."))
    situation = writing.start(by=member_of(request), table=table)
    return redirect("situation_write", key=situation.pk)


def _saved_already(request: HttpRequest, key: int) -> HttpResponse | None:
    return _saved(request, key) if request.headers.get("X-Autosave") else None


@access.member("GET", "POST")
@once.repeats_with(_saved_already)
def write(request: HttpRequest, key: int) -> HttpResponse:
    """The form, and everything that is done with it: autosave, save, keep what the guard asked about, send."""
    loaded = situation_for(request, key)
    if request.method == "GET" and loaded.situation.stage != Stage.DRAFT:
        return redirect("situation_detail", key=key)
    filters.require(loaded.situation, member_of(request), Mover.WRITER)
    if request.method == "GET":
        return page(request, loaded, draft_page.form_of(loaded.situation))
    filters.require_stage(loaded.situation, Stage.DRAFT)
    missing = _keep_answer(request, key)
    if request.headers.get("X-Autosave"):
        return _autosave(request, loaded)
    return _pressed(request, loaded, missing)


@access.member("POST")
def check(request: HttpRequest, key: int) -> HttpResponse:
    """The guard's question about one text as it is typed now; an empty answer when it has none."""
    loaded, member = situation_for(request, key), member_of(request)
    filters.require(loaded.situation, member, Mover.WRITER)
    field = request.POST.get("field", "")
    if field not in GUARDED:
        raise RuleRefused(_("This text is not checked."), field=field)
    typed = request.POST.get("text", "")[:5000]
    asked = draft_page.question(field, typed, loaded.situation, _kept(request, key), member)
    reply = guard.Reply.of(request.POST.dict())
    missing = reply.missing if asked and not asked.kept and reply != guard.NOTHING else ""
    return render(request, "situations/draft_question.html", {"asked": asked, "missing": missing})


@access.member("POST")
def link(request: HttpRequest, key: int) -> HttpResponse:
    """Link it to an earlier number of the own agency."""
    loaded = situation_for(request, key)
    member, number = member_of(request), request.POST.get("number", "")
    earlier = Situation.objects.filter(
        table=loaded.situation.table, originating_agency=member.agency_id, number=number
    ).exclude(number="")
    if number not in shared(loaded.projection.repeat) or not earlier:
        raise RuleRefused(_("Only an earlier situation of your own agency at this table can be linked."))
    writing.link_earlier(by=member, situation=loaded.situation, earlier=earlier[0])
    messages.info(request, _("Linked to %(number)s") % {"number": number}, extra_tags="done")
    return redirect("situation_write" if loaded.situation.stage == Stage.DRAFT else "situation_detail", key=key)


@access.member("POST")
def take_home(request: HttpRequest, key: int) -> HttpResponse:
    """Back from "ready for the table" into drafts."""
    loaded = situation_for(request, key)
    writing.take_home(by=member_of(request), situation=loaded.situation)
    return redirect("situation_write", key=key)


@access.member("POST")
def keep(request: HttpRequest, key: int) -> HttpResponse:
    """The writer's agency keeps it: it goes to no table."""
    loaded = situation_for(request, key)
    writing.keep(by=member_of(request), situation=loaded.situation)
    messages.info(request, _("Kept by your agency: it goes to no table."), extra_tags="done")
    return redirect("situation_detail", key=key)


def _autosave(request: HttpRequest, loaded: Loaded) -> JsonResponse:
    situation = loaded.situation
    form = draft_page.form_of(situation, request.POST)
    try:
        form.store(by=member_of(request), situation=situation)
        _pressed_at_question(request, situation)
    except Stale as stale:
        return JsonResponse(_versions(form, situation, stale), status=409)
    except RuleRefused as refused:
        return JsonResponse({"message": str(refused.message), "errors": {refused.field: [str(refused.message)]}}, status=422)
    return _saved(request, situation.pk, form)


def _saved(request: HttpRequest, key: int, sent: DraftForm | None = None) -> JsonResponse:
    """What is stored now; with `sent`, what of it was not taken."""
    loaded = situation_for(request, key)
    form = sent or draft_page.form_of(loaded.situation)
    shown = draft_page.context_of(loaded, form, _kept(request, key), member_of(request))
    names = ("parts", "repeat", "sealed", "duties", "alike")
    panels = {name: render_to_string(f"situations/draft_{name}.html", shown, request) for name in names}
    revision, stopped = loaded.situation.revision, [*form.stopped] if sent else []
    answer = {"revision": revision, "saved_at": second(clock.now()), "panels": panels, "stopped": stopped}
    if sent and sent.errors:
        return JsonResponse(answer | {"errors": sent.errors}, status=422)
    return JsonResponse(answer)


def _versions(form: DraftForm, situation: Situation, stale: Stale) -> dict[str, Any]:
    situation.refresh_from_db()
    found = draft_page.differences(form, draft_page.form_of(situation))
    panel = render_to_string("situations/draft_versions.html", {"differences": found, "message": stale.message})
    return {"revision": situation.revision, "values": {one.name: one.value for one in found}, "panel": panel}


def _pressed_at_question(request: HttpRequest, situation: Situation) -> None:
    """What was pressed at a question beside keeping it: a second person, or a word for the table's list."""
    field, (suggests, _colon, word) = request.POST.get("second", ""), request.POST.get("suggest", "").partition(":")
    if field in GUARDED:
        writing.have_looked_at(by=member_of(request), situation=situation, field=field)
    if suggests in GUARDED:
        suggesting.suggest(by=member_of(request), situation=situation, field=suggests, word=word)
        messages.info(request, _("Suggested for the table's list; who keeps it decides."), extra_tags="done")


def _pressed(request: HttpRequest, loaded: Loaded, missing: str) -> HttpResponse:
    """A button was pressed, with or without scripts: save, and send if that is what was pressed."""
    situation = loaded.situation
    form = draft_page.form_of(situation, request.POST)
    try:
        form.store(by=member_of(request), situation=situation)
        _pressed_at_question(request, situation)
    except Stale as stale:
        situation.refresh_from_db()
        found = draft_page.differences(form, draft_page.form_of(situation))
        return _again(request, loaded, status=409, differences=found, message=stale.message)
    except RuleRefused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused.message))
    if form.errors or missing:
        return page(request, loaded, form, status=422, missing=missing)
    if "send" in request.POST:
        return _send(request, loaded)
    messages.info(request, _("saved %(time)s") % {"time": second(clock.now())}, extra_tags="done")
    return redirect("situation_write", key=situation.pk)


def _send(request: HttpRequest, loaded: Loaded) -> HttpResponse:
    situation, member = loaded.situation, member_of(request)
    asked = draft_page.questions(situation, draft_page.form_of(situation), _kept(request, situation.pk), member)
    try:
        # that nobody could recognize them was asked when the answer was kept
        answers = {field: guard.Reply(one.kept, guard.NO) for field, one in asked.items() if one.kept}
        said = request.POST.get("recognisable", "")
        sent = writing.submit(by=member, situation=situation, answered=answers, recognisable=said)
    except RuleRefused as refused:
        situation.refresh_from_db()
        return _again(request, loaded, status=422, refused=refused)
    done = _("Sent to your screener.") if sent.stage == Stage.SCREENING else _("Ready for the table.")
    messages.info(request, done, extra_tags="done")
    return redirect("situation_detail", key=situation.pk)


def _again(
    request: HttpRequest, loaded: Loaded, *, status: int, refused: RuleRefused | None = None, **more: Any
) -> HttpResponse:
    """The same form as it was sent, on the revision of now; the envelope's fields empty, as on every load of the page."""
    data = request.POST.copy()
    data["revision"] = str(loaded.situation.revision)
    for name in (*(one.value for one in IDENTITY_FIELDS), "take_out"):
        data.pop(name, None)
    form = draft_page.form_of(loaded.situation, data)
    form.is_valid()
    if refused is not None:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused.message))
    return page(request, loaded, form, status=status, **more)


def page(request: HttpRequest, loaded: Loaded, form: DraftForm, *, status: int = 200, **more: Any) -> HttpResponse:
    """The writing page with this form."""
    context = draft_page.context_of(loaded, form, _kept(request, loaded.situation.pk), member_of(request))
    origin = taking_up.origin(loaded.situation, member=member_of(request))
    context |= {"missing": "", "origin": origin and origin.pk}
    return render(request, "situations/write.html", context | more, status=status)


def _kept(request: HttpRequest, key: int) -> dict[str, str]:
    """What the writer has said to keep, in the session: the answer outlives a reload, the page needs no hidden state."""
    kept = request.session.get(f"kept-{key}", {})
    # a list is of the version before, which asked for no reason: asked anew
    return dict(kept) if isinstance(kept, dict) else {}


def _keep_answer(request: HttpRequest, key: int) -> str:
    """Keep the writer's answer to one question; what is missing in it, in words, or nothing."""
    token = request.POST.get("kept", "")[:20]
    if not token:
        return ""
    names = ("guard_because", "guard_recognisable")
    reply = guard.Reply.of({name: request.POST.get(f"{name}-{token}", "") for name in names})
    if not reply.whole:
        return reply.missing
    request.session[f"kept-{key}"] = dict([*_kept(request, key).items(), (token, reply.because)][-40:])
    return ""
