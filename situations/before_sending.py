"""What stands between a draft and the table besides what is missing: hard stops, a duty to report, a source police must name.

Reads only. `writing` and `screening` refuse with it; the answers are given through `screening_stops`.
"""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from agencies.models import Agency
from hub.core.errors import RuleRefused
from situations import hard_stops
from situations.hard_stops import About, Place, Sign
from situations.models import Grounds, Reportable, Screening, Situation

AUTHORIZED, OTHER_SOURCE = "c41_s97d_authorized", "c41_s97d_other_source"
"""What a police agency affirms: the victim's authorization, or that the facts come from elsewhere (`Grounds.affirmed`)."""
BY_VICTIM = "police_victim_authorization"
"""The legal basis that says the same when the identity is opened."""


def texts_of(situation: Situation) -> dict[str, str]:
    """Everything typed for other agencies' eyes, by field."""
    texts = {"note": situation.note, "town": situation.town, "consent_reason": situation.consent_reason}
    texts["affected_persons"] = "; ".join(one.get("tie", "") for one in situation.affected_persons)
    return texts | dict(situation.criteria.values_list("criterion", "because"))


def inside_of(situation: Situation) -> dict[str, str]:
    """What was typed for the own agency alone, by field."""
    row = Screening.objects.get(situation=situation)
    return {"tried": row.tried, "beyond_one_agency": row.beyond_one_agency}


def about(situation: Situation) -> About:
    """What the profile's codes say."""
    return About(
        factors=frozenset(situation.risk_factors),
        flags=frozenset(situation.study_flags),
        age_band=situation.age_band,
        others=frozenset(one.get("age_band", "") for one in situation.affected_persons) - {""},
        family=situation.subject_type == "family",
    )


def unread_signs(situation: Situation) -> list[Sign]:
    """The duties to report that it looks like, and of which nobody in the agency has read yet."""
    read = {code for signs in Reportable.objects.filter(situation=situation).values_list("signs", flat=True) for code in signs}
    texts = [*texts_of(situation).values(), *inside_of(situation).values()]
    return [one for one in hard_stops.signs(texts, about(situation)) if one.code not in read]


def needs_source(situation: Situation) -> bool:
    """Whether it is a police agency's and speaks of domestic or sexual violence without a named source (c. 41, § 97D)."""
    agency = situation.originating_agency
    speaks = hard_stops.speaks_of_violence([*texts_of(situation).values()], about(situation), regimes=agency.regimes)
    return speaks and not source_named(situation, agency)


def source_named(situation: Situation, agency: Agency) -> bool:
    """Whether the agency has affirmed where its facts of violence come from."""
    named = Grounds.objects.filter(situation=situation, agency=agency).values_list("basis", "affirmed")
    return any(basis == BY_VICTIM or {AUTHORIZED, OTHER_SOURCE}.intersection(codes) for basis, codes in named)


def require_clear(situation: Situation) -> None:
    """Raise RuleRefused at the first hard stop, at an unread duty to report, or where police must name a source."""
    regimes = situation.originating_agency.regimes
    for field, typed in texts_of(situation).items():
        hard_stops.refuse(typed, field=field, regimes=regimes)
    for field, typed in inside_of(situation).items():
        hard_stops.refuse(typed, field=field, regimes=regimes, place=Place.AGENCY)
    if unread_signs(situation):
        message = _("This looks reportable: read what the law asks of you, and say that you have read it.")
        raise RuleRefused(message, field="reportable", situation=situation)
    if needs_source(situation):
        message = _("Say where the facts of violence come from: police reports of it may not come to the table.")
        raise RuleRefused(message, field="source", situation=situation)


def refuse_report(text: str, *, field: str, situation: Situation, agencies: Iterable[Agency]) -> str:
    """The text itself unless a police agency tells at the table of violence reported to it without having named a source."""
    for agency in agencies:
        hit = hard_stops.report_of_violence(text, regimes=agency.regimes)
        if hit is not None and not source_named(situation, agency):
            raise RuleRefused(hit.says, field=field, situation=situation)
    return text
