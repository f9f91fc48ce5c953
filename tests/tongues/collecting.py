"""Every word of the places, as gettext asks for it: found in templates as Django reads them, and in modules' syntax trees."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.dates import MONTHS, MONTHS_3, WEEKDAYS
from django.utils.translation.template import templatize

from agencies import crisis
from tests.live import ROOT
from tests.tongues import places

TEMPLATES = ROOT / "templates"
NAMES = frozenset({"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"})
PULLED_IN = re.compile(r"""\{%\s*(?:include|extends)\s+["']([^"']+)["']""")
TEMPLATE_CALL = re.compile(r"""\b(_|gettext|ngettext|pgettext|npgettext)\(\s*(?=u?['"])""")
SAID_TO = re.compile(r"\{%\s*language\s.*?%\}(.*?)\{%\s*endlanguage", re.DOTALL)
LITERAL = re.compile(r"""\s*(u?'(?:\\.|[^'\\])*'|u?"(?:\\.|[^"\\])*")\s*,?""")


@dataclass(frozen=True, slots=True, order=True)
class Word:
    """What stands for one entry of a catalogue. `plural` is empty where there is no number."""

    text: str
    plural: str = ""
    context: str = ""


def wanted(language: str) -> dict[Word, list[str]]:
    """Every word that this language needs, with the files where it stands."""
    found: dict[Word, list[str]] = {}
    for word, place in _everywhere(language):
        places_of = found.setdefault(word, [])
        if place not in places_of:
            places_of.append(place)
    return found


def templates() -> list[Path]:
    """The templates of pages for anybody, with what they are made of."""
    waiting = [one for pattern in (*places.TEMPLATES, *places.FRAMES) for one in sorted(TEMPLATES.glob(pattern))]
    found: list[Path] = []
    while waiting:
        one = waiting.pop(0)
        if one not in found:
            found.append(one)
            names = set(PULLED_IN.findall(one.read_text(encoding="utf-8"))) - set(places.MEMBERS_ONLY)
            waiting += [TEMPLATES / name for name in sorted(names)]
    return found


def _everywhere(language: str) -> Iterator[tuple[Word, str]]:
    for path in templates():
        yield from ((word, _name(path)) for word in in_template(path.read_text(encoding="utf-8")))
    for pattern in places.MODULES:
        for path in sorted(ROOT.glob(pattern)):
            yield from ((word, _name(path)) for word in in_module(ast.parse(path.read_text(encoding="utf-8"))))
    yield from _to_families()
    yield from ((Word(text), "agencies/data/crisis_numbers.yaml") for text in _of_crisis_numbers())
    yield from ((word, "Django") for word in _of_django(language))


def _to_families() -> Iterator[tuple[Word, str]]:
    """What members' pages and verbs say to somebody else, in that person's language."""
    for path in sorted(TEMPLATES.rglob("*.html")):
        for part in SAID_TO.findall(path.read_text(encoding="utf-8")):
            yield from ((word, _name(path)) for word in in_template("{% load i18n %}" + part))
    for path in sorted(ROOT.glob(places.VERBS)):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.With) and "translation.override" in ast.unparse(node.items[0]):
                yield from ((word, _name(path)) for word in in_module(node))


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def in_template(text: str) -> Iterator[Word]:
    """Words of a template, as Django itself hands them to gettext's tools."""
    code = templatize(text)
    for call in TEMPLATE_CALL.finditer(code):
        yield _word(call[1], _literals(code, call.end()))


def _literals(code: str, at: int) -> list[str]:
    found = []
    while match := LITERAL.match(code, at):
        found.append(str(ast.literal_eval(match[1])))
        at = match.end()
        if not match[0].rstrip().endswith(","):
            break
    return found


def in_module(tree: ast.AST) -> Iterator[Word]:
    """Words of a module: literal arguments of gettext's functions, by the names under which they are known here."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in NAMES:
            literals = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            if literals:
                yield _word(node.func.id, literals)


def _word(function: str, literals: list[str]) -> Word:
    context = literals.pop(0) if "pgettext" in function else ""
    return Word(literals[0], literals[1] if function.startswith(("n", "np")) else "", context)


def _of_crisis_numbers() -> Iterator[str]:
    for one in crisis.shipped():
        yield one["name"]
        yield one["eligibility"].partition("; ")[0]


def _of_django(language: str) -> Iterator[Word]:
    """Nothing for Spanish. Months in Portuguese: Django's are written as in Portugal before 2009."""
    if language == "ht":
        yield from (Word(text) for text in places.DJANGO)
        yield from (Word(*both) for both in places.DJANGO_PLURALS)
    named = {"ht": (WEEKDAYS, MONTHS, MONTHS_3), "pt": (MONTHS,)}
    for names in named.get(language, ()):
        yield from (Word(str(one)) for one in names.values())
