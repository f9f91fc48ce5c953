"""Reads each field of a situation into its line of the projection. Decides nothing: `disclosure.disclose` asks for a line
only of a field that the audience may see. There is no reader for identity fields, so a projection cannot hold one.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from agencies.models import Agency
from hub.core import clock
from situations import legal_bases, taxonomy, vocabularies
from situations.choices import POSITIVE_ANSWERS, Criterion, Stage
from situations.models import Screening, Situation, Visit
from situations.projection import (
    AgencyLine,
    AnswerLine,
    AssignedLine,
    CategoryLine,
    ConclusionLine,
    ConsentLine,
    ContactLine,
    CriterionLine,
    FactorLine,
    Outline,
    Plan,
    PlanStatus,
    Profile,
    ReportBackLine,
    ScreeningLine,
    ServiceLine,
    StanceLine,
    StepLine,
    Times,
    VisitLine,
)
from situations.reading import Reader, Reading, alike
from situations.visibility import Field

if TYPE_CHECKING:
    from situations.disclosure import Audience

STRONG = frozenset({"suicide.current_risk"})
"""The factor that changes the tone of the talk (VISUAL: at most one)."""


def agency_line(agency: Agency) -> AgencyLine:
    """An agency by name, detached from its record."""
    return AgencyLine(agency.pk, agency.name, agency.short_name)


def _whole(s: Situation, a: "Audience") -> bool:
    return not a.category_only or a.agency_id == s.originating_agency_id


def _agency(_s: Situation, a: "Audience") -> int | None:
    return a.agency_id


def number(r: Reading) -> str:
    return r.situation.number


def stage(r: Reading) -> Stage:
    return Stage(r.situation.stage)


def times(r: Reading) -> Times:
    s = r.situation
    return Times(s.submitted_at, s.passed_at, s.tabled_at, s.aer_at, s.filter4_at, s.clock_ends_at, s.ended_at)


def origin(r: Reading) -> AgencyLine:
    return agency_line(r.origin)


def outline(r: Reading) -> Outline:
    s = r.situation
    line = taxonomy.subject_line(s.subject_type, s.age_band, s.sex, None) if s.subject_type else ""
    kind = str(vocabularies.SUBJECT_TYPES.get(s.subject_type, ""))
    return Outline(s.subject_type, s.age_band, s.sex, line, kind)


def profile(r: Reading, whole: bool) -> Profile:  # noqa: FBT001 - it comes from `Reader.by`
    s = r.situation
    line = taxonomy.subject_line(s.subject_type, s.age_band, s.sex, s.language) if s.subject_type else ""
    return Profile(
        line=line,
        language=taxonomy.language_name(s.language) if s.language else "",
        town=s.town,
        risk=_categories(s.risk_factors, whole=whole),
        protective=_categories(s.protective_factors, whole=whole),
        flags=tuple(str(vocabularies.STUDY_FLAGS[code]) for code in s.study_flags) if whole else (),
        affected=tuple(_affected(one) for one in s.affected_persons),
        note=s.note,
        risk_count=len(s.risk_factors),
        protective_count=len(s.protective_factors),
    )


def criteria(r: Reading) -> tuple[CriterionLine, ...]:
    kept = {one.criterion: one for one in r.criteria}
    return tuple(
        CriterionLine(key.value, place, str(key.label), row.because if row else "", row.holds if row else None)
        for place, key in enumerate(Criterion, start=1)
        for row in [kept.get(key.value)]
    )


def consent(r: Reading) -> ConsentLine:
    s = r.situation
    return ConsentLine(s.consent_status, str(s.get_consent_status_display()), s.consent_reason)


def stances(r: Reading) -> tuple[StanceLine, ...]:
    return tuple(
        StanceLine(
            one.pk,
            agency_line(one.agency),
            one.kind,
            str(one.get_kind_display()),
            one.reason,
            one.withdrawn,
            one.went_on_because,
        )
        for one in r.stances
    )


def screening(r: Reading) -> ScreeningLine:
    row = Screening.objects.select_related("screener").filter(situation=r.situation).first()
    if row is None:
        return ScreeningLine("", "", "", "")
    return ScreeningLine(row.tried, row.beyond_one_agency, row.sent_back_because, row.screener.name if row.screener else "")


def repeat(r: Reading) -> tuple[str, ...]:
    from situations.repeat import earlier  # reads the blind index, which this module otherwise never touches

    return tuple(earlier(r.situation))


def answers(r: Reading) -> tuple[AnswerLine, ...]:
    return tuple(
        AnswerLine(
            agency_line(one.agency), one.kind, str(one.get_kind_display()), one.offer, bool(one.basis), _notice(one.basis)
        )
        for one in r.answers
        if one.kind in POSITIVE_ANSWERS
    )


def bases(r: Reading) -> dict[int, str]:
    return {one.agency_id: one.basis for one in r.answers if one.kind in POSITIVE_ANSWERS and one.basis}


def assigned(r: Reading) -> tuple[AssignedLine, ...]:
    return tuple(
        AssignedLine(agency_line(one.agency), one.role, str(one.get_role_display()), one.asked_at, one.accepted_at)
        for one in r.involvements
    )


def plan(r: Reading, agency_id: int | None) -> Plan:
    s = r.situation
    visit = Visit.objects.filter(situation=s).first()
    return Plan(
        steps=tuple(
            StepLine(one.pk, agency_line(one.agency), one.text, one.due_at, one.done_at)
            for one in s.steps.select_related("agency")
        ),
        visit=VisitLine(visit.at, visit.who_goes, visit.place, visit.offer, visit.safety) if visit else None,
        contacts=tuple(
            ContactLine(
                agency_line(one.agency), one.member.name, one.at, str(one.get_kind_display()), one.reached, one.outcome,
                str(one.get_consent_now_display()) if one.consent_now else "",
            )
            for one in s.contacts.select_related("agency", "member")
        ),
        services=tuple(
            ServiceLine(agency_line(one.agency), one.service, one.status, str(vocabularies.SERVICE_STATUSES[one.status]))
            for one in s.services.select_related("agency").order_by("agency__name", "service")
        ),
        notices=_notices(r, agency_id),
    )  # fmt: skip


def _notice(basis: str) -> str:
    found = legal_bases.notice_of(basis)
    return found.text if found else ""


def _notices(r: Reading, agency_id: int | None) -> tuple[str, ...]:
    """What the agency must be told with what others disclosed: the identity, and their answers at filter 3."""
    answered = sorted(one.basis for one in r.answers if one.basis and one.agency_id != agency_id)
    opening = [r.situation.opening_basis] if r.situation.originating_agency_id != agency_id else []
    return tuple(dict.fromkeys(filter(None, (_notice(one) for one in [*opening, *answered]))))


def plan_status(r: Reading) -> PlanStatus:
    s = r.situation
    reached = s.contacts.filter(reached=True).exists()
    late = s.clock_ends_at is not None and s.stage == Stage.FILTER4 and clock.now() > s.clock_ends_at and not reached
    done = [one.done_at is not None for one in s.steps.all()]
    return PlanStatus(s.clock_ends_at, late, reached, sum(done), len(done))


def report_backs(r: Reading) -> tuple[ReportBackLine, ...]:
    return tuple(ReportBackLine(agency_line(one.agency), one.at, one.line, one.still_aer) for one in r.report_backs)


def conclusion(r: Reading) -> ConclusionLine | None:
    s = r.situation
    if not s.conclusion_reason:
        return None
    words = str(vocabularies.CONCLUSIONS[s.conclusion_group][s.conclusion_reason])
    return ConclusionLine(s.conclusion_group, s.conclusion_reason, words, s.conclusion_because)


def _allowed(_r: Reading) -> bool:
    return True


READERS: dict[Field, Reader] = {
    Field.NUMBER: alike(number, "situation"),
    Field.STAGE: alike(stage, "situation"),
    Field.TIMES: alike(times, "situation"),
    Field.ORIGIN: alike(origin, "situation", "origin"),
    Field.OUTLINE: alike(outline, "situation"),
    Field.PROFILE: Reader(profile, _whole, ("situation",)),
    Field.CRITERIA: alike(criteria, "criteria"),
    Field.CONSENT: alike(consent, "situation"),
    Field.STANCES: alike(stances, "stances"),
    Field.SCREENING: alike(screening),
    Field.REPEAT: alike(repeat),
    Field.ANSWERS: alike(answers, "answers"),
    Field.BASES: alike(bases, "answers"),
    Field.ASSIGNED: alike(assigned, "involvements"),
    Field.PLAN: Reader(plan, _agency),
    Field.PLAN_STATUS: alike(plan_status),
    Field.REPORT_BACKS: alike(report_backs, "report_backs"),
    Field.CONCLUSION: alike(conclusion, "situation"),
    # these two say that the record page may be opened; its lines come from `record`
    Field.OWN_DISCLOSURES: alike(_allowed),
    Field.LEDGER: alike(_allowed),
}


def _categories(codes: Iterable[str], *, whole: bool) -> tuple[CategoryLine, ...]:
    return tuple(
        CategoryLine(
            str(category.name),
            tuple(FactorLine(one.code, str(one.name), one.code in STRONG) for one in category.factors) if whole else (),
        )
        for category in taxonomy.grouped(codes)
    )


def _affected(one: dict[str, str]) -> str:
    parts = [
        one.get("tie", ""),
        str(vocabularies.SEXES.get(one.get("sex", ""), "")).lower(),
        str(vocabularies.AGE_BANDS.get(one.get("age_band", ""), "")),
    ]
    return ", ".join(part for part in parts if part)
