"""One service of the Open Referral form (HSDS 3) as an entry of the directory, and what of it was not understood.

What HubTable says beyond HSDS (needs, type, day and night, after-hours alternative, crisis number) stands in attributes whose
taxonomy terms have a `taxonomy` of ours; other people's terms are read where their name is a need's, and else name the type.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.conf.locale import LANG_INFO
from django.utils.translation import gettext as _

from agencies import directory, opening_hours
from agencies import needs as vocabulary
from agencies.directory import Entry
from agencies.hsds_files import FileRefused
from hub.core.errors import RuleRefused
from hub.core.text import TextRefused, folded, plain

NEED, TYPE, OTHER = "hubtable.need", "hubtable.type", "hubtable.service"
EVERYWHERE = frozenset(
    {"everywhere", "statewide", "nationwide", "massachusetts", "commonwealth of massachusetts", "united states"}
)
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
READ = frozenset(
    {
        "id", "name", "description", "url", "status", "eligibility_description", "minimum_age", "maximum_age", "phones",
        "schedules", "service_areas", "service_at_locations", "languages", "organization", "attributes",
    }
)  # fmt: skip
ALWAYS = "0:00-24:00"


@dataclass(frozen=True)
class Remark:
    """Something that was not understood: left out, or read as the message says. `service`: its id, where somebody has to go."""

    line: int
    field: str
    why: str
    service: str = ""


@dataclass
class Understood:
    """A service as it was understood. `agency`: key or name of the organisation, for whoever knows agencies."""

    key: str
    entry: Entry
    agency: tuple[str, str]
    remarks: list[Remark] = field(default_factory=list)


class Reading:
    """Reads one service of a file."""

    def __init__(self, line: int, row: Mapping[str, Any]) -> None:
        self.line, self.row = line, row
        self.remarks: list[Remark] = []

    def understood(self) -> Understood:
        """The whole service. Raises FileRefused for one without a name or with an id that nothing could lead to."""
        try:
            key, name = directory.key_of(self._plain("id")), self._plain("name")
        except RuleRefused as refused:
            raise FileRefused(str(refused.message), line=self.line, field="id") from None
        if not name:
            raise FileRefused(_("A service without a name."), line=self.line, field="name")
        for unread in sorted(one for one, value in self.row.items() if one not in READ and value not in (None, "", [], {})):
            self._remark(unread[:80], _("not kept: the directory has no place for it"))
        ours = self._own_words()
        organisation = self._one("organization")
        hours, always = self._hours()
        phones, addresses = self._phones(), self._addresses()
        values = {
            "name": name,
            "organisation": self._text("organisation", organisation.get("name"), "organization.name"),
            "type": ours.pop("type", ""),
            "description": self._text("description", self.row.get("description")),
            "age_from": self._age("minimum_age"),
            "age_to": self._age("maximum_age"),
            "languages": self._languages(),
            "hours": hours,
            "always_open": ours.pop("always_open", "") == "true" or always,
            "phone": phones[0] if phones else "",
            "more_phones": phones[1:],
            "address": addresses[0] if addresses else "",
            "more_addresses": addresses[1:],
            "website": self._website(),
            "eligibility": self._text("eligibility", self.row.get("eligibility_description"), "eligibility_description"),
            "is_active": self._status(),
            "towns": self._towns(),
            **ours,
        }
        if values["age_from"] is not None and values["age_to"] is not None and values["age_from"] > values["age_to"]:
            self._remark("minimum_age", _("above maximum_age: both are left out"))
            values["age_from"] = values["age_to"] = None
        agency = (str(organisation.get("id") or ""), values["organisation"])
        return Understood(key, Entry(**values), agency, self.remarks)

    def _remark(self, name: str, why: str) -> None:
        self.remarks.append(Remark(self.line, name, why))

    def _plain(self, name: str) -> str:
        value = self.row.get(name)
        if not isinstance(value, str | int) or isinstance(value, bool):
            value = ""
        try:
            return plain(str(value), limit=directory.LIMITS.get(name, 80))
        except TextRefused as refused:
            raise FileRefused(str(refused), line=self.line, field=name) from None

    def _text(self, name: str, value: Any, told: str = "") -> str:
        if value is None or value == "":
            return ""
        if not isinstance(value, str):
            self._remark(told or name, _("no text: left out"))
            return ""
        try:
            return plain(value, limit=directory.LIMITS[name])
        except TextRefused as refused:
            self._remark(told or name, _("left out: %(why)s") % {"why": refused})
            return ""

    def _one(self, name: str) -> Mapping[str, Any]:
        value = self.row.get(name)
        if value is not None and not isinstance(value, Mapping):
            self._remark(name, _("no object: left out"))
        return value if isinstance(value, Mapping) else {}

    def _many(self, name: str) -> list[Mapping[str, Any]]:
        value = self.row.get(name) or []
        rows = value if isinstance(value, list) else []
        if rows is not value or any(not isinstance(one, Mapping) for one in rows):
            self._remark(name, _("no list of objects: left out"))
        return [one for one in rows if isinstance(one, Mapping)]

    def _own_words(self) -> dict[str, Any]:
        """Needs, type and the rest of what HubTable says beyond HSDS, from the attributes."""
        needs: list[str] = []
        found: dict[str, Any] = {}
        for one in self._many("attributes"):
            term = one.get("taxonomy_term")
            term = term if isinstance(term, Mapping) else {}
            code, name = str(term.get("code") or ""), str(term.get("name") or one.get("label") or "")
            match term.get("taxonomy") or term.get("taxonomy_id"):
                case "hubtable.service" if code in _OWN:
                    found |= self._own(code, one.get("value"))
                case "hubtable.type":
                    found["type"] = self._text("type", name, "attributes")
                case _:
                    self._foreign(code, name, needs, found)
        return found | {"needs": tuple(sorted(set(needs)))}

    def _own(self, code: str, value: Any) -> dict[str, Any]:
        text = str(value or "")
        if code == "crisis":
            if text.isascii() and text.isdigit() and len(text) < 4:  # noqa: PLR2004 - a place among few
                return {"public_crisis": True, "crisis_order": int(text)}
            self._remark("attributes", _("no place among crisis numbers: left out"))
            return {}
        return {code: self._text("after_hours", text, "attributes") if code == "after_hours" else text}

    def _foreign(self, code: str, name: str, needs: list[str], found: dict[str, Any]) -> None:
        need = code if code in vocabulary.needs() else vocabulary.needs_by_name().get(folded(name))
        if need:
            needs.append(need)
        elif name and "type" not in found:
            found["type"] = self._text("type", name[:80], "attributes")
            self._remark("attributes", _("a term of another taxonomy: its name stands as what the service is"))
        elif name or code:
            self._remark("attributes", _("a term of another taxonomy: left out"))

    def _hours(self) -> tuple[str, bool]:
        rows = self._many("schedules")
        said = list(dict.fromkeys(text for one in rows if (text := self._text("hours", one.get("description"), "schedules"))))
        parts = [(_days(one), _time(one.get("opens_at")), _time(one.get("closes_at"))) for one in rows]
        built = opening_hours.written(part for part in parts if part[1] and part[2])
        if rows and not said and not built:
            self._remark("schedules", _("no hours could be read from it"))
        hours = "; ".join(said) or built
        if len(hours) > directory.LIMITS["hours"]:
            self._remark("schedules", _("too long: cut after the last whole part that fits"))
            hours = hours[: directory.LIMITS["hours"]].rpartition(";")[0]
        return hours, built == f"Daily {ALWAYS}" and not said

    def _phones(self) -> tuple[str, ...]:
        rows = self._many("phones") or [two for one in self._many("service_at_locations") for two in _maps(one.get("phones"))]
        found = [(str(one.get("number") or ""), str(one.get("extension") or "")) for one in rows]
        numbers = [f"{number} ext. {more}" if more else number for number, more in found if number]
        return self._each("phone", numbers, "phones")

    def _addresses(self) -> tuple[str, ...]:
        names = ("address_1", "address_2", "city", "state_province", "postal_code")
        found: list[str] = []
        for place in self._many("service_at_locations"):
            location = place.get("location")
            rows = _maps(location.get("addresses") if isinstance(location, Mapping) else None)
            found += [", ".join(str(one[name]) for name in names if one.get(name)) for one in rows]
        return self._each("address", found, "addresses")

    def _each(self, name: str, given: list[str], told: str) -> tuple[str, ...]:
        """Each once, as far as the directory has room."""
        kept = dict.fromkeys(text for one in given if (text := self._text(name, one, told)))
        if len(kept) > directory.MOST:
            self._remark(told, _("only the first %(most)s are kept") % {"most": directory.MOST})
        return tuple(kept)[: directory.MOST]

    def _website(self) -> str:
        value = self.row.get("url")
        try:
            return directory.web_address(value) if isinstance(value, str) else ""
        except RuleRefused:
            self._remark("url", _("no address that begins with https:// or http://: left out"))
            return ""

    def _age(self, name: str) -> int | None:
        value = self.row.get(name)
        if value in (None, ""):
            return None
        try:
            age = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else -1
        except (ValueError, OverflowError):
            age = -1
        if not (0 <= age <= directory.OLDEST and age == int(age)):
            self._remark(name, _("no whole number of years from 0 to 130: left out"))
            return None
        return int(age)

    def _languages(self) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for one in self._many("languages"):
            said = str(one.get("code") or one.get("name") or one.get("language") or "")
            code = _language(said)
            if code:
                found[code] = None
            else:
                self._remark("languages", _("%(name)s is no language that is known here: left out") % {"name": said[:40]})
        return tuple(found)[: directory.MOST]

    def _towns(self) -> tuple[str, ...]:
        named = [
            str(one.get("name") or one.get("service_area") or one.get("extent") or "") for one in self._many("service_areas")
        ]
        if any(folded(one).strip() in EVERYWHERE for one in named):
            return ()
        towns = {town for one in named if (town := self._town(one))}
        if not towns and not any(named):
            places = [one.get("location") for one in self._many("service_at_locations")]
            addresses = [two for one in places if isinstance(one, Mapping) for two in _maps(one.get("addresses"))]
            towns = {town for one in addresses if (town := self._town(str(one.get("city") or "")))}
        if not towns:
            self._remark("service_areas", _("no town is named: it counts as serving everywhere"))
        return tuple(sorted(towns))[:400]

    def _town(self, text: str) -> str:
        try:
            return directory.town_of(text)
        except TextRefused:
            self._remark("service_areas", _("not the name of a town, too long: left out"))
            return ""

    def _status(self) -> bool:
        status = self.row.get("status") or "active"
        if status not in {"active", "inactive", "defunct", "temporarily closed"}:
            self._remark("status", _("unknown: it counts as active"))
        return status not in {"inactive", "defunct", "temporarily closed"}


_OWN = frozenset({"always_open", "after_hours", "crisis"})


def _maps(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _days(row: Mapping[str, Any]) -> Iterable[int]:
    said = str(row.get("byday") or row.get("weekday") or "").upper().replace(" ", "").split(",")
    return [DAYS.index(one[:2]) for one in said if one[:2] in DAYS]


def _time(value: Any) -> str:
    """ "8:30" of "08:30:00-05:00"; empty for anything else."""
    found = re.match(r"^(\d{1,2}):(\d{2})", str(value or ""))
    if not found or int(found[1]) > 24 or int(found[2]) > 59:  # noqa: PLR2004 - a clock's bounds
        return ""
    return f"{int(found[1])}:{found[2]}"


@lru_cache(maxsize=1)
def _more_languages() -> Mapping[str, str]:
    named = {code: one["name"] for code, one in LANG_INFO.items() if "name" in one and "-" not in code}
    return {folded(str(name)): code for code, name in named.items()}


def _language(said: str) -> str:
    word = folded(said).strip()
    known = vocabulary.languages_by_name().get(word) or _more_languages().get(word)
    if known:
        return known
    code = re.split(r"[-_]", word)[0]
    return code if re.fullmatch(r"[a-z]{2,3}", code) else ""
