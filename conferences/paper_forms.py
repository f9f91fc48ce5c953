"""What is typed from the paper: one form a situation, a line for each decision in the order in which they were made."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, Sitting
from conferences.paper_entry import NAMES_AGENCY, Decision, moment_of
from hub.core.errors import RuleRefused
from situations import vocabularies
from situations.guard import GuardRefuses
from situations.models.situation import LINE_LIMIT

LINES = 8
PARTS = ("time", "what", "agency", "words")
WORDS = {"dissent": "reason", "go-on": "because", "reject": "because", "conclude": "because", "report-back": "line"}
"""Under which name an action takes what is written on the line."""


def _ending(group: str) -> list[tuple[str, Any]]:
    return [(f"conclude.{group}.{code}", name) for code, name in vocabularies.CONCLUSIONS[group].items()]


NEW: list[tuple[Any, Any]] = [
    ("", _("Choose")),
    ("agree-all", _("All agree: AER")),
    (_("Not AER"), [(f"reject.{code}", name) for code, name in vocabularies.CONCLUSIONS["rejected"].items()]),
    ("dissent", _("Disagrees (agency, reason)")),
    ("withdraw-dissent", _("Disagreement withdrawn (agency)")),
    ("go-on", _("The table goes on (agency, why)")),
    ("lead", _("Leads (agency)")),
    ("assist", _("Assists (agency)")),
    ("start-filter-4", _("Filter 4 begins")),
]
FOLLOW_UP: list[tuple[Any, Any]] = [
    ("", _("Choose")),
    ("report-back.1", _("Report-back: still AER (line)")),
    ("report-back.", _("Report-back: no longer AER (line)")),
    ("continue", _("Continues")),
    *((name, _ending(group)) for group, name in vocabularies.CONCLUSION_GROUPS.items() if group != "rejected"),
]


@dataclass(frozen=True)
class Row:
    """One line of the form."""

    number: int
    time: forms.BoundField
    what: forms.BoundField
    agency: forms.BoundField
    words: forms.BoundField

    @property
    def errors(self) -> list[str]:
        return [str(said) for field in (self.time, self.what, self.agency, self.words) for said in field.errors]


class PaperForm(forms.Form):
    """The lines for one situation. Empty lines are left out."""

    asked: GuardRefuses | None = None
    """What the guard asked about or stopped in words of this form; one answer goes for all of its lines."""

    def __init__(self, data: Any = None, *, agencies: Sequence[Agency], follow_up: bool) -> None:
        super().__init__(data)
        seats = [("", _("Agency")), *((str(one.pk), one.short_name) for one in agencies)]
        wrong = {"invalid_choice": _("Choose one from the list.")}
        for line in range(1, LINES + 1):
            at = forms.TimeInput({"type": "time"}, "%H:%M")
            self._put(line, "time", forms.TimeField(required=False, widget=at, label=_("Time")))
            what = forms.ChoiceField(
                required=False, choices=FOLLOW_UP if follow_up else NEW, error_messages=wrong, label=_("Decided")
            )
            self._put(line, "what", what)
            self._put(line, "agency", forms.ChoiceField(required=False, choices=seats, error_messages=wrong, label=_("Agency")))
            typed = forms.TextInput({"maxlength": LINE_LIMIT, "autocomplete": "off", "placeholder": _("In words")})
            self._put(line, "words", forms.CharField(required=False, max_length=LINE_LIMIT, widget=typed, label=_("In words")))

    def _put(self, line: int, part: str, field: forms.Field) -> None:
        field.widget.attrs["aria-label"] = _t("%(part)s, line %(line)s") % {"part": field.label, "line": line}
        self.fields[f"line_{line}_{part}"] = field

    def clean(self) -> dict[str, Any]:
        """A line that holds anything needs its time and what was decided."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for line in range(1, LINES + 1):
            held = [cleaned.get(f"line_{line}_{part}") not in (None, "") for part in PARTS]
            if any(held) and not held[0] and f"line_{line}_time" not in self.errors:
                self.add_error(f"line_{line}_time", _t("Give the time that stands on the paper, for example 10:42."))
            if any(held) and not held[1] and f"line_{line}_what" not in self.errors:
                self.add_error(f"line_{line}_what", _t("Choose what was decided."))
        return cleaned

    def decisions(self, sitting: Sitting) -> list[Decision]:
        """What was typed, for `paper_entry.enter`; of a valid form."""
        return [self._decision(line, sitting) for line in self._lines()]

    def rows(self) -> Iterator[Row]:
        """For the template."""
        for line in range(1, LINES + 1):
            yield Row(line, *(self[f"line_{line}_{part}"] for part in PARTS))

    def refuse(self, refused: RuleRefused) -> None:
        """Show a refusal at its line, else above the form."""
        number = refused.field.removeprefix("line_")
        lines = self._lines()
        place = lines[int(number) - 1] if number.isdigit() and int(number) <= len(lines) else None
        self.add_error(f"line_{place}_what" if place else None, str(refused.message))

    def _lines(self) -> list[int]:
        return [line for line in range(1, LINES + 1) if self.data.get(f"line_{line}_what")]

    def _decision(self, line: int, sitting: Sitting) -> Decision:
        time, chosen, agency, words = (self.cleaned_data[f"line_{line}_{part}"] for part in PARTS)
        what, _dot, more = chosen.partition(".")
        data = {name: self.data.get(name, "") for name in ("guard_because", "guard_recognisable", "guard_second")}
        if what in NAMES_AGENCY:
            data["agency"] = agency
        if what in WORDS:
            data[WORDS[what]] = words
        data |= {"reject": {"reason": more}, "conclude": {"ending": more}, "report-back": {"still_aer": more}}.get(what, {})
        return Decision(what, moment_of(sitting, time), data)
