"""Filter 1, writing: a representative or deputy writes a situation of the own agency. Nothing leaves the agency here."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from agencies.models import Agency, Member, Table
from agencies.standing import agreement_in_force, standing_of
from hub.core import clock
from hub.core.audit import verb
from hub.core.errors import NotAllowed, RuleRefused
from hub.core.text import TextRefused, plain
from situations import (
    before_sending,
    earlier_wordings,
    filters,
    guard,
    hard_stops,
    held_texts,
    identity,
    ledger,
    taxonomy,
    vocabularies,
)
from situations.choices import Consent, Criterion, EntryKind, HeldState, Stage
from situations.filters import Mover
from situations.hard_stops import Place
from situations.held_texts import SENDING
from situations.models import AerCriterion, Screening, Situation
from situations.models.situation import LINE_LIMIT, NOTE_LIMIT

PROFILE_FIELDS = frozenset({
    "subject_type", "age_band", "sex", "language", "town", "risk_factors", "protective_factors", "study_flags",
    "affected_persons", "note", "consent_status", "consent_reason",
})  # fmt: skip
TIE_LIMIT = 60
"""Characters of who an affected person is to the subject ("younger sister")."""
CHOICES: dict[str, Iterable[str]] = {
    "subject_type": vocabularies.SUBJECT_TYPES,
    "age_band": vocabularies.AGE_BANDS,
    "sex": vocabularies.SEXES,
    "language": vocabularies.LANGUAGES,
    "consent_status": Consent.values,
}


@verb
def start(*, by: Member, table: Table) -> Situation:
    """A new, empty draft of the member's agency. Raises NotAllowed for somebody without a seat or agreement."""
    standing = standing_of(by, table)
    if not (standing.speaks and standing.agreement):
        raise NotAllowed(
            _("Only a representative or deputy of a seated agency with an agreement in force can bring a situation.")
        )
    situation = Situation(table=table, originating_agency=by.agency, written_by=by, written_at=clock.now())
    situation.save()
    Screening.objects.create(situation=situation)
    ledger.append(EntryKind.WRITTEN, by=by, situation=situation)
    return situation


@verb
def save(
    *, by: Member, situation: Situation, profile: Mapping[str, Any], screening: Mapping[str, str] | None = None,
    criteria: Mapping[str, str] | None = None, revision: int | None = None,
) -> Situation:  # fmt: skip
    """Save a draft, whole or in part (autosave). Empty is allowed; a wrong code, a hard stop or a stale `revision` is not.

    `profile`: names of PROFILE_FIELDS; `screening`: tried, beyond_one_agency; `criteria`: criterion to sentence.
    """
    situation = filters.lock(situation.pk, by=by, revision=revision)
    filters.require(situation, by, Mover.WRITER)
    filters.require_stage(situation, Stage.DRAFT)
    if unknown := set(profile) - PROFILE_FIELDS:
        raise ValueError(f"not fields of a profile: {sorted(unknown)}")
    own = (situation.originating_agency,)
    filters.touch(situation, **{name: _clean(name, value, own) for name, value in profile.items()})
    if screening is not None:
        row = Screening.objects.get(situation=situation)
        for name in ("tried", "beyond_one_agency"):
            typed = text(screening.get(name, ""), limit=NOTE_LIMIT, field=name, agencies=own, place=Place.AGENCY)
            setattr(row, name, typed)
        row.save()
    for key, because in (criteria or {}).items():
        typed = text(because, limit=LINE_LIMIT, field=key, agencies=own)
        AerCriterion.objects.update_or_create(
            situation=situation, criterion=Criterion(key), defaults={"because": typed, "holds": bool(typed) or None}
        )
    return situation


@guard.enters_questions
@verb
def submit(*, by: Member, situation: Situation, recognisable: str, answered: guard.Replies = guard.NOTHING) -> Situation:
    """Pass the draft on: to the agency's screener where it asks for one, otherwise ready for the table.

    Raises RuleRefused with the first thing that is missing or may not go (`before_sending`); GuardAsks where the
    de-identification guard has a question that `answered` (by field) does not answer, and GuardStops as it says. Whatever the
    guard finds, the writer is asked whether somebody at this table could recognize them by the text as a whole: `recognisable`
    is the answer, entered with the sending; anything but "no" is refused, and nobody's answer is taken for granted.
    """
    situation = filters.lock(situation.pk, by=by)
    filters.require(situation, by, Mover.WRITER)
    require_agreement(situation)
    if missing := first_missing(situation):
        raise RuleRefused(missing[1], field=missing[0], situation=situation)
    before_sending.require_clear(situation)
    asked = guard.ask(situation, before_sending.texts_of(situation), by=by, answered=answered, step=SENDING)
    if recognisable != guard.NO:
        raise RuleRefused(
            _("Say whether somebody at this table could recognize them."), field="recognisable", situation=situation
        )
    earlier_wordings.forget(situation)
    detail = {"recognisable": False} | ({"confirmed_not_identifying": asked} if asked else {})
    moment = clock.now()
    if situation.originating_agency.screens:
        filters.move(situation, Stage.SCREENING, by=by, submitted_at=moment)
        ledger.append(EntryKind.SUBMITTED, by=by, situation=situation, detail=detail)
    else:
        filters.move(situation, Stage.READY, by=by, submitted_at=moment, passed_at=moment)
        ledger.append(EntryKind.SCREENED, by=by, situation=situation, detail=detail)
    return situation


@guard.enters_questions
@verb
def have_looked_at(*, by: Member, situation: Situation, field: str) -> Situation:
    """Hold the text at this field of a draft for a second person of the agency, if the guard stops it as it is saved now.

    Raises RuleRefused where nobody else could decide.
    """
    situation = filters.lock(situation.pk, by=by)
    filters.require(situation, by, Mover.WRITER)
    filters.require_stage(situation, Stage.DRAFT)
    texts = {name: typed for name, typed in before_sending.texts_of(situation).items() if name == field and typed}
    known = held_texts.decided(guard.place_of(situation, SENDING), texts, by)
    if any(one.state == HeldState.PASSED for one in known.values()):
        return situation
    try:
        guard.ask(situation, texts, by=by, answered=guard.Reply(second=True), step=SENDING)
    except guard.GuardStops as stopped:
        if not stopped.hold(by):
            raise
    except guard.GuardAsks as asks:
        raise RuleRefused(asks.message, field=field, situation=situation) from asks
    return situation


@verb
def take_home(*, by: Member, situation: Situation) -> Situation:
    """Take a situation that waits for the table back into drafts, to change or to keep it."""
    situation = filters.lock(situation.pk, by=by)
    filters.move(situation, Stage.DRAFT, by=by, submitted_at=None, passed_at=None)
    ledger.append(EntryKind.SENT_BACK, by=by, situation=situation)
    return situation


@verb
def keep(*, by: Member, situation: Situation) -> Situation:
    """The agency keeps it: it goes to no table."""
    situation = filters.lock(situation.pk, by=by)
    filters.move(situation, Stage.KEPT, by=by)
    ledger.append(EntryKind.KEPT, by=by, situation=situation)
    return situation


@verb
def link_earlier(*, by: Member, situation: Situation, earlier: Situation) -> Situation:
    """Link a returned situation to the earlier number of the own agency (PRODUCT: "Returned situations")."""
    situation = filters.lock(situation.pk, by=by)
    filters.require(situation, by, Mover.WRITER)
    filters.require_stage(situation, Stage.DRAFT, Stage.SCREENING, Stage.READY)
    if (
        earlier.originating_agency_id != situation.originating_agency_id
        or not earlier.number
        or earlier.table_id != situation.table_id
    ):
        raise RuleRefused(_("Only an earlier situation of your own agency at this table can be linked."), situation=situation)
    filters.touch(situation, returned_from=earlier)
    ledger.append(EntryKind.RETURNED, by=by, situation=situation, detail={"earlier": earlier.number})
    return situation


def require_agreement(situation: Situation) -> None:
    """Raise RuleRefused unless the originating agency has an agreement in force: its table could not receive it."""
    if not agreement_in_force(situation.originating_agency_id, situation.table_id):
        message = _("Your agency has no agreement in force with this table. It stays with you until there is one.")
        raise RuleRefused(message, situation=situation)


def first_missing(situation: Situation) -> tuple[str, Any] | None:
    """(field, what to do) for the first thing that a draft still needs, or None."""
    screening = Screening.objects.get(situation=situation)
    reasons = dict(situation.criteria.values_list("criterion", "because"))
    written = situation.consent_status == Consent.WRITTEN
    nameless = situation.subject_type in {"location", "group"}
    wanted: list[tuple[str, bool, Any]] = [
        ("subject_type", bool(situation.subject_type), _("Say whom it is about: a person, a family, a group or a location.")),
        ("age_band", bool(situation.age_band) or situation.subject_type != "person", _("Choose the age band.")),
        ("sex", bool(situation.sex) or situation.subject_type != "person", _("Choose the sex, or “unknown”.")),
        ("risk_factors", bool(situation.risk_factors), _("Choose at least one risk factor.")),
        ("note", bool(situation.note), _("Write in a few sentences what the table needs to understand.")),
        *(
            (key.value, bool(reasons.get(key.value)), _("Write a sentence for: %(criterion)s.") % {"criterion": key.label})
            for key in Criterion
        ),
        ("tried", bool(screening.tried), _("Say what your agency has tried.")),
        ("beyond_one_agency", bool(screening.beyond_one_agency), _("Say why it is beyond what one agency can do.")),
        ("consent_status", bool(situation.consent_status), _("Say whether the person's consent was asked for.")),
        ("consent_reason", bool(situation.consent_reason) or written, _("Say why, or how, for the consent.")),
        ("name", bool(identity.sealed_fields(situation)) or nameless, _("Put the name into the envelope.")),
    ]  # fmt: skip
    return next(((field, message) for field, there, message in wanted if not there), None)


def text(
    value: str, *, limit: int, field: str, agencies: Iterable[Agency] = (), place: Place = Place.TABLE,
    situation: Situation | None = None,
) -> str:  # fmt: skip
    """Typed text through the one door: plain, and without what HubTable does not take. Raises RuleRefused naming the field.

    `agencies`: whose text it is (who types, and for whom); `situation`: given for a text at the table.
    """
    writers = tuple(agencies)
    try:
        typed = plain(value, limit=limit)
    except TextRefused as refused:
        raise RuleRefused(str(refused), field=field) from refused
    hard_stops.refuse(typed, field=field, regimes={regime for one in writers for regime in one.regimes}, place=place)
    return (
        typed if situation is None else before_sending.refuse_report(typed, field=field, situation=situation, agencies=writers)
    )


def _clean(name: str, value: Any, own: tuple[Agency, ...]) -> Any:
    if name in CHOICES and value and value not in CHOICES[name]:
        raise RuleRefused(_("This is not one of the choices. Choose one from the list."), field=name)
    if name in {"risk_factors", "protective_factors"}:
        return _codes(name, value)
    if name == "study_flags" and not set(value) <= set(vocabularies.STUDY_FLAGS):
        raise RuleRefused(_("This is not one of the flags in the list."), field=name)
    if name == "affected_persons":
        return [{**one, "tie": text(one.get("tie", ""), limit=TIE_LIMIT, field=name, agencies=own)} for one in value]
    limits = {"note": NOTE_LIMIT, "consent_reason": LINE_LIMIT, "town": 60}
    if name in limits:
        return text(value or "", limit=limits[name], field=name, agencies=own)
    return value or ("" if name in CHOICES else value)


def _codes(name: str, codes: Iterable[str]) -> list[str]:
    kept = list(dict.fromkeys(codes))
    for code in kept:
        try:
            known = taxonomy.factor(code)
        except taxonomy.UnknownCode as unknown:
            raise RuleRefused(_("One of the factors is not in the list. Choose it again."), field=name) from unknown
        if (known.kind == "risk") != (name == "risk_factors"):
            raise RuleRefused(_("A factor stands in the wrong list. Choose it again."), field=name)
    return kept
