"""A new situation at a past conference: filters 2 and 3, up to the step into filter 4."""

from conferences.demo.affirming import grounds_for
from conferences.demo.room import Room
from conferences.demo.source import Entry
from situations import identity
from situations.choices import DISCLOSING_ANSWERS, POSITIVE_ANSWERS
from situations.models import Situation

ASKED_SINGLY_EVERY = 3
"""In other weeks the facilitator asks the room and records "all agree" in one press, unless somebody disagrees."""


def talk(room: Room, entry: Entry, situation: Situation) -> None:
    """Take it through the filters as the material says."""
    room.take_in_hand(situation)
    found = entry["filter2"]
    room.act(40, room.chair, situation, "consent", {
        "consent_status": entry["consent"]["status"], "consent_reason": entry["consent"]["reason"] or "",
    })  # fmt: skip
    if found["outcome"] == "rejected":
        _reject(room, found, situation)
        return
    _agree(room, found, situation)
    _identify(room, entry, situation)
    _assign(room, entry, situation)


def _reject(room: Room, found: Entry, situation: Situation) -> None:
    for key, one in found["criteria"].items():
        if not one["holds"]:
            room.act(15, room.chair, situation, "criterion", {"criterion": key, "holds": "0"})
    # the presenter agrees, so no seat's stance stands on record: "agrees" would mean that it is AER
    room.act(50, room.chair, situation, "reject", {"reason": found["reason"], "because": found["because"]})


def _agree(room: Room, found: Entry, situation: Situation) -> None:
    # a dissent that was withdrawn stands among the agreements too
    dissenting = {one["agency"] for one in found["dissents"]}
    for key in found["agreements"] if dissenting or room.weeks_ago % ASKED_SINGLY_EVERY == 0 else ():
        if key not in dissenting:
            room.act(4, room.voices[key], situation, "agree")
    for one in found["dissents"]:
        voice, agency = room.voices[one["agency"]], room.agency_key(one["agency"])
        room.act(10, voice, situation, "dissent", {"reason": one["reason"]})
        if one["outcome"] == "withdrawn":
            room.act(35, voice, situation, "withdraw-dissent", {"agency": agency})
        else:
            room.act(45, room.chair, situation, "go-on", {"agency": agency, "because": one["resolution"]})
    room.act(55, room.chair, situation, "agree-all")


def _identify(room: Room, entry: Entry, situation: Situation) -> None:
    origin, bases = entry["originating_agency"], entry["legal_bases"]
    presenter = room.voices[origin]
    room.act(8, presenter, situation, "open-identity", grounds_for(bases[origin], presenter.agency))
    answers = {key: kind for key, kind in entry["filter3"].items() if kind != "no_answer"}
    for key, kind in answers.items():
        if kind in POSITIVE_ANSWERS and key != origin:
            room.take(3, lambda by=room.voices[key]: identity.read(by=by, situation=situation))  # type: ignore[misc]
    for key, kind in answers.items():
        voice = room.voices[key]
        grounds = grounds_for(bases[key], voice.agency) if kind in DISCLOSING_ANSWERS else {}
        room.act(5, voice, situation, "answer", {"kind": kind, **grounds})


def _assign(room: Room, entry: Entry, situation: Situation) -> None:
    for role, keys in (("lead", [entry["lead"]]), ("assisting", entry["assisting"])):
        for key in keys:
            room.act(6, room.chair, situation, "assign", {"agency": room.agency_key(key), "role": role})
            room.act(4, room.voices[key], situation, "accept")
    room.act(10, room.chair, situation, "start-filter-4")
