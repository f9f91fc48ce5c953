"""What people type about agencies and tables comes in here, as plain text of a known length, or is refused at its field."""

import re
import unicodedata

from django.utils.translation import gettext as _

from hub.core.errors import RuleRefused
from hub.core.text import TextRefused, folded, plain

TOWN_LIMIT = 60
MOST_TOWNS = 60
SHORT_FORMS = {
    "st": "saint",
    "ste": "sainte",
    "mt": "mount",
    "ft": "fort",
    "n": "north",
    "s": "south",
    "e": "east",
    "w": "west",
}
BEFORE = ("town of ", "city of ", "the town of ", "the city of ")
STATE = re.compile(r"(,?\s+(ma|mass|massachusetts)\.?)?\s*$")


def line(value: str, *, limit: int, field: str, missing: str = "") -> str:
    """One line of plain text. Raises RuleRefused at `field` when it is too long, or empty where `missing` says what to do."""
    try:
        typed = plain(value, limit=limit)
    except TextRefused as refused:
        raise RuleRefused(str(refused), field=field) from refused
    if missing and not typed:
        raise RuleRefused(missing, field=field)
    return typed


def towns(value: str) -> list[str]:
    """The towns of a text, one a line or between commas, each once however it is spelled. Raises RuleRefused at `towns`."""
    found: dict[str, str] = {}
    for one in re.split(r"[\n,;]", value):
        name = " ".join(line(one, limit=TOWN_LIMIT, field="towns").split())
        if town_key(name):
            found.setdefault(town_key(name), name)
    if len(found) > MOST_TOWNS:
        raise RuleRefused(_("At most %(most)s towns fit here.") % {"most": MOST_TOWNS}, field="towns")
    return list(found.values())


def town_key(name: str) -> str:
    """What two spellings of one town share, fit for an address: no accents, no case, "St." as "Saint", no "MA" behind it."""
    words = STATE.sub("", folded(unicodedata.normalize("NFC", name)).strip())
    for start in BEFORE:
        words = words.removeprefix(start)
    words = re.sub(r"['\u2019`]", "", words)
    parts = re.findall(r"[^\W_]+", words)
    return "-".join(SHORT_FORMS.get(one, one) for one in parts)
