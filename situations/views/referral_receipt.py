"""Status and messages for whoever has the code. A sealed ticket of twenty minutes keeps it open, in place of a session."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from hub.core import access, languages, second_wall
from hub.core.errors import RuleRefused
from hub.core.text import whole_number
from situations.choices import Closing, ReferralStage
from situations.models import Referral
from situations.referrals import limits, receipts, steps, thread
from situations.views.referral_page import address_of, from_our_pages, page, spoken, wanted
from situations.views.referral_words import REASONS, STAGES

OPEN_SECONDS = 20 * 60


@csrf_exempt
@access.public("GET", "POST")
@languages.in_every_language
@from_our_pages
def code(request: HttpRequest) -> HttpResponse:
    """Asks for the code; with it, or with the ticket of a page that is open, status and messages."""
    posted = request.POST
    held = steps.of_ticket(posted.get("ticket", ""), seconds=OPEN_SECONDS)
    with translation.override(wanted(posted, held[1]) if held else spoken(request)):
        if held:
            return _held(request, held[0])
        if posted.get("ticket"):
            return asked(_("This page was open for more than 20 minutes. Type your code again."), text=posted.get("text", ""))
        if request.method == "GET" or "language" in posted:
            return asked(text=posted.get("text", ""))
        return _typed(request)


def asked(notice: str = "", *, text: str = "", error: str = "", status: int = 200) -> HttpResponse:
    """The page that asks for the code. `text`: a message that was being written when the page had been open for too long."""
    context = {"notice": notice, "text": text, "error": error}
    return page("code", context, status=status)


def first_opened(plain: str) -> HttpResponse:
    """Straight after the code was typed back for the first time. Raises RuleRefused while too many codes are looked up."""
    return _thread(receipts.digest(plain))


def _typed(request: HttpRequest) -> HttpResponse:
    text, plain = request.POST.get("text", ""), receipts.digits(request.POST.get("code", ""))
    if not plain:
        return asked(text=text, error=_("A code has 20 digits. Look at your card again."), status=422)
    if not limits.may_try(address_of(request)) or not limits.is_open_to(plain):
        return asked(text=text, error=_("Too many codes were tried. Please wait ten minutes, or call the desk."), status=429)
    try:
        found = receipts.find(plain)
    except RuleRefused as refused:
        return asked(text=text, error=str(refused.message), status=429)
    if found is None:
        limits.was_wrong(plain)
        return asked(text=text, error=_("This code opens nothing. It may be mistyped, or all was deleted."), status=422)
    return _thread(found.receipt, text=text)


def _of(stored: str) -> Referral | None:
    return Referral.objects.select_related("desk__table", "desk__agency", "agency").filter(receipt=stored).first()


def _held(request: HttpRequest, stored: str) -> HttpResponse:
    posted = request.POST
    with second_wall.holding(stored):
        found = _of(stored)
        if found is None:
            return asked(_("This was deleted for good."))
        if "language" in posted or posted.get("go") == "look":
            return _thread(stored, text=posted.get("text", ""))
        if posted.get("go") == "withdraw":
            return page(
                "withdraw",
                {"ticket": _ticket(found), "referral": found, "at_once": thread.goes_at_once(found)},
                desk=found.desk,
            )
        try:
            return _thread(stored, done=_done(found, request))
        except RuleRefused as refused:
            return _thread(stored, text=posted.get("text", ""), error=str(refused.message), status=422)


def _done(referral: Referral, request: HttpRequest) -> str:
    """Do what was pressed, and say so. Raises RuleRefused."""
    go = request.POST.get("go", "")
    if go == "write":
        number = whole_number(request.POST.get("number", "")) or 0
        thread.write_as_family(referral, text=request.POST.get("text", ""), number=number)
        return _("Your message was sent.")
    if go == "no_contact":
        thread.want_no_contact(referral)
        if thread.erases(referral):
            return _("Nobody will contact you. You can still write here.")
        return _("We tell the desk not to contact you. They made you a new code. So how to reach you stays locked there.")
    if go == "withdraw_now":
        thread.withdraw(referral)
        return _("You took it back.")
    return ""


def _ticket(referral: Referral) -> str:
    return steps.ticket(referral.receipt, translation.get_language() or "en")


def _thread(stored: str, *, status: int = 200, **context: Any) -> HttpResponse:
    with second_wall.holding(stored):
        try:
            found = thread.opened(stored)
        except RuleRefused as refused:
            return asked(str(refused.message))
    if found is None:
        return asked(_("This was deleted for good."))
    referral, lines = found
    context = {
        "text": "",
        "error": "",
        "done": "",
        **context,
        "referral": referral,
        "lines": lines,
        "ticket": _ticket(referral),
    }
    context |= {
        "next": len(lines) + 1,
        "stage": STAGES[ReferralStage(referral.stage)],
        "closed": referral.stage == ReferralStage.CLOSED,
    }
    context["reason"] = REASONS[Closing(referral.closing)] if referral.closing else ""
    return page("status", context, desk=referral.desk, status=status)
