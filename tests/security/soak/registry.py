"""The list of all moves, and what each of them needs.

A move asks `pick` for every choice and sends what a browser could send, whoever is signed in and whatever the moment.
Whether it is refused is the product's business; what comes back is the judge's. To add one, write one function below `@move`.
"""

from collections.abc import Callable
from typing import TypeVar

from tests.security.soak.town import Pick, Town

Move = Callable[[Town, Pick], object]
M = TypeVar("M", bound=Callable[..., object])
MOVES: dict[str, Move] = {}
NAMING = "Mr. Alder Quimby says so, {}"
"""No answer of the writer's passes it."""


def move(function: M) -> M:
    """Enter it into the list."""
    MOVES[function.__name__] = function
    return function


def new(town: Town, what: str, situation: int, who: str) -> str:
    """A new word, of the agency of who types it."""
    return town.words.new(what, situation, town.people[who].agency_id)


def said(town: Town, pick: Pick, what: str, situation: int, who: str) -> str:
    """The same in a text: as it is, or in one that the guard asks about, or in one that it stops."""
    word = new(town, what, situation, who)
    return str(pick([word] * 6 + [f"Ask for Alder there, {word}", NAMING.format(word)]))


def agency(town: Town, pick: Pick) -> str:
    return str(town.people.agencies[pick(sorted(town.people.agencies))].pk)
