"""What is done with the conference itself at the board, by name: the counterpart of `steering.ACTIONS` for no single item."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from agencies.models import Member
from agencies.standing import standing_of
from conferences import chairing, steering
from conferences.models import AgendaItem, Conference
from hub.core.audit import verb
from hub.core.errors import RuleRefused
from hub.core.text import whole_number
from situations import guard

Data = Mapping[str, str]


@guard.enters_questions
@verb
def drive(*, by: Member, conference: Conference, what: str, data: Data) -> None:
    """Carry out one of DRIVES. Raises RuleRefused for an unknown one, and whatever the verb behind it refuses."""
    handler = DRIVES.get(what)
    if handler is None:
        raise RuleRefused(_("The board has no such action."))
    handler(by, conference, data)


def _member(conference: Conference, data: Data) -> Member:
    key = whole_number(data.get("member", "")) or 0
    found = Member.objects.filter(pk=key, is_active=True).select_related("agency").first()
    if found is None:
        raise RuleRefused(_("There is no such person at this table."), field="member")
    return found


def _take_in_hand(by: Member, conference: Conference, data: Data) -> None:
    key = whole_number(data.get("item", "")) or 0
    item = AgendaItem.objects.filter(pk=key, conference=conference).first()
    if item is None:
        raise RuleRefused(_("There is no such item on this agenda."), field="item")
    chairing.take_in_hand(by=by, conference=conference, item=item)


def _enter(by: Member, conference: Conference, data: Data) -> None:
    """One press on one's own device: today's pledge, and on the roll."""
    chairing.pledge(by=by, conference=conference, member=by)
    if not standing_of(by, conference.table).present:
        chairing.arrive(by=by, conference=conference, member=by)


def _arrive(by: Member, conference: Conference, data: Data) -> None:
    member = _member(conference, data)
    chairing.arrive(by=by, conference=conference, member=member, aloud=data.get("aloud") == "1")


def _pledge(by: Member, conference: Conference, data: Data) -> None:
    chairing.pledge(by=by, conference=conference, member=_member(conference, data))


def _leave(by: Member, conference: Conference, data: Data) -> None:
    chairing.leave(by=by, conference=conference, member=_member(conference, data))


def _timer(by: Member, conference: Conference, data: Data) -> None:
    chairing.set_timer(by=by, conference=conference, running=data.get("running") == "1")


def _projector(by: Member, conference: Conference, data: Data) -> None:
    chairing.blank_projector(by=by, conference=conference, blank=data.get("blank") == "1")


def _offer_chair(by: Member, conference: Conference, data: Data) -> None:
    chairing.offer_chair(by=by, conference=conference, to=_member(conference, data) if data.get("member") else None)


def _accept_chair(by: Member, conference: Conference, data: Data) -> None:
    chairing.accept_chair(by=by, conference=conference)


def _put_down(by: Member, conference: Conference, data: Data) -> None:
    chairing.put_down(by=by, conference=conference)


def _close(by: Member, conference: Conference, data: Data) -> None:
    chairing.close_conference(by=by, conference=conference)


def _issue(by: Member, conference: Conference, data: Data) -> None:
    title, text = data.get("title", ""), data.get("text", "")
    steering.note_issue(by=by, conference=conference, title=title, text=text, answered=guard.Reply.of(data))


DRIVES: dict[str, Callable[[Member, Conference, Data], None]] = {
    "take-in-hand": _take_in_hand,
    "put-down": _put_down,
    "enter": _enter,
    "arrive": _arrive,
    "pledge": _pledge,
    "leave": _leave,
    "timer": _timer,
    "projector": _projector,
    "offer-chair": _offer_chair,
    "accept-chair": _accept_chair,
    "close": _close,
    "issue": _issue,
}
"""Every action about the conference itself: name in the URL to handler."""
