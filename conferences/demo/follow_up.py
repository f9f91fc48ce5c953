"""Follow-ups at a past conference: the lead reports back, the table goes on or concludes."""

from datetime import timedelta

from conferences.demo.room import Room
from conferences.demo.source import Entry
from situations.models import Situation


def follow_up(room: Room, entry: Entry, situation: Situation) -> None:
    """The report-back of this conference and its decision. Raises LookupError where the material has none."""
    week = entry["weeks_ago"] - room.weeks_ago
    report = next(one for one in entry["report_backs"] if one["week"] == week)
    room.take_in_hand(situation)
    by = room.voices.get(report["by"], room.chair)
    told = {"line": report["line"], "still_aer": "1" if report["still_aer"] else "0"}
    room.act(70 + week * 5, by, situation, "report-back", told)
    if entry["days_to_conclusion"] != timedelta(weeks=week).days:
        room.act(40, room.chair, situation, "continue")
        return
    ending = entry["conclusion"]
    ended = {"ending": f"{ending['group']}.{ending['reason']}", "because": ending["because"]}
    room.act(50, room.chair, situation, "conclude", ended)
