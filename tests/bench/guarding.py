"""`guard`: what the detector of names takes for 600 characters, for the worst text tried, and in memory."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from situations.deidentify import find
from tests.bench.figures import Figure
from tests.live import ROOT

LENGTH, LONG = 600, 5_000
SENTENCES = Path(__file__).parents[1] / "situations" / "data" / "deid_tuning.jsonl"
SHAPES = (
    "a", "A", "Aa ", "Aa-", "1 ", "1", "one ", "@", "a.a@", "a@b.", "a.b ", "-", "plate ", "case no ", "her ex, ",
    "Aa and ", "www.", "'",
    "e\u0301", "\ud800A", "1-", "corner of ", "\x00", "12 st ", "Mr. ", "\u0663", "xqzt ", "Zqx. ", "at ", "holy ", "5 a ",
    "\u200b",
    "M\u200b", "\u043a\u0435vin ", "\u660e", "\U0001f642", "is 9", "may 1 ", "AA ", "X-", "de la ", "\u202e", "\ufb01",
)  # fmt: skip


# the kernel's own high-water mark of the process: what the parent held does not count
_MEASURED = (
    "import sys; from situations.deidentify_command import main; main(['--score', sys.argv[1]]);"
    "print(next(line for line in open('/proc/self/status') if line.startswith('VmHWM')))"
)


def detecting() -> Iterator[Figure]:
    """Processor time, so that what else the machine does counts little; memory is that of the whole command."""
    texts = [json.loads(line)["text"] for line in SENTENCES.read_text(encoding="utf-8").splitlines()]
    joined = " ".join(texts)
    notes = [joined[at : at + LENGTH] for at in range(0, len(joined) - LENGTH, LENGTH)]
    find(joined[:LENGTH])
    yield Figure("guard_600", sum(map(_taken, notes)) / len(notes), "ms of processor time", limit=10)
    worst = max(_taken((shape * LONG)[:LONG]) for shape in SHAPES)
    yield Figure("guard_worst", worst, f"ms of processor time for {LONG} characters", limit=100)
    command = [sys.executable, "-c", _MEASURED, str(SENTENCES)]
    answer = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    yield Figure("guard_memory", int(answer.stdout.split()[-2]) / 1024, "MB", limit=80)


def _taken(text: str) -> float:
    started = time.process_time()
    find(text)
    return (time.process_time() - started) * 1000
