"""The page of the lead and assisting agencies at filter 4: what they do, when, and what came of it.

Each part has an address of its own to post to; it answers with the page, the changed part marked, or with the page as it was
typed and the message at its field, a question of the de-identification guard above it.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from agencies.models import Agency
from hub.core import access
from hub.core.errors import NotVisible, RuleRefused
from hub.core.parts import Action, Finding, Piece
from situations import conclusion, identity, involvement, mobilising, plan
from situations.choices import Stage
from situations.deidentify import segments
from situations.guard import NOTHING, GuardAsks, GuardRefuses, Reply
from situations.links import link
from situations.loading import Loaded, member_of, situation_for
from situations.models import Involvement, PlanStep
from situations.plan_forms import ContactForm, PlanForm, ReportBackForm, ServiceForm, StepForm, VisitForm
from situations.projection import Plan
from situations.views.plan_page import agencies_with_a_role, context_of

PARTS = frozenset({"visit", "steps", "services", "contacts", "report-backs"})


@access.member("GET")
def intervention(request: HttpRequest, key: int) -> HttpResponse:
    """The page. 404 to outsiders, 403 to seats without a role; without today's pledge it says where to give it."""
    loaded = situation_for(request, key)
    if _only_the_pledge_is_missing(loaded):
        way = f"{reverse('pledge')}?{urlencode({'next': request.path})}"
        action = Action(_("Give today's pledge"), kind="go", href=way)
        return render(request, "situations/intervention_pledge.html", {"action": action}, status=403)
    involvement.require_role(loaded.situation, member_of(request))
    return _page(request, loaded)


@access.member("POST")
def visit(request: HttpRequest, key: int) -> HttpResponse:
    """Set or change the next appointment."""
    loaded = _with_role(request, key)
    return _carry_out(request, loaded, VisitForm(request.POST), "visit", plan.set_visit)


@access.member("POST")
def steps(request: HttpRequest, key: int) -> HttpResponse:
    """Give a task to an agency with a role."""
    loaded = _with_role(request, key)
    form = StepForm(request.POST, agencies=agencies_with_a_role(loaded.projection))

    def add(*, agency: str, **data: Any) -> None:
        plan.add_step(agency=Agency.objects.get(pk=int(agency)), **data)

    return _carry_out(request, loaded, form, "steps", add)


@access.member("POST")
def step_done(request: HttpRequest, key: int, step: int) -> HttpResponse:
    """Mark a task done, or (`done=no`) not done after all."""
    loaded = _with_role(request, key)
    row = PlanStep.objects.filter(pk=step, situation=loaded.situation).first()
    if row is None:
        raise NotVisible(_("There is no such task."), situation=loaded.situation)
    done = request.POST.get("done") != "no"
    plan.finish_step(by=member_of(request), situation=loaded.situation, step=row, done=done)
    return _back(loaded, "steps")


@access.member("POST")
def services(request: HttpRequest, key: int) -> HttpResponse:
    """Record what a service of one's own agency has become."""
    loaded = _with_role(request, key)
    return _carry_out(request, loaded, ServiceForm(request.POST), "services", plan.record_service)


@access.member("POST")
def contacts(request: HttpRequest, key: int) -> HttpResponse:
    """Log a contact, or that none was made."""
    loaded = _with_role(request, key)
    form = ContactForm(request.POST, agencies=agencies_with_a_role(loaded.projection))
    return _carry_out(request, loaded, form, "contacts", plan.log_contact)


@access.member("POST")
def report_backs(request: HttpRequest, key: int) -> HttpResponse:
    """The lead's line to the table."""
    loaded = _with_role(request, key)
    return _carry_out(request, loaded, ReportBackForm(request.POST), "report-backs", conclusion.report_back)


def _with_role(request: HttpRequest, key: int) -> Loaded:
    loaded = situation_for(request, key)
    involvement.require_role(loaded.situation, member_of(request))
    return loaded


def _only_the_pledge_is_missing(loaded: Loaded) -> bool:
    standing = loaded.standing
    if standing.pledged or not standing.speaks or loaded.situation.stage not in {Stage.FILTER4, Stage.CONCLUDED}:
        return False
    # a role is the agency's own fact: saying that only the pledge is missing tells it nothing new
    roles = Involvement.objects.filter(situation=loaded.situation, agency_id=standing.agency_id, ended_at=None)
    return roles.exclude(accepted_at=None).exists()


def _carry_out(request: HttpRequest, loaded: Loaded, form: PlanForm, part: str, verb: Callable[..., object]) -> HttpResponse:
    if form.is_valid():
        try:
            verb(by=member_of(request), situation=loaded.situation, **form.given)
        except RuleRefused as refused:
            form.refuse(refused)
        else:
            return _back(loaded, part)
    return _page(request, loaded, form)


def _back(loaded: Loaded, part: str) -> HttpResponse:
    page = reverse("intervention", args=[loaded.situation.pk])
    return HttpResponseRedirect(f"{page}?saved={part}#{part}", status=303)


def _page(request: HttpRequest, loaded: Loaded, sent: PlanForm | None = None) -> HttpResponse:
    seen = loaded.projection
    agencies = agencies_with_a_role(seen)
    others = [one for one in agencies if one.id != loaded.standing.agency_id]
    now = seen.plan.visit if isinstance(seen.plan, Plan) else None
    forms: dict[str, PlanForm] = {
        "visit": VisitForm(initial={name: getattr(now, name) for name in VisitForm.base_fields} if now else None),
        "step": StepForm(agencies=agencies, initial={"agency": str(loaded.standing.agency_id)}),
        "service": ServiceForm(),
        "contact": ContactForm(agencies=others, initial={"consent_now": ""}),
        "report": ReportBackForm(),
    }
    if sent is not None:
        forms[sent.part] = sent
    sealed = bool(identity.sealed_fields(loaded.situation))
    context = context_of(loaded) | {
        "forms": forms,
        "failed": sent.part if sent else "",
        "saved": request.GET.get("saved", "") if request.GET.get("saved") in PARTS else "",
        "question": _question(sent),
        "offers": mobilising.fitting(loaded.situation, seen, loaded.situation.table.towns),
        "identity_url": link("situation_identity", key=seen.key) if sealed and seen.openable else "",
    }
    return render(request, "situations/intervention.html", context, status=422 if sent else 200)


def _question(sent: PlanForm | None) -> dict[str, Any] | None:
    """What the guard found in the text just sent, marked in it, with the ways on."""
    if sent is None or sent.asked is None:
        return None
    asked, field = sent.asked, sent.asked.field
    found = [one for name, one in asked.found if name == field]
    reply = Reply.of(sent.data)
    asks = isinstance(asked, GuardAsks)
    return {
        "pieces": [Piece(text, found=one is not None) for text, one in segments(asked.texts[field], found)],
        "findings": [Finding(one.found, one.says) for one in found],
        "asks": asks,
        "missing": reply.missing if asks and reply != NOTHING else "",
        "note": _stopping(found) if not asks else "",
        "change": Action(_("Change the text"), kind="go", href=f"#{sent.part}_{field}"),
        "keep": _way_on(asked),
    }


def _stopping(found: Sequence[object]) -> str:
    if not found:
        return _("This could not be checked for names: it cannot be sent like this")
    return _("This points to a person: it cannot be sent like this")


def _way_on(asked: GuardRefuses) -> Action | None:
    if isinstance(asked, GuardAsks):
        return Action(_("It points to nobody: send it"), name="guard_send", value="1")
    if asked.code == "guardstops":
        return Action(_("Have a second person look at it"), name="guard_second", value="1")
    return None
