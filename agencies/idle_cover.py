"""What a page needs to cover itself when it is left alone; a context processor, as the frame of a page is one."""

from dataclasses import dataclass
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.functional import SimpleLazyObject


@dataclass(frozen=True, slots=True)
class IdleCover:
    """Minutes, and a mark of whose page this is: nobody else uncovers it."""

    minutes: int
    who: str
    has_password: bool
    at_agency: bool
    """Whether this session began at the agency's own provider, where it can be shown once more who it is."""


def who(user: Any) -> str:
    """Tells accounts apart and nothing about them."""
    return salted_hmac("agencies.idle_cover", str(user.pk)).hexdigest()[:16]


def idle(request: HttpRequest) -> dict[str, Any]:
    """`idle` is there on pages of who is signed in."""
    return {"idle": SimpleLazyObject(lambda: _of(request))}


def _of(request: HttpRequest) -> IdleCover | None:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    methods = {one.get("method") for one in get_authentication_records(request, user)}
    return IdleCover(settings.IDLE_MINUTES, who(user), user.has_usable_password(), "socialaccount" in methods)
