"""The projector: large, de-identified, no control, no seat by name. Blank when asked, and when the facilitator is gone."""

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from conferences.board import chair, shared, words
from conferences.board.face import Face
from situations import rail as stage_rail
from situations.choices import Stage


def wall(face: Face) -> dict[str, Any]:
    """Everything the room's screen shows."""
    on = timezone.localtime(face.conference.scheduled_for)
    foot = f"{face.state.table.name}, {date_format(on, 'j M Y')}"
    shown, item = face.projection, face.state.in_hand
    blank = face.conference.projector_blank or not face.state.facilitator_here or not face.conference.is_open
    if blank or shown is None or item is None:
        return {"blank": blank, "empty": not blank, "foot": foot, "table": face.state.table.name}
    _item, place, count = words.place_of(face) or (item, 1, 1)
    line = _("follow-up %(n)s of %(all)s") if words.is_follow_up(item) else _("new situation %(n)s of %(all)s")
    profile = words.profile_parts(shown)
    return {
        "blank": False,
        "empty": False,
        "foot": f"{foot}, {line % {'n': place, 'all': count}}",
        "hue": words.hue(face),
        "number": shown.number,
        "subject": words.subject(shown),
        "steps": stage_rail.steps(shown, face.state.table),
        "timer": shared.timer(face),
        "profile": profile,
        "criteria": words.criteria_parts(shown) if shown.stage == Stage.FILTER2 else [],
        "stage": str(shown.stage),
        "report_backs": shown.report_backs or (),
        "conclusion": shown.conclusion or None,
        **(chair.ring(face) if shown.stage == Stage.FILTER2 else {"total": 0, "answered": 0, "arcs": ()}),
    }
