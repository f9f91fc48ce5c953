"""Where refused sign-ins come from: passwords through the adapter, second factors through allauth's signals."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.signals import authentication_step_completed
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.signals import authentication_failed
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from agencies import locking
from agencies.models import Member

REFUSED = _(
    "The e-mail address or the password is not right. "
    "After five failures the account is locked until your administrator releases it."
)
"""Word for word the same for no such account, a wrong password and a locked account: nobody learns which there is."""


WORDS = {
    "email_password_mismatch": REFUSED,
    "enter_current_password": _("This is not your password."),
    "incorrect_password": _("This is not your password."),
    "invalid_password_reset": _("This link has been used or is too old. Ask for a new one."),
    "too_many_login_attempts": _("Too many sign-ins were refused. Wait a few minutes, then try it once more."),
}


class LocksOut:
    """For the account adapter: counts refused passwords, and lets nobody in whose account is locked or disabled."""

    error_messages: ClassVar = {**DefaultAccountAdapter.error_messages, **WORDS}

    def authenticate(self, request: Any, **credentials: Any) -> Any:
        """As allauth's; a right password for a locked account counts as a wrong one, in allauth's limits too."""
        user = super().authenticate(request, **credentials)  # type: ignore[misc]
        open_to = locking.may_sign_in(user)
        if user is None or not user.is_active or open_to:
            return user
        self.pre_authenticate(request, **credentials)  # type: ignore[attr-defined]
        self.authentication_failed(request, **credentials)
        return None

    def authentication_failed(self, request: Any, **credentials: Any) -> None:
        """Called by allauth for each refused password."""
        email = str(credentials.get("email", "")).lower()
        locking.failed(by=None, member=Member.objects.filter(email=email).first())

    def login(self, request: Any, user: Any) -> None:
        """The last step of every way in (password, passkey, provider, after the second factor)."""
        if not locking.may_sign_in(user):
            raise ImmediateHttpResponse(self.respond_user_inactive(request, user))  # type: ignore[attr-defined]
        super().login(request, user)  # type: ignore[misc]


@receiver(authentication_failed)
def count_second_factor(sender: Any, user: Any, **kwargs: Any) -> None:
    """A wrong code, at sign-in or when asked once more."""
    locking.failed(by=None, member=user)


@receiver(user_logged_in)
def clear_after_sign_in(sender: Any, user: Any, **kwargs: Any) -> None:
    """All steps were passed; a password alone clears nothing, or a code could be guessed beside it."""
    if isinstance(user, Member):
        locking.succeeded(user)


@receiver(authentication_step_completed)
def clear_when_asked_again(sender: Any, user: Any, **kwargs: Any) -> None:
    """Somebody who is signed in proved it once more."""
    if kwargs.get("reauthenticated"):
        locking.succeeded(user)
