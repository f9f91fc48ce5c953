"""What a page asked for and no catalogue had: the words that somebody would read in English."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils.translation import trans_real

LETTERS = re.compile(r"[^\W\d_]{2}")


@contextmanager
def untranslated() -> Iterator[set[str]]:
    """Collects every word that is asked for meanwhile, in a language other than English, and not found there."""
    found: set[str] = set()
    gettext, ngettext = trans_real.DjangoTranslation.gettext, trans_real.DjangoTranslation.ngettext

    def ask(catalogue: Any, text: str) -> str:
        if catalogue.language() != "en" and LETTERS.search(text) and catalogue._catalog.get(text) is None:
            found.add(text)
        return gettext(catalogue, text)

    def ask_for_number(catalogue: Any, one: str, many: str, number: int) -> str:
        try:
            catalogue._catalog.plural(one, number)
        except KeyError:
            found.update({one} if catalogue.language() != "en" else ())
        return ngettext(catalogue, one, many, number)

    trans_real.DjangoTranslation.gettext, trans_real.DjangoTranslation.ngettext = ask, ask_for_number
    try:
        yield found
    finally:
        trans_real.DjangoTranslation.gettext, trans_real.DjangoTranslation.ngettext = gettext, ngettext
