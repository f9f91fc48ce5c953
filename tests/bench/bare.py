"""The yardstick: a `websockets` server that does nothing but commit one row and broadcast given texts to everyone connected.

`python -m tests.bench.bare PORT FILE STORE`: FILE holds a JSON list of texts; a client that says `3` makes it commit a row to
STORE (a PostgreSQL URL or a file for SQLite) as durably as HubTable does, and broadcast the third text.
"""

import asyncio
import json
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
from websockets.asyncio.server import ServerConnection, broadcast, serve

MAKE = "CREATE TABLE bare (id integer, said text)"
ROW = "x" * 200


def committer(store: str, *, shared: bool = False) -> Callable[[], None]:
    """What commits one row each time it is called; `shared`: into the table that another one has made."""
    if store.startswith("postgresql"):
        server = psycopg.connect(store)
        if not shared:
            server.execute("DROP TABLE IF EXISTS bare")
            server.execute(MAKE)
            server.commit()
        return lambda: _commit(server, "INSERT INTO bare VALUES (1, %s)")
    file = sqlite3.connect(store, isolation_level=None, check_same_thread=False)
    file.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;")
    if not shared:
        file.executescript(f"DROP TABLE IF EXISTS bare; {MAKE}")
    file.isolation_level = "IMMEDIATE"
    return lambda: _commit(file, "INSERT INTO bare VALUES (1, ?)")


def _commit(store: "psycopg.Connection | sqlite3.Connection", insert: str) -> None:
    store.execute(insert, (ROW,))
    store.commit()


async def main(port: int, texts: list[str], commit: Callable[[], None]) -> None:
    """Serves until it is stopped."""
    everyone: set[ServerConnection] = set()

    async def handle(socket: ServerConnection) -> None:
        everyone.add(socket)
        async for number in socket:
            commit()
            broadcast(everyone, texts[int(number)])

    async with serve(handle, "127.0.0.1", port, compression=None) as server:
        print("ready", flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")), committer(sys.argv[3])))
