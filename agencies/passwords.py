"""What no password may be made of: the words that everybody who knows the place would try first."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from agencies.models import Agency, Table

SHORTEST = 4
"""Letters of a word that is looked for: shorter ones stand in everything."""
REST = 8
"""Characters that must be left when the words of the place are taken away: CJIS IA-5(1) asks for so many in all."""
FEWEST = 5
"""Different characters that a password has at least."""


class WordsOfThePlaceValidator:
    """Refuses a password that is little more than names of the place (agencies, tables, towns, HubTable, one's own), or one
    character over and over. NIST SP 800-63B 5.1.1.2: context-specific words and repetitions; it asks for no mixture of kinds.
    """

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError."""
        if len(set(password.casefold())) < FEWEST:
            raise ValidationError(_("Use more different characters."), code="repeated")
        rest = password.casefold()
        for word in sorted(_words_of_the_place(user), key=len, reverse=True):
            rest = rest.replace(word, "")
        if len(re.sub(r"[\W\d_]", "", rest)) < REST and rest != password.casefold():
            said = _(
                "It is little more than names that everybody here knows. Add words that have nothing to do with this place."
            )
            raise ValidationError(said, code="words_of_the_place")

    def get_help_text(self) -> str:
        """In plain words, for the page where a password is chosen."""
        return _("Several words that have nothing to do with this place are better than one with signs in it.")


def _words_of_the_place(user: Any) -> set[str]:
    names = ["hubtable", "hub table", getattr(user, "name", "") or "", (getattr(user, "email", "") or "").partition("@")[0]]
    for name, short, towns in Agency.objects.values_list("name", "short_name", "towns"):
        names += [name, short, *towns]
    for name, region, towns in Table.objects.values_list("name", "region", "towns"):
        names += [name, region, *towns]
    return {word for name in names for word in re.split(r"[\W_]+", name.casefold()) if len(word) >= SHORTEST}
