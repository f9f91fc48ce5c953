"""Processes that begin together, set up before any model is loaded in them."""

from typing import Any

import django

_together: list[Any] = []


def begin(barrier: Any) -> None:
    """How each of them begins. `barrier` has a place for each."""
    _together[:] = [barrier]
    django.setup()


def wait() -> None:
    """Until all of them are here."""
    _together[0].wait()
