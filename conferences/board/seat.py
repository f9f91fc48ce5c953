"""Panels of a seat's face: what is in hand, what one is asked, and what one has said. Never an identifier."""

from typing import Any

from django.urls import NoReverseMatch
from django.utils.translation import gettext as _

from conferences.board import chair, offering, words
from conferences.board.face import Face
from conferences.models import AgendaItem
from hub.core import parts
from situations import legal_bases
from situations import rail as stage_rail
from situations.choices import AnswerKind, RoleKind, Stage, StanceKind
from situations.disclosure import OPENS_TO_SEATS, may_see
from situations.models import Involvement
from situations.projection import Projection
from situations.visibility import Field

Context = dict[str, Any]


def head(face: Face) -> Context:
    """Number and subject of the situation in hand."""
    shown, item = face.projection, face.state.in_hand
    if shown is None or item is None:
        return {"number": "", "closed": face.conference.is_closed}
    origin = shown.origin.short_name if shown.origin else ""
    return {
        "number": shown.number,
        "subject": words.subject(shown),
        "meta": _("Brought by %(agency)s.") % {"agency": origin} if origin else "",
        "closed": False,
    }


def know(face: Face) -> Context:
    """The profile, the criteria, how many have answered; report-backs at a follow-up."""
    shown = face.projection
    if shown is None:
        return {"shown": False}
    return {
        "shown": True,
        "hue": words.hue(face),
        "profile": words.profile_parts(shown),
        "criteria": words.criteria_parts(shown),
        "consent": shown.consent,
        "origin": shown.origin.short_name if shown.origin else "",
        "stage": str(shown.stage),
        "dissents": [one for one in shown.stances or () if one.kind == StanceKind.DISSENTS],
        "assigned": shown.assigned or (),
        "report_backs": shown.report_backs or (),
        "conclusion": shown.conclusion or None,
        **chair.ring(face),
    }


def reply(face: Face) -> Context:
    """What this person is asked now, on one's own device."""
    standing, item = face.standing, face.state.in_hand
    if standing is None:
        raise ValueError("the projector has no reply")
    member = face.state.members[standing.member_id]
    common = {"agency": member.agency.short_name, "hue": words.hue(face), "about": item.pk if item else ""}
    if not face.conference.is_open:
        minutes = words.address("minutes", face.conference.pk)
        return common | {"part": "closed" if face.conference.is_closed else "early", "minutes_url": minutes}
    if not (standing.present and standing.pledged):
        return common | {
            "part": "enter", "present": standing.present, "enter_url": words.steer_url(face, "enter"), "seat": standing.speaks,
        }  # fmt: skip
    if item is None:
        return common | {"part": "waiting"}
    if not standing.speaks:
        return common | {"part": "watching"}
    if face.projection is None:
        return common | {"part": "recused"}
    return common | _asked(face, item, face.projection)


def actions(face: Face) -> Context:
    """The seat's status line and "Step out"."""
    item, standing = face.state.in_hand, face.standing
    found: list[parts.Action] = []
    if (
        item is not None
        and face.projection is not None
        and _on_the_seat(face)
        and item.situation.stage in {Stage.FILTER2, Stage.FILTER3}
    ):
        found.append(words.ask(_("Step out"), words.form_url(item, "recuse"), kind="text"))
    if face.conference.is_open and standing is not None and standing.present:
        found.insert(0, words.ask(_("Note a systemic issue"), words.steer_url(face, "issue"), kind="text"))
    return {"bold": _own_status(face), "soft": _soft(face), "actions": found}


def _asked(face: Face, item: AgendaItem, shown: Projection) -> Context:
    match item.situation.stage:
        case Stage.FILTER2:
            return _stance(face, item)
        case Stage.FILTER3:
            return _answer(face, item, shown)
        case Stage.FILTER4:
            return _plan(face, item)
        case _:
            return {"part": "ended", "stage": str(shown.stage)}


def _stance(face: Face, item: AgendaItem) -> Context:
    own = face.state.stances.get(face.agency_id)
    return {
        "part": "filter2",
        "said": own.kind if own else "",
        "reason": own.reason if own and own.kind == StanceKind.DISSENTS else "",
        "agree": words.post(_("We agree"), words.act_url(item, "agree"), key="Y"),
        "dissent_url": words.act_url(item, "dissent"),
    }


def _answer(face: Face, item: AgendaItem, shown: Projection) -> Context:
    agency = face.state.members[face.member_id].agency
    own = face.state.answers.get(agency.pk)
    presents = item.situation.originating_agency_id == agency.pk
    opens_here = face.state.table.identity_opens_at_filter == OPENS_TO_SEATS
    return {
        "part": "filter3",
        "presents": presents,
        "identity_open": item.situation.identity_open,
        "may_read": bool(shown.openable),
        "read_url": words.address("board_identity", item.conference_id, item.pk),
        "open_url": words.act_url(item, "open-identity") if presents and opens_here else "",
        "close_url": words.act_url(item, "close-identity"),
        "identifiers": stage_rail.identifiers(face.state.table),
        "revision": item.situation.revision,
        "answer_url": words.act_url(item, "answer"),
        "choices": [_choice(kind, own.kind if own else "") for kind in AnswerKind],
        "bases": [(one.code, str(one.name)) for one in legal_bases.choices_for(agency.regimes)],
        "basis_url": words.address("board_basis", item.conference_id, item.pk),
        "offer": own.offer if own else "",
        "said": str(own.get_kind_display()) if own else "",
        "role": _role(item, face.state.involvements.get(agency.pk)),
    }


def _choice(kind: AnswerKind, said: str) -> Context:
    hints = {
        AnswerKind.SERVING_NOW: _("we are in contact today; a disclosure, asks for a legal basis"),
        AnswerKind.SERVED_BEFORE: _("known, not in contact; a disclosure, asks for a legal basis"),
        AnswerKind.CAN_HELP: _("an offer; tells nothing about the person"),
        AnswerKind.NO_ROLE: _("others cannot tell this from no answer"),
    }
    return {"value": kind.value, "label": str(kind.label).capitalize(), "hint": hints[kind], "checked": kind.value == said}


def _role(item: AgendaItem, row: Involvement | None) -> Context | None:
    if row is None:
        return None
    asked = _("You are asked to lead.") if row.role == RoleKind.LEAD else _("You are asked to assist.")
    return {
        "line": asked if row.accepted_at is None else _("You have accepted."),
        "accepted": row.accepted_at is not None,
        "actions": []
        if row.accepted_at
        else [
            words.post(_("Decline"), words.act_url(item, "decline")),
            words.post(_("Accept"), words.act_url(item, "accept"), kind="go", icon="ok"),
        ],
    }


def _plan(face: Face, item: AgendaItem) -> Context:
    own = face.state.involvements.get(face.agency_id)
    holds = own is not None and own.accepted_at is not None
    return {
        "part": "filter4",
        "holds": holds,
        "leads": holds and own is not None and own.role == RoleKind.LEAD,
        "follow_up": words.is_follow_up(item),
        "plan_url": _plan_url(item) if may_see(face.audience_of(item.situation), Field.PLAN) else "",
        "report_url": words.act_url(item, "report-back"),
        "services": offering.offers(face) if holds else (),
    }


def _plan_url(item: AgendaItem) -> str:
    try:
        return words.address("intervention", item.situation_id)
    except NoReverseMatch:
        return ""


def _own_status(face: Face) -> str:
    item = face.state.in_hand
    if not face.conference.is_open:
        return _("The conference is closed.") if face.conference.is_closed else _("The conference is not open yet.")
    if item is None:
        return _("Nothing is in hand. The board follows the facilitator.")
    # others of the same agency, a recorder or observer among them, learn nothing of what its seat has said
    if face.projection is None or not _on_the_seat(face):
        return ""
    if item.situation.stage == Stage.FILTER2:
        own = face.state.stances.get(face.agency_id)
        return _("Your answer: %(answer)s.") % {"answer": own.get_kind_display()} if own else _("Not given yet: your answer.")
    if item.situation.stage == Stage.FILTER3:
        answer = face.state.answers.get(face.agency_id)
        return (
            _("Your answer: %(answer)s.") % {"answer": answer.get_kind_display()}
            if answer
            else _("You may answer, or say nothing.")
        )
    return ""


def _on_the_seat(face: Face) -> bool:
    standing = face.standing
    return standing is not None and standing.speaks and standing.present and standing.pledged


def _soft(face: Face) -> str:
    sitting = face.state.sitting
    return (
        _("You follow the facilitator, %(name)s.") % {"name": sitting.presides.name}
        if sitting and face.conference.is_open
        else ""
    )
