"""A backup every night without cron."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from hub.core import measures
from situations import backups, nightly
from situations.management.commands.backup import Command

pytestmark = pytest.mark.pairless

AT = time(2, 30)


@pytest.fixture(autouse=True)
def in_new_york(settings: Settings) -> None:
    settings.TIME_ZONE = "America/New_York"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "last", "due"),
    [
        ("2026-11-20T20:00", "2026-11-20T07:30", "2026-11-21T07:30"),  # the coming night
        ("2026-11-20T07:29", "2026-11-19T07:30", "2026-11-20T07:30"),  # in a minute
        ("2026-11-20T07:30", "2026-11-20T07:30", "2026-11-21T07:30"),  # just made, or woken a moment early
        ("2026-11-20T20:00", None, "2026-11-20T20:00"),  # never yet
        ("2026-11-20T20:00", "2026-11-18T07:30", "2026-11-20T20:00"),  # a night was missed
        ("2026-11-20T20:00", "2026-11-21T07:30", "2026-11-20T20:00"),  # a clock was set back
        ("2027-03-14T05:00", "2027-03-13T07:30", "2027-03-14T07:30"),  # the night that has no half past two
    ],
)
def test_the_next_one_is_due(now: str, last: str | None, due: str) -> None:
    assert nightly.next_due(utc(now), utc(last) if last else None, AT) == utc(due)


def planted(directory: Path, count: int) -> list[str]:
    """So many finished backups, a day apart, as files without content."""
    stamps = [(utc("2026-11-01T07:30") + timedelta(days=day)).strftime(backups.STAMP) for day in range(count)]
    (directory / "data").mkdir(parents=True)
    for stamp in stamps:
        (directory / "data" / f"{stamp}.pgdump").touch()
        (directory / "data" / f"{stamp}.json").write_text(f'{{"stamp": "{stamp}"}}')
    return stamps


def test_only_the_newest_are_kept_and_what_is_unfinished_is_left_alone(tmp_path: Path) -> None:
    stamps = planted(tmp_path, 4)
    (tmp_path / "data" / "20261231T000000Z.pgdump").touch()
    assert len(nightly.thin(tmp_path, 2)) == 4
    left = sorted(file.name for file in (tmp_path / "data").iterdir())
    assert left == [*sorted(f"{one}.{kind}" for one in stamps[2:] for kind in ("json", "pgdump")), "20261231T000000Z.pgdump"]
    assert nightly.thin(tmp_path, 2) == []
    assert nightly.last_made(tmp_path) == utc("2026-11-04T07:30")


def test_one_that_fails_is_told_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stop, tried = Event(), []

    def fail(*_: object) -> None:
        tried.append(1)
        stop.set()
        raise OSError("no space left for the row of Marisol Quintero-Vane")

    monkeypatch.setattr(Command, "make", fail)
    monkeypatch.setattr("hub.core.running.stopped_by_signal", lambda: stop)
    call_command("backup", str(tmp_path), nightly="02:30")
    assert tried == [1]
    assert caplog.records[-1].getMessage() == "The backup failed: OSError"
    assert measures.BACKUP._value.get() == 0


@pytest.mark.parametrize("options", [["--nightly", "half past two"], ["--keep", "0"], ["--keep", "some"]])
def test_what_makes_no_sense_is_said(tmp_path: Path, options: list[str]) -> None:
    with pytest.raises(CommandError, match="is not a"):
        call_command("backup", str(tmp_path), *options)


def test_a_directory_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    arguments: list[Any] = [tmp_path / "file" / "backups"]
    with pytest.raises(CommandError, match="NotADirectoryError"):
        call_command("backup", *arguments)
