"""The second factor that every member has: whether it is there, the one sign-in without, and taking away what was lost."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.utils.translation import gettext as _

from agencies.models import Member
from hub.core import clock, realtime
from hub.core.audit import verb
from hub.core.errors import NotAllowed


def has_factor(member: int | None) -> bool:
    """Whether the member has a passkey or an app; recovery codes alone are none."""
    kinds = Authenticator.objects.filter(user_id=member).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return bool(kinds.exists())


@verb
def use_grace(*, by: Member) -> None:
    """The member's one sign-in without a second factor is used up."""
    by.grace_ended_at = clock.now()
    by.save(update_fields=["grace_ended_at"])


@verb
def forget(*, by: Member, member: Member) -> None:
    """Take away every second factor of a member who lost them: one sign-in without is let through once more.

    Raises NotAllowed unless `by` is an administrator, and for one's own: whoever took over a session could do it too.
    """
    if not by.is_administrator or by.pk == member.pk:
        raise NotAllowed(_("Only another administrator can take away second factors."))
    Authenticator.objects.filter(user_id=member.pk).delete()
    member.grace_ended_at = None
    member.save(update_fields=["grace_ended_at"])
    for one in UserSession.objects.filter(user_id=member.pk):
        one.end()
    realtime.revoke(member=member.pk)


def can_remove(authenticator: Authenticator) -> bool:
    """Whether another one is left; always where none is demanded."""
    others = Authenticator.objects.filter(user_id=authenticator.user_id).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return not settings.DEMANDS_MFA or others.exclude(pk=authenticator.pk).exists()
