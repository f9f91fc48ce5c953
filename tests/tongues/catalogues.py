"""Catalogues in hub/locale: read, brought up to date, compiled."""

from pathlib import Path

import polib

from tests.live import ROOT
from tests.tongues.collecting import Word, wanted

LOCALE = ROOT / "hub" / "locale"
TRANSLATED = ("es", "pt", "ht")
PLURALS = {"es": "nplurals=2; plural=(n != 1);", "pt": "nplurals=2; plural=(n > 1);", "ht": "nplurals=2; plural=(n > 1);"}


def path_of(language: str) -> Path:
    """Where the catalogue of a language is; the compiled one lies beside it."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> polib.POFile:
    """The catalogue of a language; an empty one where there is none yet."""
    path = path_of(language)
    if path.exists():
        return polib.pofile(str(path), wrapwidth=120)
    made = polib.POFile(wrapwidth=120)
    made.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Content-Transfer-Encoding": "8bit", "Language": language}
    made.metadata["Plural-Forms"] = PLURALS[language]
    return made


def word_of(entry: polib.POEntry | polib.MOEntry) -> Word:
    """What an entry translates."""
    return Word(entry.msgid, entry.msgid_plural or "", entry.msgctxt or "")


def update(language: str) -> int:
    """Add what is new, drop what stands nowhere any more, compile; returns how many entries are empty."""
    there, needed = read(language), wanted(language)
    known = {word_of(entry): entry for entry in there}
    made = polib.POFile(wrapwidth=120)
    made.metadata = there.metadata
    for word, places in sorted(needed.items(), key=lambda item: (item[1][0], list(needed).index(item[0]))):
        entry = known.get(word) or _entry(word)
        entry.occurrences = [(place, "") for place in places]
        made.append(entry)
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    made.save(str(path))
    compiled(made, path)
    return len(made.untranslated_entries())


def compiled(catalogue: polib.POFile, path: Path) -> None:
    """Write the compiled catalogue beside `path`."""
    path.with_suffix(".mo").write_bytes(catalogue.to_binary())


def _entry(word: Word) -> polib.POEntry:
    entry = polib.POEntry(msgid=word.text, msgctxt=word.context or None)
    if word.plural:
        entry.msgid_plural, entry.msgstr_plural = word.plural, {0: "", 1: ""}
    return entry
