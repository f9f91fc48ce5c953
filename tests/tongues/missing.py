"""What a page asked for and no catalogue had: the words that somebody would read in English."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.utils.translation.trans_real import DjangoTranslation

LETTERS = re.compile(r"[^\W\d_]{2}")


@contextmanager
def untranslated() -> Iterator[set[str]]:
    """Collects every word that is asked for meanwhile, in a language other than English, and not found there."""
    found: set[str] = set()
    gettext, ngettext = DjangoTranslation.gettext, DjangoTranslation.ngettext

    def ask(catalogue: Any, text: str) -> str:
        if catalogue.language() != "en" and LETTERS.search(text) and text not in catalogue._catalog:
            found.add(text)
        return gettext(catalogue, text)

    def ask_for_number(catalogue: Any, one: str, many: str, number: int) -> str:
        try:
            catalogue._catalog.plural(one, number)
        except KeyError:
            found.update({one} if catalogue.language() != "en" else ())
        return ngettext(catalogue, one, many, number)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(DjangoTranslation, "gettext", ask)
        patched.setattr(DjangoTranslation, "ngettext", ask_for_number)
        yield found
