"""The intake desk: its lists, and one referral with everything that the desk does with it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.models import Member
from hub.core import access, keyset
from hub.core.errors import NotVisible, RuleRefused
from hub.core.text import whole_number
from hub.pressing import once
from situations import desk_page as page
from situations.choices import Closing, Pile, ReferralStage
from situations.desk_forms import CloseForm, ConsentForm, ReissueForm, ReplyForm, ToDeskForm
from situations.loading import member_of
from situations.models import Referral
from situations.privacy_forms import GroundsForm
from situations.referrals import (
    claiming,
    clocks,
    closing,
    opening,
    partners,
    passing_on,
    reissuing,
    replying,
    taking_up,
)
from situations.referrals import desk as desks


@access.member("GET")
def index(request: HttpRequest) -> HttpResponse:
    """The lists: `?list=` one of them, else the queue; `?at=` is a page's cursor."""
    member = _desk_member(request)
    name = request.GET.get("list", "queue")
    if name not in page.LISTS:
        raise NotVisible(_("There is no such list."))
    found = page.lines(member, name, request.GET.get("at", ""))
    context = {
        "tabs": page.tabs(member, name), "title": page.LISTS[name], "name": name, "lines": found.rows,
        "pager": keyset.pager(request.GET, found, words=keyset.NEWEST_FIRST if name == "closed" else keyset.IN_ORDER),
        "limit": opening.MOST,
    }  # fmt: skip
    return render(request, "situations/desk.html", context)


@access.member("GET")
def referral(request: HttpRequest, key: int) -> HttpResponse:
    """One referral, shut: what may be seen of it without opening it, and what can be done."""
    return _page(request, _found(request, key))


@access.member("POST", step_up=access.HERE)
@once.each_time  # each answer shows the words again, so each is entered
def read(request: HttpRequest, key: int) -> HttpResponse:
    """The same page with the words, entered in the ledger first."""
    member, row = member_of(request), _found(request, key)
    opened = opening.read(by=member, referral=row)
    return _page(request, _found(request, key), opened=opened, ticket=opening.ticket(opened, member))


def _shut(request: HttpRequest, key: int) -> HttpResponse:
    """What a repeated press is answered with: the first answer may have shown the words, and leads nowhere."""
    return _see("desk_referral", _found(request, key).pk)


@access.member("POST")
@once.repeats_with(_shut)
def claim(request: HttpRequest, key: int) -> HttpResponse:
    """Take it on."""

    def act(member: Member, row: Referral) -> str:
        claiming.claim(by=member, referral=row)
        return _("It is yours: nobody else works on it.")

    return _pressed(request, key, act)


@access.member("POST")
@once.repeats_with(_shut)
def release(request: HttpRequest, key: int) -> HttpResponse:
    """Put it back into the queue."""

    def act(member: Member, row: Referral) -> str:
        claiming.release(by=member, referral=row)
        return _("Back in the queue.")

    return _pressed(request, key, act)


@access.member("POST")
@once.repeats_with(_shut)
def sort(request: HttpRequest, key: int) -> HttpResponse:
    """Into the other pile."""
    pile = request.POST.get("pile", "")
    if pile not in Pile.values:
        raise RuleRefused(_("Choose a pile."))

    def act(member: Member, row: Referral) -> str:
        claiming.sort(by=member, referral=row, pile=Pile(pile))
        return _("Moved to: %(pile)s.") % {"pile": Pile(pile).label}

    return _pressed(request, key, act)


@access.member("POST")
@once.repeats_with(_shut)
def emergency(request: HttpRequest, key: int) -> HttpResponse:
    """Mark it, or take the mark off; the page then says whom to call now."""
    on = request.POST.get("is_emergency") == "1"

    def act(member: Member, row: Referral) -> str:
        claiming.mark_emergency(by=member, referral=row, is_emergency=on)
        return _("Marked as an emergency. Nothing was sent: call now.") if on else _("The mark is taken off.")

    return _pressed(request, key, act)


@access.member("POST")
@once.repeats_with(_shut)
def reply(request: HttpRequest, key: int) -> HttpResponse:
    """Write to who brought it."""
    form = ReplyForm(request.POST)

    def send(member: Member, row: Referral, typed: dict[str, Any]) -> str:
        replying.reply(by=member, referral=row, **typed)
        return _("Sent. They read it with their code.")

    return _typed(request, key, "reply", form, send)


@access.member("POST")
@once.repeats_with(_shut)
def consent(request: HttpRequest, key: int) -> HttpResponse:
    """Record the person's consent that the family may be told, or that there is none any more."""

    def record(member: Member, row: Referral, typed: dict[str, Any]) -> str:
        replying.record_consent(by=member, referral=row, **typed)
        return _("Recorded.")

    return _typed(request, key, "consent", ConsentForm(request.POST), record)


@access.member("POST")
def draft(request: HttpRequest, key: int) -> HttpResponse:
    """Turn it into a draft, and go there."""
    try:
        made = taking_up.take_up(by=member_of(request), referral=_found(request, key))
    except RuleRefused as refused:
        return _refused(request, key, refused)
    messages.info(request, _("A draft is made. What was written stays at the desk."), extra_tags="done")
    if made.left_out:
        questions = ", ".join(str(page.QUESTIONS[name]) for name in made.left_out)
        messages.info(request, _("Not carried over, please look: %(what)s.") % {"what": questions}, extra_tags="done")
    return _see("situation_write", made.situation.pk)


@access.member("POST")
@once.repeats_with(_shut)
def draft_back(request: HttpRequest, key: int) -> HttpResponse:
    """Take that back; the draft stays."""

    def act(member: Member, row: Referral) -> str:
        taking_up.put_back(by=member, referral=row)
        return _("Taken back. The draft stays among your situations.")

    return _pressed(request, key, act)


@access.member("GET")
def conditions(request: HttpRequest) -> HttpResponse:
    """What the basis in `?basis=` asks of the member's agency, for the forms of desks and partners."""
    member = member_of(request)
    if not (desks.works_at_one(member) or partners.may_bring(member)):
        raise NotVisible(_("There is no such page, or it is not open to you."))
    form = GroundsForm(basis=request.GET.get("basis", "")[:40], agency=member.agency, auto_id="pass_%s")
    return render(request, "situations/privacy_conditions.html", {"fields": list(form)})


@access.member("POST", step_up=access.HERE)
def pass_on(request: HttpRequest, key: int) -> HttpResponse:
    """Pass it to another desk; from then on it is not there for this one any more."""
    member, row = member_of(request), _found(request, key)
    form = ToDeskForm(request.POST, desks=passing_on.targets(row), agency=member.agency)
    if form.is_valid():
        chosen = form.cleaned_data["desk"]
        try:
            passing_on.pass_on(
                by=member, referral=row, desk=chosen, basis=form.cleaned_data["basis"], given=request.POST.dict()
            )  # fmt: skip
        except RuleRefused as refused:
            form.refuse(refused)
        else:
            line = _("Passed to %(agency)s, %(table)s.") % {"agency": chosen.agency.name, "table": chosen.table.name}
            messages.info(request, line, extra_tags="done")
            own = chosen.agency_id == member.agency_id
            return _see("desk_referral", key) if own else HttpResponseRedirect(reverse("desk"), status=303)
    return _page(request, row, failed=("pass", form))


@access.member("POST")
@once.repeats_with(_shut)
def close(request: HttpRequest, key: int) -> HttpResponse:
    """Close it with a reason."""

    def shut(member: Member, row: Referral, typed: dict[str, Any]) -> str:
        closing.close(by=member, referral=row, reason=Closing(typed["reason"]))
        return _("Closed. Its bringer reads why, and when it will be deleted.")

    return _typed(request, key, "close", CloseForm(request.POST), shut)


@access.member("POST")
@once.repeats_with(_shut)
def reopen(request: HttpRequest, key: int) -> HttpResponse:
    """Take the closing back."""

    def act(member: Member, row: Referral) -> str:
        closing.reopen(by=member, referral=row)
        return _("Open again, and yours.")

    return _pressed(request, key, act)


@access.member("POST", step_up=access.HERE)
@once.each_time  # the code is in the answer alone: a repeated press makes another, and the one before opens nothing
def reissue(request: HttpRequest, key: int) -> HttpResponse:
    """A new receipt code, shown once, to be handed over on paper."""
    row, form = _found(request, key), ReissueForm(request.POST)
    if not form.is_valid():
        return _page(request, row, failed=("reissue", form))
    code = reissuing.reissue(by=member_of(request), referral=row, checked=form.cleaned_data["checked"])
    context = {"code": code, "number": page.number_of(row), "agency": row.agency.name, "back": _url("desk_referral", key)}
    return render(request, "situations/desk_receipt.html", {**context, "spoken": row.language})


@access.member("POST", step_up=access.HERE)
@once.each_time
def junk(request: HttpRequest) -> HttpResponse:
    """Look through a page of what is probably junk: the beginning of each, entered as read."""
    found = opening.look_through(by=_desk_member(request), keys=_keys(request))
    return render(request, "situations/desk_junk.html", {"rows": page.glanced(found), "days": closing.JUNK_DAYS})


@access.member("POST")
def junk_close(request: HttpRequest) -> HttpResponse:
    """Close those that are ticked as junk; the others, which could be real, go into the queue."""
    member, ticked = _desk_member(request), set(_keys(request))
    kept = claiming.keep_as_real(by=member, keys=set(_keys(request, "shown")) - ticked)
    done = closing.close_as_junk(by=member, keys=ticked)
    messages.info(request, _("Closed as junk: %(number)s.") % {"number": done}, extra_tags="done")
    if kept:
        messages.info(request, _("Moved into the queue: %(number)s.") % {"number": kept}, extra_tags="done")
    return HttpResponseRedirect(f"{reverse('desk')}?list=doubtful", status=303)


Act = Callable[[Member, Referral, dict[str, Any]], str]


def _typed(request: HttpRequest, key: int, name: str, form: forms.Form, act: Act) -> HttpResponse:
    row = _found(request, key)
    if form.is_valid():
        try:
            said = act(member_of(request), row, form.cleaned_data)
        except RuleRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused.message))
            return _page(request, row, failed=(name, form), asks=_token_of(refused))
        return _done(request, key, said)
    return _page(request, row, failed=(name, form))


def _token_of(refused: RuleRefused) -> str:
    return refused.token if isinstance(refused, replying.CouldTell) else ""


def _pressed(request: HttpRequest, key: int, act: Callable[[Member, Referral], str]) -> HttpResponse:
    try:
        said = act(member_of(request), _found(request, key))
    except RuleRefused as refused:
        return _refused(request, key, refused)
    return _done(request, key, said)


def _refused(request: HttpRequest, key: int, refused: RuleRefused) -> HttpResponse:
    """A refused press of the opened page does not close it either. Raises the refusal where no page was open."""
    if not request.POST.get("opened"):
        raise refused
    return _page(request, _found(request, key), refused=str(refused.message))


def _done(request: HttpRequest, key: int, said: str) -> HttpResponse:
    messages.info(request, said, extra_tags="done")
    # a press of the opened page does not close it: the words stand in the answer, within the opening that was entered
    if request.POST.get("opened"):
        return _page(request, _found(request, key))
    return _see("desk_referral", key)


def _see(name: str, key: int) -> HttpResponse:
    return HttpResponseRedirect(reverse(name, args=[key]), status=303)


def _url(name: str, key: int) -> str:
    return reverse(name, args=[key])


def _keys(request: HttpRequest, name: str = "key") -> list[int]:
    return [key for key in map(whole_number, request.POST.getlist(name)) if key is not None]


def _desk_member(request: HttpRequest) -> Member:
    member = member_of(request)
    desks.require_desk(member)
    return member


def _found(request: HttpRequest, key: int) -> Referral:
    return desks.found(key, by=member_of(request))


@dataclass(frozen=True, slots=True)
class _Forms:
    reply: forms.Form
    consent: forms.Form
    close: forms.Form
    reissue: forms.Form
    onward: ToDeskForm


def _forms(row: Referral, member: Member, failed: tuple[str, forms.Form] | None) -> _Forms:
    fresh: dict[str, Any] = {
        "reply": ReplyForm(), "consent": ConsentForm(initial={"how": row.consent_to_tell or "verbal", "on": row.consent_on}),
        "close": CloseForm(), "reissue": ReissueForm(),
        "pass": ToDeskForm(desks=passing_on.targets(row), agency=member.agency),
    }  # fmt: skip
    if failed:
        fresh[failed[0]] = failed[1]
    return _Forms(fresh["reply"], fresh["consent"], fresh["close"], fresh["reissue"], fresh["pass"])


def _page(
    request: HttpRequest,
    row: Referral,
    *,
    opened: opening.Opened | None = None,
    ticket: str = "",
    failed: tuple[str, forms.Form] | None = None,
    asks: str = "",
    refused: str = "",
) -> HttpResponse:
    member = member_of(request)
    if opened is None and (ticket := request.POST.get("opened", "")):
        opened = opening.still_open(by=member, referral=row, carried=ticket)
    shown = clocks.with_clocks(desks.of_agency(member.agency_id)).select_related("desk__table", "claimed_by", "from_agency")
    line = page.line(shown.get(pk=row.pk))
    sent = _forms(row, member, failed)
    town = opened.answers.town if opened else ""
    context = {
        "line": line, "row": _state(row, member), "facts": page.facts(row), "forms": sent, "opened": opened is not None,
        "ticket": ticket if opened else "",
        "pairs": page.answer_pairs(opened.answers) if opened else [], "thread": page.messages(opened) if opened else [],
        "numbers": page.what_now(row, town) if row.is_emergency else [], "agency": row.agency,
        "failed": failed[0] if failed else "", "asks": asks, "refused": refused,
    }  # fmt: skip
    return render(request, "situations/desk_referral.html", context, status=422 if failed or refused else 200)


def _state(row: Referral, member: Member) -> dict[str, Any]:
    """What can be done with it now, by this member."""
    mine, still = row.claimed_by_id == member.pk, row.stage != ReferralStage.CLOSED
    return {
        "key": row.pk, "mine": mine and still, "free": row.claimed_by_id is None and still, "closed": not still,
        "claimed": row.claimed_by_id is not None and still, "read": row.stage != ReferralStage.RECEIVED,
        "emergency": row.is_emergency, "other_pile": page.pile_of(row), "doubtful": row.pile == Pile.DOUBTFUL,
        "consent": bool(row.consent_to_tell), "draft": row.situation_id, "days": row.desk.deleted_after_days,
        "may_write": mine and taking_up.may_write(member, row), "withdrawn": row.closing == Closing.WITHDRAWN,
    }  # fmt: skip
