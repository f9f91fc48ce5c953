"""Filter 1 in the demo year: a representative writes, seals the identity and submits; a screener passes it on."""

from datetime import datetime, timedelta

from agencies.models import Member
from conferences.demo.diary import Diary
from conferences.demo.founding import Community
from conferences.demo.guard import Guard
from conferences.demo.source import Entry, identity_of
from hub.core import clock
from situations import before_sending, identity, screening, screening_stops, writing
from situations.guard import NO
from situations.models import Situation

WRITING_TAKES = timedelta(minutes=20)
SCREENER_AFTER = timedelta(minutes=95)
PLAIN = (
    "subject_type", "age_band", "sex", "language", "town", "risk_factors", "protective_factors", "study_flags",
    "affected_persons", "note",
)  # fmt: skip


class Filing:
    """Files situations of the material, each at its moment; `filed` finds them by their keys of the material."""

    def __init__(self, community: Community, diary: Diary, guard: Guard) -> None:
        self.community, self.diary, self.guard = community, diary, guard
        self.filed: dict[str, Situation] = {}

    def enter(self, entry: Entry, submitted: datetime) -> None:
        """Enter the writing, and what follows from it, into the diary."""
        self.diary.enter(submitted - WRITING_TAKES, lambda: self._write(entry))
        self.diary.enter(submitted, lambda: self._submit(entry))

    def _write(self, entry: Entry) -> None:
        writer = self.community.representative(entry["originating_agency"])
        situation = writing.start(by=writer, table=self.community.table)
        writing.save(
            by=writer,
            situation=situation,
            profile=profile_of(entry),
            screening=entry["screening"],
            criteria={key: one["because"] for key, one in decided(entry)["criteria"].items()},
        )
        identity.seal(by=writer, situation=situation, values=identity_of(entry))
        earlier = self.filed.get(entry.get("returned_from") or "")
        if earlier is not None and earlier.originating_agency_id == writer.agency_id:
            earlier.refresh_from_db()
            writing.link_earlier(by=writer, situation=situation, earlier=earlier)
        self.filed[entry["key"]] = situation

    def _submit(self, entry: Entry) -> None:
        agency, situation = entry["originating_agency"], self.filed[entry["key"]]
        writer = self.community.representative(agency)
        situation.refresh_from_db()
        _answer_duties(writer, situation, entry)
        self.guard.pass_with(
            f"{entry['key']} submission",
            lambda answered: writing.submit(by=writer, situation=situation, answered=answered, recognisable=NO),
        )
        if self.community.agencies[agency].screens:
            by = self.community.screener(agency)
            self.diary.enter(clock.now() + SCREENER_AFTER, lambda: _pass_on(by, situation))


def profile_of(entry: Entry) -> Entry:
    """The profile's fields of an entry; what does not apply to a family, group or place is empty."""
    consent = entry["consent"]
    return {
        **{name: entry[name] or "" if not isinstance(entry[name], list) else entry[name] for name in PLAIN},
        "consent_status": consent["status"],
        "consent_reason": consent["reason"] or "",
    }


def decided(entry: Entry) -> Entry:
    """What filter 2 found; for a situation that is still to come, what a rehearsal expects."""
    found: Entry = entry["filter2"] if "filter2" in entry else entry["expected"]["filter2"]
    return found


def _answer_duties(writer: Member, situation: Situation, entry: Entry) -> None:
    """The writer reads what looks reportable, and a police writer names the source of facts of violence."""
    if before_sending.unread_signs(situation):
        screening_stops.acknowledge(by=writer, situation=situation)
    if before_sending.needs_source(situation):
        by_victim = entry.get("legal_bases", {}).get(entry["originating_agency"]) == before_sending.BY_VICTIM
        source = before_sending.AUTHORIZED if by_victim else before_sending.OTHER_SOURCE
        day, namely = (clock.today(), "") if by_victim else (None, "What officers saw on foot patrol.")
        screening_stops.name_source(by=writer, situation=situation, source=source, authorized_on=day, namely=namely)


def _pass_on(by: Member, situation: Situation) -> None:
    screening.pass_on(by=by, situation=situation)
