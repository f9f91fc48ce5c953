"""The relay: one per process and conference. It hears that something changed, reads the state once, renders each panel once
per audience in a thread of its own, and writes the same bytes to all sockets of that audience.

Hints are coalesced; a lost one does no harm, because each socket is sent whatever differs from what it was last sent. Whoever
has lost the right to be here is closed before anything is rendered for them. Nobody is waited for: a socket that does not read
is passed over, gets the newest when it reads again, and is closed when that takes too long.
"""

import asyncio
import logging
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from threading import Condition

from django.db import InterfaceError, OperationalError

from conferences.board.line import Frame, Line, Shown, Viewer, heartbeat, text_between
from conferences.board.panels import Printed, Renderer
from conferences.board.presence import PRESENCE
from conferences.board.rendering import Moment, Rendered, render
from conferences.models import Conference
from hub.core import clock, measures, realtime
from hub.core.outage import Outage

log = logging.getLogger(__name__)

SLOW = 5.0
"""Seconds that a socket may leave its messages unread before it is closed; it comes back and catches up."""
GATHER = 0.02
"""Seconds in which those who come one after the other are waited for, before all are rendered for at once."""
LONGEST_PAUSE = 4.0
"""Seconds between two attempts at a rendering that always fails; an outage may look like that, and is over at any moment."""
RECONNECT, NO_RIGHT = 4408, 4403
DATABASE = Outage("the database")

# One thread for all boards of the process, first come first served; channels runs all other database work of consumers in
# one shared thread (channels issue 2132).
_renderer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="board")


@dataclass(frozen=True, slots=True)
class Newest:
    """What was last sent, as one: other threads take it whole."""

    revision: int = 0
    seen: int | None = None
    shown: Mapping[Viewer, Shown] = field(default_factory=dict)


class Relay:
    """All open sockets of one conference in this process. Use `join` and `leave`; it ends with its last socket.

    `number` is its own among the boards of this process: what is done for some boards at a time goes by it, and not by the
    conference's, because all of those may leave the same remainder.
    """

    def __init__(self, conference_id: int) -> None:
        self.conference_id = conference_id
        self.number = next(_numbers)
        self.topic = realtime.conference_topic(conference_id)
        self.lines: dict[Viewer, set[Line]] = {}
        self.shown: dict[Viewer, Shown] = {}
        self.revision = 0
        self.printed: Printed | None = None
        self.newest = Newest()
        self.failures = 0
        self.asked_at = 0.0
        self._told = Condition()
        self._heard = 0
        self._stale = False
        self._work: asyncio.Task[None] | None = None

    def join(self, line: Line) -> None:
        """Take a socket in; it is sent everything at the next rendering."""
        if not self.lines and realtime.Ears.of_this_process:
            realtime.Ears.of_this_process.follow(self.topic)
        self.lines.setdefault(line.viewer, set()).add(line)
        self._tell_presence()
        self.wake(GATHER)

    def leave(self, line: Line) -> None:
        """Let a socket go; after a grace its member counts as disconnected. May be called again."""
        lines = self.lines.get(line.viewer)
        if not lines or line not in lines:
            return
        lines.discard(line)
        if not lines:
            del self.lines[line.viewer]
            self.shown.pop(line.viewer, None)
        self._tell_presence()
        if not self.lines:
            RELAYS.pop(self.conference_id, None)
            if realtime.Ears.of_this_process:
                realtime.Ears.of_this_process.unfollow(self.topic)

    def close(self, line: Line, code: int) -> None:
        """End a socket from our side."""
        self.leave(line)
        line.wire.close(code)

    def resume(self, line: Line) -> None:
        """Send this socket everything again: it missed something. What was last rendered is the newest there is."""
        line.shown = None
        self.catch_up(line)

    def catch_up(self, line: Line) -> None:
        """Send this socket what it lacks of the newest; it reads again, or asked for it."""
        newest = self.shown.get(line.viewer)
        if newest is not None and line in self.lines.get(line.viewer, ()):
            self._send(line, newest, {}, _milliseconds())

    def wake(self, after: float = 0.0) -> None:
        """Something may have changed."""
        self._stale = True
        if self._work is None:
            self._work = asyncio.get_running_loop().create_task(self._render_while_stale(after))

    def hint(self, revision: int) -> None:
        """The conference is at this revision: wake, unless that was heard before."""
        if revision > max(self._heard, self.revision):
            self._heard = revision
            self.wake()

    def shows(self, viewer: Viewer, revision: int, within: float) -> Newest | None:
        """What this viewer was sent of the board at this revision or a newer one. None: they have no socket here, or it was
        not sent within so many seconds. Call from another thread than the loop's.
        """
        with self._told:
            self._told.wait_for(lambda: self.newest.revision >= revision or viewer not in self.lines, within)
            newest = self.newest
        return newest if newest.revision >= revision and viewer in newest.shown else None

    def will_show(self, viewer: Viewer) -> bool:
        """Whether this viewer's socket here is sent the next rendering, and nothing is known to hold that up."""
        reads = any(not one.wire.stuck for one in list(self.lines.get(viewer, ())))
        return reads and not self.failures and not DATABASE.on

    def every_line(self) -> Iterator[Line]:
        """All sockets, whatever happens to them meanwhile."""
        return (line for lines in list(self.lines.values()) for line in list(lines))

    def beat(self) -> None:
        """A heartbeat to every socket that reads; who has not read for too long, or was here for a day, is closed."""
        frames: dict[int, Frame] = {}
        waiting, now = DATABASE.on or self.failures > 0, time.monotonic()
        for line in self.every_line():
            if line.wire.stuck_for() > SLOW or line.until < now:
                self.close(line, RECONNECT)
            elif not line.wire.stuck:
                if line.sent not in frames:
                    frames[line.sent] = line.wire.prepare(heartbeat(line.sent, self.revision, waiting=waiting))
                line.wire.send(frames[line.sent])

    def connected(self) -> frozenset[int]:
        """Ids of members with an open board, in this process and the others."""
        return PRESENCE.connected(self.conference_id)

    def _tell_presence(self) -> None:
        PRESENCE.here(self.conference_id, frozenset(one.member_id for one in self.lines if not one.wall))

    async def _render_while_stale(self, after: float) -> None:
        try:
            await asyncio.sleep(after)
            while self._stale and self.lines:
                await DATABASE.over()
                self._stale = False
                await self._render_once()
        finally:
            self._work = None

    async def _render_once(self) -> None:
        viewers, now, began = sorted(self.lines), _milliseconds(), time.monotonic()
        renderer = Renderer(self.printed)
        work = partial(render, self.conference_id, list[tuple[int, bool]](viewers), self.connected(), renderer)
        try:
            moment = await asyncio.get_running_loop().run_in_executor(_renderer, work)
        except (OperationalError, InterfaceError) as error:
            DATABASE.begin(error)
            await self._rest()
        except Conference.DoesNotExist:
            for line in self.every_line():
                self.close(line, NO_RIGHT)
        except Exception:
            if not self.failures:
                log.exception("rendering the board failed")
            await self._rest()
        else:
            measures.RENDERINGS.inc()
            self.printed, self.failures, self.asked_at = renderer.printed, 0, began
            self.revision = moment.revision
            self._send_all(moment.panels, now)
            self._tell(moment)

    def _tell(self, moment: Moment) -> None:
        with self._told:
            self.newest = Newest(moment.revision, moment.seen, dict(self.shown))
            self._told.notify_all()

    async def _rest(self) -> None:
        """A rendering that fails must not end the board for everyone: it is tried again, less and less often."""
        self._stale = True
        await asyncio.sleep(min(0.25 * 2 ** min(self.failures, 10), LONGEST_PAUSE))
        self.failures += 1

    def _send_all(self, rendered: Rendered, now: int) -> None:
        newest: dict[tuple[tuple[str, str], ...], Shown] = {}
        frames: dict[tuple[Shown | None, Shown], Frame] = {}
        for viewer, lines in list(self.lines.items()):
            if viewer not in rendered:
                continue  # came in while this was rendered; joining has asked for the next rendering
            panels = rendered[viewer]
            if panels is None:
                for line in list(lines):
                    self.close(line, NO_RIGHT)
                continue
            same = newest.setdefault(tuple(panels.items()), Shown(panels))
            self.shown[viewer] = same
            for line in lines:
                self._send(line, same, frames, now)

    def _send(self, line: Line, newest: Shown, frames: dict[tuple[Shown | None, Shown], Frame], now: int) -> None:
        if line.wire.stuck:
            return  # reads again later, and is then compared with what is newest then
        step = (line.shown, newest)
        if step not in frames:
            text = text_between(self.revision, now, *step)
            frames[step] = line.wire.prepare(text) if text else None
        line.shown = newest
        if frames[step] is not None:
            line.sent += 1
            line.wire.send(frames[step])


def _milliseconds() -> int:
    return round(clock.now().timestamp() * 1000)


_numbers = count()
RELAYS: dict[int, Relay] = {}
"""The relays of this process, by conference id."""


def relay_for(conference_id: int) -> Relay:
    """The relay of this conference in this process, made when first asked for. Call on the event loop."""
    if conference_id not in RELAYS:
        RELAYS[conference_id] = Relay(conference_id)
    return RELAYS[conference_id]
