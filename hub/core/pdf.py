"""PDFs on paper: tagged, reproducible, made without a network, a browser, or a file left behind.

A template of `templates/pdf/` gets its words as JSON and puts them in as text. Nothing is ever written into its source, so
what somebody typed cannot become markup. Documents are PDF/UA-1 (tagged, with title and language).
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils.translation import get_language

from hub.core import clock

Block = dict[str, Any]
"""One piece of a document, made by the functions below; `templates/pdf/document.typ` draws it."""

_ACCESSIBLE = "ua-1"


def render(template: str, data: Mapping[str, Any]) -> bytes:
    """The PDF that `templates/pdf/<template>.typ` makes of `data`, which has a `title`. Equal data and time, equal bytes.

    The fonts are those inside typst; for a script that they lack, those of the machine. A letter that no font has is drawn as
    an empty box, and the document is then tagged but not PDF/UA. Raises typst.TypstError for a template that is wrong.
    """
    inputs = {"data": _words(data)}
    attempts = ((True, [_ACCESSIBLE]), (False, [_ACCESSIBLE]))
    for own_fonts, standards in attempts:
        try:
            return _compile(template, inputs, own_fonts=own_fonts, standards=standards)
        except typst.TypstError as refused:
            if "could not be displayed" not in str(refused):
                raise
    return _compile(template, inputs, own_fonts=False, standards=[])


def heading(text: object) -> Block:
    return {"kind": "heading", "text": str(text)}


def paragraph(text: object) -> Block:
    return {"kind": "paragraph", "text": str(text)}


def lines(rows: Sequence[object]) -> Block:
    """Short lines under each other, such as an address."""
    return {"kind": "lines", "rows": [str(one) for one in rows]}


def small(text: object) -> Block:
    return {"kind": "small", "text": str(text)}


def code(text: object) -> Block:
    """A hash or a key: letters of one width, broken anywhere."""
    return {"kind": "code", "text": str(text)}


def table(columns: Sequence[object], rows: Sequence[Sequence[object]], widths: Sequence[int]) -> Block:
    """A table whose head is repeated on each page; `widths` are shares. Line ends in a cell are kept."""
    return {
        "kind": "table",
        "columns": [str(one) for one in columns],
        "rows": [[str(cell) for cell in row] for row in rows],
        "widths": list(widths),
    }


def _words(data: Mapping[str, Any]) -> str:
    language = (get_language() or settings.LANGUAGE_CODE).partition("-")[0]
    text = json.dumps({"lang": language, **data}, ensure_ascii=False, default=str)
    # half a surrogate pair is no text: typst would refuse the whole document for it
    return text.encode("utf-8", "replace").decode()


def _compile(template: str, inputs: dict[str, str], *, own_fonts: bool, standards: list[Any]) -> bytes:
    made = typst.compile(
        _source(template),
        sys_inputs=inputs,
        ignore_system_fonts=own_fonts,
        pdf_standards=standards,
        timestamp=clock.now().replace(microsecond=0),
    )
    if not isinstance(made, bytes):
        raise TypeError("a document of one format is one file")
    return made


@cache
def _source(template: str) -> bytes:
    return (Path(settings.BASE_DIR) / "templates" / "pdf" / f"{template}.typ").read_bytes()
