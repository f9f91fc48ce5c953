"""Letters to the owner of an account, and to an agency's representatives, about ways into accounts."""

import logging
from smtplib import SMTPException
from typing import Any

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from agencies.choices import AgencyRoleKind
from agencies.models import Agency, AgencyRole, Member, SingleSignOn
from agencies.standing import in_force

log = logging.getLogger(__name__)

ALL_REMOVED = "second_factors_forgotten"
CHANGED = {
    "account/email/password_changed": _("Its password was changed."),
    "account/email/password_reset": _("Its password was replaced by a link that was mailed to this address."),
    "account/email/password_set": _("It was given a password."),
    "mfa/email/totp_activated": _("An authenticator app was added to it."),
    "mfa/email/totp_deactivated": _("Its authenticator app was removed."),
    "mfa/email/recovery_codes_generated": _("It was given new recovery codes; the former ones have ended."),
    "mfa/email/webauthn_added": _("A passkey was added to it."),
    "mfa/email/webauthn_removed": _("A passkey was removed from it."),
    ALL_REMOVED: _(
        "An administrator took all of its second factors away. The next sign-in goes without, and sets up a new one."
    ),
}
"""allauth's names of what happened, and ours, and the words."""


def changed(member: Member, what: str) -> bool:
    """Tell the owner that a way into the account changed. Whether the mail server took it: if not, the log says so."""
    return _sent("account_changed", [member.email], {"name": member.name, "what": CHANGED[what]})


def first_link(member: Member, provider: SingleSignOn, link: str) -> bool:
    """Send the link that lets the provider open this account."""
    return _sent("sign_on_first", [member.email], {"name": member.name, "provider": provider.name, "link": link})


def opened_from(member: Member, provider: SingleSignOn) -> bool:
    """Tell the owner that the provider opens this account from now on."""
    return _sent("sign_on_bound", [member.email], {"name": member.name, "provider": provider.name})


def provider_changed(provider: SingleSignOn) -> bool:
    """Tell the agency's representatives where its members are said to sign in now."""
    words = {
        "agency": provider.agency.name, "provider": provider.name, "issuer": provider.issuer, "alone": provider.demands_mfa,
        "trusted": provider.trusts_its_mfa, "endings": ", ".join(provider.domains), "active": provider.is_active,
    }  # fmt: skip
    return _sent("sign_on_changed", _representatives(provider.agency), words)


def _representatives(agency: Agency) -> list[str]:
    roles = AgencyRole.objects.filter(in_force(), member__agency=agency, member__is_active=True)
    found = roles.filter(role=AgencyRoleKind.REPRESENTATIVE).values_list("member__email", flat=True)
    return sorted(set(found))


def _sent(name: str, to: list[str], words: dict[str, Any]) -> bool:
    if not to:
        return False
    subject = render_to_string(f"mail/{name}_subject.txt", words).strip()
    body = render_to_string(f"mail/{name}.txt", words)
    letters = [EmailMessage(subject, body, to=[one]) for one in to]
    try:
        return sum(letter.send() for letter in letters) == len(letters)
    except (OSError, SMTPException) as error:
        # what was changed stays changed: a mail server that is down must not undo a new password
        log.warning("a letter about an account was not taken (%s)", type(error).__name__)
        return False
