"""The live board's pages and posts. All writes come in here; the socket only carries panels out."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from conferences import driving, steering
from conferences.announcing import notices
from conferences.board.checklist import checklist
from conferences.board.face import Face, FaceKind, face_for, face_kind
from conferences.board.forms import ITEM_FORMS, STEER_FORMS
from conferences.board.line import Viewer
from conferences.board.panels import Renderer
from conferences.board.presence import PRESENCE
from conferences.board.relay import RELAYS
from conferences.board.state import BoardState
from conferences.loading import LoadedConference, conference_for, item_for
from hub.core import access, clock
from hub.core.errors import NotAllowed, NotVisible, RuleRefused
from hub.core.parts import Pair
from hub.core.snapshot import snapshot
from hub.core.text import whole_number
from hub.pressing import once
from situations import grounds, identity
from situations.loading import situation_for
from situations.rail import IDENTIFIERS
from situations.views import checking
from situations.visibility import Field

PATIENCE = 0.5
"""Seconds that an answer waits for what this process's relay sends its own socket; later, the socket brings it alone."""
HEARS = "X-Hears"
"""Header of a press by a page whose own socket is open."""
OPENS_IDENTITY = "open-identity"


@access.member("GET")
def board(request: HttpRequest, key: int) -> HttpResponse:
    """The facilitator's or the seat's face."""
    with snapshot():
        loaded = conference_for(request, key)
        face = _face(loaded)
        name = "facilitator" if face.kind is FaceKind.FACILITATOR else "seat"
        return render(request, f"conferences/board/page_{name}.html", _page(loaded, face))


@access.member("GET")
def projector(request: HttpRequest, key: int) -> HttpResponse:
    """The room's screen, a window of its own."""
    with snapshot():
        loaded = conference_for(request, key)
        return render(request, "conferences/board/page_projector.html", _page(loaded, _face(loaded, wall=True)))


@access.member("GET")
def panels(request: HttpRequest, key: int) -> JsonResponse:
    """Every panel as it is now: how a page without a socket catches up."""
    return _answer(conference_for(request, key))


def _as_now(request: HttpRequest, key: int, **_which: Any) -> JsonResponse:
    return _answer(conference_for(request, key))


@access.member("POST")
@once.repeats_with(_as_now)
def act(request: HttpRequest, key: int, item: int, action: str) -> JsonResponse:
    """One action on the item (`steering.ACTIONS`); answered with the panels as they are then."""
    loaded = conference_for(request, key)
    typed = request.POST.get("revision", "")
    revision = whole_number(typed)
    if typed and revision is None:
        raise RuleRefused(_("This page is not as we sent it. Load it again."), field="revision")
    if action == OPENS_IDENTITY:
        access.require_step_up(request, access.AT_BOARD)
    with notices() as raised:
        steering.act(
            by=loaded.member, conference=loaded.conference, item=item_for(loaded, item), action=action,
            data=request.POST.dict(), revision=revision,
        )  # fmt: skip
    return _answer_after(request, loaded, raised)


@access.member("GET")
def item_form(request: HttpRequest, key: int, item: int, name: str) -> HttpResponse:
    """The form of an action, for the board's dialog."""
    loaded = conference_for(request, key)
    found, form = item_for(loaded, item), ITEM_FORMS.get(name)
    if form is None:
        raise NotVisible(_("The board has no such form."))
    face = _face(loaded)
    if face.projection is None or (face.kind is not FaceKind.FACILITATOR and name != "recuse"):
        raise NotAllowed(_("This form belongs to the facilitator."))
    context = form(face, found, request.GET.dict()) | {"item": found.pk, "revision": found.situation.revision}
    context["number"] = face.projection.number
    return render(request, f"conferences/board/forms/{name}.html", context | {"conference": key})


@access.member("GET", "POST")
@once.repeats_with(_as_now)
def steer(request: HttpRequest, key: int, what: str) -> HttpResponse:
    """An action on the conference itself (`driving.DRIVES`); GET answers its form."""
    loaded = conference_for(request, key)
    if request.method == "POST":
        with notices() as raised:
            driving.drive(by=loaded.member, conference=loaded.conference, what=what, data=request.POST.dict())
        return _answer_after(request, conference_for(request, key), raised)
    form, face = STEER_FORMS.get(what), _face(loaded)
    if form is None:
        raise NotVisible(_("The board has no such form."))
    if face.kind is not FaceKind.FACILITATOR and what != "issue":
        raise NotAllowed(_("This form belongs to the facilitator."))
    return render(request, f"conferences/board/forms/{what}.html", form(face, request.GET.dict()) | {"conference": key})


@access.member("POST", step_up=access.AT_BOARD)
@once.each_time
def read_identity(request: HttpRequest, key: int, item: int) -> HttpResponse:
    """Open the identity on this device: entered in the ledger first, answered to this device alone, never pushed."""
    loaded = conference_for(request, key)
    opened = identity.read(by=loaded.member, situation=item_for(loaded, item).situation)
    notice = grounds.notice_for(item_for(loaded, item).situation, loaded.member.agency_id)
    context = {"opened": opened, "pairs": _pairs(opened), "at": clock.now(), "notice": notice.text if notice else ""}
    return render(request, "conferences/board/identity.html", context)


@access.member("GET")
def basis(request: HttpRequest, key: int, item: int) -> HttpResponse:
    """The conditions of a legal basis of one's own agency, for the form that discloses on it; empty while none is chosen."""
    loaded = conference_for(request, key)
    found, chosen = item_for(loaded, item), request.GET.get("basis", "")
    situation_for(request, found.situation_id)
    if not (loaded.standing.speaks and loaded.standing.present and loaded.standing.pledged):
        raise NotAllowed(_("Only a seat in the room discloses something."), situation=found.situation)
    if not chosen:
        return HttpResponse()
    return render(request, "conferences/board/basis.html", checklist(loaded, found, chosen, request.GET.get("for", "")))


@access.member("POST")
def check(request: HttpRequest, key: int, item: int) -> HttpResponse:
    """What the guard finds in a text about the item while it is typed."""
    found = item_for(conference_for(request, key), item)
    return checking.answer(request, situation_for(request, found.situation_id))


@access.member("POST")
def check_issue(request: HttpRequest, key: int) -> HttpResponse:
    """As `check`, for a text about no situation."""
    return checking.answer(request, table=conference_for(request, key).conference.table)


def _pairs(opened: dict[str, str]) -> list[Pair]:
    return [Pair(str(IDENTIFIERS[name]).capitalize(), text) for name, text in opened.items() if name != Field.NAME and text]


def _connected(loaded: LoadedConference, *, wall: bool) -> frozenset[int]:
    # not the relay's: this process may have none, because every socket is with another one
    connected = PRESENCE.connected(loaded.conference.pk)
    # a board that is being opened is about to connect: saying so at once spares a twitch of its own row; a projector is nobody
    return connected if wall else connected | {loaded.member.pk}


def _renderer(loaded: LoadedConference) -> Renderer:
    relay = RELAYS.get(loaded.conference.pk)
    return Renderer(relay.printed.for_others() if relay and relay.printed else None)


def _face(loaded: LoadedConference, *, wall: bool = False) -> Face:
    face_kind(loaded.conference, loaded.standing, wall=wall)
    state = BoardState.of(loaded.conference.pk, viewers={loaded.member.pk}, connected=_connected(loaded, wall=wall))
    return face_for(state, loaded.member.pk, wall=wall)


def _page(loaded: LoadedConference, face: Face) -> dict[str, Any]:
    return {
        "conference": loaded.conference.pk,
        "table": loaded.conference.table.name,
        "scheduled_for": loaded.conference.scheduled_for,
        "panels": _renderer(loaded).render(face),
        "revision": face.conference.revision,
        "now": round(clock.now().timestamp() * 1000),
    }


def _answer_after(request: HttpRequest, loaded: LoadedConference, raised: list[int]) -> JsonResponse:
    """What one's own socket was just sent of this step. Panels are made anew for who has no socket in this process, and for a
    step that the board was not told of: only who made it sees what it changed. A page whose own socket is open says so
    (static/js/board.js): another of the same member's, at a second device, would bring this one nothing.
    """
    relay = RELAYS.get(loaded.conference.pk)
    viewer = Viewer(loaded.member.pk, wall=False)
    newest = relay.shows(viewer, raised[-1], PATIENCE) if relay and raised else None
    if newest is not None:
        return _panels_as(newest.revision, newest.seen, newest.shown[viewer].html)
    if relay and raised and HEARS in request.headers and relay.will_show(viewer):
        # a process that is this far behind would be twice as far if every answer made the board once more
        return _panels_as(raised[-1], None, {})
    return _answer(loaded)


def _answer(loaded: LoadedConference) -> JsonResponse:
    with snapshot():
        face = _face(loaded)
        return _panels_as(face.conference.revision, face.state.seen, _renderer(loaded).render(face))


def _panels_as(revision: int, seen: int | None, panels: dict[str, str]) -> JsonResponse:
    now = round(clock.now().timestamp() * 1000)
    return JsonResponse({"revision": revision, "seen": seen, "now": now, "panels": panels})
