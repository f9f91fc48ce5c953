"""What a test hears of announcements, and what it means."""

from typing import Any

from hub.core import realtime

Heard = list[tuple[str, dict[str, Any]]]
"""Topic and message, in the order in which they went out (the fixture `heard`)."""


def revoked(heard: Heard) -> set[int]:
    """The members whose open sockets are told to close."""
    return {message["member"] for topic, message in heard if topic == realtime.revocation_topic()}
