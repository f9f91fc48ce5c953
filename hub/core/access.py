"""Who may call a view. Undeclared means refused; a test walks the URL table and finds every view declared.

This is the first gate only (signed in or not, which methods). What a member may see of a thing is decided by its loader.
"""

import time
from collections.abc import Callable
from contextlib import nullcontext
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.http import HttpRequest, HttpResponse
from django.utils.functional import LazyObject
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from hub.core import second_wall
from hub.core.errors import NotAllowed
from hub.core.snapshot import snapshot

View = TypeVar("View", bound=Callable[..., Any])
Rule = Callable[[HttpRequest], None]

# Views of libraries cannot carry our declaration: allauth's own pages guard themselves; named here one module at a time.
THIRD_PARTY_PUBLIC = ("allauth.account.", "allauth.mfa.")


class StepUp(StrEnum):
    """How long having shown who one is counts: at the board for a whole conference, so that nobody is held up in it."""

    HERE = "STEP_UP_MINUTES"
    AT_BOARD = "STEP_UP_BOARD_MINUTES"


HERE, AT_BOARD = StepUp.HERE, StepUp.AT_BOARD


class SignInNeeded(Exception):
    """Nobody is signed in, or the session ended; what was typed stays on the page."""


class StepUpNeeded(Exception):
    """Somebody is signed in, and must show once more who it is (password, passkey or code); what was typed stays."""


def is_fresh(request: HttpRequest, step_up: StepUp) -> bool:
    """Whether the member of this session signed in, or showed again who it is, within that setting's minutes."""
    records = get_authentication_records(request, request.user)
    latest = max((float(one["at"]) for one in records), default=0.0)
    minutes: int = getattr(settings, step_up)
    return 0 <= time.time() - latest < 60 * minutes


def require_step_up(request: HttpRequest, step_up: StepUp) -> None:
    """For views of which only some requests need it. Raises StepUpNeeded."""
    if settings.DEMANDS_STEP_UP and not is_fresh(request, step_up):
        raise StepUpNeeded


def _anyone(request: HttpRequest) -> None:
    """No rule: the page holds nothing about anybody."""


def _member(request: HttpRequest) -> None:
    if not request.user.is_authenticated:
        raise SignInNeeded


def _administrator(request: HttpRequest) -> None:
    _member(request)
    if not request.user.is_administrator:  # type: ignore[union-attr]
        raise NotAllowed(_("This page is for the table's administrator."))


def _declare(rule: Rule, methods: tuple[str, ...]) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        guarded = require_http_methods([*methods, "HEAD"] if "GET" in methods else list(methods))(view)
        guarded.access = rule  # type: ignore[attr-defined]
        return guarded

    return decorate


def _of_member(rule: Rule, methods: tuple[str, ...]) -> Callable[[View], View]:
    declare: Callable[[View], View] = _declare(rule, methods)
    return lambda view: declare(_for_its_member(view))


def _for_its_member(view: View) -> View:
    """The page is made for its member's agency alone; what only reads sees the database at one moment."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        reads = request.method in {"GET", "HEAD"}
        if isinstance(request.user, LazyObject):
            request.user = get_user(request)  # as it was loaded: through the lazy one, each look at a field takes a detour
        with second_wall.agencies(request.user.agency_id), snapshot() if reads else nullcontext():  # type: ignore[union-attr]
            return view(request, *args, **kwargs)

    return run  # type: ignore[return-value]


def public(*methods: str) -> Callable[[View], View]:
    """Anyone may call it."""
    return _declare(_anyone, methods or ("GET",))


def member(*methods: str, step_up: StepUp | None = None) -> Callable[[View], View]:
    """Any signed-in, active member; the view's loader decides the rest. `step_up`: who showed it within that time."""
    return _of_member(_stepped_up(_member, step_up), methods or ("GET",))


def administrator(*methods: str, step_up: StepUp | None = None) -> Callable[[View], View]:
    """The administrator of the installation, who sees no situation at all. `step_up` as above."""
    return _of_member(_stepped_up(_administrator, step_up), methods or ("GET",))


def _stepped_up(rule: Rule, step_up: StepUp | None) -> Rule:
    if step_up is None:
        return rule

    def stepped_up(request: HttpRequest) -> None:
        rule(request)
        require_step_up(request, step_up)

    return stepped_up


def rule_of(view: Any) -> Rule | None:
    """The declared rule of a view, or None when nobody declared one."""
    rule: Rule | None = getattr(view, "access", None)
    if rule is None and str(getattr(view, "__module__", "")).startswith(THIRD_PARTY_PUBLIC):
        return _anyone
    return rule


def is_public(view: Any) -> bool:
    """Whether anyone may call the view."""
    return rule_of(view) is _anyone


class DeclaredAccessMiddleware:
    """Refuses every view that declares nothing, then applies the declared rule."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        from hub.core.http import answer_for  # the two modules need each other only here

        rule = rule_of(view)
        if rule is None:
            return answer_for(request, NotAllowed(_("This page is not open: nobody has said who may use it.")))
        try:
            rule(request)
        except (SignInNeeded, StepUpNeeded, NotAllowed) as refusal:
            return answer_for(request, refusal)
        return None
