import io
import json
import logging
import logging.config
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.core.exceptions import ImproperlyConfigured

from hub.core import quiet
from hub.core.reference import reference
from hub.logs import ContentFreeFormatter, JsonFormatter, told
from hub.settings.telling import logging_as, unforeseen

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


@pytest.fixture
def lines() -> Iterator[tuple[logging.Logger, logging.Logger, io.StringIO]]:
    """One of our loggers, one of a library, and what both write as JSON."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonFormatter())
    ours, theirs = logging.getLogger("tests.json"), logging.getLogger("library.json")
    for logger in (ours, theirs):
        logger.addHandler(handler)
    yield ours, theirs, written
    for logger in (ours, theirs):
        logger.removeHandler(handler)


Lines = tuple[logging.Logger, logging.Logger, io.StringIO]


def test_json_line_says_what_where_and_for_which_request(lines: Lines) -> None:
    ours, _, written = lines
    token = reference.set("0f8fad5b")
    ours.warning("Redis is away for %s seconds", 3, extra={"facts": {"ms": 2.5}})
    reference.reset(token)
    line = json.loads(written.getvalue())
    assert datetime.fromisoformat(line.pop("at")).tzinfo is not None
    assert line == {
        "level": "WARNING", "logger": "tests.json", "message": "Redis is away for 3 seconds", "request": "0f8fad5b", "ms": 2.5,
    }  # fmt: skip


def test_json_line_of_an_exception_names_type_and_places(lines: Lines) -> None:
    ours, _, written = lines
    try:
        raise ValueError(NAME)
    except ValueError:
        ours.exception("It failed\nin two lines")
    assert written.getvalue().count("\n") == 1
    line = json.loads(written.getvalue())
    assert (line["message"], line["exception"]) == ("It failed\nin two lines", "ValueError")
    assert any("test_logs.py" in place for place in line["places"])
    assert NAME not in written.getvalue()


def test_words_that_a_library_filled_in_are_left_out_and_numbers_stay(lines: Lines) -> None:
    _, theirs, written = lines
    theirs.warning("Not Found: %s", f"/situations/{NAME}")
    theirs.warning("%(path)s took %(ms)d ms", {"path": NAME, "ms": 12})
    theirs.warning("Exception inside application: %s", ValueError(NAME))
    assert [json.loads(line)["message"] for line in written.getvalue().splitlines()] == [
        "Not Found: ...", "... took 12 ms", "Exception inside application: ValueError",
    ]  # fmt: skip
    assert NAME not in written.getvalue()


def test_an_exception_that_a_library_wrote_into_its_words_is_left_out(lines: Lines) -> None:
    _, theirs, written = lines
    error = ValueError(NAME)
    theirs.error(f"Task exception was never retrieved\nfuture: <Task exception={error!r}>", exc_info=error)
    theirs.error(f"Invalid HTTP_HOST header: {error}", exc_info=error)
    first, second = (json.loads(line)["message"] for line in written.getvalue().splitlines())
    assert (first, second) == ("Task exception was never retrieved", "Invalid HTTP_HOST header: ValueError")
    assert NAME not in written.getvalue()


def test_each_form_of_logs_can_be_chosen_and_no_other() -> None:
    for how in ("plain", "json"):
        logging.config.DictConfigurator(logging_as(how))  # reads it without putting it into force
    with pytest.raises(ImproperlyConfigured, match="HUBTABLE_LOGS"):
        logging_as("verbose")


def test_what_django_says_of_an_answer_is_dropped_unless_something_broke() -> None:
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, "Not Found: %s", ("/x",), None)
    assert not unforeseen(record)
    record.exc_info = (ValueError, ValueError(NAME), None)
    assert unforeseen(record)


def test_nothing_but_failures_is_told_of_a_quiet_request_and_of_these_the_day(lines: Lines) -> None:
    ours, _, written = lines
    for path, quietly in (("/help/", True), ("/help/7/x", True), ("/partner", True), ("/helpers/", False), ("/", False)):
        with quiet.answering(path):
            assert told(logging.LogRecord("hub.requests", logging.WARNING, __file__, 1, "answered", (), None)) != quietly
            ours.error("It broke")
    assert not quiet.asked()
    at = [json.loads(line)["at"] for line in written.getvalue().splitlines()]
    assert [len(one) == len("2026-11-22") for one in at] == [True, True, True, False, False]


def test_plain_line_of_a_quiet_request_has_no_time_of_day(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log
    with quiet.answering("/help/"):
        logger.error("It broke")
    logger.error("It broke")
    assert [len(one.partition(" ERROR")[0]) for one in written.getvalue().splitlines()] == [10, 23]
