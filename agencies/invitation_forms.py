"""What an administrator types to invite somebody, and whose second factors are taken away."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.administration_forms import AccountForm
from agencies.choices import AgencyRoleKind
from agencies.models import Agency


class InvitationForm(forms.Form):
    """Whom to invite, to which agency, with which roles."""

    name = forms.CharField(label=_("Name"), max_length=120, error_messages={"required": _("Write the person's name.")})
    email = forms.EmailField(
        label=_("E-mail"),
        error_messages={"required": _("Write the e-mail that the link goes to."), "invalid": _("This is no e-mail address.")},
    )
    position = forms.CharField(label=_("Position"), max_length=120, required=False)
    agency = forms.ModelChoiceField(
        Agency.objects.order_by("name"), empty_label=_("Choose"), label=_("Agency"),
        error_messages={"required": _("Choose the agency.")},
    )  # fmt: skip
    roles = forms.MultipleChoiceField(
        label=_("Roles inside the agency"), choices=AgencyRoleKind.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "invite_%s", **kwargs})

    def clean_email(self) -> str:
        """In lower case, as accounts are kept."""
        return str(self.cleaned_data["email"]).lower()


class LostFactorForm(AccountForm):
    """Whose second factors are gone; never one's own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "lost_%s", **kwargs})
