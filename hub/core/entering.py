"""A refusal that leaves an entry behind, although the verb that raised it is undone with everything it wrote."""

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from hub.core.audit import verb
from hub.core.errors import RuleRefused

P = ParamSpec("P")
R = TypeVar("R")

_inside: ContextVar[bool] = ContextVar("refusals_are_entered", default=False)


class Entered(RuleRefused):
    """A refusal that says itself what is entered about it."""

    def enter(self, by: Any) -> None:
        """Enter it; called in a verb of its own. Raises what takes the place of this refusal where it cannot."""
        raise NotImplementedError


def enters_refusals(function: Callable[P, R]) -> Callable[P, R]:
    """Around the outermost verb: an `Entered` refusal is entered once the verb is undone, and then raised."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _inside.get():
            return function(*args, **kwargs)
        token = _inside.set(True)
        try:
            return function(*args, **kwargs)
        except Entered as refused:
            _enter(by=kwargs["by"], refused=refused)
            raise
        finally:
            _inside.reset(token)

    return run


@verb
def _enter(*, by: Any, refused: Entered) -> None:
    refused.enter(by)
