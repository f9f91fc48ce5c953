"""The public door, one block of questions a page. Each page is the answer to a POST that carries what was answered so far.

No cross-site token: nothing of a session counts here, and nobody is signed in by it. A form that somebody else's site
sends leads to the empty page (`referral_page.from_our_pages`), because it could hold answers, or a code, of its maker.
"""

import time
from dataclasses import asdict, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from agencies import public_lines
from hub.core import access, languages
from hub.core.errors import RuleRefused
from hub.core.text import whole_number
from situations.models import IntakeDesk
from situations.referral_forms import BLOCKS, Block, block_of
from situations.referrals import bringing, limits, proof_of_work, reachable, receipts, steps
from situations.referrals import desk as desks
from situations.referrals.answers import Danger
from situations.referrals.steps import State
from situations.views import referral_receipt
from situations.views.referral_page import address_of, from_our_pages, page, spoken, wanted
from situations.views.referral_words import CALL, SENT, TYPE, WORDS

TOWN_CHARACTERS = 60
LEAST_WAIT = 3
"""Seconds that the page of the pause says at least, so that who counts along is never too early."""


@csrf_exempt
@access.public("GET", "POST")
@languages.in_every_language
@from_our_pages
def start(request: HttpRequest) -> HttpResponse:
    """Where to ask for help; by POST every step from there on."""
    state = steps.opened(request.POST.get("state", ""))
    with translation.override(wanted(request.POST, state.language) if state else spoken(request)):
        return _stepped(request, state) if state else _chosen(request)


@access.public("GET")
@languages.in_every_language
def desk(request: HttpRequest, number: int) -> HttpResponse:
    """Straight to one desk, as a leaflet may say; to the choice of all if it is not open."""
    with translation.override(spoken(request)):
        found = next((one for one in reachable.desks() if one.pk == number), None)
        return _show(steps.BEFORE, _new(found), found) if found else _choice(reachable.desks())


def _chosen(request: HttpRequest) -> HttpResponse:
    """The town, then the desk; one desk needs no choice. Also where a page leads that was open for too long."""
    found, posted = reachable.desks(), request.POST
    town = posted.get("town", "").replace("\0", "").strip()[:TOWN_CHARACTERS]
    picked = whole_number(posted.get("desk", ""))
    here = reachable.desks_in(town, found) if town else found
    one = next((each for each in found if each.pk == picked), None) or (here[0] if len(here) == 1 else None)
    if one is not None:
        too_old = bool(posted.get("state"))
        return _show(steps.BEFORE, _with_typed(_new(one, town), request), one, too_old=too_old)
    if town or not found:
        return _desks_of(town, here) if here else _none(town)
    return _choice(found)


def _choice(found: list[IntakeDesk]) -> HttpResponse:
    towns = reachable.towns(found)
    return page("start", {"towns": towns}) if towns else _desks_of("", found) if found else _none("")


def _desks_of(town: str, found: list[IntakeDesk]) -> HttpResponse:
    return page("desks", {"desks": found, "town": town}, town=town)


def _none(town: str) -> HttpResponse:
    return page("none", {"town": town, "tables": public_lines.tables_in(town) or _everywhere()}, town=town)


def _everywhere() -> list[public_lines.PublicTable]:
    found = {one.name: one for town in public_lines.towns() for one in public_lines.tables_in(town.name)}
    return [found[name] for name in sorted(found)]


def _new(desk: IntakeDesk, town: str = "") -> State:
    state = State(desk=desk.pk, language=translation.get_language() or "en", bits=limits.bits())
    return state.answered({"town": town})


def _with_typed(state: State, request: HttpRequest) -> State:
    """What was typed on a page that was open for too long is not lost."""
    block = BLOCKS.get(request.POST.get("step", ""))
    kept = block(request.POST).kept() if block else None
    return state.answered(kept) if kept else state


def _stepped(request: HttpRequest, state: State) -> HttpResponse:
    posted = request.POST
    step, go = posted.get("step", ""), posted.get("go", "on")
    # what was sent is sent, whatever became of the desk since
    rows = IntakeDesk.objects.select_related("table", "agency") if step in {SENT, TYPE} else desks.offered_to_families()
    found = rows.filter(pk=state.desk).first()
    if found is None:
        return _none(state.answers.town)
    state = replace(state, language=translation.get_language() or "en", trapped=state.trapped or bool(posted.get("website")))
    if step in {SENT, TYPE}:
        return _after_sending(request, state, found, step)
    if "language" in posted:
        block = block_of(step, state.answers)
        return _show(step, state, found, block(initial=posted.dict()) if block else None)
    return _answered(request, state, found, step, go)


def _answered(request: HttpRequest, state: State, desk: IntakeDesk, step: str, go: str) -> HttpResponse:
    block = block_of(step, state.answers)
    if block is not None:
        form = block(request.POST)
        kept = (form.cleaned_data if form.is_valid() else None) if go == "on" else form.kept()
        if kept is None:
            return _show(step, state, desk, form, status=422)
        state = state.answered(kept)
    if go == "send":
        return _sent(request, state, desk)
    if go == "back":
        return _show(steps.WHAT if step == CALL else steps.before(step, state), state, desk)
    if go.startswith("edit:"):
        return _show(go.removeprefix("edit:"), state, desk)
    if step == steps.WHAT and state.answers.danger == Danger.YES:
        return _show(CALL, state, desk)
    return _show(steps.after(steps.WHAT if step == CALL else step, state), state, desk)


def _show(step: str, state: State, desk: IntakeDesk, form: Block | None = None, **context: Any) -> HttpResponse:
    status = context.pop("status", 200)
    if step == steps.LOOK:
        step = steps.missing(state.answers) or step
    if step not in {*steps.ORDER, CALL}:
        step = steps.BEFORE
    way = steps.order(state.answers)
    if step == steps.LOOK:
        state = replace(state, looked=True)
        context["answers"] = _looked_over(state)
    block = block_of(step, state.answers)
    if block is not None:
        context["form"] = form = form or block(initial=asdict(state.answers))
        context["words"] = words = WORDS[step]
        context["questions"] = [(field, words.hints.get(field.name, "")) for field in form]
    if step == steps.BEFORE:
        context["sitting"] = reachable.sitting(desk)
    context |= {"state": state, "sealed": steps.sealed(state), "step": step, "desk": desk, "steps": len(way)}
    context["number"] = way.index(steps.WHAT if step == CALL else step) + 1
    template = step if step in {steps.BEFORE, CALL, steps.LOOK} else "block"
    return page(template, context, desk=desk, town=state.answers.town, status=status)


def _looked_over(state: State) -> list[tuple[str, list[tuple[str, str]]]]:
    """By step: each question with its answer in words."""
    found = []
    for step in steps.order(state.answers):
        block = block_of(step, state.answers)
        if block is not None:
            form = block(initial=asdict(state.answers))
            found.append((step, [(str(one.label), _in_words(one)) for one in form]))
    return found


def _in_words(field: Any) -> str:
    value = str(field.value() or "")
    return str(dict(getattr(field.field, "choices", [])).get(value, value))


def _sent(request: HttpRequest, state: State, desk: IntakeDesk) -> HttpResponse:
    if steps.missing(state.answers):
        return _show(steps.LOOK, state, desk)
    if limits.is_let_go(state.binding):
        return referral_receipt.asked(_("This was sent already. Type your code to see it."))
    worked = proof_of_work.is_done(state.challenge, request.POST.get("proof", ""), bits=state.bits)
    left = limits.PAUSE_SECONDS - int(time.time() - state.begun)
    if not worked and left > 0:
        context = {"state": state, "sealed": steps.sealed(state), "desk": desk, "seconds": max(left, LEAST_WAIT)}
        return page("wait", context, desk=desk, town=state.answers.town)
    state = state.sent()
    try:
        address = address_of(request)
        said, sending = state.answers.happening, state.token
        pile = limits.pile_of(address, worked=worked, trapped=state.trapped, words=said, sending=sending)
        bringing.bring(
            by=None,
            desk=desk,
            answers=state.answers,
            language=state.language,
            pile=pile,
            binding=state.binding,
            code=state.code,
        )
    except limits.TooMany:
        return page("many", {"tables": _coordinator(desk)}, desk=desk, town=state.answers.town, status=429)
    except RuleRefused as refused:
        return _show(steps.LOOK, state, desk, refused=refused.message, status=422)
    return _code(SENT, state.emptied(), desk)


def _coordinator(desk: IntakeDesk) -> list[public_lines.PublicTable]:
    return [one for one in _everywhere() if one.name == desk.table.name]


def _code(step: str, state: State, desk: IntakeDesk, *, refused: str = "") -> HttpResponse:
    context = {"state": state, "sealed": steps.sealed(state), "desk": desk, "refused": refused}
    return page(step, context, desk=desk, town=state.answers.town, status=422 if refused else 200)


def _after_sending(request: HttpRequest, state: State, desk: IntakeDesk, step: str) -> HttpResponse:
    """The code is shown until it was typed back once, and then no more."""
    if limits.is_let_go(state.binding):
        return referral_receipt.asked(_("Type your code to go on."))
    if "language" in request.POST:
        return _code(step, state, desk)
    if step == SENT or request.POST.get("go") == "back":
        return _code(TYPE if step == SENT else SENT, state, desk)
    if receipts.digits(request.POST.get("code", "")) != receipts.digits(state.code):
        return _code(TYPE, state, desk, refused=_("This is not your code. Look at what you wrote down."))
    try:
        opened = referral_receipt.first_opened(state.code)
    except RuleRefused as refused:
        return _code(TYPE, state, desk, refused=str(refused.message))
    limits.let_go(state.binding)
    return opened
