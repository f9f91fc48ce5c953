"""The one door for typed text: what comes out is plain, readable and harmless.

HubTable accepts no HTML anywhere. Text that somebody typed passes through :func:`plain` once, on its way in, and is
autoescaped by the templates on its way out.
"""

import html
import unicodedata

import bleach
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

# Joiners shape letters in Khmer, Arabic and Indic scripts; every other invisible character can only mislead a reader.
_JOINERS = frozenset("\u200c\u200d")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Cn"})
_LINE_ENDS = str.maketrans({"\u0085": "\n", "\u2028": "\n", "\u2029": "\n", "\v": "\n", "\f": "\n"})
# NFKD leaves these letters whole, although people type them with and without the stroke.
_STROKES = str.maketrans({"đ": "d", "ð": "d", "ł": "l", "ø": "o", "ħ": "h", "\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th"})
_PASSES = 8
_DIGITS = 15


class TextRefused(ValueError):
    """Typed text that is not accepted; ``message`` says why in words for the person who typed it."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


def plain(value: str, *, limit: int) -> str:
    """Return ``value`` as plain text of at most ``limit`` characters.

    Guaranteed of the result: NFC, line ends are ``\\n``, no control, bidirectional-override or other invisible
    characters, no markup, no blank edges; ``plain(plain(x)) == plain(x)``. Characters such as ``5 < 6 & 7 > 3`` stay
    as typed. Raises :class:`TextRefused` for text over the limit, which is never cut short in silence.
    """
    seen = readable(value)
    # Measured before the markup is parsed, so that nobody can make us parse a long text.
    if len(seen) > limit:
        raise TextRefused(
            format_lazy(
                _("This text has {length} characters; at most {limit} fit here. Please shorten it."),
                length=len(seen),
                limit=limit,
            )
        )
    return unicodedata.normalize("NFC", strip_markup(seen)).strip()


def whole_number(typed: str) -> int | None:
    """The number that our own pages send as an id or a revision: up to 15 ASCII digits. None for everything else."""
    # int() takes the digits of every script, and fails on some that isdigit() takes and on thousands of them
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= _DIGITS else None


def strip_markup(value: str) -> str:
    """Return ``value`` without tags and comments; all other characters, entities included, stay as typed."""
    if "<" not in value:
        return value  # nothing could be a tag, and a directory of services is read at a hundredth of the cost
    for _pass in range(_PASSES):
        stripped = _strip_once(value)
        if stripped == value:
            return value
        value = stripped
    # Taking one tag out can join the halves of another; text nested deeper than this is hostile.
    return value.replace("<", "")


def folded(value: str) -> str:
    """Return ``value`` for comparing: without accents and strokes, case-folded, canonically decomposed."""
    letters = unicodedata.normalize("NFKD", value).casefold().translate(_STROKES)
    return "".join(letter for letter in unicodedata.normalize("NFKD", letters) if not unicodedata.combining(letter))


def readable(value: str) -> str:
    """Return ``value`` without control, lone surrogate and other invisible characters, whatever its length; markup stays."""
    if value.isascii() and value.isprintable():
        return value.strip()  # every letter is visible and composed
    lines = value.replace("\r\n", "\n").replace("\r", "\n").translate(_LINE_ENDS)
    return unicodedata.normalize("NFC", "".join(filter(_is_visible, lines))).strip()


def _is_visible(letter: str) -> bool:
    return letter in "\n\t" or letter in _JOINERS or unicodedata.category(letter) not in _INVISIBLE


def _strip_once(value: str) -> str:
    # Ampersands are escaped first, so that unescaping gives back exactly what was typed and never creates a tag.
    safe = bleach.clean(value.replace("&", "&amp;"), tags=set(), attributes={}, strip=True, strip_comments=True)
    return html.unescape(safe)
