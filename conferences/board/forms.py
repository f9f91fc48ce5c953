"""The forms that the board fetches into its dialog: what is typed there is never swapped away by a push."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from agencies.models import Attendance, Member, TableRole
from agencies.standing import in_force
from conferences.board import words
from conferences.board.face import Face
from conferences.models import AgendaItem
from situations import vocabularies

Context = dict[str, Any]
Query = Mapping[str, str]
ItemForm = Callable[[Face, AgendaItem, Query], Context]
PlainForm = Callable[[Face, Query], Context]


def _reject(face: Face, item: AgendaItem, query: Query) -> Context:
    return {"reasons": [(code, str(name)) for code, name in vocabularies.CONCLUSIONS["rejected"].items()]}


def _dissent(face: Face, item: AgendaItem, query: Query) -> Context:
    return {"seats": [(one.agency.pk, one.agency.short_name) for one in face.state.voices]}


def _go_on(face: Face, item: AgendaItem, query: Query) -> Context:
    names = {str(one.agency_id): one.agency.short_name for one in face.state.stances.values()}
    agency = query.get("agency", "")
    return {"agency": agency if agency in names else "", "name": names.get(agency, "")}


def _agree_all(face: Face, item: AgendaItem, query: Query) -> Context:
    return {"missing": ", ".join(one.agency.short_name for one in face.state.unheard)}


def _conclude(face: Face, item: AgendaItem, query: Query) -> Context:
    groups = [
        (str(vocabularies.CONCLUSION_GROUPS[group]), [(f"{group}.{code}", str(name)) for code, name in reasons.items()])
        for group, reasons in vocabularies.CONCLUSIONS.items()
        if group != "rejected"
    ]
    return {"groups": groups}


def _assign(face: Face, item: AgendaItem, query: Query) -> Context:
    asked = set(face.state.involvements)
    return {"seats": [(one.agency.pk, one.agency.short_name) for one in face.state.voices if one.agency.pk not in asked]}


def _nothing(face: Face, item: AgendaItem, query: Query) -> Context:
    return {}


ITEM_FORMS: dict[str, ItemForm] = {
    "reject": _reject,
    "dissent": _dissent,
    "go-on": _go_on,
    "agree-all": _agree_all,
    "conclude": _conclude,
    "assign": _assign,
    "take-back": _nothing,
    "report-back": _nothing,
    "recuse": _nothing,
}
"""Forms about the item in hand; each posts to the action of the same name."""


def _roll(face: Face, query: Query) -> Context:
    """Everyone who may be called in, and who is here: representatives, deputies, and people with a role at the table."""
    here = {one.member_id: one for one in face.state.attendances}
    speakers = [(one.agency.short_name, member) for one in face.state.seats for member in one.speakers]
    roles = TableRole.objects.filter(in_force(), table=face.state.table, member__is_active=True).select_related("member")
    others = [(str(one.get_role_display()), one.member) for one in roles.order_by("role", "member__name")]
    seated = {member.pk for _name, member in speakers}
    people = speakers + [(role, member) for role, member in others if member.pk not in seated]
    return {"people": [_person(face, label, member, here.get(member.pk)) for label, member in people]}


def _person(face: Face, label: str, member: Member, attendance: Attendance | None) -> Context:
    call = words.post(_("Call in"), words.steer_url(face, "arrive"), member=member.pk, aloud="1")
    leaves = words.post(_("Leaves"), words.steer_url(face, "leave"), kind="text", member=member.pk)
    presides = face.state.sitting is not None and face.state.sitting.presides_id == member.pk
    action = None if presides else leaves if attendance else call
    return {"label": label, "name": member.name, "since": attendance.arrived_at if attendance else None, "action": action}


def _close(face: Face, query: Query) -> Context:
    undone = [one.situation.number for one in face.state.items if not one.result]
    return {"undone": ", ".join(undone)}


def _hand_over(face: Face, query: Query) -> Context:
    standings = face.state.standings
    here = [
        face.state.members[one.member_id]
        for one in face.state.attendances
        if one.member_id != face.member_id and standings[one.member_id].pledged
    ]
    return {"people": [(one.pk, one.name, one.agency.short_name) for one in here]}


def _issue(face: Face, query: Query) -> Context:
    return {}


STEER_FORMS: dict[str, PlainForm] = {"roll": _roll, "close": _close, "offer-chair": _hand_over, "issue": _issue}
"""Forms about the conference itself."""
