"""Panels of the facilitator's face: the situation in hand, the seats, and the next action, which never moves."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from conferences.board import offering, words
from conferences.board.face import Face
from conferences.board.state import SeatState
from conferences.models import AgendaItem
from hub.core import parts
from situations import moments
from situations import rail as stage_rail
from situations.choices import Consent, RoleKind, Stage, StanceKind
from situations.projection import Projection

Context = dict[str, Any]
STATE_OF_CONSENT = [(one.value, str(one.label)) for one in Consent]


def hand(face: Face) -> Context:
    """The situation in hand, by its stage."""
    shown, item = face.projection, face.state.in_hand
    if item is None:
        waiting = words.next_item(face)
        return {"part": "nothing", "open": face.conference.is_open, "next": waiting.situation.number if waiting else ""}
    if shown is None:
        return {"part": "unseen"}
    part = {Stage.FILTER2: "filter2", Stage.FILTER3: "filter3", Stage.FILTER4: "filter4"}.get(
        Stage(item.situation.stage), "ended"
    )
    return {"part": part, **_head(face, item, shown), **_parts(face, item, shown, part)}


def seats(face: Face) -> Context:
    """Every seat with its three facts and what it has said."""
    shown = face.projection
    stage = shown.stage if shown else None
    return {
        "hue": words.hue(face),
        "stage": str(stage) if stage else "",
        "head": _("Said") if stage == Stage.FILTER3 else _("Answer"),
        "rows": [_row(face, one, stage) for one in face.state.seats],
        "spoken": len(shown.answers) if shown and shown.answers else 0,
        **ring(face),
        "people": words.ask(_("Who is here"), reverse_form(face, "roll"), icon="f3", key="W"),
    }


def ring(face: Face) -> Context:
    """How many have answered at filter 2; the ring is not shown at filter 3, where a count would tell too much."""
    total, agree, dissent = len(face.state.voices), face.state.agreed, face.state.dissenting
    return {
        "total": total,
        "agree": agree,
        "dissent": dissent,
        "answered": agree + dissent,
        "arcs": parts.ring_arcs(total, agree, dissent),
    }


def actions(face: Face) -> Context:
    """The status line and the next actions, the primary one last."""
    item, shown = face.state.in_hand, face.projection
    if not face.conference.is_open:
        return {"bold": _("The conference is closed."), "soft": "", "actions": []}
    if item is None or shown is None or not _pledged(face):
        return _between(face)
    match item.situation.stage:
        case Stage.FILTER2:
            return _filter2(face, item)
        case Stage.FILTER3:
            return _filter3(face, item, shown)
        case Stage.FILTER4 if words.is_follow_up(item) and not item.result:
            return _follow_up(face, item, shown)
        case _:
            return _settled(face, item)


def reverse_form(face: Face, name: str) -> str:
    """Where a form about the conference itself comes from."""
    return words.steer_url(face, name)


def missing_line(face: Face) -> str:
    """ "Waiting for DCF and Housing." or nothing. Nobody is blamed."""
    names = [one.agency.short_name for one in face.state.unheard]
    return _("Waiting for %(agencies)s.") % {"agencies": ", ".join(names)} if names else ""


def _head(face: Face, item: AgendaItem, shown: Projection) -> Context:
    _item, place, count = words.place_of(face) or (item, 1, 1)
    kind = _("Follow-up %(n)s of %(all)s") if words.is_follow_up(item) else _("New situation %(n)s of %(all)s")
    origin = shown.origin.short_name if shown.origin else ""
    brought = _("Brought by %(agency)s. %(place)s.") % {"agency": origin, "place": kind % {"n": place, "all": count}}
    return {"number": shown.number, "subject": words.subject(shown), "meta": brought, "hue": words.hue(face), "shown": shown}


def _parts(face: Face, item: AgendaItem, shown: Projection, part: str) -> Context:
    profile = words.profile_parts(shown)
    criteria = words.criteria_parts(shown)
    common = {
        "profile": profile,
        "criteria": criteria,
        "holding": sum(one.holds for one in criteria),
        "revision": item.situation.revision,
        "criterion_url": words.act_url(item, "criterion"),
    }
    if part == "filter2":
        return common | {
            "consents": STATE_OF_CONSENT,
            "consent_url": words.act_url(item, "consent"),
            "dissents": [_dissent(item, one) for one in shown.stances or () if one.kind == StanceKind.DISSENTS],
        }
    if part == "filter3":
        return common | _who_acts(face, item, shown)
    return common | {
        "clock": shown.plan_status,
        "ends": moments.day(shown.times.clock_ends) if shown.times else "",
        "assigned": shown.assigned or (),
        "report_backs": shown.report_backs or (),
        "services": offering.offers(face),
    }


def _dissent(item: AgendaItem, stance: Any) -> Context:
    held = not stance.went_on_because
    withdraw = words.post(_("Withdrawn"), words.act_url(item, "withdraw-dissent"), agency=stance.agency.id)
    go_on = words.ask(_("Go on, and say why"), f"{words.form_url(item, 'go-on')}?agency={stance.agency.id}", key="G")
    return {"stance": stance, "actions": [withdraw, go_on] if held else []}


def _who_acts(face: Face, item: AgendaItem, shown: Projection) -> Context:
    assigned = {one.agency.id: one for one in shown.assigned or ()}
    spoke = {one.agency.id: one for one in shown.answers or ()}
    order = [*spoke, *(key for key in assigned if key not in spoke)]
    names = {one.agency.pk: one.agency.short_name for one in face.state.seats}
    rows = [_actor(item, key, names.get(key, ""), spoke.get(key), assigned.get(key)) for key in order]
    return {
        "identity_open": item.situation.identity_open,
        "identifiers": stage_rail.identifiers(face.state.table),
        "cleared": len(face.state.voices),
        "rows": rows,
        "other": words.ask(_("Ask another seat to help"), words.form_url(item, "assign"), icon="plus", key="O"),
    }


def _actor(item: AgendaItem, agency: int, name: str, spoke: Any, asked: Any) -> Context:
    url, revision = words.act_url(item, "assign"), item.situation.revision
    role = asked.role if asked else ""
    lead = words.post(_("Lead"), url, agency=agency, role=RoleKind.LEAD.value, revision=revision)
    assist = words.post(_("Assist"), url, agency=agency, role=RoleKind.ASSISTING.value, revision=revision)
    accept = words.post(_("Accepts aloud"), words.act_url(item, "accept"), agency=agency)
    release = words.post(_("Release"), words.act_url(item, "release"), kind="text", agency=agency, revision=revision)
    return {
        "name": name,
        "said": spoke.words if spoke else "",
        "offer": spoke.offer if spoke else "",
        "basis": _("basis recorded") if spoke and spoke.basis_recorded else "",
        "notice": spoke.notice if spoke else "",
        "role": role,
        "accepted": bool(asked and asked.accepted_at),
        "asked_at": moments.time_of_day(asked.asked_at) if asked else "",
        "lead": lead,
        "assist": assist,
        "accept": accept if asked and not asked.accepted_at else None,
        "release": release if asked else None,
    }


def _row(face: Face, seat: SeatState, stage: object) -> parts.SeatRow:
    person = ", ".join(one.name for one in seat.in_room) or _("waiting for roll call")
    if seat.present and not seat.pledged:
        person = _("%(name)s, no pledge today") % {"name": person}
    return parts.SeatRow(
        name=seat.agency.short_name,
        person=person,
        connected=seat.connected,
        present=seat.present,
        cleared=seat.cleared,
        answer=_said(face, seat, stage),
        action=_call(face, seat),
    )


def _call(face: Face, seat: SeatState) -> parts.Action | None:
    """Roll call in one press: the representative is present and has spoken the pledge."""
    if not face.conference.is_open or seat.pledged:
        return None
    person = next(iter(seat.in_room or seat.speakers), None)
    if person is None:
        return None
    if seat.present:
        return words.post(_("Pledge spoken"), words.steer_url(face, "pledge"), member=person.pk)
    return words.post(_("Call in"), words.steer_url(face, "arrive"), member=person.pk, aloud="1")


def _said(face: Face, seat: SeatState, stage: object) -> parts.Answer:
    if not seat.cleared and seat.present and stage in {Stage.FILTER2, Stage.FILTER3}:
        return parts.Answer(_("stepped out") if seat.pledged else _("no pledge"))
    if stage == Stage.FILTER2:
        stance = face.state.stances.get(seat.agency.pk)
        if stance is None:
            return parts.Answer(_("waiting") if seat.present else "")
        if stance.kind == StanceKind.AGREES:
            return parts.Answer(_("agrees"), "ok", "ok")
        return parts.Answer(_("disagrees"), "bad", "off")
    if stage == Stage.FILTER3 and face.projection:
        spoke = {one.agency.id: one for one in face.projection.answers or ()}.get(seat.agency.pk)
        return parts.Answer(spoke.words, "f3", "ok") if spoke else parts.Answer(_("nothing said"))
    return parts.Answer("")


def _pledge(face: Face) -> Context:
    affirm = words.post(_("I affirm today's pledge"), words.steer_url(face, "enter"), key="Y", kind="go", icon="ok")
    return {
        "bold": _("First, your own pledge: until then no profile is shown to you."),
        "soft": _("I share no more than the next step needs, write down no names, and look nobody up beyond my role."),
        "actions": [_projector(face), affirm],
    }


def _pledged(face: Face) -> bool:
    return face.standing is not None and face.standing.pledged


def _between(face: Face) -> Context:
    if not _pledged(face):
        return _pledge(face)
    waiting = words.next_item(face)
    blank = _projector(face)
    close = words.ask(_("Close the conference"), reverse_form(face, "close"), key="E", kind="plain" if waiting else "go")
    if waiting is None:
        return {
            "bold": _("The agenda is done."),
            "soft": _("Minutes are ready as soon as you close."),
            "actions": [blank, close],
        }
    first = words.post(
        _("Take %(number)s in hand") % {"number": waiting.situation.number}, words.steer_url(face, "take-in-hand"),
        key="N", kind="go", icon="play", item=waiting.pk,
    )  # fmt: skip
    quorum = _("Quorum is met.") if face.state.quorum else _("Quorum is not met yet.")
    return {"bold": _("Call the roll, then begin."), "soft": quorum, "actions": [blank, close, first]}


def _projector(face: Face) -> parts.Action:
    blank = face.conference.projector_blank
    label = _("Show on projector") if blank else _("Blank projector")
    return words.post(
        label, words.steer_url(face, "projector"), key="B", kind="text", icon="screen", blank="0" if blank else "1"
    )


def _take_back(item: AgendaItem) -> parts.Action:
    return words.ask(_("Take back"), words.form_url(item, "take-back"), key="U", kind="text", icon="undo")


def _filter2(face: Face, item: AgendaItem) -> Context:
    state = face.state
    open_dissents = [one for one in state.stances.values() if one.kind == StanceKind.DISSENTS and not one.went_on_because]
    answered, unheard = state.agreed + state.dissenting, state.unheard
    label = _("All agree: it is AER")
    if unheard and answered and not open_dissents:
        # asked once: some have answered on their devices, some have not; a room that only speaks is never asked
        agree = words.ask(label, words.form_url(item, "agree-all"), key="A", kind="go", icon="ok")
    else:
        agree = words.post(
            label, words.act_url(item, "agree-all"), key="A", kind="go", icon="ok", revision=item.situation.revision
        )
    bold = _("Next: the decision.")
    if open_dissents:
        names = ", ".join(one.agency.short_name for one in open_dissents)
        bold = _("Held: %(agencies)s disagrees.") % {"agencies": names}
    return {
        "bold": bold,
        "soft": missing_line(face) if answered else _("Seats can answer on their own devices or aloud."),
        "actions": [
            _projector(face),
            words.ask(_("Not AER"), words.form_url(item, "reject"), key="R"),
            words.ask(_("Record a disagreement"), words.form_url(item, "dissent"), key="D"),
            agree,
        ],
    }


def _filter3(face: Face, item: AgendaItem, shown: Projection) -> Context:
    assigned = shown.assigned or ()
    lead = next((one for one in assigned if one.role == RoleKind.LEAD), None)
    silent = [one.agency.short_name for one in assigned if not one.accepted_at]
    bold = _("Next: who leads?")
    if lead is not None:
        bold = (
            _("Waiting for %(agencies)s to accept.") % {"agencies": ", ".join(silent)} if silent else _("Ready for filter 4.")
        )
    staying = {one.agency.id for one in assigned if one.accepted_at} | {item.situation.originating_agency_id}
    without = sum(one.agency.pk not in staying for one in face.state.voices)
    soft = ngettext("%(n)s seat then loses sight of it.", "%(n)s seats then lose sight of it.", without) % {"n": without}
    start = words.post(
        _("Start filter 4"),
        words.act_url(item, "start-filter-4"),
        key="A",
        kind="go",
        icon="go",
        revision=item.situation.revision,
    )
    found = [_take_back(item), _projector(face)]
    if item.situation.identity_open:
        found.append(
            words.post(
                _("Close the identity"), words.act_url(item, "close-identity"), key="C", revision=item.situation.revision
            )
        )
    return {"bold": bold, "soft": soft, "actions": [*found, start]}


def _follow_up(face: Face, item: AgendaItem, shown: Projection) -> Context:
    late = shown.plan_status.overdue if shown.plan_status else False
    reported = bool(shown.report_backs) and any(
        face.state.sitting is not None and one.at >= face.state.sitting.opened_at for one in shown.report_backs or ()
    )
    return {
        "bold": _("Next: still AER? Continue or conclude.") if reported else _("Next: the lead's report-back."),
        "soft": _("The response clock has passed without contact.") if late else "",
        "actions": [
            _projector(face),
            words.ask(_("Type the report-back"), words.form_url(item, "report-back"), key="R"),
            words.ask(_("Conclude"), words.form_url(item, "conclude"), key="D"),
            words.post(
                _("Still AER: continues"),
                words.act_url(item, "continue"),
                key="A",
                kind="go",
                icon="ok",
                revision=item.situation.revision,
            ),
        ],
    }


def _settled(face: Face, item: AgendaItem) -> Context:
    bold = {
        "accepted": _("Accepted. Lead and assisting agencies plan apart from the table."),
        "rejected": _("Rejected. Its details are removed from storage when you go on."),
        "continues": _("It continues."),
        "concluded": _("Concluded."),
    }.get(item.result, "")
    waiting = words.next_item(face)
    if waiting is None:
        after = words.post(_("Done with the agenda"), words.steer_url(face, "put-down"), key="N", kind="go")
    else:
        label, url = _("Next: %(number)s") % {"number": waiting.situation.number}, words.steer_url(face, "take-in-hand")
        after = words.post(label, url, key="N", kind="go", icon="go", item=waiting.pk)
    return {"bold": bold, "soft": "", "actions": [_take_back(item), _projector(face), after]}
