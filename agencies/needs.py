"""What a service can be for, and the languages it can be in: codes with their names, which an app above says.

The codes are those of the risk taxonomy's categories. Agencies know nothing of situations, so their app hands the names in.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import get_language

from hub.core.text import folded

Names = Mapping[str, str | Promise]

_said: dict[str, Callable[[], Names]] = {"needs": dict, "languages": dict}


def name_with(*, needs: Callable[[], Names], languages: Callable[[], Names]) -> None:
    """Sets where the names come from, in the order in which they are offered; called once, by the app that has the taxonomy."""
    _said.update(needs=needs, languages=languages)
    _by_name.cache_clear()


def needs() -> Names:
    """Code to name of every need."""
    return _said["needs"]()


def languages() -> Names:
    """Code (ISO 639) to name of every language that a form offers."""
    return _said["languages"]()


def needs_by_name() -> Mapping[str, str]:
    """Folded name to code of every need, in the language of the page."""
    return _by_name("needs", get_language() or "")


def languages_by_name() -> Mapping[str, str]:
    """Folded name to code of every language, in the language of the page."""
    return _by_name("languages", get_language() or "")


@lru_cache(maxsize=16)
def _by_name(kind: str, language: str) -> Mapping[str, str]:
    return {folded(str(name)): code for code, name in _said[kind]().items()}


def need_name(code: str) -> str:
    """The need's name, or the code itself when nobody names it."""
    return str(needs().get(code, code))


def language_name(code: str) -> str:
    """The language's name, or the code itself when nobody names it."""
    return str(languages().get(code, code))
