"""Moves on the items of the agenda, forged and stale ones among them, and the silence that must stay unseen."""

from collections.abc import Callable
from http import HTTPStatus

from django.urls import reverse

from conferences.models import AgendaItem
from conferences.steering import ACTIONS
from situations.choices import AnswerKind, Criterion
from situations.models import Answer, BreakGlass, Situation
from tests.cast import BASES, given_for
from tests.security.soak.doors import ANONYMOUS, Reply
from tests.security.soak.registry import agency, move, new, said
from tests.security.soak.town import Pick, Town

ENDINGS = ("risk_lowered.connected_to_services", "still_aer.refused_services", "other.unable_to_locate")
REASONS = ("not_aer", "single_agency")


def act(town: Town, who: str, item: AgendaItem, action: str, *, revision: str = "", **data: str) -> Reply:
    """One action on an item of the agenda."""
    path = reverse("board_act", args=[item.conference_id, item.pk, action])
    return town.send(who, path, data | ({"revision": revision} if revision else {}))


def typed_for(town: Town, pick: Pick, who: str, action: str, key: int) -> dict[str, str]:
    """What the form of an action would hold."""
    held: dict[str, Callable[[], dict[str, str]]] = {
        "criterion": lambda: {"criterion": pick([one.value for one in Criterion]), "holds": pick(["true", "false"])},
        "consent": lambda: {"consent_status": "verbal", "consent_reason": said(town, pick, "consent", key, who)},
        "dissent": lambda: {"reason": said(town, pick, "dissent", key, who)},
        "go-on": lambda: {"agency": agency(town, pick), "because": said(town, pick, "goon", key, who)},
        "withdraw-dissent": lambda: {"agency": agency(town, pick)},
        "reject": lambda: {"reason": pick(REASONS), "because": said(town, pick, "because", key, who)},
        "open-identity": lambda: basis_of(town, pick, who),
        "answer": lambda: answer_form(town, pick, who, key),
        "assign": lambda: {"agency": agency(town, pick), "role": pick(["lead", "assisting"])},
        "release": lambda: {"agency": agency(town, pick)},
        "report-back": lambda: {"line": said(town, pick, "report", key, who), "still_aer": "1"},
        "conclude": lambda: {"ending": pick(ENDINGS), "because": said(town, pick, "because", key, who)},
        "take-back": lambda: {"because": said(town, pick, "takenback", key, who)},
    }
    answered = {"guard_because": pick(["word", "word", "word", ""]), "guard_recognisable": "no"}
    return held.get(action, dict)() | answered | {"guard_second": pick(["", "1"])}


def answer_form(town: Town, pick: Pick, who: str, key: int) -> dict[str, str]:
    """A seat's answer at filter 3."""
    kind = pick([one.value for one in AnswerKind])
    disclosing = kind in {AnswerKind.SERVING_NOW, AnswerKind.SERVED_BEFORE}
    offer = "" if kind == AnswerKind.NO_ROLE else said(town, pick, "serving" if disclosing else "offer", key, who)
    return {"kind": kind, "offer": offer} | (basis_of(town, pick, who) if disclosing else {})


def basis_of(town: Town, pick: Pick, who: str) -> dict[str, str]:
    """A legal basis with everything that it asks for: mostly the one that the agency may choose."""
    own = BASES.get(town.people[who].agency.key, "table_agreement")
    return given_for(pick([own, own, own, "table_agreement"]))


@move
def act_anyhow(town: Town, pick: Pick) -> None:
    """Any action by anybody on any item: forged, stale, at the wrong moment, or right by chance."""
    items = list(AgendaItem.objects.filter(conference=town.conference).order_by("position"))
    if items:
        who, action = pick([*town.everybody, "facilitator"]), pick(list(ACTIONS))
        item = items[pick(range(len(items)))]
        data = typed_for(town, pick, who, action, item.situation_id)
        act(town, who, item, action, revision=pick(["", "", "0"]), **data)


@move
def read_identity(town: Town, pick: Pick, who: str = "", key: int = 0) -> None:
    """Anybody tries to open any identity, on its page or at the board, and puts it away."""
    who, key = who or pick([*town.everybody, ANONYMOUS]), key or pick(town.situations() or [1])
    item = AgendaItem.objects.filter(conference=town.conference, situation=key).first()
    doors = [reverse("situation_identity", args=[key])]
    doors += [reverse("board_identity", args=[item.conference_id, item.pk])] if item else []
    town.send(who, pick(doors), {})
    town.send(who, reverse("situation_identity_shut", args=[key]), {}, **pick([{}, {"HX-Request": "true"}]))


@move
def break_the_glass(town: Town, pick: Pick) -> None:
    """The one who may in an emergency, or somebody who may not; then it is read, and ended or left to expire."""
    who, key = pick([*["police_deputy"] * 6, *town.everybody]), pick(town.situations() or [1])
    number = Situation.objects.filter(pk=key).values_list("number", flat=True).first()
    typed = {"table": str(town.people.table.pk), "number": number or "2026-0001", "reason": new(town, "glass", 0, who)}
    town.send(who, reverse("break_glass"), typed | basis_of(town, pick, who))
    town.send(who, reverse("situation_identity", args=[key]), {})
    opened = BreakGlass.objects.order_by("pk").last()
    if opened is not None and pick([True, False]):
        town.send(pick([who, "privacy_officer"]), reverse("break_glass_end", args=[opened.pk]), {})
    town.send(pick([who, "privacy_officer"]), reverse("privacy"))


@move
def step_out(town: Town, pick: Pick) -> None:
    """A person with a conflict of interest."""
    item = town.in_hand()
    if item:
        act(town, pick(town.everybody), item, "recuse")


@move
def stay_silent(town: Town, pick: Pick) -> None:
    """(c) No role, or what the product does not know ("cannot say"), leaves everybody else's bytes as they were."""
    item, who = town.in_hand(), pick(["police", "schools", "clinic", "recovery", "police_deputy"])
    if item is None or Answer.objects.filter(situation=item.situation_id, agency=town.people[who].agency).exclude(
        kind="no_role"
    ):
        return
    kind, readers = pick(["no_role", "no_role", "cannot_say", ""]), [pick(town.everybody) for _one in range(2)]
    paths = [reverse("situation_detail", args=[item.situation_id]), reverse("minutes", args=[item.conference_id])]
    # a refusal is itself an entry that others may see: pages that are refused are none to compare
    pages = [(one, path) for one in readers for path in paths if town.send(one, path).status == HTTPStatus.OK]
    own = town.people[who].agency_id
    before = town.others(own, pages)
    entries = town.facts.entries
    path = reverse("board_act", args=[item.conference_id, item.pk, "answer"])
    reply = town.send(who, path, {"kind": kind}, still=True)
    if reply.status in {HTTPStatus.OK, HTTPStatus.UNPROCESSABLE_ENTITY}:
        town.require(not reply.announced, f"the silence of {who} is announced: {reply.announced}")
        town.require(town.facts.entries == entries, f"the silence of {who} is in the ledger")
        after = town.others(own, pages)
        changed = [name for name in before if after[name] != before[name]]
        town.require(not changed, f"the silence of {who} changes what others get: {changed}")
