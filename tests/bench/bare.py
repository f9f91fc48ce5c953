"""The yardstick: a `websockets` server that does nothing but broadcast given texts to everyone connected.

`python -m tests.bench.bare PORT FILE`: FILE holds a JSON list of texts; a client that sends `3` makes it broadcast the third.
"""

import asyncio
import json
import sys
from pathlib import Path

from websockets.asyncio.server import ServerConnection, broadcast, serve


async def main(port: int, texts: list[str]) -> None:
    """Serves until it is stopped."""
    everyone: set[ServerConnection] = set()

    async def handle(socket: ServerConnection) -> None:
        everyone.add(socket)
        async for number in socket:
            broadcast(everyone - {socket}, texts[int(number)])

    async with serve(handle, "127.0.0.1", port, compression=None) as server:
        print("ready", flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))))
