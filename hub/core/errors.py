"""One family of refusals. A verb raises one; `hub.core.http` turns it into an answer, once.

Messages are written for the person in front of the screen: what is missing, and what to do.
"""

from typing import Any

from django.dispatch import Signal

# Sent outside the verb's transaction for every refused access, so that the ledger keeps it although the verb was undone.
# Arguments: error (DomainError), member (or None), situation (or None).
access_refused = Signal()


class DomainError(Exception):
    """A refusal in plain words. `situation` is set where one was meant, so that the refusal can be entered in its ledger."""

    status = 500

    table: Any = None
    """Set where a table but no situation was meant."""

    def __init__(self, message: Any, *, situation: Any = None, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.situation = situation
        self.code = code or type(self).__name__.lower()


class NotVisible(DomainError):
    """The thing does not exist for this person (404): not even its existence is told."""

    status = 404


class NotAllowed(DomainError):
    """The person may know of the thing but may not do this (403)."""

    status = 403


class Stale(DomainError):
    """Somebody went on first (409): nothing was changed, the present state is shown."""

    status = 409


class RuleRefused(DomainError):
    """The protocol does not allow it now, or the input is not right (422). `field` names the input to mend."""

    status = 422

    def __init__(self, message: Any, *, field: str = "", situation: Any = None) -> None:
        super().__init__(message, situation=situation)
        self.field = field
