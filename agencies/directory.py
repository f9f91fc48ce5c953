"""Who keeps the service directory, and how an entry is written. What it is searched by is written with it.

An agency's representative keeps its own services; the administrator and coordinators of tables keep all of them, and they
alone say which numbers stand on pages for people in a crisis. A service is ended, never deleted: records name it.
"""

import hashlib
import json
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from agencies import guarding
from agencies import needs as vocabulary
from agencies.choices import AgencyRoleKind
from agencies.guarding import Read
from agencies.models import Agency, AgencyRole, Member, Service, ServiceNeed, ServiceTown, Table
from agencies.standing import in_force
from hub.core.audit import verb
from hub.core.errors import NotAllowed, RuleRefused, Stale
from hub.core.text import TextRefused, folded, plain

LIMITS: Mapping[str, int] = {
    "name": 200, "organisation": 200, "type": 80, "description": 4000, "hours": 300, "phone": 60, "address": 300,
    "eligibility": 2000, "after_hours": 300,
}  # fmt: skip
"""Characters of each text; `after_hours` is another service's key, or words."""
LONGEST_ADDRESS, LONGEST_WORD, MOST, OLDEST = 300, 80, 60, 130
GUARDED = (
    "type", "description", "hours", "eligibility", "after_hours", "phone", "more_phones", "address", "more_addresses",
)  # fmt: skip
"""Free words, and numbers and addresses beside which words can stand; the others name the service."""
_LANGUAGE = re.compile(r"^[a-z]{2,3}$")
_KEY = re.compile(r"^[^\s/\\?#]{1,80}$")


@dataclass(frozen=True)
class Entry:
    """All that is said of a service, as it is stored: plain text, towns in lower case and sorted, no town: everywhere."""

    name: str
    organisation: str = ""
    agency_id: int | None = None
    type: str = ""
    description: str = ""
    age_from: int | None = None
    age_to: int | None = None
    languages: tuple[str, ...] = ()
    hours: str = ""
    always_open: bool = False
    phone: str = ""
    more_phones: tuple[str, ...] = ()
    address: str = ""
    more_addresses: tuple[str, ...] = ()
    website: str = ""
    eligibility: str = ""
    after_hours: str = ""
    public_crisis: bool = False
    crisis_order: int = 0
    is_active: bool = True
    towns: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    @property
    def seal(self) -> str:
        """What a form says it has seen, so that nobody overwrites what somebody else wrote meanwhile."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]


LISTS = ("languages", "more_phones", "more_addresses")
COLUMNS = tuple(one.name for one in fields(Entry) if one.name not in {"towns", "needs", *LISTS})
"""What an entry and the record's columns have in common, as it is."""


def entry_of(service: Service) -> Entry:
    """What is stored of a service; asks twice unless towns and needs were prefetched."""
    lists: dict[str, Any] = {name: tuple(getattr(service, name)) for name in LISTS}
    return Entry(
        **{name: getattr(service, name) for name in COLUMNS},
        **lists,
        towns=tuple(sorted(one.town for one in service.towns.all())),
        needs=tuple(sorted(one.need for one in service.needs.all())),
    )


def keeps_all(member: Member) -> bool:
    """Whether the member keeps every service: the administrator, and coordinators of tables."""
    return member.is_administrator or Table.objects.filter(coordinator=member).exists()


def may_keep(member: Member, agency_id: int | None) -> bool:
    """Whether the member may keep the services of this agency (None: of nobody who has an account here)."""
    if agency_id is not None and agency_id == member.agency_id:
        role = AgencyRole.objects.filter(in_force(), member=member, role=AgencyRoleKind.REPRESENTATIVE)
        return role.exists() or keeps_all(member)
    return keeps_all(member)


@guarding.enters_questions
@verb
def keep(
    *, by: Member | None, service: Service | None, entry: Entry, seen: str = "", answered: guarding.Answers = guarding.NOTHING
) -> Service:  # fmt: skip
    """Write a new service (`service` None), or all of an existing one. `by` None is the clerk: set-up and imports.

    Raises NotAllowed for who does not keep it, where it is now and where it would go; RuleRefused for what cannot be said, and
    as the guard does for free words that are new; Stale when the entry is not the one that was seen any more.
    """
    row = Service(key=str(uuid.uuid4())) if service is None else Service.objects.select_for_update().get(pk=service.pk)
    if by is not None:
        _require(by, None if service is None else row, entry)
    stood = Entry("") if service is None else entry_of(row)
    if service is not None and seen and stood.seal != seen:
        raise Stale(_("Somebody else changed this service meanwhile. It is shown as it is now; nothing of yours was saved."))
    kept = checked(_of_its_agency(entry))
    changed = {name: _said(kept, name) for name in GUARDED if getattr(kept, name) != getattr(stood, name)}
    guarding.ask(changed, by=by, answered=answered, read=Read.LISTING)
    return write(row, kept)


def _said(entry: Entry, name: str) -> str:
    value = getattr(entry, name)
    return value if isinstance(value, str) else "\n".join(value)


@verb
def end(*, by: Member, service: Service, active: bool = False) -> Service:
    """End a service: it is found no more, and what names it still does. `active`: it is there again."""
    row = Service.objects.select_for_update().get(pk=service.pk)
    if not may_keep(by, row.agency_id) or (row.public_crisis and not keeps_all(by)):
        raise NotAllowed(_("This service is kept by another agency."))
    row.is_active = active
    row.save(update_fields=["is_active"])
    return row


def write(row: Service, entry: Entry) -> Service:
    """Store an entry that was checked; inside a verb."""
    row = filled(row, entry)
    known = row.pk is not None
    row.save()
    if not known or {one.town for one in row.towns.all()} != set(entry.towns):
        row.towns.all().delete()
        row.towns.add(*(ServiceTown(town=town) for town in entry.towns), bulk=False)
    if not known or {one.need for one in row.needs.all()} != set(entry.needs):
        row.needs.all().delete()
        row.needs.add(*(ServiceNeed(need=need) for need in entry.needs), bulk=False)
    return row


def filled(row: Service, entry: Entry) -> Service:
    """The record with the entry's columns, and what follows from them; not stored."""
    for name in COLUMNS:
        setattr(row, name, getattr(entry, name))
    for name in LISTS:
        setattr(row, name, list(getattr(entry, name)))
    row.everywhere = not entry.towns
    row.search_text = search_text(entry)
    return row


def search_text(entry: Entry) -> str:
    """What words are looked for in: the name first, on a line of its own."""
    rest = " ".join([entry.organisation, entry.type, *map(vocabulary.need_name, entry.needs), entry.eligibility])
    return f"{folded(entry.name)}\n{folded(rest)}"[:4000]


def _others(given: Iterable[str], name: str, first: str, values: dict[str, Any]) -> tuple[str, ...]:
    """More of what the column `first` holds, each once; the first of them where that one is empty."""
    said = [text for one in given if (text := _text(name, one, LIMITS[first]))]
    all_of_them = tuple(dict.fromkeys([values[first], *said] if values[first] else said))[:MOST]
    values[first] = all_of_them[0] if all_of_them else ""
    return all_of_them[1:]


def checked(entry: Entry) -> Entry:
    """The entry as it can be stored. Raises RuleRefused, which names the field."""
    values = dict(vars(entry))
    for name, limit in LIMITS.items():
        values[name] = _text(name, values[name], limit)
    if not values["name"]:
        raise RuleRefused(_("Give the service a name."), field="name")
    values["website"] = web_address(values["website"])
    first, last = values["age_from"], values["age_to"]
    if any(one is not None and not 0 <= one <= OLDEST for one in (first, last)):
        raise RuleRefused(_("An age is a whole number from 0 to 130."), field="age_from")
    if first is not None and last is not None and first > last:
        raise RuleRefused(_("The first age is above the last one."), field="age_from")
    values["languages"] = languages_of(values["languages"])
    for name, first_one in (("more_phones", "phone"), ("more_addresses", "address")):
        values[name] = _others(values[name], name, first_one, values)
    values["towns"] = towns_of(values["towns"])
    values["needs"] = needs_of(values["needs"])
    return Entry(**values)


def key_of(text: str) -> str:
    """A service's id from outside. Raises RuleRefused unless it can stand in an address."""
    if not _KEY.match(text) or plain(text, limit=LONGEST_WORD) != text:
        raise RuleRefused(_("An id has 1 to 80 characters, without spaces, slashes, ? and #."), field="id")
    return text


def web_address(text: str) -> str:
    """An address that a page may link to. Raises RuleRefused for anything but http and https."""
    address = _text("website", text, LONGEST_ADDRESS)
    if not address:
        return ""
    try:
        parts = urlsplit(address)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and not re.search(r"\s", address)
    except ValueError:
        usable = False
    if not usable:
        raise RuleRefused(_("A web address begins with https:// or http://."), field="website")
    return address


def town_of(text: str) -> str:
    """How a town is stored and sought: lower case, single spaces."""
    return " ".join(plain(text, limit=LONGEST_WORD).lower().split())


def towns_of(texts: tuple[str, ...]) -> tuple[str, ...]:
    """The towns in order, each once. Raises RuleRefused for more than can be meant, or one that is too long."""
    try:
        found = {one for text in texts if (one := town_of(text))}
    except TextRefused as refused:
        raise RuleRefused(str(refused), field="towns") from None
    return _bounded(found, "towns", 400)


def needs_of(codes: tuple[str, ...]) -> tuple[str, ...]:
    """The needs in order, each once. Raises RuleRefused for a code that nobody named."""
    unknown = sorted(set(codes) - set(vocabulary.needs()))
    if unknown:
        raise RuleRefused(_("There is no need %(code)s.") % {"code": unknown[0]}, field="needs")
    return _bounded(set(codes), "needs", MOST)


def languages_of(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Language codes in the order in which they were given, each once. Raises RuleRefused for what is none."""
    found = tuple(dict.fromkeys(codes))
    if any(not _LANGUAGE.match(one) for one in found) or len(found) > MOST:
        raise RuleRefused(_("A language is given by its code of two or three letters."), field="languages")
    return found


def _require(by: Member, row: Service | None, entry: Entry) -> None:
    everything = keeps_all(by)
    if not everything and not ((row is None or may_keep(by, row.agency_id)) and may_keep(by, entry.agency_id)):
        raise NotAllowed(_("This service is kept by another agency."))
    if not everything and (entry.public_crisis or entry.crisis_order or (row is not None and row.public_crisis)):
        raise NotAllowed(_("Crisis numbers are kept by the administrator and the table's coordinator."))
    if entry.agency_id is not None and not Agency.objects.filter(pk=entry.agency_id).exists():
        raise RuleRefused(_("There is no such agency."), field="agency")


def _of_its_agency(entry: Entry) -> Entry:
    """An agency's service says whose it is, for those who know agencies by name only."""
    if entry.organisation or entry.agency_id is None:
        return entry
    return replace(entry, organisation=Agency.objects.values_list("name", flat=True).get(pk=entry.agency_id))


def _text(name: str, text: str, limit: int) -> str:
    try:
        return plain(text, limit=limit)
    except TextRefused as refused:
        raise RuleRefused(str(refused), field=name) from None


def _bounded(found: set[str], name: str, most: int) -> tuple[str, ...]:
    if len(found) > most:
        raise RuleRefused(_("At most %(most)s can be named here.") % {"most": most}, field=name)
    return tuple(sorted(found))
