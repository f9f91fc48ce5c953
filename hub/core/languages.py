"""In which language a page speaks: pages for anybody in the visitor's, all others in English.

A page for members that is half translated would be worse than a whole one in English, so a view says that its words exist in
every language (`in_every_language`). Nothing is kept on the device: the choice travels in the address (`?lang=es`), or in what
a form carries along.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

View = TypeVar("View", bound=Callable[..., Any])
PARAMETER = "lang"


@dataclass(frozen=True, slots=True)
class Tongue:
    """One entry of `components/languages.html`. `url` leads to the same page in it."""

    code: str
    name: str
    url: str
    current: bool


def in_every_language(view: View) -> View:
    """Declares that the words of a public view exist in every language of `settings.LANGUAGES`."""
    view.in_every_language = True  # type: ignore[attr-defined]
    return view


def known(code: str) -> bool:
    """Whether pages for anybody exist in the language of this code."""
    return code in dict(settings.LANGUAGES)


def chosen(request: HttpRequest) -> str:
    """The language that was chosen by address; empty where none was, or none that there is."""
    code = request.GET.get(PARAMETER, "")
    return code if known(code) else ""


def tongues(request: HttpRequest) -> list[Tongue]:
    """Every language, each with this page's address in it; what was searched for goes along."""
    asked, current = request.GET.copy(), translation.get_language()
    found = []
    for code, name in settings.LANGUAGES:
        asked[PARAMETER] = code
        found.append(Tongue(code, str(name), f"{request.path}?{asked.urlencode()}", code == current))
    return found


class LanguageMiddleware:
    """Sets the language of each request, and of its refusals.

    Before it is known which view answers, a visitor's language holds, so that an address that does not exist says so in it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(_wanted(request)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
            return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if not getattr(view, "in_every_language", False):
            translation.activate(settings.LANGUAGE_CODE)


def _wanted(request: HttpRequest) -> str:
    if code := chosen(request):
        return code
    # a member's browser says a language too, and the frame around a member's page is English
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        return settings.LANGUAGE_CODE
    return translation.get_language_from_request(request)
