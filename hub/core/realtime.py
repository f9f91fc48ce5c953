"""Announcements: that something changed, never what. A hint carries a topic and a revision and nothing else.

A lost hint does no harm: the revision is the cursor, and the next hint, heartbeat or reconnect heals (ARCHITECTURE, "The
live board"). Hints go out after the commit; a broken channel layer never undoes or fails the verb.
"""

import logging

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

log = logging.getLogger(__name__)


def conference_topic(pk: int) -> str:
    """Channel group of one conference's board."""
    return f"board.{pk}"


def revocation_topic() -> str:
    """Channel group on which every process hears that somebody's rights ended."""
    return "revoked"


def announce(topic: str, *, revision: int) -> None:
    """After commit, tell every process that `topic` is now at `revision`."""
    _after_commit(topic, {"type": "hint", "topic": topic, "revision": revision})


def revoke(*, member: int) -> None:
    """After commit, make every process close the open sockets of this member (id only)."""
    _after_commit(revocation_topic(), {"type": "revoked", "member": member})


def _after_commit(topic: str, message: dict[str, object]) -> None:
    def send() -> None:
        layer = get_channel_layer()
        if layer is None:
            raise RuntimeError("no channel layer is configured")
        async_to_sync(layer.group_send)(topic, message)

    # robust: Redis being away must not turn a committed decision into an error page
    transaction.on_commit(send, robust=True)
