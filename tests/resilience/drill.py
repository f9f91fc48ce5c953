"""One drill: people at work, a fault, its end, and then the questions: is anything lost, doubled, out of order, stale?"""

import asyncio
import os
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from tests.resilience import setting
from tests.resilience.calling import Lost
from tests.resilience.history import Finding, Written, check
from tests.resilience.people import Crowd, gathered
from tests.resilience.record import DONE, now
from tests.resilience.screen import Screen
from tests.resilience.setting import IN_THE_ROOM, PRESENT
from tests.resilience.topology import Site

LONG = os.environ.get("HUBTABLE_RESILIENCE") == "long"
SENTENCES = ("Nothing that was saved is lost.", "Nothing was half done.")
"""What every page says that is answered instead of the board: the proxy's, and those of HubTable."""
EQUAL_WITHIN_SECONDS = 5.0
"""The limit; held in the long form only, because other tests may take the machine away for longer."""
PATIENCE_SECONDS = 60.0
BROKEN_OFF = "broken off"
"""The kind of finding of a drill that did not come to its end."""


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    screens: int = 30 if LONG else 11
    pace: float = 0.5
    before: float = 3.0 if LONG else 1.0
    pause: float = 30.0 if LONG else 5.0
    rounds: int = 5 if LONG else 1
    facilitates: bool = True


SIZE = Size()


@dataclass
class Outcome:
    """What one drill found: a line of the table."""

    fault: str
    done: str
    acknowledged: int = 0
    unanswered: int = 0
    seconds: float = 0.0
    findings: list[Finding] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    logs: str = ""
    """What the processes wrote, if anything is wrong."""

    def count(self, *kinds: str) -> int:
        """How many findings are of these kinds."""
        return sum(one.kind in kinds for one in self.findings)


Fault = Callable[[Crowd], Awaitable[float]]
"""Does the fault to a crowd at work, and returns when it was over (of `record.now`)."""


def run(site: Site, fault: Fault, *, name: str, done: str, size: Size = SIZE) -> Outcome:
    """The whole drill. Whatever is wrong is among the findings, also that it broke off: `report` takes it down and raises."""
    site.mend()
    outcome = Outcome(name, done)
    try:
        asyncio.run(_drill(site, fault, outcome, size))
    except (TimeoutError, AssertionError, Lost, RuntimeError, OSError) as broken:
        outcome.findings.append(Finding(BROKEN_OFF, str(broken)))
    outcome.logs = site.logs() if outcome.findings else ""
    return outcome


async def _drill(site: Site, fault: Fault, outcome: Outcome, size: Size) -> None:
    async with gathered(site, size.screens) as crowd:
        try:
            await _play(crowd, fault, outcome, size)
        finally:
            outcome.acknowledged = sum(one.acknowledged for one in crowd.record.calls)
            outcome.unanswered, outcome.words = crowd.lost + len(crowd.pages), crowd.pages
        read = await asyncio.to_thread(setting.play, site.environment, "read")
    written = Written.of(read, site.made["entries"])
    outcome.findings = [*_unsettled(crowd), *_wordless(crowd), *check(crowd.record, written)]


async def _play(crowd: Crowd, fault: Fault, outcome: Outcome, size: Size) -> None:
    crowd.seen = (await crowd.fresh("facilitator"))["seen"]
    writers = _start(crowd, size)
    await asyncio.sleep(size.before)
    ended = await fault(crowd)
    crowd.stopped.set()
    first = await equal(crowd)
    await asyncio.gather(*writers, *crowd.beside)
    # presses that were under way have landed by now, and may have changed every screen once more
    outcome.seconds = max(first, await equal(crowd), ended) - ended
    await _goes_on(crowd)


def _start(crowd: Crowd, size: Size) -> list[asyncio.Task[None]]:
    facilitator = [("facilitator", ("consent", "issue"))] if size.facilitates else []
    work = [*facilitator, *((who, ("dissent", "dissent", "issue")) for who in IN_THE_ROOM)]
    return [asyncio.create_task(crowd.keep_pressing(who, kinds, size.pace)) for who, kinds in work]


def _unsettled(crowd: Crowd) -> list[Finding]:
    return [
        Finding("unsettled", f"{one.kind} of {one.who}: {one.attempts}") for one in crowd.record.calls if one.status is None
    ]


def _wordless(crowd: Crowd) -> list[Finding]:
    """Somebody was answered with a page that does not say what is going on."""
    wordless = [page for page in crowd.pages if not any(words in page for words in SENTENCES)]
    return [Finding("wordless", " ".join(re.sub(r"<[^>]*>", " ", page).split())[-500:]) for page in wordless]


async def _goes_on(crowd: Crowd) -> None:
    """After the fault the table goes on: three presses go through at once, and every screen shows them."""
    for who, kind in (("facilitator", "consent"), (PRESENT[0], "dissent"), (PRESENT[1], "issue")):
        made = await crowd.press(who, kind)
        if not made.acknowledged and kind != "consent":
            raise TimeoutError(f"the table goes on: {made.kind} of {made.who} was answered {made.attempts}")
    await equal(crowd)


async def equal(crowd: Crowd) -> float:
    """Waits until every screen is connected and shows what a fresh load shows; returns since when (of `record.now`).

    Raises TimeoutError naming the screens and panels that differ.
    """
    deadline, stale = now() + PATIENCE_SECONDS, ["no fresh load"]
    while now() < deadline:
        with suppress(Lost, ConnectionError):
            stale = await _stale(crowd)
            if not stale:
                return max(max(one.changed, one.connected) for one in crowd.screens)
        await asyncio.sleep(0.2)
    raise TimeoutError(f"every screen equals a fresh load; stale: {stale}")


async def _stale(crowd: Crowd) -> list[str]:
    people = sorted({_who(one) for one in crowd.screens})
    fresh = dict(zip(people, await asyncio.gather(*(_fresh(crowd, who) for who in people)), strict=True))
    return [f"{one.sight.name}: {differs}" for one in crowd.screens if (differs := _differs(one, fresh[_who(one)]))]


def _who(screen: Screen) -> str:
    return screen.sight.name.partition(" ")[0]


async def _fresh(crowd: Crowd, who: str) -> dict[str, str]:
    """Panels of a page that is loaded now; a projector's whole page under its own name."""
    if who != "projector":
        panels: dict[str, str] = (await crowd.fresh(who))["panels"]
        return panels
    reply = await crowd.get("facilitator", f"/conferences/{crowd.site.conference}/projector/")
    if reply.status != DONE:
        raise Lost(str(reply.status))
    return {"page": reply.words}


def _differs(screen: Screen, fresh: dict[str, str]) -> str:
    """Which panels are not as in a fresh load; empty when all are."""
    if not screen.connected:
        return "not connected"
    if "page" in fresh:
        return "" if screen.panels["wall"].strip() in fresh["page"] else "wall"
    told = [_difference(name, screen.panels.get(name, ""), html) for name, html in fresh.items()]
    return "; ".join(one for one in told if one)


def _difference(name: str, shown: str, fresh: str) -> str:
    """The first words of a panel that are other than in a fresh load; empty when it is the same."""
    if shown == fresh:
        return ""
    at = next((place for place, (one, other) in enumerate(zip(shown, fresh, strict=False)) if one != other), 0)
    return f"{name}: {shown[max(0, at - 60) : at + 60]!r} instead of {fresh[max(0, at - 60) : at + 60]!r}"
