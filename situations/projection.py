"""What leaves `disclose`: a typed, frozen projection of one situation for one audience. No attribute can name anybody."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from situations.choices import Stage


class Withheld:
    """A value that says "not shared at this filter": false, countable in tests, and printable in a template."""

    def __bool__(self) -> Literal[False]:
        return False

    def __str__(self) -> str:
        return ""

    def __repr__(self) -> str:
        return "WITHHELD"


WITHHELD: Final = Withheld()


@dataclass(frozen=True)
class AgencyLine:
    """An agency by name."""

    id: int
    name: str
    short_name: str


@dataclass(frozen=True)
class Times:
    """When what happened; aware moments or None."""

    submitted: datetime | None
    passed: datetime | None
    tabled: datetime | None
    aer: datetime | None
    filter4: datetime | None
    clock_ends: datetime | None
    ended: datetime | None


@dataclass(frozen=True)
class Outline:
    """What even a rejected situation keeps: kind of subject, age band, sex; `line` is all three in words."""

    subject_type: str
    age_band: str
    sex: str
    line: str
    kind: str


@dataclass(frozen=True)
class FactorLine:
    """One factor; `strong` for the few that change the tone of the talk."""

    code: str
    name: str
    strong: bool


@dataclass(frozen=True)
class CategoryLine:
    """One category with its factors (empty where the table speaks of categories only)."""

    name: str
    factors: tuple[FactorLine, ...]


@dataclass(frozen=True)
class Profile:
    """The de-identified description."""

    line: str
    language: str
    town: str
    risk: tuple[CategoryLine, ...]
    protective: tuple[CategoryLine, ...]
    flags: tuple[str, ...]
    affected: tuple[str, ...]
    note: str
    risk_count: int
    protective_count: int


@dataclass(frozen=True)
class CriterionLine:
    """One of the four criteria."""

    key: str
    number: int
    title: str
    because: str
    holds: bool | None


@dataclass(frozen=True)
class ConsentLine:
    """What was asked of the person."""

    status: str
    words: str
    reason: str


@dataclass(frozen=True)
class StanceLine:
    """One seat's answer at filter 2."""

    id: int
    agency: AgencyLine
    kind: str
    words: str
    reason: str
    withdrawn: bool
    went_on_because: str


@dataclass(frozen=True)
class ScreeningLine:
    """Filter 1, for the originating agency alone."""

    tried: str
    beyond_one_agency: str
    sent_back_because: str
    screener: str


@dataclass(frozen=True)
class AnswerLine:
    """One positive answer at filter 3. No role, cannot say and no answer are all absent."""

    agency: AgencyLine
    kind: str
    words: str
    offer: str
    basis_recorded: bool
    notice: str


@dataclass(frozen=True)
class AssignedLine:
    """An agency asked to lead or assist."""

    agency: AgencyLine
    role: str
    words: str
    asked_at: datetime
    accepted_at: datetime | None


@dataclass(frozen=True)
class StepLine:
    id: int
    agency: AgencyLine
    text: str
    due_at: datetime
    done_at: datetime | None


@dataclass(frozen=True)
class VisitLine:
    at: datetime
    who_goes: str
    place: str
    offer: str
    safety: str


@dataclass(frozen=True)
class ContactLine:
    agency: AgencyLine
    person: str
    at: datetime
    words: str
    reached: bool
    outcome: str
    consent_now: str


@dataclass(frozen=True)
class ServiceLine:
    agency: AgencyLine
    service: str
    status: str
    words: str


@dataclass(frozen=True)
class Plan:
    """What the lead and assisting agencies do."""

    steps: tuple[StepLine, ...]
    visit: VisitLine | None
    contacts: tuple[ContactLine, ...]
    services: tuple[ServiceLine, ...]
    notices: tuple[str, ...]


@dataclass(frozen=True)
class PlanStatus:
    """What the facilitator may know of the plan: the clock and whether contact was made."""

    clock_ends: datetime | None
    overdue: bool
    reached: bool
    steps_done: int
    steps: int


@dataclass(frozen=True)
class ReportBackLine:
    agency: AgencyLine
    at: datetime
    line: str
    still_aer: bool


@dataclass(frozen=True)
class ConclusionLine:
    group: str
    reason: str
    words: str
    because: str


@dataclass(frozen=True)
class Projection:
    """One situation for one audience; attributes are named as in `visibility.Field`."""

    key: int
    revision: int
    openable: tuple[str, ...]
    number: str | Withheld
    stage: Stage | Withheld
    times: Times | Withheld
    origin: AgencyLine | Withheld
    outline: Outline | Withheld
    profile: Profile | Withheld
    criteria: tuple[CriterionLine, ...] | Withheld
    consent: ConsentLine | Withheld
    stances: tuple[StanceLine, ...] | Withheld
    screening: ScreeningLine | Withheld
    repeat: tuple[str, ...] | Withheld
    answers: tuple[AnswerLine, ...] | Withheld
    bases: dict[int, str] | Withheld
    assigned: tuple[AssignedLine, ...] | Withheld
    plan: Plan | Withheld
    plan_status: PlanStatus | Withheld
    report_backs: tuple[ReportBackLine, ...] | Withheld
    conclusion: ConclusionLine | Withheld | None
    own_disclosures: bool | Withheld
    ledger: bool | Withheld
