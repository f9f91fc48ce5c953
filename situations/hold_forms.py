"""What a privacy officer types to set a legal hold. The rules are the verb's (`situations.holds`)."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import Table
from hub.core.errors import RuleRefused
from situations.holds import REFERENCE_LIMIT


class HoldForm(forms.Form):
    """Which situation, and the agency's own file number for the hold."""

    table = forms.ChoiceField(label=_("Table"), error_messages={"required": _("Choose the table.")})
    number = forms.CharField(
        label=_("Number of the situation"),
        max_length=12,
        error_messages={"required": _("Give its number, for example 2026-0014.")},
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    reference = forms.CharField(
        label=_("Your agency's file number for this hold"),
        max_length=REFERENCE_LIMIT,
        error_messages={"required": _("Give your agency's own file number for this hold.")},
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, tables: Iterable[Table], **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "hold_%s", **kwargs})
        field = self.fields["table"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker which class stands above
        field.choices = [(str(one.pk), one.name) for one in tables]

    def refuse(self, refused: RuleRefused) -> None:
        """Show the refusal at its field. A refusal that names no field of the form is raised again."""
        if refused.field not in self.fields:
            raise refused
        self.add_error(refused.field, str(refused.message))
