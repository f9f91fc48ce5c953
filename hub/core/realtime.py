"""Announcements: that something changed, never what. A hint carries a topic and a revision and nothing else.

A lost hint does no harm: the revision is the cursor, and the next hint, heartbeat or reconnect heals (ARCHITECTURE, "The
live board"). Hints go out after the commit; a broken channel layer never undoes or fails the verb, nor holds it up: a process
that serves hears itself at once, and tells the others beside its work.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

from hub.core import measures
from hub.core.outage import Outage

log = logging.getLogger(__name__)

Message = dict[str, Any]

PATIENCE = 1.0
"""Seconds that the channel layer may take for one thing."""
REST = 2.0
"""Seconds in which a layer that did not answer is not asked again."""
LAYER = Outage("the channel layer")


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


def _after_commit(topic: str, message: Message) -> None:
    def send() -> None:
        if get_channel_layer() is None:
            raise RuntimeError("no channel layer is configured")
        if Ears.of_this_process is None:
            async_to_sync(_publish)(topic, message)
        else:
            Ears.of_this_process.said_here(topic, message)

    # robust: Redis being away must not turn a committed decision into an error page
    transaction.on_commit(send, robust=True)


class Ears:
    """What a serving process hears: its own announcements at once, the others' through the channel layer.

    One channel and one task for all topics. `hear` is called on the loop with every message; it must not wait. A layer that is
    away ends nothing: `renew`, called now and then, subscribes again to whatever is missing.
    """

    of_this_process: "Ears | None" = None

    def __init__(self, hear: Callable[[Message], None], topics: set[str]) -> None:
        self._loop = asyncio.get_running_loop()
        self._hear = hear
        self._wanted = set(topics)
        self._joined: set[str] = set()
        self._channel = ""
        self._tasks: set[asyncio.Task[None]] = set()
        self._busy = asyncio.Lock()

    def said_here(self, topic: str, message: Message) -> None:
        """Heard in this process at once, and told to the others; from any thread, without waiting for anything."""
        self._loop.call_soon_threadsafe(self._both, topic, message)

    def tell(self, topic: str, message: Message) -> None:
        """Tell every process, this one among them, through the layer. Call on the loop."""
        self._beside(_publish(topic, message))

    def follow(self, topic: str) -> None:
        """Hear this topic too."""
        self._wanted.add(topic)
        self._beside(self.renew())

    def unfollow(self, topic: str) -> None:
        """Hear it no more."""
        self._wanted.discard(topic)
        self._beside(self.renew())

    async def renew(self) -> None:
        """Subscribe to what is wanted and let go what is not, as far as the layer answers."""
        async with self._busy:
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._settle()
            except Exception as error:
                # each layer has errors of its own for being away; it is asked again soon
                LAYER.begin(error)

    async def _settle(self) -> None:
        layer = get_channel_layer()
        if not self._channel:
            self._channel = await layer.new_channel()
            self._beside(self._listen())
        for topic in self._wanted - self._joined:
            await layer.group_add(topic, self._channel)
            self._joined.add(topic)
        for topic in self._joined - self._wanted:
            self._joined.discard(topic)
            await layer.group_discard(topic, self._channel)

    async def _listen(self) -> None:
        layer = get_channel_layer()
        while True:
            message = await layer.receive(self._channel)
            try:
                self._hear(message)
            except Exception:
                # what cannot be understood must not make this process deaf
                log.exception("a message from the channel layer was not understood")

    def _both(self, topic: str, message: Message) -> None:
        self._hear(message)
        self.tell(topic, message)

    def _beside(self, work: Any) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


_rests_until = 0.0


async def _publish(topic: str, message: Message) -> None:
    global _rests_until  # noqa: PLW0603 - one rest for all that this process has to say
    if time.monotonic() < _rests_until:
        return
    try:
        async with asyncio.timeout(PATIENCE):
            await get_channel_layer().group_send(topic, message)
    except Exception as error:
        # as above: the decision stands whatever the layer raises, and the other processes will look
        _rests_until = time.monotonic() + REST
        LAYER.begin(error)
        measures.HINTS.labels("no").inc()
    else:
        LAYER.end()
        measures.HINTS.labels("yes").inc()
