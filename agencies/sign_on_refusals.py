"""Why somebody who comes from an agency's OpenID provider is not let in, in words for that person."""

from django.utils.translation import gettext_lazy as _

from hub.core.errors import NotAllowed

_AGAIN = _("Start again from the sign-in page.")
_IT = _("Your agency's sign-in is not set up as HubTable needs it. Tell your IT department and the table's administrator.")
# Whoever came this far has proved who they are, but not that they may know who else has an account.
_NOBODY = _("Your agency's sign-in knows you, but there is no open account for you here. Ask the table's administrator.")

WORDS = {
    "unfinished": _(
        "This sign-in was begun elsewhere, was used already, or waited too long. Start again from the sign-in page."
    ),
    "cancelled": _("You did not go through with your agency's sign-in. Nothing was changed."),
    "provider_refused": _("Your agency's sign-in did not let you through. Ask your IT department why, then start again."),
    "away": _("Your agency's sign-in does not answer now. Wait a few minutes, or sign in with your password or passkey."),
    "misconfigured": _IT,
    "exchange": _IT,
    "malformed": _IT,
    "signature": _IT,
    "issuer": _IT,
    "audience": _IT,
    "expired": _("Your agency's sign-in sent an answer that is too old. Start again; if it stays so, its clock is wrong."),
    "nonce": _AGAIN,
    "unverified": _("Your agency's sign-in does not say that your e-mail address is verified. Tell your IT department."),
    "domain": _("Your e-mail address does not belong to the agency whose sign-in you used."),
    "no_account": _NOBODY,
    "other_agency": _NOBODY,
    "closed": _NOBODY,
    "locked": _("Your account is locked until an administrator releases it."),
    "disabled": _("Your account was not used for a long time and is disabled. Ask the table's administrator."),
    "no_time": _(
        "Your agency's sign-in does not say when you signed in there, so it cannot show that it is still you. Add a passkey "
        "here, and tell your IT department."
    ),
    "not_again": _("Your agency's sign-in let you through without asking you again. Tell your IT department."),
    "somebody_else": _("Somebody else signed in there than is signed in here. Nothing was changed."),
    "other_subject": _(
        "Your agency's sign-in knows your e-mail address under another person's number than before. Ask the table's "
        "administrator to forget the old one."
    ),
}


class SignOnRefused(NotAllowed):
    """Nobody was signed in and nothing was written. `code` is a key of `WORDS`."""

    def __init__(self, code: str) -> None:
        super().__init__(WORDS[code], code=code)
