"""Sign-in rules of allauth that are ours."""

import re
from base64 import b64decode, b64encode
from typing import Any, ClassVar, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies import account_mail, second_factors
from agencies.locking_out import LocksOut
from agencies.models import Member
from hub.core import access, audit, realtime, vault

PURPOSE = "second factor"
WRONG_CODE = gettext_lazy("This code is not right, or was used already. Wait for the next one.")


class AccountAdapter(LocksOut, DefaultAccountAdapter):
    """Members are invited by an administrator; nobody can make an account for themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """As allauth's. Who holds the link of a mail is signed in nowhere, and acts as the account's owner."""
        with audit.acting(user, "accounts.set_password"):
            super().set_password(user, password)
        # sessions elsewhere have ended with it: their boards ask again now, not at the next round
        realtime.revoke(member=user.pk)

    def send_notification_mail(
        self, template_prefix: str, user: AbstractBaseUser, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell the account's owner that a way in changed; in our words, and without address or browser of who did it."""
        account_mail.changed(cast("Member", user), template_prefix)

    def get_reauthentication_methods(self, user: AbstractBaseUser) -> list[dict[str, Any]]:
        """One page of ours has all ways (`agencies.views.step_up`)."""
        return [{"id": "reauthenticate", "description": _("Is it still you?"), "url": reverse("account_reauthenticate")}]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """For second factors, as for everything else that is stepped up to: signing in itself counts while it is fresh."""
        return bool(settings.DEMANDS_STEP_UP) and not access.is_fresh(self.request, access.HERE)


class Drawing(str):
    """A drawing of one line, and what a page needs to draw it: pages hold no file in a file, and mark no text as safe."""

    __slots__ = ()

    @property
    def box(self) -> str:
        return self._attribute("viewBox")

    @property
    def line(self) -> str:
        return self._attribute("d")

    def _attribute(self, name: str) -> str:
        found = re.search(rf' {name}="([^"]*)"', self)
        return found[1] if found else ""


class SealedSecrets(DefaultMFAAdapter):
    """TOTP secrets and the seed of recovery codes are stored under a key that no database holds."""

    error_messages: ClassVar = {**DefaultMFAAdapter.error_messages, "incorrect_code": WRONG_CODE}

    def encrypt(self, text: str) -> str:
        return b64encode(vault.seal(text, key=vault.standing_key(PURPOSE), context=PURPOSE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises VaultError for what was sealed elsewhere or altered."""
        return vault.unseal(b64decode(encrypted_text), key=vault.standing_key(PURPOSE), context=PURPOSE)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return second_factors.can_remove(authenticator)

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:  # noqa: A002 - allauth's own name
        """A name that tells devices apart, to be changed by who has them."""
        others = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("My passkey") if not others else _("My passkey %(number)s") % {"number": others + 1}

    def build_totp_svg(self, url: str) -> "Drawing":
        """The picture for an authenticator app, which a page draws itself (`mfa/totp/activate_form.html`)."""
        return Drawing(super().build_totp_svg(url))

    def _get_site_name(self) -> str:
        return "HubTable"
