"""Two intake desks in the demo year, a partner agency without a seat, and what was brought to them in the last days."""

from collections.abc import Callable
from datetime import time, timedelta
from uuid import UUID, uuid5

from agencies import membership
from agencies.models import Member
from conferences.demo.affirming import grounds_for
from conferences.demo.diary import Diary, local
from conferences.demo.founding import DESCRIBED, Community
from conferences.demo.source import Entry
from hub.core.audit import acting
from situations.choices import Closing, Pile
from situations.models import IntakeDesk, Referral
from situations.referrals import (
    bringing,
    claiming,
    closing,
    opening,
    partners,
    passing_on,
    receipts,
    replying,
    setting_up,
    taking_up,
    thread,
)
from situations.referrals.answers import Answers

BROUGHT_AT, DONE_AT = time(11, 40), time(14, 20)
NAMES = UUID("5b1e7c62-9f0d-4c67-8f35-2c8e2b8f6a10")
"""Under which the demo's referrals have the same bindings in every load."""


def open_desks(entry: Entry, community: Community) -> None:
    """Desks and their people, and the partner; on the day of founding."""
    for one in entry["desks"]:
        agency = community.agencies[one["agency"]]
        for email in one["staff"]:
            setting_up.name_intake(by=None, agency=agency, member=community.members[email])
        setting_up.set_up(by=None, table=community.table, agency=agency, is_open=True)
    partner = entry["partner"]
    agency = membership.found_agency(by=None, **{name: partner[name] for name in DESCRIBED})
    # it has no seat, so it is none of the agencies that sit down in a conference
    for person in partner["members"]:
        fields = {name: person[name] for name in ("email", "name", "position")}
        member = membership.add_member(by=None, roles=person["roles"], agency=agency, password=None, **fields)  # type: ignore[arg-type]
        member.password = community.password_hash
        with acting(None, "demo: the published password"):
            member.save(update_fields=["password"])
        community.members[member.email] = member


class Brought:
    """Enters what was brought, and what the desks did with it, into the diary."""

    def __init__(self, community: Community, diary: Diary) -> None:
        self.community, self.diary = community, diary
        self.rows: dict[int, int] = {}

    def enter(self, number: int, entry: Entry) -> None:
        """One referral and its steps, each at its day."""
        self._at(entry["days_ago"], BROUGHT_AT, lambda: self._bring(number, entry))
        for place, step in enumerate(entry.get("then", ())):
            self._at(step["days_ago"], DONE_AT, lambda step=step: self._do(number, step), place)  # type: ignore[misc]

    def _at(self, days_ago: int, at: time, happens: Callable[[], object], minutes: int = 0) -> None:
        moment = local(self.diary.today - timedelta(days=days_ago), at) + timedelta(minutes=minutes)
        self.diary.enter(self.diary.after_sitting(moment), happens)

    def _bring(self, number: int, entry: Entry) -> None:
        desk = IntakeDesk.objects.select_related("agency", "table").get(agency=self.community.agencies[entry["desk"]])
        answers, binding = Answers(**entry["answers"]), uuid5(NAMES, str(number))
        if "from" in entry:
            by = self.community.members[entry["from"]]
            given = grounds_for(entry["basis"], by.agency)
            made = partners.bring(
                by=by, desk=desk, answers=answers, language="en", basis=entry["basis"], given=given, token=binding
            )  # fmt: skip
            self.rows[number] = made.referral.pk
            return
        code = receipts.code_of(binding.bytes)
        pile = Pile(entry.get("pile", Pile.QUEUE))
        bringing.bring(
            by=None, desk=desk, answers=answers, language=entry["language"], pile=pile, binding=binding, code=code
        )  # fmt: skip
        found = receipts.find(code)
        assert found is not None  # noqa: S101 - it was brought a line above
        self.rows[number] = found.pk

    def _do(self, number: int, step: Entry) -> None:
        row = Referral.objects.select_related("desk__table", "agency").get(pk=self.rows[number])
        if step["do"] == "write":
            thread.write_as_family(row, text=step["text"], number=row.messages.count() + 1)
            return
        by = self.community.members[step["by"]]
        acts: dict[str, Callable[[], object]] = {
            "read": lambda: opening.read(by=by, referral=row),
            "claim": lambda: claiming.claim(by=by, referral=row),
            "reply": lambda: self._reply(by, row, step["text"]),
            "emergency": lambda: claiming.mark_emergency(by=by, referral=row, is_emergency=True),
            "draft": lambda: taking_up.take_up(by=by, referral=row),
            "close": lambda: closing.close(by=by, referral=row, reason=Closing(step["reason"])),
            "pass": lambda: self._pass(by, row, step),
        }
        acts[step["do"]]()

    def _reply(self, by: Member, row: Referral, text: str) -> None:
        told = {"text": text, "tells": "nothing"}
        try:
            replying.reply(by=by, referral=row, **told)
        except replying.CouldTell as asks:
            replying.reply(by=by, referral=row, **told, confirmed=asks.token)

    def _pass(self, by: Member, row: Referral, step: Entry) -> None:
        desk = IntakeDesk.objects.select_related("agency", "table").get(agency=self.community.agencies[step["to"]])
        given = grounds_for(step["basis"], by.agency)
        passing_on.pass_on(by=by, referral=row, desk=desk, basis=step["basis"], given=given)
