"""What is typed to break the glass: which situation, why, and on what grounds."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, Table
from hub.core.errors import RuleRefused
from situations import grounds, legal_bases
from situations.legal_bases import Basis
from situations.models.situation import LINE_LIMIT


class GroundsForm(forms.Form):
    """What one legal basis asks of one agency: its conditions, each by itself, and what must be recorded."""

    def __init__(self, *args: Any, basis: str, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "glass_%s", **kwargs})
        if basis and legal_bases.may_choose(basis, agency.regimes):
            self.fields.update(_fields_of(legal_bases.basis(basis), agency))


class BreakGlassForm(GroundsForm):
    """All of it. Which conditions follow depends on the basis that was chosen."""

    table = forms.ChoiceField(label=_("Table"), error_messages={"required": _("Choose the table.")})
    number = forms.CharField(
        label=_("Number of the situation"),
        max_length=12,
        error_messages={"required": _("Give its number, for example 2026-0014.")},
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=_("Why it cannot wait"),
        max_length=LINE_LIMIT,
        error_messages={"required": _("Say why it cannot wait. The privacy officers read this.")},
        widget=forms.Textarea({"rows": 3, "autocomplete": "off"}),
    )
    basis = forms.ChoiceField(
        label=_("Legal basis of your agency"),
        error_messages={"required": _("Choose the legal basis first."), "invalid_choice": _("Choose one from the list.")},
        widget=forms.Select({
            "hx-get": reverse_lazy("break_glass_conditions"), "hx-target": "#conditions", "hx-trigger": "change",
        }),
    )  # fmt: skip

    def __init__(self, *args: Any, tables: Iterable[Table], agency: Agency, **kwargs: Any) -> None:
        sent = args[0] if args else {}
        super().__init__(*args, basis=str(sent.get("basis", "")), agency=agency, **kwargs)
        bases = [(one.code, one.name) for one in legal_bases.choices_for(agency.regimes)]
        for name, choices in (("table", [(str(one.pk), one.name) for one in tables]), ("basis", [("", _("Choose")), *bases])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker which class stands above
            field.choices = choices

    @property
    def conditions(self) -> list[forms.BoundField]:
        """The fields that the chosen basis adds."""
        return [self[name] for name in self.fields if name not in self.base_fields]

    def refuse(self, refused: RuleRefused) -> None:
        """Show the refusal at its field. A refusal that names no field of the form is raised again."""
        if refused.field not in self.fields:
            raise refused
        self.add_error(refused.field, str(refused.message))


def _fields_of(basis: Basis, agency: Agency) -> dict[str, forms.Field]:
    affirmed = {f"affirm_{one.code}": _affirmation(one.text) for one in basis.conditions_for(agency.regimes)}
    if basis.minimum_necessary:
        affirmed["minimum_necessary"] = _affirmation(_("We share no more than is necessary."))
    return {**affirmed, **{need: _need(need, basis) for need in basis.needs}}


def _affirmation(label: Any) -> forms.BooleanField:
    return forms.BooleanField(
        label=label, error_messages={"required": _("Affirm it, or choose another basis.")},
        widget=forms.CheckboxInput({"value": "1"}),
    )  # fmt: skip


def _need(need: str, basis: Basis) -> forms.Field:
    label: Any = grounds.NEEDS[need]
    missing = {"required": _("This basis asks for it.")}
    if need == "limb":
        return forms.ChoiceField(
            label=label, choices=[(one.code, one.text) for one in basis.limbs], error_messages=missing,
            widget=forms.RadioSelect,
        )  # fmt: skip
    if need in grounds.DATES:
        return forms.CharField(label=label, error_messages=missing, widget=forms.DateInput({"type": "date"}))
    return forms.CharField(
        label=label, max_length=grounds.WORDS_LIMIT, error_messages=missing, widget=forms.Textarea({"rows": 2})
    )
