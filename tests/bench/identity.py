"""`identity_open`: what opening an envelope adds to a page. `page_decrypt_1000`: a list of a thousand sealed names."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.urls import reverse

from hub import keystore
from hub.core import clock, vault
from hub.keystore.models import DataKey
from situations.models import Identity, Situation
from tests.bench.figures import Figure, percentile
from tests.bench.hall import Hall, session_of
from tests.bench.line import Line
from tests.live import live_hub

TURNS = 60
SEALED = 1000
ROUNDS = 5


def opening(hall: Hall, data: Path) -> Iterator[Figure]:
    """Through the real daphne, by the agency whose situation it is: POST to open, beside POST to shut.

    Both load the same situation and answer a fragment of the same page. What opening adds: the lock, the ledger entry, its
    commit to the disk, the unwrapping of the key and six fields.
    """
    situation = hall.items[0].situation
    reader = next(one for one in hall.voices if one.agency_id == situation.originating_agency_id)
    session = session_of(reader)
    connections.close_all()  # the last one out writes everything into the one file that is copied
    with live_hub(prepared=data) as hub:
        opened, shut = asyncio.run(_take(hub.address, session, situation.pk))
    plain = percentile(shut, 50) * 1000
    yield Figure("identity_open", percentile(opened, 50) * 1000 - plain, "ms added", plain)
    yield Figure("identity_open_p99", percentile(opened, 99) * 1000, "ms", percentile(shut, 99) * 1000)


async def _take(address: str, session: str, key: int) -> tuple[list[float], list[float]]:
    line = await Line.open(address)
    paths = [reverse(name, args=[key]) for name in ("situation_identity", "situation_identity_shut")]
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(TURNS + 5):
        for path, taken in zip(paths, times, strict=True):
            start = time.perf_counter()
            line.send(session, path, {}, headers=["HX-Request: true"])
            await line.answer()
            if turn >= 5:  # the first ones load what a serving process has long loaded
                taken.append(time.perf_counter() - start)
    line.close()
    return times


def listing(hall: Hall) -> Iterator[Figure]:
    """A list of 1,000 names, each under a data key of its own: two queries, 1,000 keys unwrapped, 1,000 names opened.

    The yardstick is `cryptography` alone, opening as many values of the same length.
    """
    with transaction.atomic(using=keystore.DATABASE), transaction.atomic():
        keys = _thousand(hall)
        times = []
        for _round in range(ROUNDS):
            start = time.perf_counter()
            names = _opened(keys)
            times.append(time.perf_counter() - start)
            if len(set(names)) != SEALED:
                raise RuntimeError("not every name was opened")
        yield Figure("page_decrypt_1000", min(times) * 1000, "ms", min(_bare() for _round in range(ROUNDS)) * 1000)
        for database in (DEFAULT_DB_ALIAS, keystore.DATABASE):
            transaction.set_rollback(True, using=database)


def _opened(situations: list[int]) -> list[str]:
    keys = {(one.situation, one.agency): one for one in DataKey.objects.filter(situation__in=situations)}
    names = []
    for one in Identity.objects.filter(situation__in=situations):
        row = keys[one.situation_id, one.agency_id]
        key = vault.unwrap(bytes(row.wrapped), version=row.master_version, context=row.context)
        names.append(vault.unseal(bytes(one.name), key=key, context=f"identity:{one.situation_id}:name"))
    return names


def _thousand(hall: Hall) -> list[int]:
    """Situations with a sealed name; written in bulk, because only reading is timed."""
    writer = hall.voices[0]
    situations = Situation.objects.bulk_create(
        Situation(table=hall.table, originating_agency=writer.agency, written_by=writer, written_at=clock.now())
        for _turn in range(SEALED)
    )
    identities, keys = [], []
    for number, one in enumerate(situations):
        key, row = vault.new_data_key(), DataKey(situation=one.pk, agency=writer.agency_id)
        row.master_version, row.wrapped = vault.wrap(key, context=row.context)
        sealed = vault.seal(f"Person {number}", key=key, context=f"identity:{one.pk}:name")
        keys.append(row)
        identities.append(Identity(situation=one, agency=writer.agency, name=sealed))
    DataKey.objects.bulk_create(keys)
    Identity.objects.bulk_create(identities)
    return [one.pk for one in situations]


def _bare() -> float:
    key, nonce = AESGCM(AESGCM.generate_key(256)), bytes(12)
    sealed = key.encrypt(nonce, bytes(64), b"bound")
    start = time.perf_counter()
    for _turn in range(SEALED):
        key.decrypt(nonce, sealed, b"bound")
    return time.perf_counter() - start
