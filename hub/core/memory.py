"""When a serving process looks for garbage."""

import gc

YOUNG = 50_000
"""Objects made before the young ones are looked through. A rendering makes some ten thousand; nearly all go with its end."""
OLDER = 50
"""Times that one generation is looked through before the next older one is."""


def settle_memory() -> None:
    """Once everything is loaded: it stays as long as the process, so it is never looked through again.

    Otherwise each look through all of it holds every screen of every board up, for as long as a rendering takes.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, OLDER, OLDER)
