"""What a service can be for, and the languages it can be in: codes with their names, which an app above says.

The codes are those of the risk taxonomy's categories. Agencies know nothing of situations, so their app hands the names in.
"""

from collections.abc import Callable, Mapping

from django.utils.functional import Promise

Names = Mapping[str, str | Promise]

_said: dict[str, Callable[[], Names]] = {"needs": dict, "languages": dict}


def name_with(*, needs: Callable[[], Names], languages: Callable[[], Names]) -> None:
    """Sets where the names come from, in the order in which they are offered; called once, by the app that has the taxonomy."""
    _said.update(needs=needs, languages=languages)


def needs() -> Names:
    """Code to name of every need."""
    return _said["needs"]()


def languages() -> Names:
    """Code (ISO 639) to name of every language that a form offers."""
    return _said["languages"]()


def need_name(code: str) -> str:
    """The need's name, or the code itself when nobody names it."""
    return str(needs().get(code, code))


def language_name(code: str) -> str:
    """The language's name, or the code itself when nobody names it."""
    return str(languages().get(code, code))
