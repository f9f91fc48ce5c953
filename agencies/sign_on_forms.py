"""What is typed about single sign-on: a work address by whoever signs in, a provider's particulars by the administrator."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agencies import discovering
from agencies.models import SingleSignOn
from agencies.page_forms import PageForm, words

ENDING = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")


class WorkAddressForm(PageForm):
    """Whose provider is meant, by the ending of an address."""

    prefix_of_ids = "work"
    email = forms.EmailField(
        label=_("Work e-mail"),
        widget=forms.EmailInput({"autocomplete": "username", "autofocus": True}),
        error_messages={
            "required": _("Write your work e-mail address."),
            "invalid": _("Write the whole address, for example name@agency.gov."),
        },
    )
    provider = forms.SlugField(required=False, widget=forms.HiddenInput)


class ProviderForm(PageForm):
    """An agency's OpenID provider. What is secret is written, never shown."""

    prefix_of_ids = "provider"
    name = words(_("Name on the sign-in page"), 80, _("Give a name that the agency's people know."))
    issuer = words(_("Issuer"), 300, _("Give the issuer's address."))
    client_id = words(_("Client id"), 200, _("Give the client id that the provider has made for HubTable."))
    secret = forms.CharField(
        label=_("Client secret"), required=False, max_length=400, strip=True,
        widget=forms.PasswordInput({"autocomplete": "off"}),
    )  # fmt: skip
    domains = words(_("Endings of e-mail addresses"), 400, _("Give at least one ending, for example agency.gov."))
    trusts_its_mfa = forms.BooleanField(
        label=_("A second factor that the provider has checked counts here too"), required=False
    )
    demands_mfa = forms.BooleanField(
        label=_("This provider demands a second factor of everybody itself, and its tokens do not say so"), required=False
    )
    is_active = forms.BooleanField(label=_("Members may sign in there"), required=False)

    def __init__(self, *args: Any, row: SingleSignOn | None = None, **kwargs: Any) -> None:
        names = ("name", "issuer", "client_id", "trusts_its_mfa", "demands_mfa", "is_active")
        initial = (
            {name: getattr(row, name) for name in names} | {"domains": ", ".join(row.domains)} if row else {"is_active": True}
        )
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["secret"].required = row is None
        self.fields["secret"].error_messages["required"] = _("Give the client secret that the provider has made for HubTable.")

    def clean_issuer(self) -> str:
        """An address as the provider itself writes it: https, no query; a slash at the end is kept, because it counts."""
        issuer: str = self.cleaned_data["issuer"]
        if not discovering.is_safe(issuer) or "?" in issuer or "#" in issuer:
            raise ValidationError(_("An issuer begins with https:// and has neither ? nor #."))
        if discovering.PATH in issuer:
            raise ValidationError(_("Leave out /.well-known/openid-configuration: HubTable adds it."))
        return issuer

    def clean_domains(self) -> list[str]:
        """Endings apart by commas or spaces, in lower case, without @."""
        endings = [one.lower().removeprefix("@") for one in re.split(r"[,;\s]+", self.cleaned_data["domains"]) if one]
        if not endings:
            raise ValidationError(self.fields["domains"].error_messages["required"])
        for one in endings:
            if not ENDING.fullmatch(one):
                raise ValidationError(_('"%(ending)s" is not an ending such as agency.gov.'), params={"ending": one[:60]})
        return list(dict.fromkeys(endings))


class ForgettingForm(PageForm):
    """The member whose number at the provider is to be forgotten."""

    prefix_of_ids = "forget"
    email = forms.EmailField(
        label=_("The member's e-mail"), error_messages={"required": _("Write the member's e-mail address.")}
    )
