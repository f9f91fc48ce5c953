import io
import logging
from collections.abc import Iterator

import pytest

from hub.logs import ContentFreeFormatter

pytestmark = pytest.mark.pairless

NAME = "Marisol Quintero-Vane"


@pytest.fixture
def log() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(ContentFreeFormatter())
    logger = logging.getLogger("tests.content_free")
    logger.addHandler(handler)
    yield logger, written
    logger.removeHandler(handler)


def test_traceback_names_type_and_place_but_not_the_message(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log
    try:
        raise ValueError(NAME) from KeyError(NAME)
    except ValueError:
        logger.exception("It failed")
    assert "It failed" in written.getvalue()
    assert "ValueError" in written.getvalue()
    assert "test_logs.py" in written.getvalue()
    assert NAME not in written.getvalue()


def test_exception_given_as_argument_is_named_by_type(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log
    logger.error("Exception inside application: %s", ValueError(NAME))
    assert "Exception inside application: ValueError" in written.getvalue()
    assert NAME not in written.getvalue()


def test_plain_message_is_kept(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log
    logger.warning("Redis is away for %s seconds", 3)
    assert "Redis is away for 3 seconds" in written.getvalue()
