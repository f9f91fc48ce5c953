"""Limits of the public door without a list of addresses, and which pile a sending lies on.

Counted by keyed digests whose key is gone with the day (hub/core/counting.py). No machine refuses or throws away: what looks
like junk lies apart. Only what would fill memory and disk is turned away.
"""

import hashlib
import hmac
from dataclasses import dataclass

from django.core.cache import cache

from hub.core import counting, vault
from hub.core.text import folded
from situations.choices import Pile
from situations.referrals.proof_of_work import BITS, MOST_BITS

HOUR, DAY = 60 * 60, 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Budget:
    """What may come in an hour and still look like people: from one address, and from all together."""

    one: int
    together: int


WORKED, PAUSED = Budget(one=6, together=300), Budget(one=3, together=60)
"""With the proof of work, and without (no script: a pause instead)."""
CEILING = 20_000
"""Sendings of an hour, junk and all, before anybody is turned away: some hundred megabytes of sealed rows."""
EACH_LOAD = 50
"""Sendings of an hour after which the work asked for doubles, and doubles again with twice as many."""
TRIES_MINUTES, TRIES, TRIES_OF_PREFIX, TRIES_TOGETHER = 10, 20, 30, 3000
PREFIX = 4
PAUSE_SECONDS = 20
"""From the first page to sending, without the proof of work: a person who reads takes longer."""


class TooMany(Exception):
    """More than this installation may take in: the caller says whom to call."""


def pile_of(address: str, *, worked: bool, trapped: bool, words: str, sending: str = "") -> Pile:
    """Where a sending lies. Counts it. Raises TooMany over the ceiling. `sending`: which one; again, it repeats nobody."""
    if _counted("all", "", HOUR) > CEILING:
        raise TooMany
    budget, kind = (WORKED, "worked") if worked else (PAUSED, "paused")
    said_before = _is_said_before(words, sending)
    over_own = _counted(f"{kind} one", counting.network(address), HOUR) > budget.one
    if trapped or said_before or over_own:
        # before the common budget: one address that floods must not use up what is there for everybody
        return Pile.DOUBTFUL
    return Pile.DOUBTFUL if _counted(f"{kind} together", "", HOUR) > budget.together else Pile.QUEUE


def bits() -> int:
    """How much work a new sending is asked for: more while very many come."""
    load = _count("all", "", HOUR)
    return min(BITS + (load // EACH_LOAD).bit_length(), MOST_BITS)


def may_try(address: str) -> bool:
    """Whether this address may look for one more code now; counts it."""
    return _counted("tries", counting.network(address), TRIES_MINUTES * 60) <= TRIES


def is_open_to(code: str) -> bool:
    """Whether codes that begin as this one may be looked for, and any at all; nothing is counted."""
    of_prefix = _count("wrong", code[:PREFIX], TRIES_MINUTES * 60)
    together = _count("wrong", "", TRIES_MINUTES * 60)
    return of_prefix < TRIES_OF_PREFIX and together < TRIES_TOGETHER


def was_wrong(code: str) -> None:
    """Count a code that opened nothing."""
    _counted("wrong", code[:PREFIX], TRIES_MINUTES * 60)
    _counted("wrong", "", TRIES_MINUTES * 60)


def let_go(binding: object) -> None:
    """This sending's code was typed back: its page shows it no more."""
    cache.set(_let_go(binding), 1, timeout=DAY + counting.left(DAY))


def is_let_go(binding: object) -> bool:
    """Whether it was."""
    return cache.get(_let_go(binding)) is not None


def _let_go(binding: object) -> str:
    # not under the key of the day: with the day's end the code would stand on its page again
    return "help:" + hmac.new(vault.standing_key("referral let go"), str(binding).encode(), hashlib.sha256).hexdigest()


def _is_said_before(words: str, sending: str) -> bool:
    place, who = counting.digest("door words", " ".join(folded(words).split())), counting.digest("door sending", sending)
    return not cache.add(place, who, timeout=counting.left(DAY)) and (not sending or cache.get(place) != who)


def _counted(kind: str, who: str, seconds: int) -> int:
    return counting.counted(f"door {kind}", who, seconds)


def _count(kind: str, who: str, seconds: int) -> int:
    return counting.count(f"door {kind}", who, seconds)
