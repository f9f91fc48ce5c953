"""What the pages of filter 1 take in. A draft may be saved with anything missing; what is there must be right.

"Required" on a field only says that it is needed before sending: `writing.submit` asks for it.
"""

from collections.abc import Callable, Mapping
from typing import Any, cast

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from agencies.models import Member
from situations import hard_stops, identity, taxonomy, vocabularies, writing
from situations.before_sending import AUTHORIZED, OTHER_SOURCE
from situations.choices import Consent, Criterion
from situations.hard_stops import Place
from situations.models import Situation
from situations.models.situation import LINE_LIMIT, NOTE_LIMIT
from situations.visibility import IDENTITY_FIELDS
from situations.writing import PROFILE_FIELDS, TIE_LIMIT

AFFECTED_ROWS = 4
DATES = ["%m/%d/%Y", "%Y-%m-%d", "%m-%d-%Y"]
SCREENING_FIELDS = ("tried", "beyond_one_agency")


class _Draft:
    """A field that may be empty until the situation is sent."""

    def validate(self, value: Any) -> None:
        if value not in (None, "", [], ()):
            super().validate(value)  # type: ignore[misc]


class DraftChoice(_Draft, forms.ChoiceField):
    """One word of a list."""


class DraftChoices(_Draft, forms.MultipleChoiceField):
    """Several words of a list."""


class DraftDate(_Draft, forms.DateField):
    """A day."""


class DraftText(_Draft, forms.CharField):
    """Plain text; too long says by how much, and is never cut."""

    def __init__(self, *, limit: int, rows: int = 0, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
        widget.attrs |= {"autocomplete": "off", "data-limit": str(limit)}
        super().__init__(widget=widget, **kwargs)
        self.limit = limit

    def clean(self, value: Any) -> str:
        typed = str(super().clean(value)).replace("\r\n", "\n")
        over = len(typed) - self.limit
        if over > 0:
            message = ngettext(
                "%(over)s character over the limit of %(limit)s. Nothing was cut; please shorten it.",
                "%(over)s characters over the limit of %(limit)s. Nothing was cut; please shorten it.",
                over,
            )
            raise forms.ValidationError(message % {"over": over, "limit": self.limit})
        return typed


class SealedText(forms.CharField):
    """Goes into the envelope; never shown again by the form."""

    def __init__(self, *, label: Any, needed: bool = False, **attrs: str) -> None:
        sealing = {"autocomplete": "off", "data-sealed": "", "spellcheck": "false", **attrs}
        super().__init__(label=label, required=needed, max_length=200, widget=forms.TextInput(attrs=sealing))

    def validate(self, value: Any) -> None:
        """May stay empty: what is in the envelope stays there."""


def _choices(names: vocabularies.Names) -> list[tuple[str, Any]]:
    return list(names.items())


def _factors(categories: Callable[[], tuple[taxonomy.Category, ...]]) -> list[tuple[str, Any]]:
    return [(one.code, one.name) for category in categories() for one in category.factors]


class DraftForm(forms.Form):
    """All five parts of a situation that is being written."""

    use_required_attribute = False

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    subject_type = DraftChoice(label=_("Type"), choices=_choices(vocabularies.SUBJECT_TYPES), widget=forms.RadioSelect)
    age_band = DraftChoice(label=_("Age"), choices=_choices(vocabularies.AGE_BANDS), widget=forms.RadioSelect)
    sex = DraftChoice(label=_("Sex"), choices=_choices(vocabularies.SEXES), widget=forms.RadioSelect)
    language = DraftChoice(
        label=_("Language"), required=False, choices=[("", _("English or not known")), *_choices(vocabularies.LANGUAGES)]
    )
    town = DraftChoice(label=_("Town"), required=False)
    risk_factors = DraftChoices(label=_("Risk factors"), choices=lambda: _factors(taxonomy.risk_categories))
    protective_factors = DraftChoices(
        label=_("Protective factors"), required=False, choices=lambda: _factors(taxonomy.protective_categories)
    )
    study_flags = DraftChoices(
        label=_("Flags"),
        required=False,
        choices=_choices(vocabularies.STUDY_FLAGS),
        widget=forms.CheckboxSelectMultiple,
    )
    note = DraftText(label=_("What the table needs to understand"), limit=NOTE_LIMIT, rows=6)
    significant_interest = DraftText(label=Criterion.SIGNIFICANT_INTEREST.label, limit=LINE_LIMIT, rows=2)
    probable_harm = DraftText(label=Criterion.PROBABLE_HARM.label, limit=LINE_LIMIT, rows=2)
    severe_harm = DraftText(label=Criterion.SEVERE_HARM.label, limit=LINE_LIMIT, rows=2)
    multi_disciplinary = DraftText(label=Criterion.MULTI_DISCIPLINARY.label, limit=LINE_LIMIT, rows=2)
    tried = DraftText(label=_("What your agency has tried"), limit=NOTE_LIMIT, rows=3)
    beyond_one_agency = DraftText(label=_("Why it is beyond what one agency can do"), limit=NOTE_LIMIT, rows=3)
    consent_status = DraftChoice(label=_("Consent"), choices=Consent.choices, widget=forms.RadioSelect)
    consent_reason = DraftText(label=_("How it was asked, or why it was not"), limit=LINE_LIMIT, rows=2)
    name = SealedText(label=_("Name"), needed=True)
    date_of_birth = SealedText(label=_("Date of birth"), inputmode="numeric", placeholder="MM/DD/YYYY")
    aliases = SealedText(label=_("Other names"))
    guardian = SealedText(label=_("Guardian"))
    address = SealedText(label=_("Address"))
    others = SealedText(label=_("Others in the home"))
    take_out = DraftChoices(
        label=_("Take out of the envelope"), required=False, widget=forms.CheckboxSelectMultiple(attrs={"data-unsent": ""})
    )

    def __init__(self, data: Any, *, situation: Situation, sealed: list[str], towns: list[str]) -> None:
        super().__init__(data, initial=initial_of(situation))
        self.regimes, self.stopped = situation.originating_agency.regimes, set[str]()
        known = dict.fromkeys([*towns, *([situation.town] if situation.town else [])])
        self.choices_of("town").choices = [("", _("Elsewhere or not known")), *((one, one) for one in known)]
        self.choices_of("take_out").choices = [(one, self.fields[one].label or "") for one in sealed]
        for row in range(AFFECTED_ROWS):
            self.fields[f"affected_{row}_tie"] = DraftText(
                label=_("Who they are to the person"), required=False, limit=TIE_LIMIT
            )
            self.fields[f"affected_{row}_age_band"] = DraftChoice(
                label=_("Age"), required=False, choices=[("", "-"), *_choices(vocabularies.AGE_BANDS)]
            )
            self.fields[f"affected_{row}_sex"] = DraftChoice(
                label=_("Sex"), required=False, choices=[("", "-"), *_choices(vocabularies.SEXES)]
            )

    def choices_of(self, name: str) -> forms.ChoiceField:
        """The field as one with choices."""
        return cast("forms.ChoiceField", self.fields[name])

    def clean(self) -> dict[str, Any]:
        """A text that meets a hard stop is an error at its field, so that it is stored nowhere and the rest still is."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, field in self.fields.items():
            place = _place_of(name, field)
            for hit in hard_stops.find(str(cleaned.get(name) or ""), regimes=self.regimes, place=place) if place else ():
                self.stopped.add(name)
                self.add_error(name, str(hit.says))
        return cleaned

    def clean_date_of_birth(self) -> str:
        """One written form of a date, so that a repeat presentation is noticed however it was typed."""
        typed = str(self.cleaned_data["date_of_birth"])
        if not typed:
            return ""
        try:
            return str(forms.DateField(input_formats=DATES).clean(typed).isoformat())
        except forms.ValidationError as unreadable:
            raise forms.ValidationError(_("Write it as MM/DD/YYYY.")) from unreadable

    def store(self, *, by: Member, situation: Situation) -> None:
        """Save what is right and has changed, in one transaction, and bring `situation` up to date.

        What is wrong stays in `errors` and is not saved. Raises Stale when somebody saved since `revision`, RuleRefused
        when the draft cannot be written any more.
        """
        self.is_valid()
        revision = self.cleaned_data.get("revision")
        profile, screening, criteria, sealing = self.profile(), self.screening(), self.criteria(), self.identity()
        with transaction.atomic():
            if profile or criteria or screening is not None or revision != situation.revision:
                writing.save(
                    by=by, situation=situation, profile=profile, screening=screening, criteria=criteria, revision=revision
                )
            if sealing:
                identity.seal(by=by, situation=situation, values=sealing)
        situation.refresh_from_db()

    def profile(self) -> dict[str, Any]:
        """The parts of the profile that are right and differ from what is stored."""
        changed = {
            one: self.cleaned_data[one] for one in self.changed_data if one in PROFILE_FIELDS and one in self.cleaned_data
        }
        affected = self._affected()
        return changed | ({"affected_persons": affected} if affected != self.initial["affected_persons"] else {})

    def screening(self) -> dict[str, str] | None:
        """Both notes of filter 1, or None when neither changed."""
        if not set(SCREENING_FIELDS) & set(self.changed_data) & set(self.cleaned_data):
            return None
        return {one: self.cleaned_data.get(one, self.initial[one]) for one in SCREENING_FIELDS}

    def criteria(self) -> dict[str, str]:
        """The sentences of the criteria that changed."""
        return {
            key.value: self.cleaned_data[key.value]
            for key in Criterion
            if key.value in self.changed_data and key.value in self.cleaned_data
        }

    def identity(self) -> dict[str, str]:
        """What goes into the envelope now: what was typed, and empty for what is taken out. Untouched fields are absent."""
        typed = {one.value: self.cleaned_data.get(one.value, "") for one in IDENTITY_FIELDS}
        out = dict.fromkeys(self.cleaned_data.get("take_out", []), "")
        return out | {name: value for name, value in typed.items() if value}

    def _affected(self) -> list[dict[str, str]]:
        kept: list[dict[str, str]] = self.initial["affected_persons"]
        found = []
        for row in range(AFFECTED_ROWS):
            before = kept[row] if row < len(kept) else {}
            one = {
                part: self.cleaned_data.get(f"affected_{row}_{part}", before.get(part, ""))
                for part in ("age_band", "sex", "tie")
            }
            if any(one.values()):
                found.append(one)
        return found + kept[AFFECTED_ROWS:]


class ReasonForm(forms.Form):
    """One line that says why."""

    because = DraftText(label=_("What is missing, or why your agency keeps it"), limit=LINE_LIMIT, rows=3)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)


class SourceForm(forms.Form):
    """Where a police agency's facts of domestic or sexual violence come from (M.G.L. c. 41, § 97D)."""

    use_required_attribute = False

    source = forms.ChoiceField(
        label=_("Where do these facts come from?"),
        choices=[
            (AUTHORIZED, _("The victim has authorized it in writing")),
            (OTHER_SOURCE, _("From another source than a police report or a victim's talk with police")),
        ],
        widget=forms.RadioSelect(attrs={"form": "source"}),
    )
    authorized_on = DraftDate(
        label=_("Date of the authorization"), input_formats=DATES,
        widget=forms.DateInput(attrs={"autocomplete": "off", "placeholder": "MM/DD/YYYY", "form": "source"}),
    )  # fmt: skip
    namely = DraftText(label=_("The other source, namely"), limit=LINE_LIMIT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # it stands inside the draft's form on the page, and is sent apart from it
        self.fields["namely"].widget.attrs["form"] = "source"


def _place_of(name: str, field: forms.Field) -> Place | None:
    if isinstance(field, SealedText):
        return Place.SEALED
    if not isinstance(field, DraftText):
        return None
    return Place.AGENCY if name in SCREENING_FIELDS else Place.TABLE


def initial_of(situation: Situation) -> dict[str, Any]:
    """What is stored of a draft, by form field; the envelope's contents never."""
    stored: dict[str, Any] = {name: getattr(situation, name) for name in PROFILE_FIELDS}
    stored |= {key.value: "" for key in Criterion} | dict(situation.criteria.values_list("criterion", "because"))
    stored |= {name: getattr(situation.screening, name) for name in SCREENING_FIELDS}
    stored["revision"] = situation.revision
    for row, one in enumerate(situation.affected_persons[:AFFECTED_ROWS]):
        stored |= {f"affected_{row}_{part}": one.get(part, "") for part in ("tie", "age_band", "sex")}
    return stored


def words_of(form: DraftForm, name: str, value: Any) -> str:
    """A value in the words of its field, for putting two versions beside each other."""
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        names: Mapping[str, Any] = {str(code): said for code, said in field.choices}  # type: ignore[union-attr,misc]
        chosen = value if isinstance(value, list | tuple) else [value]
        return ", ".join(str(names.get(one, one)) for one in chosen if one)
    return str(value or "")
