"""What every page's frame needs: where one can go, who one is, whether this is a demonstration.

The frame knows nothing of agencies: their app says who a signed-in person is, through `describe_people_with`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in, in the words of the bar."""

    name: str
    agency: str = ""
    roles: frozenset[str] = frozenset()

    @property
    def line(self) -> str:
        return f"{self.name}, {self.agency}" if self.agency else self.name


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the main navigation."""

    title: Words
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Page:
    """The frame's values for one request."""

    demo: bool
    layout: str
    navigation: tuple[Place, ...] = ()
    person_line: str = ""
    roles: frozenset[str] = frozenset()
    home_url: str = "/"
    sign_in_url: str = ""
    sign_out_url: str = ""
    password_url: str = ""
    factors_url: str = ""
    sessions_url: str = ""
    family_url: str = ""


Describe = Callable[[Any], Person]

# Title, the view it leads to, the starts of the names of all views that belong under it, and the role that has it (or all).
PLACES: tuple[tuple[Words, str, tuple[str, ...], str], ...] = (
    (_("Today"), "today", ("today",), ""),
    (_("Situations"), "situation_list", ("situation_", "intervention", "counts"), ""),
    (_("Conferences"), "conference_list", ("conference_", "minutes", "board", "paper"), ""),
    (_("Services"), "directory", ("directory",), ""),
    (_("Intake desk"), "desk", ("desk",), "intake"),
    (_("Table"), "table_detail", ("table_", "administration", "invitation", "second_factor"), ""),
    (_("Privacy"), "privacy", ("privacy", "retention", "certificate", "accounting"), "privacy_officer"),
    (_("Break-glass"), "break_glass", ("break_glass",), "break_glass"),
)


def _by_account(user: Any) -> Person:
    return Person(name=user.get_full_name() or user.get_username())


_describe: list[Describe] = [_by_account]


def describe_people_with(describe: Describe) -> None:
    """Sets how a signed-in person is described; called once, by the app that knows people. At most one query."""
    _describe[0] = describe


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:  # the view needs a name of its own thing, or is not part of this installation
        return ""


def _navigation(request: HttpRequest, roles: frozenset[str]) -> tuple[Place, ...]:
    match = request.resolver_match
    here = (match.url_name or "") if match else ""
    open_to = (place for place in PLACES if not place[3] or place[3] in roles)
    found = ((title, _url(name), here.startswith(prefix)) for title, name, prefix, _role in open_to)
    return tuple(Place(title, url, current) for title, url, current in found if url)


def page_of(request: HttpRequest) -> Page:
    """The frame of this request, for anybody: someone not signed in gets no navigation and no name."""
    htmx = bool(request.headers.get("HX-Request")) and not request.headers.get("HX-Boosted")
    frame = Page(
        demo=bool(getattr(settings, "DEMO", False)),
        layout="fragment.html" if htmx else "base.html",
        sign_in_url=_url("account_login"),
        family_url=_url("referral_start"),
    )
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return frame
    person = _describe[0](user)
    return replace(
        frame,
        navigation=_navigation(request, person.roles),
        person_line=person.line,
        roles=person.roles,
        home_url=_url("today") or "/",
        sign_out_url=_url("account_logout"),
        password_url=_url("account_change_password"),
        factors_url=_url("mfa_index"),
        sessions_url=_url("sessions"),
    )


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Lazy: a fragment that shows no frame asks the database nothing."""
    return {"page": SimpleLazyObject(lambda: page_of(request))}
