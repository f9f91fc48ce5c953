"""A serving process lends the connection that was given back last, and psycopg's pool counts and closes them as ever."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from hub.core import newest
from tests.servers import postgres

pytestmark = pytest.mark.pairless


@pytest.fixture
def pool() -> Iterator["ConnectionPool[psycopg.Connection[Any]]"]:
    with postgres(bare=True) as server, ConnectionPool(server.url, min_size=2, max_size=4) as pool:
        pool.wait()
        newest.warm_first(pool)
        yield pool


def test_what_was_given_back_last_is_lent_first(pool: "ConnectionPool[psycopg.Connection[Any]]"):
    one, other = pool.getconn(), pool.getconn()
    pool.putconn(one)
    pool.putconn(other)
    assert pool.getconn() is other
    assert pool.getconn() is one
    pool.putconn(other)
    pool.putconn(one)
    for _turn in range(3):
        with pool.connection() as again:
            assert again is one


def test_it_grows_is_checked_shrinks_and_closes_as_ever(pool: "ConnectionPool[psycopg.Connection[Any]]"):
    lent = [pool.getconn() for _number in range(4)]
    assert len({id(one) for one in lent}) == 4
    for one in lent:
        pool.putconn(one)
    lent[0].close()
    pool.check()
    for _look in range(5):
        pool._shrink_pool()
    assert pool.get_stats()["pool_size"] == 2
    with pool.connection() as again:
        assert again.execute("SELECT 1").fetchone() == (1,)
    pool.close()
    assert all(one.closed for one in (*lent, again))
