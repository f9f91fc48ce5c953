"""What a strict page may not hold: inline scripts and styles, handlers, addresses elsewhere, live markup from typed text."""

from collections.abc import Collection
from html.parser import HTMLParser
from urllib.parse import urlsplit

ADDRESSES = frozenset({"href", "src", "action", "formaction", "srcset", "poster", "data", "hx-get", "hx-post", "ws-connect"})
SCHEMES = frozenset({"", "tel", "mailto"})


class Faults(HTMLParser):
    """Collects `found`: every element or attribute that the content security policy would have to stop.

    `elsewhere`: where a link, and nothing but a link, may lead away.
    """

    def __init__(self, elsewhere: Collection[str] = ()) -> None:
        super().__init__()
        self.elsewhere = elsewhere
        self.found: list[str] = []
        self.tags: set[str] = set()
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._inside = tag if tag in {"script", "style"} else ""
        for name, value in attrs:
            if name.startswith(("on", "hx-on", "hx-vars")) or name in {"style", "srcdoc"}:
                self.found.append(f"<{tag} {name}>")
            elif name in ADDRESSES and not _own(value or "") and not self._leads_away(tag, name, value):
                self.found.append(f"<{tag} {name}={value}>")

    def _leads_away(self, tag: str, name: str, value: str | None) -> bool:
        # an icon of nothing, so that the browser asks for none
        return (tag == "a" and name == "href" and value in self.elsewhere) or (tag, name, value) == ("link", "href", "data:,")

    def handle_data(self, data: str) -> None:
        if self._inside and data.strip():
            self.found.append(f"inline <{self._inside}>")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""


def parsed(html: str, elsewhere: Collection[str] = ()) -> Faults:
    """The page, read as a browser reads it."""
    found = Faults(elsewhere)
    found.feed(html)
    found.close()
    return found


def _own(address: str) -> bool:
    parts = urlsplit(address.strip())
    return not parts.netloc and parts.scheme in SCHEMES
