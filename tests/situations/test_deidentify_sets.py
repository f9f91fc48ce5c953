"""The detector against sentences of our own: all together, by where names come from, and by the command that measures them."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from situations import deidentify_grammar, deidentify_lexicon
from situations.data.names import build
from situations.deidentify import DetectorFailed, find, segments
from situations.deidentify_command import REFUSED, main, score, sentences

SET = Path(__file__).parent / "data" / "deid_tuning.jsonl"
ROOT = Path(__file__).parents[2]
CONTEXTS = ("spoke with {low} at the desk today", "A neighbor says that {name} is afraid to go home.")


def test_the_set_of_our_own_is_found_almost_whole() -> None:
    measured = score(sentences(SET))
    assert (measured["span_recall"] or 0) >= 0.97
    assert (measured["sentence_recall"] or 0) >= 0.98
    assert (measured["clean_alarm"] or 0) <= 0.2


@pytest.mark.parametrize("culture", build.CULTURES)
def test_names_of_every_culture_are_found_in_small_letters_and_with_capitals(culture: str) -> None:
    names = [name for name in (build.HERE / f"{culture}.txt").read_text(encoding="utf-8").split() if len(name) > 4]
    chosen = names[:: max(1, len(names) // 60)]
    assert len(chosen) >= 40
    for context in CONTEXTS:
        texts = [context.format(low=name, name=name.title()) for name in chosen]
        missed = [name for name, text in zip(chosen, texts, strict=True) if not find(text)]
        assert len(missed) <= 0.05 * len(chosen), missed


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("he met M\u200bari\u200bsol at the stop", "name"),
        ("K\u0435vin hit me", "name"),
        ("k3vin hit me", "name"),
        ("m a r i s o l called", "name"),
        ("call \uff16\uff11\uff17-\uff15\uff15\uff15-\uff10\uff11\uff14\uff12 now", "phone"),
        ("call 6\u200b17-555-0142", "phone"),
        ("Nu\u0301n\u0303ez came", "name"),
        ("\u5f20\u4f1f said no", "name"),
    ],
)
def test_tricks_with_letters_hide_nothing(text: str, kind: str) -> None:
    assert [one.kind for one in find(text)] == [kind]
    assert all(text[one.start : one.end] == one.found for one in find(text))


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=600))
def test_any_text_can_be_looked_at(text: str) -> None:
    assert "".join(piece for piece, _finding in segments(text, find(text))) == text


PIECES = deidentify_grammar.words_of("""
    calle place rua court av row at in on corner of and the 12 Oak 22 Birchwood li ping T.J. ms. b Sister, Hope Faith will
    may put his hurt inn motel old open first baptist docket case 24- is 93 @ hearing 10/4 Lynn has no beds van brakes
    between find a bed k3vin m r
    """)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(sorted(PIECES)), max_size=8))
def test_no_order_of_what_rules_look_for_makes_it_fail(pieces: list[str]) -> None:
    text = " ".join(pieces)
    assert "".join(piece for piece, _finding in segments(text, find(text))) == text


@pytest.mark.parametrize("text", ["vive en calle place ahora", "calle court", "en la avenida row"])
def test_street_that_is_only_a_kind_of_street_does_not_make_it_fail(text: str) -> None:
    assert "".join(piece for piece, _finding in segments(text, find(text))) == text


@pytest.mark.parametrize(
    "damaged", [b"", b"no gzip", gzip.compress(b"digest\nabc\t,de:N")], ids=["empty", "no gzip", "wrong digest"]
)
def test_damaged_list_holds_everything(damaged: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "lexicon.txt.gz"
    file.write_bytes(damaged)
    monkeypatch.setattr(deidentify_lexicon, "FILE", file)
    deidentify_lexicon._lexicon.cache_clear()
    try:
        with pytest.raises(DetectorFailed):
            find("nothing at all")
    finally:
        deidentify_lexicon._lexicon.cache_clear()


def test_command_prints_the_figures_without_settings() -> None:
    environment = {"PATH": os.environ["PATH"]}
    command = [sys.executable, "-m", "situations.deidentify", "--score", str(SET)]
    answer = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert set(json.loads(answer.stdout)) == {"span_recall", "sentence_recall", "clean_alarm", "mean_ms", "p95_ms"}


def test_command_prints_spans(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--text", "Told Yesenia to call 978-555-0143."]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(one["kind"], one["text"], one["severity"]) for one in found] == [
        ("name", "Yesenia", "block"),
        ("phone", "978-555-0143", "block"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "no json",
        "[]",
        '{"text": "a"}',
        '{"text": 1, "group": "clean"}',
        '{"text": "a", "group": "other"}',
        '{"text": "a", "group": "clean", "spans": [[0, 9, "PERSON"]]}',
        '{"text": "a", "group": "clean", "spans": [["x", 1, "PERSON"]]}',
        "",
    ],
)
def test_command_refuses_a_bad_line(line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "set.jsonl"
    file.write_text(line, encoding="utf-8")
    assert main(["--score", str(file)]) == REFUSED
    assert str(file) in capsys.readouterr().err


def test_command_refuses_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--score", str(tmp_path / "none.jsonl")]) == REFUSED
    assert "none.jsonl" in capsys.readouterr().err
