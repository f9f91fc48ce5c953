"""Single sign-on at an agency's own OpenID provider: who may come from there, and how the administrator sets it up.

Nobody gets an account by it. A member is known by e-mail the first time, when the owner of the account must agree
(`first_sign_on`), and by the provider's number for the person (`sub`) from then on; both must fit each time.
"""

import logging
from importlib import import_module
from typing import Any

from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import Q
from django.utils.translation import gettext as _

from agencies.id_tokens import Proved
from agencies.models import Agency, Member, SingleSignOn
from agencies.sign_on_refusals import SignOnRefused
from hub.core import realtime, vault
from hub.core.audit import verb
from hub.core.errors import NotAllowed, RuleRefused

log = logging.getLogger(__name__)

PURPOSE = "single sign-on"
AT_PROVIDER = "at_provider"
"""Key of the session: who signed in at whose provider, and whether it said that several factors were checked."""
WORD = ("is_active", "trusts_its_mfa", "demands_mfa")
"""What lets a sign-in from there count; a session that began with it does not outlive it."""


def _sealed(secret: str, agency_id: int) -> bytes:
    return vault.seal(secret, key=vault.standing_key(PURPOSE), context=_bound_to(agency_id))


def _bound_to(agency_id: int) -> str:
    return f"agencies.single_sign_on.secret:{agency_id}"


def secret_of(provider: SingleSignOn) -> str:
    """The client secret, to be sent to the provider and nowhere else. Raises VaultError if it does not open."""
    return vault.unseal(bytes(provider.secret), key=vault.standing_key(PURPOSE), context=_bound_to(provider.agency_id))


def ending_of(email: str) -> str:
    """What stands after the last @, in lower case."""
    return email.rpartition("@")[2].strip().lower()


def providers_for(email: str) -> list[SingleSignOn]:
    """The active providers for the ending of an e-mail address, whether or not anybody has an account under it."""
    ending = ending_of(email)
    rows = SingleSignOn.objects.filter(is_active=True).select_related("agency").order_by("name")
    return [one for one in rows if ending in one.domains]


@verb
def admit(*, by: None, provider: SingleSignOn, proved: Proved) -> tuple[Member, SocialAccount | None]:
    """The member who came from the provider, and the binding to its number for the person: None the first time.

    Raises SignOnRefused unless the e-mail address is verified, belongs to the provider, and is that of an open account of
    the provider's agency which is bound to nobody else; and the number to no other account.
    """
    if not proved.email_verified or not proved.email:
        raise SignOnRefused("unverified")
    if ending_of(proved.email) not in provider.domains:
        raise SignOnRefused("domain")
    member = Member.objects.filter(email=proved.email).first()
    if member is None:
        raise SignOnRefused("no_account")
    _require_open(member, provider)
    return member, _bound(member, provider, proved.subject)


def _require_open(member: Member, provider: SingleSignOn) -> None:
    refused_by = (
        ("other_agency", member.agency_id != provider.agency_id),
        ("closed", not member.is_active),
        ("locked", member.locked_at is not None),
        ("disabled", member.disabled_at is not None),
    )
    for code, holds in refused_by:
        if holds:
            raise SignOnRefused(code)


def _bound(member: Member, provider: SingleSignOn, subject: str) -> SocialAccount | None:
    known = {(one.uid, one.user_id): one for one in _bindings(provider).filter(user=member)}
    known |= {(one.uid, one.user_id): one for one in _bindings(provider).filter(uid=subject)}
    if not known:
        return None
    if set(known) != {(subject, member.pk)}:
        raise SignOnRefused("other_subject")
    return known[subject, member.pk]


def _bindings(provider: SingleSignOn) -> Any:
    return SocialAccount.objects.filter(provider=provider.key)


def remember_factors(session: SessionBase, member: Member, provider: SingleSignOn, *, multi_factor: bool) -> None:
    """Note in the session of a sign-in where it was, and whether the provider said that several factors were checked."""
    session[AT_PROVIDER] = [member.pk, provider.key, multi_factor]


def had_second_factor(session: SessionBase, member_id: int | None) -> bool:
    """Whether the session's member showed several factors at a provider whose word for it counts, now as well as then."""
    member, key, said = session.get(AT_PROVIDER) or (None, None, False)
    if member is None or member != member_id:
        return False
    counts = Q(demands_mfa=True) | Q(trusts_its_mfa=True) if said else Q(demands_mfa=True)
    return SingleSignOn.objects.filter(counts, key=key, is_active=True).exists()


def provider_of(member: Member) -> SingleSignOn | None:
    """Where the member can show once more who it is: the own agency's provider, to which the account is bound."""
    keys = SocialAccount.objects.filter(user=member).values("provider")
    return SingleSignOn.objects.filter(agency=member.agency_id, is_active=True, key__in=keys).first()


def _administrator(by: Member | None) -> None:
    # None is the clerk: the demonstration, and tests
    if by is not None and not by.is_administrator:
        raise NotAllowed(_("Only the administrator sets up where members sign in."))


@verb
def set_up(*, by: Member | None, agency: Agency, secret: str, **fields: Any) -> SingleSignOn:
    """Set up or change an agency's provider; an empty `secret` leaves the one that is there.

    Another issuer or client knows people by other numbers: what was bound before is forgotten. Sessions that began there end
    with that, and when its word for a second factor is withdrawn or it is switched off. Raises RuleRefused for a first set-up
    without a secret.
    """
    _administrator(by)
    row = SingleSignOn.objects.select_for_update().filter(agency=agency).first()
    if row is None and not secret:
        raise RuleRefused(_("Give the client secret that the provider has made for HubTable."), field="secret")
    known_by = (row.issuer, row.client_id) if row else None
    counted = [name for name in WORD if row and getattr(row, name)]
    row = row or SingleSignOn(agency=agency, key=agency.key)
    for name, value in fields.items():
        setattr(row, name, value)
    if secret:
        row.secret = _sealed(secret, agency.pk)
    row.save()
    if known_by not in {None, (row.issuer, row.client_id)}:
        _bindings(row).delete()
        log.info("another provider: bindings forgotten", extra={"facts": {"agency": agency.pk}})
    if known_by is not None and (known_by != (row.issuer, row.client_id) or not all(getattr(row, name) for name in counted)):
        _end_sessions(row)
    return row


def _end_sessions(provider: SingleSignOn) -> None:
    """Whoever came from there signs in anew: what the session was found to have is kept in it, and is asked for once."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for one in UserSession.objects.filter(user__agency=provider.agency_id):
        _member, key, _said = store(one.session_key).get(AT_PROVIDER) or (None, None, False)
        if key == provider.key:
            one.end()
            realtime.revoke(member=one.user_id)


@verb
def forget(*, by: Member | None, provider: SingleSignOn, email: str) -> None:
    """Forget which number the provider has for a member: the next sign-in binds anew.

    Raises RuleRefused if no member of the agency with this address is bound.
    """
    _administrator(by)
    bound = _bindings(provider).filter(user__email=email.strip().lower(), user__agency=provider.agency_id)
    if not bound.exists():
        raise RuleRefused(_("Nobody with this e-mail address has signed in there."), field="email")
    log.info("a binding was forgotten", extra={"facts": {"members": [one.user_id for one in bound], "by": by and by.pk}})
    bound.delete()
