"""Addresses and small words that several panels share."""

import json
from functools import lru_cache
from typing import Any

from django.urls import reverse

from conferences.board.face import Face
from conferences.choices import ItemKind, ItemState
from conferences.models import AgendaItem
from hub.core import parts
from situations.choices import Stage
from situations.projection import Profile, Projection

HUES = {
    Stage.FILTER2: "f2",
    Stage.REJECTED: "f2",
    Stage.TABLED: "f2",
    Stage.FILTER3: "f3",
    Stage.FILTER4: "f4",
    Stage.CONCLUDED: "f4",
}


def hue(face: Face) -> str:
    """The hue of the filter in hand; quiet when nothing is."""
    stage = face.projection.stage if face.projection else None
    return HUES.get(stage, "quiet") if isinstance(stage, Stage) else "quiet"


@lru_cache(maxsize=4096)
def address(name: str, *args: int | str) -> str:
    """The address of a view: it depends on nothing but its name and these, and is asked for hundreds of times a rendering."""
    return reverse(name, args=args)


def act_url(item: AgendaItem, action: str) -> str:
    """Where an action on an item is posted."""
    return address("board_act", item.conference_id, item.pk, action)


def form_url(item: AgendaItem, name: str) -> str:
    """Where the form of an action comes from."""
    return address("board_form", item.conference_id, item.pk, name)


def steer_url(face: Face, what: str) -> str:
    """Where an action on the conference itself is posted."""
    return address("board_steer", face.conference.pk, what)


def post(label: Any, url: str, *, key: str = "", kind: str = "plain", icon: str = "", **values: Any) -> parts.Action:
    """A button that posts by htmx, with values (the revision that was seen, an agency)."""
    return parts.Action(label=label, icon=icon, key=key, kind=kind, post=url, attrs={"hx-vals": json.dumps(values)})


def ask(label: Any, url: str, *, key: str = "", kind: str = "plain", icon: str = "") -> parts.Action:
    """A button that fetches a form into the board's dialog."""
    attrs = {"hx-get": url, "hx-target": "#dialog-body", "hx-swap": "innerHTML"}
    return parts.Action(label=label, icon=icon, key=key, kind=kind, attrs=attrs)


def next_item(face: Face) -> AgendaItem | None:
    """The first item that waits, after the one in hand if possible."""
    waiting = [one for one in face.state.items if one.state == ItemState.WAITING]
    current = face.state.in_hand
    later = [one for one in waiting if current is not None and one.position > current.position]
    return next(iter(later or waiting), None)


def place_of(face: Face) -> tuple[AgendaItem, int, int] | None:
    """(item in hand, its place, how many) among the items of its kind."""
    item = face.state.in_hand
    if item is None:
        return None
    same = [one for one in face.state.items if one.kind == item.kind]
    return item, same.index(item) + 1, len(same)


def is_follow_up(item: AgendaItem) -> bool:
    return item.kind == ItemKind.FOLLOW_UP


def subject(projection: Projection) -> str:
    """The subject in words, as much as may be known: the profile's line, or the outline's."""
    if isinstance(projection.profile, Profile):
        return projection.profile.line
    return projection.outline.line if projection.outline else ""


def profile_parts(projection: Projection) -> dict[str, Any] | None:
    """Parameters of the profile component; None when the profile is withheld."""
    profile = projection.profile
    if not isinstance(profile, Profile):
        return None
    return {
        "risk": [_category(one) for one in profile.risk],
        "protective": [_category(one) for one in profile.protective],
        "note": profile.note,
        "risk_count": profile.risk_count,
        "categories": len(profile.risk),
        "protective_count": profile.protective_count,
        "flags": profile.flags,
        "affected": profile.affected,
        "town": profile.town,
    }


def criteria_parts(projection: Projection) -> list[parts.Criterion]:
    """The four criteria for the component. One that nobody withdrew counts as brought by the originator: shown as it holds."""
    if not projection.criteria:
        return []
    return [parts.Criterion(one.key, one.number, one.title, one.because, bool(one.holds)) for one in projection.criteria or ()]


def _category(line: Any) -> parts.Category:
    return parts.Category(line.name, [parts.Factor(one.name, one.strong) for one in line.factors])
