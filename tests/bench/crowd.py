"""The people of a measurement, in a process of their own: sockets that listen, and posts whose effect is timed on them.

`python -m tests.bench.crowd PLAN TAKEN`: both are JSON files (`Plan`, `Taken`). A post counts as shown when every socket of its
group shows a newer revision than the group showed before. Raises nothing for what is lost: it is counted.
"""

import asyncio
import json
import re
import resource
import sys
import time
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import uvloop

from tests.bench.ear import Ear, upgrade
from tests.bench.figures import cpu_seconds, resident
from tests.bench.line import Line

AT_ONCE = 60
"""Sockets that are opened at the same time."""
PATIENCE = 10
"""Seconds after which a socket that shows nothing new counts as a loss."""
WARM = 3
"""The same in the warm-up, some of which reaches nobody: kept-alive connections must outlast it."""
OPENED_WITHIN = 60
"""Seconds in which a server must answer whoever knocks."""
LINES = 6
"""Kept-alive HTTP connections to each server."""
REVISION = re.compile(r'"revision": (\d+)')

Socket = tuple[int, int, str, str]
Post = tuple[int, int, str, str, dict[str, str], float | None]


@dataclass
class Plan:
    """What the crowd does. A socket is (group, port, path, session), a post (group, port, path, session, fields, at).

    A post without a path is a word over the group's first socket (the yardstick's server). `at` is the second at which it is
    sent; None: as soon as the one before is shown.
    """

    sockets: list[Socket]
    posts: list[Post]
    pids: list[int]
    warm_up: int = 0
    texts: bool = False


@dataclass
class Taken:
    """What it found: seconds to the last socket and to the answer of each post, and what it took from the servers.

    `begun` belongs to `shown`: seconds from the first post until this one.
    """

    shown: list[float] = field(default_factory=list)
    begun: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    lost: int = 0
    refused: int = 0
    late: int = 0
    opened_in: float = 0.0
    cpu: list[float] = field(default_factory=list)
    before: list[int] = field(default_factory=list)
    after: list[int] = field(default_factory=list)
    closed: dict[str, int] = field(default_factory=dict)


class Group:
    """The sockets of one board."""

    def __init__(self) -> None:
        self.ears: list[Ear] = []
        self.target, self.waiting, self.at = 0, 0, 0.0
        self.full = asyncio.Event()
        self.turn = asyncio.Lock()

    def expect(self, target: int) -> None:
        """From now on count who shows `target` or newer."""
        self.target, self.waiting = target, sum(one.revision < target for one in self.ears)
        self.full.clear()

    def heard(self, before: int, revision: int, at: float) -> None:
        """One socket shows a newer revision; each rises past the target once."""
        if before < self.target <= revision:
            self.waiting -= 1
            self.at = at
            if not self.waiting:
                self.full.set()

    def usual(self) -> str:
        """The text of median length that was sent last."""
        return sorted((one.last for one in self.ears), key=len)[len(self.ears) // 2].decode()


class Crowd:
    """Carries a plan out."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.taken = plan, Taken()
        self.groups: defaultdict[int, Group] = defaultdict(Group)
        self.lines: defaultdict[int, asyncio.Queue[Line]] = defaultdict(asyncio.Queue)
        self.gate = asyncio.Semaphore(AT_ONCE)
        self.began = 0.0

    async def run(self) -> Taken:
        """Opens everything, waits until every board is shown, posts, and closes."""
        self.taken.before = [resident(pid) for pid in self.plan.pids]
        start = time.monotonic()
        await asyncio.gather(*(self._join(*one) for one in self.plan.sockets))
        await self._settle()
        self.taken.opened_in = time.monotonic() - start
        for port in {one[1] for one in self.plan.posts if one[2]}:
            for _line in range(LINES):
                self.lines[port].put_nowait(await Line.open(f"http://127.0.0.1:{port}"))
        for post in self.plan.posts[: self.plan.warm_up]:
            await self._post(post, WARM)
        # a warm-up may withdraw what never held, which nobody is shown
        self.taken.shown, self.taken.begun, self.taken.answered, self.taken.texts, self.taken.lost = [], [], [], [], 0
        spent = [cpu_seconds(pid) for pid in self.plan.pids]
        await self._posts()
        self.taken.cpu = [cpu_seconds(pid) - one for pid, one in zip(self.plan.pids, spent, strict=True)]
        self.taken.after = [resident(pid) for pid in self.plan.pids]
        self.taken.closed = dict(Counter(str(one.closed) for group in self.groups.values() for one in group.ears))
        return self.taken

    async def _join(self, number: int, port: int, path: str, session: str) -> None:
        group = self.groups[number]
        request = upgrade(f"127.0.0.1:{port}", path, session)
        async with self.gate:
            loop = asyncio.get_running_loop()
            _transport, ear = await loop.create_connection(lambda: Ear(number, request, group.heard), "127.0.0.1", port)
            await asyncio.wait_for(ear.opened, OPENED_WITHIN)
            group.ears.append(ear)

    async def _settle(self) -> None:
        """Until every socket shows a board, if it is one that sends it by itself, and a moment longer."""
        if not any(path for _group, _port, path, *_rest in self.plan.posts):
            return
        deadline = time.monotonic() + 60 + len(self.plan.sockets) / 20
        while any(one.revision < 0 and not one.closed for group in self.groups.values() for one in group.ears):
            if time.monotonic() > deadline:
                raise TimeoutError("some sockets were never sent the board")
            await asyncio.sleep(0.1)
        await asyncio.sleep(1)

    async def _posts(self) -> None:
        start, running = time.monotonic(), []
        self.began = start
        for post in self.plan.posts[self.plan.warm_up :]:
            at = post[5]
            if at is None:
                await self._post(post)
                continue
            if (ahead := start + at - time.monotonic()) > 0:
                await asyncio.sleep(ahead)
            self.taken.late += ahead < -0.05
            running.append(asyncio.create_task(self._post(post)))
        await asyncio.gather(*running)

    async def _post(self, post: Post, patience: int = PATIENCE) -> None:
        number, port, path, session, fields, _at = post
        group = self.groups[number]
        async with group.turn:
            group.expect(max(one.revision for one in group.ears) + 1)
            start = time.monotonic()
            if path:
                await self._send(port, path, session, fields)
            else:
                group.ears[0].say(fields["say"].encode())
            with suppress(TimeoutError):
                await asyncio.wait_for(group.full.wait(), patience)
            self.taken.lost += group.waiting
            self.taken.shown.append(group.at - start if not group.waiting else patience)
            self.taken.begun.append(start - self.began)
            if self.plan.texts:
                self.taken.texts.append(group.usual())

    async def _send(self, port: int, path: str, session: str, fields: dict[str, str]) -> None:
        line = await self.lines[port].get()
        start = time.monotonic()
        try:
            line.send(session, path, fields, ["X-Hears: 1"])
            answer = await line.answer()
        except RuntimeError as refused:
            self.taken.refused += 1
            print(refused, file=sys.stderr)
        else:
            if not REVISION.search(answer):
                raise RuntimeError("an answer without a revision")
            self.taken.answered.append(time.monotonic() - start)
        finally:
            self.lines[port].put_nowait(line)


def main(plan: Path, taken: Path) -> None:
    """Reads the plan, carries it out, writes what was found."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    given: dict[str, Any] = json.loads(plan.read_text(encoding="utf-8"))
    found = uvloop.run(Crowd(Plan(**given)).run())
    taken.write_text(json.dumps(asdict(found)), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
