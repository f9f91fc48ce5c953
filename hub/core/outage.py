"""Something that others run and that can be away: said once when it goes and once when it is back, whoever asks how often."""

import asyncio
import logging

log = logging.getLogger(__name__)


class Outage:
    """Whether one thing is away. `begin` and `end` may be called again and again; only the first of each is logged."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._back = asyncio.Event()
        self._back.set()

    @property
    def on(self) -> bool:
        """Whether it is away."""
        return not self._back.is_set()

    def begin(self, error: BaseException) -> None:
        """It did not answer."""
        if not self.on:
            self._back.clear()
            log.error("%s is away (%s); what needs it waits", self.what, error)

    def end(self) -> None:
        """It answered."""
        if self.on:
            self._back.set()
            log.warning("%s is back", self.what)

    async def over(self) -> None:
        """Returns at once unless it is away, and otherwise when it is back."""
        await self._back.wait()
