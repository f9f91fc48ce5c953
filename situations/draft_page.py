"""What the writing page shows beside its form: the guard's questions, the five parts, and two versions that met."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agencies.models import Member, Table
from hub.core.parts import Action, Finding, Piece
from situations import (
    before_sending,
    deidentify,
    guard,
    hard_stops,
    held_texts,
    identity,
    lookalikes,
    readers,
    suggesting,
    taxonomy,
)
from situations.choices import Criterion, HeldState
from situations.forms import AFFECTED_ROWS, DraftForm, SourceForm, words_of
from situations.held_texts import SENDING
from situations.loading import Loaded
from situations.models import Situation
from situations.projection import ScreeningLine
from situations.rail import steps
from situations.record_page import shared
from situations.visibility import IDENTITY_FIELDS, Field

GUARDED = ("town", "note", *(key.value for key in Criterion), "consent_reason", "affected_persons")
"""Texts that other agencies will read, so the guard reads them first."""
Kept = Mapping[str, str]
"""Token of a question to the code of the writer's answer (`NotIdentifying`)."""


@dataclass(frozen=True)
class Question:
    """The guard's question about one text. `token` stands for exactly these findings, so that a new one is asked anew.

    `kept`: the code of the writer's answer; `stops`: only a second person could pass it on, and `state` is how far that is.
    """

    field: str
    token: str
    pieces: tuple[Piece, ...]
    findings: tuple[Finding, ...]
    kept: str
    stops: bool
    state: str
    change: Action
    keep: Action | None
    suggests: tuple[Action, ...]

    @property
    def open(self) -> bool:
        """Whether it still keeps the draft from being sent."""
        return self.stops or not self.kept


@dataclass(frozen=True)
class Part:
    """One of the five parts, in the list beside the form."""

    anchor: str
    title: str | Promise
    icon: str
    word: str


@dataclass(frozen=True)
class Difference:
    """One field of which two versions met."""

    name: str
    label: str
    mine: str
    theirs: str
    value: Any


@dataclass(frozen=True)
class Choice:
    """One factor that can be chosen."""

    code: str
    name: str | Promise
    definition: str | Promise
    chosen: bool


@dataclass(frozen=True)
class Group:
    """A category with its factors."""

    code: str
    name: str | Promise
    kind: str
    choices: tuple[Choice, ...]
    chosen: int


def form_of(situation: Situation, data: Any = None) -> DraftForm:
    """The form of a draft, with the towns of its table and of its agencies to choose from."""
    towns = {town for seat in situation.table.seats.select_related("agency") for town in seat.agency.towns}
    known = sorted(towns.union(situation.table.towns))
    return DraftForm(data, situation=situation, sealed=identity.sealed_fields(situation), towns=known)


def context_of(loaded: Loaded, form: DraftForm, kept: Kept, by: Member) -> dict[str, Any]:
    """Everything that the writing page shows to `by` of the writer's own agency."""
    situation, table, projection = loaded.situation, loaded.situation.table, loaded.projection
    asked = questions(situation, form, kept, by)
    sealed = identity.sealed_fields(situation)
    screening = projection.screening
    return {
        "form": form,
        "key": situation.pk,
        "steps": steps(projection, table),
        "agency": situation.originating_agency.name,
        "screens": situation.originating_agency.screens,
        "sent_back": screening.sent_back_because if isinstance(screening, ScreeningLine) else "",
        "readers": readers_by_part(table),
        "envelope": envelope_readers(table),
        "risk": groups("risk", form["risk_factors"].value() or ()),
        "protective": groups("protective", form["protective_factors"].value() or ()),
        "criteria": [form[key.value] for key in Criterion],
        "affected": [[form[f"affected_{row}_{part}"] for part in ("tie", "age_band", "sex")] for row in range(AFFECTED_ROWS)],
        "asked": {field: asked.get(field) for field in GUARDED},
        "parts": parts_of(form, asked.values(), sealed),
        "sealed": [str(form.fields[name].label) for name in sealed],
        "earlier": list(shared(projection.repeat)),
        "linkable": True,
        "linked": situation.returned_from.number if situation.returned_from else "",
        "duties": duties_of(situation),
        "alike": lookalikes.of(situation) if situation.subject_type else None,
    }


def duties_of(situation: Situation, source: SourceForm | None = None) -> dict[str, Any]:
    """What the law asks of the agency before this can be sent: signs that nobody has read yet, and the source to name.

    `source`: the form as it was sent, where something in it was refused.
    """
    needed = before_sending.needs_source(situation)
    return {
        "signs": before_sending.unread_signs(situation),
        "source": (source or SourceForm(initial={})) if needed else None,
        "rule": hard_stops.stops()[-1] if needed else None,
    }


def question(field: str, typed: str, situation: Situation, kept: Kept, by: Member) -> Question | None:
    """What the guard asks about one text, or None."""
    return _asked(situation, {field: typed}, kept, by).get(field)


def questions(situation: Situation, form: DraftForm, kept: Kept, by: Member) -> dict[str, Question]:
    """The guard's questions about all texts of the form that other agencies will read, by field."""
    texts = {name: str(form[name].value() or "") for name in GUARDED if name != "affected_persons"}
    ties = [str(form[f"affected_{row}_tie"].value() or "") for row in range(AFFECTED_ROWS)]
    return _asked(situation, texts | {"affected_persons": "; ".join(tie for tie in ties if tie)}, kept, by)


def groups(kind: taxonomy.Kind, chosen: Collection[str]) -> list[Group]:
    """The categories of one kind with what is chosen in them."""
    categories = taxonomy.risk_categories() if kind == "risk" else taxonomy.protective_categories()
    return [
        Group(
            category.code,
            category.name,
            kind,
            tuple(Choice(one.code, one.name, one.definition, one.code in chosen) for one in category.factors),
            sum(one.code in chosen for one in category.factors),
        )
        for category in categories
    ]


def parts_of(form: DraftForm, asked: Iterable[Question], sealed: list[str]) -> list[Part]:
    """The five parts, each with how it stands."""
    stored = form.initial
    risk, protective = len(stored["risk_factors"]), len(stored["protective_factors"])
    about = bool(stored["subject_type"]) and (stored["subject_type"] != "person" or all((stored["age_band"], stored["sex"])))
    screened = all(stored[name] for name in ("tried", "beyond_one_agency", "consent_status", *Criterion.values))
    asks = any(one.open for one in asked)
    note = ("warn", _("a question")) if asks else _done(bool(stored["note"]))
    return [
        Part("about", gettext_lazy("About whom"), *_done(about)),
        Part(
            "factors", gettext_lazy("Factors"), "ok" if risk else "off", f"{risk} + {protective}" if risk or protective else ""
        ),
        Part("words", gettext_lazy("Note and criteria"), *note),
        Part("screening", gettext_lazy("Screening"), *_done(screened)),
        Part("envelope", gettext_lazy("Identity"), "shut", _("sealed") if sealed else _("empty")),
    ]


def readers_by_part(table: Table) -> dict[str, str]:
    """Who reads each part, computed from the visibility table."""
    return {
        "profile": readers.readers_of(Field.PROFILE, table),
        "criteria": readers.readers_of(Field.CRITERIA, table),
        "screening": readers.readers_of(Field.SCREENING, table),
        "consent": readers.readers_of(Field.CONSENT, table),
        **{one.value: readers.readers_of(one, table) for one in IDENTITY_FIELDS},
    }


def envelope_readers(table: Table) -> list[tuple[str, str]]:
    """(which identity fields, who reads them), fields with the same readers together."""
    found: dict[str, list[str]] = {}
    for one in IDENTITY_FIELDS:
        label = str(DraftForm.base_fields[one.value].label)
        found.setdefault(readers.readers_of(one, table), []).append(label.lower())
    return [(", ".join(names).capitalize(), sentence) for sentence, names in found.items()]


def differences(mine: DraftForm, stored: DraftForm) -> list[Difference]:
    """The fields in which what was sent is not what is stored now."""
    return [
        Difference(
            name,
            str(field.label),
            words_of(mine, name, mine[name].value()),
            words_of(stored, name, stored.initial.get(name)),
            stored.initial.get(name, ""),
        )
        for name, field in mine.fields.items()
        if name in mine.changed_data and name not in {"revision", "take_out", *(one.value for one in IDENTITY_FIELDS)}
    ]


def _done(done: bool) -> tuple[str, str]:  # noqa: FBT001 - one word to another
    return ("ok", _("done")) if done else ("off", "")


def _asked(situation: Situation, texts: dict[str, str], kept: Kept, by: Member) -> dict[str, Question]:
    # what is not taken at all is no question: there is nothing to keep
    regimes = situation.originating_agency.regimes
    taken = {field: typed for field, typed in texts.items() if typed and not hard_stops.find(typed, regimes=regimes)}
    looked = _found(taken, situation, by)
    # where the detector cannot look, every text is stopped, and a second person can look at it instead
    found, stops = looked or [], set(taken) if looked is None else {field for field, one in looked if one.severity == "block"}
    place, stopped = guard.place_of(situation, SENDING), {field: taken[field] for field in stops}
    known = held_texts.decided(place, stopped, by) if stopped else {}
    states = {field: one.state for field, one in known.items()}
    return {
        field: _question(
            field, typed, [one for name, one in found if name == field], kept, states.get(field, ""), stops=field in stops
        )
        for field, typed in taken.items()
        if (field in stops or any(name == field for name, _one in found)) and states.get(field) != HeldState.PASSED
    }


def _found(texts: Mapping[str, str], situation: Situation, by: Member) -> list[tuple[str, deidentify.Finding]] | None:
    """None where the detector cannot look."""
    try:
        return guard.find_all(texts, table=situation.table, by=by, deny=identity.words_of(situation))
    except deidentify.DetectorFailed:
        return None


def _question(
    field: str, typed: str, found: list[deidentify.Finding], kept: Kept, state: str, *, stops: bool
) -> Question:  # fmt: skip
    # keyed: it is kept in the session, where a plain hash would let a reader of the database confirm a guessed name
    token = salted_hmac("kept question", "\0".join([field, *(one.found for one in found)])).hexdigest()[:20]
    place = "affected_0_tie" if field == "affected_persons" else field
    return Question(
        field=field,
        token=token,
        pieces=tuple(Piece(piece, found=one is not None) for piece, one in deidentify.segments(typed, found)),
        findings=tuple(Finding(one.found, one.says) for one in found),
        kept="" if stops else kept.get(token, ""),
        stops=stops,
        state=state,
        change=Action(_("Change the text"), kind="go", href=f"#id_{place}"),
        keep=_way_on(field, token, len(found), stops=stops, state=state),
        suggests=() if stops else _suggestions(field, found),
    )


def _way_on(field: str, token: str, count: int, *, stops: bool, state: str) -> Action | None:
    if not stops:
        return Action(
            ngettext("Keep it: it points to nobody", "Keep them: they point to nobody", count), name="kept", value=token
        )
    return None if state else Action(_("Have a second person look at it"), name="second", value=field)


def _suggestions(field: str, found: list[deidentify.Finding]) -> tuple[Action, ...]:
    said, words = _("Suggest “%(word)s”"), suggesting.words_in(found)
    return tuple(Action(said % {"word": word}, kind="text", name="suggest", value=f"{field}:{word}") for word in words)
