"""A second person looks at a text that the guard stopped, and lets it through or sends it back."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.belonging import tables_of
from agencies.models import Member
from agencies.standing import open_sitting
from hub.core import access
from hub.core.errors import RuleRefused
from hub.core.parts import Finding, Piece
from hub.pressing import once
from situations import deidentify, disclosure, guard, held_texts, identity
from situations.choices import LetThrough, SendBack
from situations.loading import member_of
from situations.models import HeldText
from situations.moments import said


@dataclass(frozen=True)
class Line:
    """One text that waits: about what, from whom, since when; nothing of what it says."""

    about: str
    writer: str
    when: str
    url: str


@access.member("GET")
def index(request: HttpRequest) -> HttpResponse:
    """What waits for this member, oldest first."""
    member = member_of(request)
    waiting = held_texts.waiting_for(member, tables_of(member))
    return render(request, "situations/held.html", {"lines": [_line(one) for one in waiting]})


@access.member("GET", "POST")
def one(request: HttpRequest, key: int) -> HttpResponse:
    """The text, shut, until it is read; and the decision: `passes` or `back`, each with the code of its reason."""
    member = member_of(request)
    held = held_texts.found(key, by=member)
    if request.method == "GET":
        shut = {"line": _line(held), "key": key, "read": False, "refused": ""}
        return render(request, "situations/held_text.html", shut)
    passes = "passes" in request.POST
    because = request.POST.get("because_passes" if passes else "because_back", "")
    try:
        held_texts.decide(by=member, held=held, passes=passes, because=because)
    except RuleRefused as refused:
        return _shown(request, held, refused=str(refused.message), status=422)
    done = _("Let through. Who wrote it can send it now.") if passes else _("Sent back. Its words are deleted.")
    messages.info(request, done, extra_tags="done")
    response = redirect("held_texts")
    response.status_code = 303
    return response


@access.member("POST")
@once.each_time  # each answer shows the words again, so each is entered
def read(request: HttpRequest, key: int) -> HttpResponse:
    """The text with what the guard found in it, entered in the ledger first, and the form to decide."""
    return _shown(request, held_texts.found(key, by=member_of(request)))


def _shown(request: HttpRequest, held: HeldText, *, refused: str = "", status: int = 200) -> HttpResponse:
    # nobody is held up in a meeting of the table
    access.require_step_up(request, access.AT_BOARD if open_sitting(held.table_id) else access.HERE)
    member = member_of(request)
    words = held_texts.read(by=member, held=held)
    found = _found(held, words, member)
    context = {
        "line": _line(held),
        "key": held.pk,
        "read": True,
        "pieces": [Piece(text, found=mark is not None) for text, mark in deidentify.segments(words, found)],
        "findings": [Finding(one.found, one.says) for one in found],
        "passing": [(one.value, one.label) for one in LetThrough],
        "back": [(one.value, one.label) for one in SendBack],
        "refused": refused,
    }
    return render(request, "situations/held_text.html", context, status=status)


def _found(held: HeldText, words: str, member: Member) -> list[deidentify.Finding]:
    """Marked with what this reader may open, so that no mark confirms a guess."""
    deny: list[str] = []
    if held.situation is not None:
        deny = identity.words_of(held.situation, disclosure.openable(disclosure.audience_of(member, held.situation)))
    try:
        return [mark for _field, mark in guard.find_all({held.field: words}, table=held.table, by=held.written_by, deny=deny)]
    except deidentify.DetectorFailed:
        return []


def _line(held: HeldText) -> Line:
    number = held.situation.number if held.situation else ""
    about = number or (_("a draft of your agency") if held.situation else _("a text about no situation"))
    return Line(f"{about}, {held.table.name}", held.written_by.name, said(held.held_at), reverse("held_text", args=[held.pk]))
