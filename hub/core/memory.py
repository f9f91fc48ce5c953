"""When a serving process looks for garbage."""

import gc

YOUNG = 5_000
"""Objects more than there were, at which the young ones are looked through. What then is left in circles is freed at once: of
fifty thousand that took a quarter of a second in which no screen moved, of five thousand it takes 20 ms."""
MIDDLING, OLDER = 10, 50
"""Times that the young ones, and those that outlived them, are looked through before the next older ones are."""


def settle_memory() -> None:
    """Once everything is loaded: it stays as long as the process, so it is never looked through again.

    Otherwise each look through all of it holds every screen of every board up, for as long as a rendering takes.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLING, OLDER)
