"""An account begins with an invitation: one link to one e-mail address, which makes one account, once.

The token of a link is known to whoever has the mail, and to nobody else: only its SHA-256 is stored. Sending again makes a new
one, and the old one dies. What became of a link is told only to who holds it; an unknown and a withdrawn one look alike.
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from agencies import membership
from agencies.choices import AgencyRoleKind
from agencies.models import Agency, Invitation, Member
from hub.core import clock
from hub.core.audit import verb
from hub.core.errors import NotAllowed, NotVisible, RuleRefused

TOKEN_BYTES = 32


class LinkUsed(RuleRefused):
    """The link has made its account; whoever comes again signs in."""


class LinkTooOld(RuleRefused):
    """The link's days are over; the administrator can send a new one."""


@verb
def invite(
    *, by: Member, email: str, name: str, position: str, agency: Agency, roles: Iterable[str]
) -> tuple[Invitation, str]:  # fmt: skip
    """Invite somebody; returns the invitation and its token, which is stored nowhere.

    Raises NotAllowed for all but the administrator, RuleRefused for an address that has an account or an open invitation and
    for a role that is none.
    """
    _administrator(by)
    address, wanted = email.lower(), sorted(set(roles))
    _not_yet_known(address)
    if set(wanted) - set(AgencyRoleKind.values):
        raise RuleRefused(_("There is no such role."), field="roles")
    row = Invitation(email=address, name=name, position=position, agency=agency, roles=wanted)
    try:
        with transaction.atomic():
            return row, _sent(row)
    except IntegrityError:
        # another administrator invited the same person at the same moment
        raise _invited_already() from None


@verb
def send_again(*, by: Member, invitation: Invitation) -> str:
    """A new token for an open invitation, with all its days; the one before opens nothing any more."""
    _administrator(by)
    row = _open(invitation.pk)
    if Member.objects.filter(email=row.email).exists():
        raise RuleRefused(_("Somebody with this address has an account by now. Withdraw the invitation."))
    return _sent(row)


@verb
def withdraw(*, by: Member, invitation: Invitation) -> None:
    """The link opens nothing any more."""
    _administrator(by)
    row = _open(invitation.pk)
    row.withdrawn_at = clock.now()
    row.save(update_fields=["withdrawn_at"])


def found(token: str) -> Invitation:
    """The invitation that this link opens now. Raises NotVisible (unknown or withdrawn), LinkUsed or LinkTooOld."""
    return _opened(Invitation.objects.select_related("agency"), token)


@verb
def accept(*, by: None, token: str, password: str) -> Member:
    """Make the account that the link is for, with its roles, from today. Of two at once one is refused with LinkUsed."""
    row = _opened(Invitation.objects.select_related("agency").select_for_update(of=("self",)), token)
    if Member.objects.filter(email=row.email).exists():
        raise LinkUsed(_("There is an account for this address already."))
    member = membership.add_member(
        by=by, roles=row.roles, password=password, email=row.email, name=row.name, position=row.position, agency=row.agency
    )
    row.accepted_at, row.member = clock.now(), member
    row.save(update_fields=["accepted_at", "member"])
    return member


def waiting() -> QuerySet[Invitation]:
    """Invitations that nobody has accepted and nobody withdrawn, the too old ones among them."""
    return Invitation.objects.filter(accepted_at=None, withdrawn_at=None).select_related("agency")


def mail(invitation: Invitation, link: str) -> None:
    """Send the link to its address. Raises what the mail server's connection raises (OSError, SMTPException)."""
    context = {"invitation": invitation, "link": link, "days": settings.INVITATION_DAYS}
    subject = render_to_string("mail/invitation_subject.txt", context).strip()
    EmailMessage(subject, render_to_string("mail/invitation.txt", context), to=[invitation.email]).send()


def _administrator(by: Member) -> None:
    if not by.is_administrator:
        raise NotAllowed(_("Only the administrator invites people."))


def _not_yet_known(address: str) -> None:
    if Member.objects.filter(email=address).exists():
        raise RuleRefused(_("There is an account with this address already."), field="email")
    if waiting().filter(email=address).exists():
        raise _invited_already()


def _invited_already() -> RuleRefused:
    return RuleRefused(_("This address has been invited. Send that invitation again."), field="email")


def _open(pk: int) -> Invitation:
    row = waiting().select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None:
        raise NotVisible(_("There is no such open invitation."))
    return row


def _sent(row: Invitation) -> str:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row.token_hash, row.sent_at = _digest(token), clock.now()
    row.expires_at = row.sent_at + timedelta(days=settings.INVITATION_DAYS)
    row.save()
    return token


def _opened(rows: QuerySet[Invitation], token: str) -> Invitation:
    row = rows.filter(token_hash=_digest(token)).first()
    if row is None or row.withdrawn_at is not None:
        raise NotVisible(_("This link is not valid any more. Ask your administrator for a new one."))
    if row.accepted_at is not None:
        raise LinkUsed(_("This link has made its account. Sign in with your e-mail and password."))
    if row.expires_at <= clock.now():
        raise LinkTooOld(_("This link is too old. Ask your administrator to send it again."))
    return row


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
