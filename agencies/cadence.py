"""How often a table meets: an iCalendar rule that is made from choices, read back into them, and said in words."""

from dataclasses import dataclass

from django.utils.dates import WEEKDAYS
from django.utils.formats import time_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Table

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
RHYTHMS: dict[str, str | Promise] = {
    "": gettext_lazy("No fixed rhythm"),
    "daily": gettext_lazy("Daily"),
    "weekly": gettext_lazy("Weekly"),
    "biweekly": gettext_lazy("Every two weeks"),
    "monthly": gettext_lazy("Monthly"),
}
ORDINALS: dict[str, str | Promise] = {
    "1": gettext_lazy("first"),
    "2": gettext_lazy("second"),
    "3": gettext_lazy("third"),
    "4": gettext_lazy("fourth"),
    "-1": gettext_lazy("last"),
}


@dataclass(frozen=True)
class Cadence:
    """`rhythm`: a key of RHYTHMS; `day`: of DAYS (not when daily); `nth`: of ORDINALS, for a monthly one."""

    rhythm: str = ""
    day: str = ""
    nth: str = ""

    @property
    def rule(self) -> str:
        """The iCalendar rule; empty without a rhythm."""
        return {
            "": "",
            "daily": "FREQ=DAILY",
            "weekly": f"FREQ=WEEKLY;BYDAY={self.day}",
            "biweekly": f"FREQ=WEEKLY;INTERVAL=2;BYDAY={self.day}",
            "monthly": f"FREQ=MONTHLY;BYDAY={self.nth}{self.day}",
        }[self.rhythm]

    @property
    def words(self) -> str:
        """For example "Every two weeks, Thursday"; empty without a rhythm."""
        if not self.rhythm:
            return ""
        rhythm, day = str(RHYTHMS[self.rhythm]), str(WEEKDAYS[DAYS.index(self.day)]) if self.day else ""
        if self.rhythm == "monthly" and self.nth:
            given = {"rhythm": rhythm, "nth": ORDINALS[self.nth], "day": day}
            return _("%(rhythm)s, %(nth)s %(day)s") % given
        return ", ".join(part for part in (rhythm, day) if part)


def read(rule: str) -> Cadence | None:
    """The choices that make this rule; None for one that no choice makes (from the command line)."""
    parts = dict(part.partition("=")[::2] for part in rule.split(";") if part)
    day, nth = parts.get("BYDAY", "")[-2:], parts.get("BYDAY", "")[:-2]
    biweekly = parts.get("FREQ") == "WEEKLY" and parts.get("INTERVAL") == "2"
    rhythm = "biweekly" if biweekly else parts.get("FREQ", "").lower()
    found = Cadence(rhythm, day, nth) if rhythm in RHYTHMS else None
    known = found is not None and day in ("", *DAYS) and nth in ("", *ORDINALS)
    return found if known and found and found.rule == rule else None


def in_words(table: Table) -> str:
    """When the table meets: rhythm, weekday, time. A rule that no choice makes is not said."""
    found = read(table.recurrence)
    time = time_format(table.starts_at, "G:i") if table.starts_at else ""
    return " ".join(part for part in (found.words if found else "", time) if part)
