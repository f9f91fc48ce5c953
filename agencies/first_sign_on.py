"""The first time that somebody comes from an agency's provider: it opens nothing until the account's owner agrees.

Whoever sets up a provider decides whom it says it knows. So the owner signs in once as before, or opens a link that goes to the
account's address; until then all of it waits in the session of the browser that came, and nothing is in the database.
"""

import hashlib
import secrets
import time
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.backends.base import SessionBase
from django.utils.translation import gettext as _

from agencies import account_mail, single_sign_on
from agencies.id_tokens import Proved
from agencies.models import Member, SingleSignOn
from hub.core.audit import verb
from hub.core.errors import RuleRefused

WAITS = "first_sign_on"
"""Key of the session: who came from where, and the digest of the link that was mailed."""
LASTS = 30 * 60
"""Seconds."""
MOST_LINKS = 3


def wait(session: SessionBase, member: Member, provider: SingleSignOn, *, proved: Proved, then: str) -> None:
    """Keep who came until the owner agrees."""
    session[WAITS] = {
        "member": member.pk, "provider": provider.pk, "issuer": provider.issuer, "client": provider.client_id,
        "subject": proved.subject, "factors": proved.multi_factor, "then": then, "until": time.time() + LASTS,
        "link": "", "links": 0,
    }  # fmt: skip


def waiting(session: SessionBase) -> tuple[Member, SingleSignOn, dict[str, Any]] | None:
    """Who waits for the owner's word in this browser, and at which provider; None if nobody does, or not any more."""
    kept = session.get(WAITS)
    if not kept or kept["until"] <= time.time():
        return None
    provider = SingleSignOn.objects.filter(
        pk=kept["provider"], is_active=True, issuer=kept["issuer"], client_id=kept["client"]
    ).first()
    member = Member.objects.filter(pk=kept["member"]).select_related("agency").first()
    return (member, provider, kept) if provider and member else None


def link(session: SessionBase) -> str:
    """The secret of a new link, which ends the one before. Raises RuleRefused if nobody waits, or after several links."""
    found = waiting(session)
    if found is None:
        raise RuleRefused(_("This sign-in waited too long. Start again from the sign-in page."))
    kept = found[2]
    if kept["links"] >= MOST_LINKS:
        raise RuleRefused(_("Three links were sent already. Look for the last one, or sign in as before."))
    secret = secrets.token_urlsafe(32)
    session[WAITS] = kept | {"link": _digest(secret), "links": kept["links"] + 1}
    return secret


def is_link(session: SessionBase, secret: str) -> bool:
    """Whether this is the link that was mailed last for what waits in this very browser."""
    found = waiting(session)
    return found is not None and bool(found[2]["link"]) and secrets.compare_digest(found[2]["link"], _digest(secret))


def agree(session: SessionBase, member: Member) -> None:
    """The member has just signed in: what waits for exactly this member is bound; whatever waits for another is dropped."""
    found = waiting(session)
    session.pop(WAITS, None)
    if found is None or found[0].pk != member.pk:
        return
    _member, provider, kept = found
    if bind(by=member, provider=provider, subject=kept["subject"]):
        single_sign_on.remember_factors(session, member, provider, multi_factor=kept["factors"])
        account_mail.opened_from(member, provider)


@verb
def bind(*, by: Member, provider: SingleSignOn, subject: str) -> bool:
    """Let the provider's number open the account of `by`. False where the member or the number is bound meanwhile."""
    # locked: two first sign-ins at once must not bind one member twice
    member = Member.objects.select_for_update(of=("self",)).get(pk=by.pk)
    known = SocialAccount.objects.filter(provider=provider.key)
    if member.agency_id != provider.agency_id or known.filter(user=member).exists() or known.filter(uid=subject).exists():
        return False
    SocialAccount.objects.create(user=member, provider=provider.key, uid=subject, extra_data={"sub": subject})
    return True


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
