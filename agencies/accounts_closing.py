"""Closing an account within one action (CJIS PS-4, AC-2): no sign-in, no session, no open board, no role, no invitation."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies import membership, own_sessions
from agencies.models import AgencyRole, Invitation, Member, TableRole
from hub.core import clock
from hub.core.audit import verb
from hub.core.errors import NotAllowed


@verb
def close(*, by: Member | None, member: Member) -> Member:
    """Close the account and end all that hangs on it, at once; the record of what was done stays.

    Raises NotAllowed unless `by` is an administrator (or the command line), and for one's own: somebody has to be left.
    """
    if by is not None and by.pk == member.pk:
        raise NotAllowed(_("Another administrator closes your account, so that somebody is left."))
    closed = membership.close_account(by=by, member=member)
    own_sessions.end_all(by=by, member=closed)
    _end_roles(closed)
    hers = Q(email__iexact=closed.email) | Q(member=closed)
    for invitation in Invitation.objects.filter(hers, accepted_at=None, withdrawn_at=None):
        invitation.withdrawn_at = clock.now()
        invitation.save(update_fields=["withdrawn_at"])
    return closed


def _end_roles(member: Member) -> None:
    own: list[AgencyRole | TableRole] = list(AgencyRole.objects.filter(member=member, ended_on=None))
    for role in [*own, *TableRole.objects.filter(member=member, ended_on=None)]:
        role.ended_on = max(clock.today(), role.started_on)
        role.save(update_fields=["ended_on"])
