"""How hard the words of a page are to read: sentences as they stand, without names that are not ours to choose."""

import re
from html.parser import HTMLParser

BLOCKS = frozenset({
    "p", "h1", "h2", "h3", "li", "legend", "label", "button", "small", "dt", "dd", "a", "summary", "title", "section", "div",
    "nav", "form", "main", "header", "footer", "ul", "ol", "fieldset", "br", "aside",
})  # fmt: skip
NOT_OURS = frozenset({"textarea", "select", "script", "style", "svg", "aside"})
"""What was typed, towns, pictures, and the notice of a demonstration."""
LISTS = frozenset({"row meta tongues noprint", "digits"})
"""Classes of what holds names of languages, and the code."""
VOID = frozenset({"input", "meta", "link", "br", "img", "use", "path"})
WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._left_out: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        apart = tag in NOT_OURS or (given.get("class") or "") in LISTS
        if (self._left_out or apart) and tag not in VOID:
            self._left_out.append(tag)
        if tag in BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._left_out:
            del self._left_out[len(self._left_out) - 1 - self._left_out[::-1].index(tag) :]
        if tag in BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._left_out:
            self.parts.append(data.replace("\n", " "))


def sentences(html: str, *, names: tuple[str, ...] = ()) -> list[str]:
    """What the page says, a sentence or label each, of three words and more. `names`: of agencies, as "the agency" instead."""
    parser = _Text()
    parser.feed(html.partition("<body")[2].partition(">")[2])
    text = "".join(parser.parts)
    for name in names:
        text = text.replace(name, "Agency")
    lines = [" ".join(line.split()) for line in text.split("\n")]
    found = [one.strip() for line in lines for one in re.split(r"(?<=[.?!])\s+", line)]
    return [one for one in found if len(WORD.findall(one)) > 2]


def prose(lines: list[str]) -> str:
    """Whole sentences alone, for a measure of them: headings and labels are short, and would make every page look easy."""
    return " ".join(line for line in lines if line[-1] in ".?!")


def longest(lines: list[str]) -> int:
    """Words of the longest sentence."""
    return max((len(WORD.findall(line)) for line in lines), default=0)
