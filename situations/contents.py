"""Reads each field of a situation into its line of the projection. Decides nothing: `disclosure.disclose` calls a reader
only for a field that the audience may see. There is no reader for identity fields, so a projection cannot hold one.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from agencies.models import Agency
from hub.core import clock
from situations import legal_bases, taxonomy, vocabularies
from situations.choices import POSITIVE_ANSWERS, Criterion, Stage
from situations.models import AerCriterion, Screening, Situation, Visit
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
from situations.visibility import Field

if TYPE_CHECKING:
    from situations.disclosure import Audience

STRONG = frozenset({"suicide.current_risk"})
"""The factor that changes the tone of the talk (VISUAL: at most one)."""


def agency_line(agency: Agency) -> AgencyLine:
    """An agency by name, detached from its record."""
    return AgencyLine(agency.pk, agency.name, agency.short_name)


def number(s: Situation, _a: "Audience") -> str:
    return s.number


def stage(s: Situation, _a: "Audience") -> Stage:
    return Stage(s.stage)


def times(s: Situation, _a: "Audience") -> Times:
    return Times(s.submitted_at, s.passed_at, s.tabled_at, s.aer_at, s.filter4_at, s.clock_ends_at, s.ended_at)


def origin(s: Situation, _a: "Audience") -> AgencyLine:
    return agency_line(s.originating_agency)


def outline(s: Situation, _a: "Audience") -> Outline:
    line = taxonomy.subject_line(s.subject_type, s.age_band, s.sex, None) if s.subject_type else ""
    kind = str(vocabularies.SUBJECT_TYPES.get(s.subject_type, ""))
    return Outline(s.subject_type, s.age_band, s.sex, line, kind)


def profile(s: Situation, a: "Audience") -> Profile:
    line = taxonomy.subject_line(s.subject_type, s.age_band, s.sex, s.language) if s.subject_type else ""
    whole = not a.category_only or a.agency_id == s.originating_agency_id
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


def criteria(s: Situation, _a: "Audience") -> tuple[CriterionLine, ...]:
    kept: dict[str, AerCriterion] = {one.criterion: one for one in s.criteria.all()}
    return tuple(
        CriterionLine(key.value, place, str(key.label), row.because if row else "", row.holds if row else None)
        for place, key in enumerate(Criterion, start=1)
        for row in [kept.get(key.value)]
    )


def consent(s: Situation, _a: "Audience") -> ConsentLine:
    return ConsentLine(s.consent_status, str(s.get_consent_status_display()), s.consent_reason)


def stances(s: Situation, _a: "Audience") -> tuple[StanceLine, ...]:
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
        for one in s.stances.select_related("agency").order_by("agency__name")
    )


def screening(s: Situation, _a: "Audience") -> ScreeningLine:
    row = Screening.objects.select_related("screener").filter(situation=s).first()
    if row is None:
        return ScreeningLine("", "", "", "")
    return ScreeningLine(row.tried, row.beyond_one_agency, row.sent_back_because, row.screener.name if row.screener else "")


def repeat(s: Situation, _a: "Audience") -> tuple[str, ...]:
    from situations.repeat import earlier  # reads the blind index, which this module otherwise never touches

    return tuple(earlier(s))


def answers(s: Situation, _a: "Audience") -> tuple[AnswerLine, ...]:
    positive = s.answers.filter(kind__in=POSITIVE_ANSWERS).select_related("agency").order_by("given_at", "pk")
    return tuple(
        AnswerLine(
            agency_line(one.agency), one.kind, str(one.get_kind_display()), one.offer, bool(one.basis), _notice(one.basis)
        )
        for one in positive
    )


def bases(s: Situation, _a: "Audience") -> dict[int, str]:
    return dict(s.answers.filter(kind__in=POSITIVE_ANSWERS).exclude(basis="").values_list("agency_id", "basis"))


def assigned(s: Situation, _a: "Audience") -> tuple[AssignedLine, ...]:
    rows = s.involvements.filter(ended_at=None).select_related("agency").order_by("-role", "asked_at", "pk")
    return tuple(
        AssignedLine(agency_line(one.agency), one.role, str(one.get_role_display()), one.asked_at, one.accepted_at)
        for one in rows
    )


def plan(s: Situation, a: "Audience") -> Plan:
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
        notices=_notices(s, a),
    )  # fmt: skip


def _notice(basis: str) -> str:
    found = legal_bases.notice_of(basis)
    return found.text if found else ""


def _notices(s: Situation, a: "Audience") -> tuple[str, ...]:
    """What the agency must be told with what others disclosed: the identity, and their answers at filter 3."""
    answered = s.answers.exclude(basis="").exclude(agency=a.agency_id).order_by("basis").values_list("basis", flat=True)
    opening = [s.opening_basis] if s.originating_agency_id != a.agency_id else []
    return tuple(dict.fromkeys(filter(None, (_notice(one) for one in [*opening, *answered]))))


def plan_status(s: Situation, _a: "Audience") -> PlanStatus:
    reached = s.contacts.filter(reached=True).exists()
    late = s.clock_ends_at is not None and s.stage == Stage.FILTER4 and clock.now() > s.clock_ends_at and not reached
    done = [one.done_at is not None for one in s.steps.all()]
    return PlanStatus(s.clock_ends_at, late, reached, sum(done), len(done))


def report_backs(s: Situation, _a: "Audience") -> tuple[ReportBackLine, ...]:
    return tuple(
        ReportBackLine(agency_line(one.agency), one.at, one.line, one.still_aer)
        for one in s.report_backs.select_related("agency")
    )


def conclusion(s: Situation, _a: "Audience") -> ConclusionLine | None:
    if not s.conclusion_reason:
        return None
    words = str(vocabularies.CONCLUSIONS[s.conclusion_group][s.conclusion_reason])
    return ConclusionLine(s.conclusion_group, s.conclusion_reason, words, s.conclusion_because)


def _allowed(_s: Situation, _a: "Audience") -> bool:
    return True


READERS: dict[Field, Callable[[Situation, "Audience"], Any]] = {
    Field.NUMBER: number,
    Field.STAGE: stage,
    Field.TIMES: times,
    Field.ORIGIN: origin,
    Field.OUTLINE: outline,
    Field.PROFILE: profile,
    Field.CRITERIA: criteria,
    Field.CONSENT: consent,
    Field.STANCES: stances,
    Field.SCREENING: screening,
    Field.REPEAT: repeat,
    Field.ANSWERS: answers,
    Field.BASES: bases,
    Field.ASSIGNED: assigned,
    Field.PLAN: plan,
    Field.PLAN_STATUS: plan_status,
    Field.REPORT_BACKS: report_backs,
    Field.CONCLUSION: conclusion,
    # these two say that the record page may be opened; its lines come from `record`
    Field.OWN_DISCLOSURES: _allowed,
    Field.LEDGER: _allowed,
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
