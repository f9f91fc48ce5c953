"""What is typed about tables and agencies for others' eyes is looked at by the guard, which stands in an app above this one.

The app that has it puts it in here at start (`guard_with`). Until then every such text is refused: nothing passes because
nobody looks. `by` None, the clerk at set-up, is not asked: there is nobody to answer. A file's texts are looked at
(`names_somebody`), and what would be stopped is left out (`hsds_looking`).
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Protocol

from django.utils.translation import gettext as _

from agencies.models import Member, Table
from hub.core.entering import enters_refusals
from hub.core.errors import RuleRefused

Answers = Mapping[str, str]
"""A whole form, with what it says to the guard's question."""
NOTHING: Answers = {}
enters_questions = enters_refusals
"""Around the verb: what the guard asked is entered although the verb was undone."""


class Read(StrEnum):
    """What kind of text it is, which says what the guard does about it (docs/hard-stops.md)."""

    WORDS = "words"
    """Free words: what is stopped has to be changed, or a second person at the table lets it through."""
    LISTING = "listing"
    """The same for words of a public listing: telephone numbers, addresses and houses stand there because people go there."""
    REQUEST = "request"
    """From outside of the table: whoever could let it through is whom it is for, so what is stopped has to be changed."""
    PROFILE = "profile"
    """Of a table: where it meets (`place`) is an address by its nature, so that is asked about and not stopped."""


class Guard(Protocol):
    """Raises RuleRefused (with its field) unless nothing in the texts could point to a person, or people say so."""

    def __call__(self, texts: Mapping[str, str], *, by: Member, table: Table | None, answered: Answers, read: Read) -> None: ...


class Detector(Protocol):
    """Whether a text of a public listing certainly names a person; `known` are names of institutions. Raises RuleRefused."""

    def __call__(self, text: str, *, known: Collection[str]) -> bool: ...


def _nobody_looks(texts: Mapping[str, str], *, by: Member, table: Table | None, answered: Answers, read: Read) -> None:
    raise RuleRefused(
        _("What you typed could not be checked for names just now, so it is not passed on."), field=next(iter(texts))
    )


def _nobody_detects(text: str, *, known: Collection[str]) -> bool:
    raise RuleRefused(_("It could not be checked for names just now."))


_guard: list[Guard] = [_nobody_looks]
_detector: list[Detector] = [_nobody_detects]


def guard_with(guard: Guard, detector: Detector) -> None:
    """Puts the guard in; called once, by the app that has it."""
    _guard[:], _detector[:] = [guard], [detector]


def names_somebody(text: str, *, known: Collection[str]) -> bool:
    """Whether a text that nobody typed here would be stopped in a listing. Raises RuleRefused where nobody can look."""
    return _detector[0](text, known=known)


def ask(
    texts: Mapping[str, str], *, by: Member | None, table: Table | None = None, answered: Answers = NOTHING,
    read: Read = Read.WORDS,
) -> None:  # fmt: skip
    """Have these texts (field to text, those that changed) looked at, inside a verb. Raises RuleRefused as `Guard` says.

    Without a `table` it is one of the writer's.
    """
    typed = {field: text for field, text in texts.items() if text}
    if typed and by is not None:
        _guard[0](typed, by=by, table=table, answered=answered, read=read)
