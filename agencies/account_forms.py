"""What people type about their sign-in: a new password, a code, the name of a passkey. allauth's forms in our words."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm, LoginForm, ResetPasswordForm, ResetPasswordKeyForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from fido2.webauthn import AuthenticationResponse, RegistrationResponse

CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}


ADDRESS = _("Write your e-mail address.")
WHOLE = _("Write the whole address, for example name@agency.gov.")
NEW, AGAIN = _("New password"), _("The same password again")


def _code(form: forms.Form, label: Any) -> None:
    _said(form, "code", label, _("Write the code."))
    form.fields["code"].widget.attrs = dict(CODE)


def _said(form: forms.Form, name: str, label: Any, missing: Any) -> None:
    """Our words for a field of allauth's; a placeholder would vanish with the first letter."""
    field = form.fields[name]
    field.label, field.help_text = label, ""
    field.error_messages["required"] = missing
    field.widget.attrs.pop("placeholder", None)


def _twice(form: forms.Form) -> None:
    _said(form, "password1", NEW, _("Write the new password."))
    _said(form, "password2", AGAIN, _("Write the new password once more."))


class SignInForm(LoginForm):
    """Address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _said(self, "login", _("E-mail"), ADDRESS)
        _said(self, "password", _("Password"), _("Write your password."))
        self.fields["login"].error_messages["invalid"] = WHOLE


class LostPasswordForm(ResetPasswordForm):
    """Where a link to a new password goes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _said(self, "email", _("E-mail"), ADDRESS)
        self.fields["email"].error_messages["invalid"] = WHOLE


class NewPasswordForm(ResetPasswordKeyForm):
    """A new password, by the link of a letter."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _twice(self)


class ChoosePasswordForm(SetPasswordForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """The password of an account that is about to be made, twice, held against the same rules as every other."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _said(self, "new_password1", _("Choose a password"), _("Write the new password."))
        _said(self, "new_password2", AGAIN, _("Write the new password once more."))

    def validate_password_for_user(self, user: Any, *_field: str) -> None:
        """What is wrong with the password is said where it is chosen; Django says it under its repetition."""
        super().validate_password_for_user(user, "new_password1")


class OtherPasswordForm(ChangePasswordForm):
    """Another password in the middle of a session."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _said(self, "oldpassword", _("The password until now"), _("Write the password that you have now."))
        _twice(self)

    def clean_oldpassword(self) -> str:
        """Raises ValidationError. A wrong one is counted as at the sign-in: an open session is no place to guess."""
        given: str = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, given):
            raise get_adapter().validation_error("enter_current_password")
        return given


class CredentialField(forms.JSONField):
    """What a device answered. allauth expects the shape that browsers send; anything else would end as an error page."""

    def __init__(self, *, kind: type[AuthenticationResponse] | type[RegistrationResponse]) -> None:
        unreadable = _("Your device's answer could not be read. Try again.")
        super().__init__(widget=forms.HiddenInput, error_messages={"required": unreadable, "invalid": unreadable})
        self.kind = kind

    def clean(self, value: Any) -> Any:
        """Raises ValidationError for what is no answer of a device at all; whose it is, is asked afterwards."""
        given = super().clean(value)
        try:
            self.kind.from_dict(given)
        except (TypeError, ValueError, LookupError, AttributeError) as unreadable:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from unreadable
        return given


class PasskeySignInForm(LoginWebAuthnForm):
    """Signing in by a passkey alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = CredentialField(kind=AuthenticationResponse)


class PasskeyStepForm(AuthenticateWebAuthnForm):
    """A passkey after the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = CredentialField(kind=AuthenticationResponse)


class PasskeyAgainForm(ReauthenticateWebAuthnForm):
    """A passkey in the middle of a session."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = CredentialField(kind=AuthenticationResponse)


class PasskeyForm(AddWebAuthnForm):
    """A passkey to add: always one that signs in by itself, after a finger, a face or a PIN."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _said(self, "name", _("Name of this device"), _("Give it a name."))
        self.fields["name"].max_length = 60
        self.fields["credential"] = CredentialField(kind=RegistrationResponse)
        self.fields["passwordless"] = forms.BooleanField(required=True, widget=forms.HiddenInput, initial=True)


class PasskeyNameForm(EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _said(self, "name", _("Name of this device"), _("Give it a name."))


class FirstCodeForm(ActivateTOTPForm):
    """The first code of an app shows that it has the secret."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, _("Code that the app shows"))


class CodeForm(AuthenticateForm):
    """A code of the app, or one of the recovery codes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, _("Code from the app, or a recovery code"))


class CodeAgainForm(ReauthenticateForm):
    """The same in the middle of a session."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, _("Code from the app, or a recovery code"))


class PasswordAgainForm(forms.Form):
    """The password in the middle of a session."""

    password = forms.CharField(
        label=_("Password"), widget=forms.PasswordInput({"autocomplete": "current-password"}),
        error_messages={"required": _("Write your password.")},
    )  # fmt: skip
