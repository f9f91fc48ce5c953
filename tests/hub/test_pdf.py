"""PDFs: tagged, with language and title, the same bytes for the same words, and typed text stays text."""

import io
import os
import socket
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typst
from pypdf import PdfReader

from hub.core import clock, pdf

pytestmark = pytest.mark.pairless
HOSTILE = '#panic("out") #sys.inputs *bold* $x^2$ `raw` <label> @ref // \\ [ ] { } "quoted" \\u{41} = no heading'


def made(*blocks: pdf.Block, **data: Any) -> bytes:
    return pdf.render("document", {"title": "Minutes of 19 Nov", "wide": False, "foot": "", "blocks": blocks, **data})


def reader(document: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(document))


def text(document: bytes) -> str:
    return "\n".join(page.extract_text() for page in reader(document).pages)


def names(node: Any) -> list[str]:
    """The structure tree's elements, in reading order."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return [name for one in node for name in names(one)]
    if not isinstance(node, dict):
        return []
    own = [str(node["/S"])] if "/S" in node else []
    return own + (names(node["/K"]) if "/K" in node else [])


def test_document_is_tagged_and_names_its_language_and_title():
    found = reader(made(pdf.heading("Roll call"), pdf.table(["Seat", "Person"], [["Police", "Ann"]], [1, 2])))
    root: Any = found.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert found.metadata
    assert found.metadata.title == "Minutes of 19 Nov"
    tags = names(root["/StructTreeRoot"])
    assert [tag for tag in tags if tag in {"/Title", "/H1", "/Table", "/TH", "/TD"}] == [
        "/Title", "/H1", "/Table", "/TH", "/TH", "/TD", "/TD",
    ]  # fmt: skip


def test_document_says_that_it_is_pdf_ua_1():
    assert b"<pdfuaid:part>1</pdfuaid:part>" in made()


def test_text_comes_in_the_order_of_its_blocks():
    table = pdf.table(["Fourth"], [["Fifth\nSixth"]], [1])
    found = text(made(pdf.heading("First"), pdf.lines(["Second", "Third"]), table, pdf.code("ab" * 32)))
    expected = ["Minutes of 19 Nov", "First", "Second", "Third", "Fourth", "Fifth", "Sixth", "ab" * 32, "1 / 1"]
    assert [line.strip() for line in found.split("\n")] == expected


@pytest.mark.parametrize("kind", ["heading", "paragraph", "small", "code"])
def test_typed_markup_stays_text(kind: str):
    found = " ".join(text(made(getattr(pdf, kind)(HOSTILE))).split())
    assert HOSTILE in found.replace("- ", "-")


def test_typed_markup_stays_text_in_tables_lines_title_and_foot():
    document = made(pdf.table([HOSTILE], [[HOSTILE]], [1]), pdf.lines([HOSTILE]), title=HOSTILE, foot=HOSTILE)
    assert " ".join(text(document).split()).count(HOSTILE) == 5
    metadata = reader(document).metadata
    assert metadata
    assert metadata.title == HOSTILE


def test_a_letter_that_no_font_has_stops_no_document():
    for strange in ("\ue000", "a\0b", "\ud800"):
        assert "After it" in text(made(pdf.paragraph(strange), pdf.paragraph("After it")))


def test_a_wrong_template_is_said():
    with pytest.raises(typst.TypstError):
        pdf.render("document", {"title": "Without its blocks"})
    with pytest.raises(FileNotFoundError):
        pdf.render("no-such", {"title": ""})


def test_same_words_at_the_same_time_are_the_same_bytes_and_nothing_else_happens(monkeypatch: pytest.MonkeyPatch):
    def no_network(*args: Any, **kwargs: Any) -> None:
        raise AssertionError

    monkeypatch.setattr(socket, "socket", no_network)
    before = set(os.listdir(tempfile.gettempdir()))  # noqa: PTH208 - names only
    with clock.at(datetime(2026, 11, 19, 9, 44, 7, 31, UTC)):
        first, second = made(pdf.heading("One")), made(pdf.heading("One"))
    assert first == second
    assert {one for one in set(os.listdir(Path(tempfile.gettempdir()))) - before if one.endswith((".pdf", ".typ"))} == set()  # noqa: PTH208
    metadata = reader(first).metadata
    assert metadata
    assert metadata.creation_date == datetime(2026, 11, 19, 9, 44, 7, tzinfo=UTC)


def test_long_table_repeats_its_head_on_each_page():
    found = reader(made(pdf.table(["Column head"], [[f"Row {one}"] for one in range(90)], [1]), wide=True))
    assert len(found.pages) > 1
    assert all("Column head" in page.extract_text() for page in found.pages)
