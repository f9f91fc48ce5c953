"""The languages of pages for anybody, and where their words and forms of dates are."""

from pathlib import Path

from django.conf.locale import LANG_INFO

LANGUAGES = [("en", "English"), ("es", "Español"), ("pt", "Português"), ("ht", "Kreyòl ayisyen")]
"""Each in its own name: who looks for a language cannot read another one."""
WORDS = [Path(__file__).parent.parent / "locale"]
FORMATS = ["hub.formats"]

# Django ships no Haitian Creole, and knows only those languages whose names stand here.
LANG_INFO["ht"] = {"bidi": False, "code": "ht", "name": "Haitian Creole", "name_local": "Kreyòl ayisyen"}
