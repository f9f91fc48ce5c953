"""`python -m situations.deidentify`: tries the detector on a text, or measures it on a file of sentences. Needs no database."""

import argparse
import json
import math
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from situations.deidentify import Finding, find
from situations.deidentify_lexicon import DetectorFailed

REFUSED = 2
IDENTIFIED, CLEAN = "identified", "clean"


class SetRefused(Exception):
    """The file of sentences cannot be used; the message says where and why."""


@dataclass(frozen=True)
class Sentence:
    """One line of a set: spans are what has to be found, soft ones do not count either way."""

    text: str
    group: str
    spans: list[tuple[int, int]]


def main(arguments: list[str]) -> int:
    """Prints JSON; returns 2 with a message on the error channel for a file that cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m situations.deidentify", description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--score", type=Path, metavar="FILE.jsonl", help="measure on labelled sentences; prints one JSON object")
    what.add_argument("--text", help="print what is found in this text, one JSON object a line")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.score is None:
            for one in find(chosen.text):
                print(json.dumps(shown(one), ensure_ascii=False))
        else:
            print(json.dumps(score(sentences(chosen.score))))
    except (SetRefused, DetectorFailed) as refused:
        print(refused, file=sys.stderr)
        return REFUSED
    return 0


def shown(finding: Finding) -> dict[str, object]:
    """A finding without the words for the writer, which need a language."""
    return {
        "start": finding.start, "end": finding.end, "kind": finding.kind, "severity": finding.severity, "text": finding.found,
    }  # fmt: skip


def sentences(file: Path) -> list[Sentence]:
    """Read a set: a JSON object a line. Raises SetRefused naming the line that is not one."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as trouble:
        raise SetRefused(f"{file} cannot be read: {trouble}") from trouble
    found = [_sentence(line, f"{file}, line {number}") for number, line in enumerate(lines, 1) if line.strip()]
    if not found:
        raise SetRefused(f"{file} holds no sentences")
    return found


def _sentence(line: str, where: str) -> Sentence:
    try:
        read = json.loads(line)
        text, group = read["text"], read["group"]
        spans = [(start, end) for start, end, _kind in read.get("spans", [])]
    except (ValueError, TypeError, KeyError) as trouble:
        raise SetRefused(f"{where}: not a labelled sentence ({type(trouble).__name__}: {trouble})") from trouble
    if not isinstance(text, str) or group not in {IDENTIFIED, CLEAN}:
        raise SetRefused(f"{where}: text has to be a string, and group {IDENTIFIED} or {CLEAN}")
    if any(not isinstance(place, int) for span in spans for place in span) or any(
        not 0 <= one < other <= len(text) for one, other in spans
    ):
        raise SetRefused(f"{where}: a span lies outside of its text")
    return Sentence(text, group, spans)


def score(labelled: list[Sentence]) -> dict[str, float | None]:
    """Shares found and milliseconds a sentence; a share of nothing is None."""
    find("The word list is read once, before anything is measured.")
    found, times = [], []
    for sentence in labelled:
        started = time.perf_counter()
        found.append(find(sentence.text))
        times.append((time.perf_counter() - started) * 1000)
    pairs = list(zip(labelled, found, strict=True))
    spans = [
        any(one.start < end and start < one.end for one in got) for sentence, got in pairs for start, end in sentence.spans
    ]
    return {
        "span_recall": _share(spans),
        "sentence_recall": _share([bool(got) for sentence, got in pairs if sentence.group == IDENTIFIED]),
        "clean_alarm": _share([bool(got) for sentence, got in pairs if sentence.group == CLEAN]),
        "mean_ms": round(sum(times) / len(times), 3),
        "p95_ms": round(sorted(times)[math.ceil(len(times) * 0.95) - 1], 3),
    }


def _share(values: list[bool]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None
