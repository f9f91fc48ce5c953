"""Whether a session is let in with what it has shown: a second factor, or the one sign-in without.

What a session was found to be is kept in it (SEEN), so that no page asks the database; a second factor that an agency's
provider has checked counts where its word does.
"""

from collections.abc import Mapping
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from agencies import first_sign_on, second_factors, single_sign_on
from agencies.models import Member

SEEN = "second_factor"
"""Key of the session: that the member had a second factor when it was last asked for."""
GRACE = "second_factor_grace"
"""Key of the session: that this is the one sign-in that is let through without; TOLD once the person has read so."""
NEW, TOLD = "new", "told"


def has_second_factor(request: HttpRequest) -> bool:
    """Whether this session is of somebody with a second factor: used to sign in, or set up meanwhile."""
    if not request.session.get(SEEN) and second_factors.has_factor(request.user.pk):
        request.session[SEEN] = True
    return bool(request.session.get(SEEN))


def is_let_in(session: Mapping[str, Any]) -> bool:
    """Whether a session as it is stored may open a socket; its page has asked `is_missing` before and marked it."""
    return not settings.DEMANDS_MFA or bool(session.get(SEEN) or session.get(GRACE))


def is_missing(request: HttpRequest) -> bool:
    """Whether this session may go no further than to where a second factor is set up."""
    if not settings.DEMANDS_MFA or not request.user.is_authenticated:
        return False
    return not (request.session.get(GRACE) or has_second_factor(request))


def is_untold(request: HttpRequest) -> bool:
    """Whether this is the one sign-in without, and the person has not yet been told; asked once, it has been."""
    if not settings.DEMANDS_MFA or request.session.get(GRACE) != NEW:
        return False
    request.session[GRACE] = TOLD
    return True


@receiver(user_logged_in)
def let_in_once(sender: object, request: HttpRequest, user: Member, **kwargs: object) -> None:
    """Marks a sign-in with a second factor. The first one without is let through, and only that one.

    Binds what waited for its owner at an agency's provider before it asks, because its word counts from then on.
    """
    first_sign_on.agree(request.session, user)
    shown_here = any(one.get("method") == "mfa" for one in get_authentication_records(request, user))
    if shown_here or single_sign_on.had_second_factor(request.session, user.pk):
        request.session[SEEN] = True
    if not settings.DEMANDS_MFA or user.grace_ended_at is not None or has_second_factor(request):
        return
    second_factors.use_grace(by=user)
    request.session[GRACE] = NEW
