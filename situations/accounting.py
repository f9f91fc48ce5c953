"""The accounting of disclosures: whom one agency told what about one person, for that agency's privacy officer.

Rules: 45 CFR 164.528 (six years, repeated disclosures summed up, suspension for law enforcement), 603 CMR 23.07(1),
42 CFR 2.25 and 2.51, M.G.L. c. 66A, § 2. An agency accounts for its own disclosures only, so everything here is narrowed
to them first: "not there" and "not yours" are the same answer. Every search and every accounting is in the ledger first.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from dateutil.relativedelta import relativedelta
from django.core.cache import cache
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from agencies.choices import AgencyRoleKind
from agencies.models import Agency, AgencyRole, Member, Seat, Table
from agencies.standing import in_force
from hub.core import afterwards, clock
from hub.core.audit import verb
from hub.core.errors import NotAllowed, NotVisible, RuleRefused
from situations import accounting_referrals as referrals
from situations import accounting_words as words
from situations import ledger, repeat
from situations.accounting_referrals import Stated
from situations.choices import DISCLOSING_ANSWERS, EntryKind
from situations.models import LedgerEntry, Recipient, Recusal, Situation, Suspension

YEARS = 6
"""How far back an accounting reaches (45 CFR 164.528(a)(1))."""

SEARCHES_AN_HOUR = 30
"""For one member: a search says whether somebody is known, so nobody may try a list of names (privacy.md 6.2)."""

READINGS = (EntryKind.IDENTITY_READ, EntryKind.BREAK_GLASS)
"""Entries that stand under the reader's agency, although the originating agency's information was read."""

BY_AGENCY = "agencies"
"""In the detail of entries that name recipients by agency: whoever works on the plan there can read it, in the room or not."""
AT_DESK = "members"
"""In the detail of entries about referrals: who works at the desk that can read it from then on."""


@dataclass(frozen=True)
class Asked:
    """What an accounting is about: by name and date of birth, by number of a situation or a referral, or as found before."""

    name: str = ""
    date_of_birth: str = ""
    number: str = ""
    situations: tuple[int, ...] = ()
    referral: int = 0


@dataclass(frozen=True)
class Line:
    """Disclosures to one agency on one basis: the first in full, how many there were, and when the last one was."""

    at: datetime
    number: str
    agency: str
    address: str
    people: tuple[str, ...]
    what: str
    purpose: str
    citation: str
    released_by: str
    times: int
    last_at: datetime


@dataclass(frozen=True)
class Accounting:
    """All that an accounting holds; no name of the person. `situations` are ids, `referral` a number, to make it again.

    `stated`: what bases had written down when the referral was given, listed or not; for the officer's page alone.
    """

    agency: str
    since: date
    until: date
    situations: tuple[int, ...]
    lines: tuple[Line, ...]
    rules: tuple[str, ...]
    referral: int = 0
    stated: tuple[Stated, ...] = ()


@dataclass
class _Group:
    first: LedgerEntry
    to: Agency
    last: LedgerEntry
    times: int = 0
    people: dict[int, str] = field(default_factory=dict)


def is_officer(member: Member) -> bool:
    """Whether the member is privacy officer of the own agency today. A lapsed agreement does not end the duty to account."""
    roles = AgencyRole.objects.filter(in_force(), member=member, role=AgencyRoleKind.PRIVACY_OFFICER)
    return member.is_active and roles.exists()


def require_officer(member: Member) -> None:
    """Raise NotVisible unless the member is privacy officer of the own agency."""
    if not is_officer(member):
        raise NotVisible(_("There is no such page, or it is not open to you."))


@verb
def of(*, by: Member, asked: Asked, since: date | None = None, until: date | None = None, form: str = "page") -> Accounting:
    """Account for the own agency's disclosures from `since` to `until` (six years up to today), entered in the ledger first.

    Without a fitting situation there are no lines, and the search is entered in the chains of the agency's tables. `form`:
    page, letter or list, for the ledger. Raises NotVisible to all but the agency's privacy officer and for ids that are not
    its own; RuleRefused after too many searches; NotAllowed, which is entered too, when the officer has stepped out of one.
    """
    require_officer(by)
    until = until or clock.today()
    since = since or until - relativedelta(years=YEARS)
    number = asked.referral or referrals.number_in(asked.number)
    if number:
        return _of_referral(by, number, since, until, form=form, again=bool(asked.referral))
    found = _found(by, asked)
    _require_not_recused(by, found)
    for situation in found:
        detail = {"form": form, "since": since.isoformat(), "until": until.isoformat()}
        ledger.append(EntryKind.ACCOUNTED, by=by, situation=situation, detail=detail)
    if not found:
        _enter_nothing_found(by, asked)
    entries = LedgerEntry.objects.filter(_disclosures(by.agency_id), situation__in=found)
    lines = _lines(by.agency, entries, since, until, hidden=_suspended(by.agency, found))
    ids = tuple(one.pk for one in found)
    return Accounting(by.agency.name, since, until, ids, tuple(lines), tuple(words.rules(by.agency.regimes)))


def _of_referral(by: Member, number: int, since: date, until: date, *, form: str, again: bool) -> Accounting:
    """The same of one referral, which has no chain of its own: entered in those of the tables where it was given."""
    if not again:
        _count_search(by)
    given = referrals.given(by.agency_id, number)
    if again and not given:
        raise NotVisible(_("There is no such referral, or your agency has given it to nobody."))
    if not given:
        _enter_nothing_found(by, Asked(number=str(number)))
    detail = {"form": form, "since": since.isoformat(), "until": until.isoformat(), "referral": number}
    for table in Table.objects.select_for_update().filter(pk__in={one.table_id for one in given}).order_by("pk"):
        ledger.append(EntryKind.ACCOUNTED, by=by, table=table, detail=detail)
    entries = LedgerEntry.objects.filter(pk__in=[one.pk for one in given])
    lines = tuple(_lines(by.agency, entries, since, until, named=f"R-{number}"))
    rules = tuple(words.rules(by.agency.regimes))
    stated = referrals.stated(given, by.agency_id) if form == "page" else ()
    return Accounting(by.agency.name, since, until, (), lines, rules, number if given else 0, stated)


def disclosed_by(agency_id: int) -> QuerySet[Situation]:
    """The situations about which this agency has disclosed anything to another one."""
    entries = LedgerEntry.objects.filter(_disclosures(agency_id), situation=OuterRef("pk"))
    return Situation.objects.filter(Exists(entries))


def _found(by: Member, asked: Asked) -> list[Situation]:
    own = disclosed_by(by.agency_id)
    if asked.situations:
        found = own.filter(pk__in=asked.situations)
    else:
        _count_search(by)
        found = own.filter(_meant(by, asked))
    # locked in one order, whoever asks: each chain gets an entry
    locked = Situation.objects.select_for_update(of=("self",)).select_related("table")
    situations = list(locked.filter(pk__in=list(found.values_list("pk", flat=True))).order_by("pk"))
    if len(situations) < len(set(asked.situations)):
        raise NotVisible(_("There is no such situation, or your agency has disclosed nothing about it."))
    return situations


def _meant(by: Member, asked: Asked) -> Q:
    if asked.number:
        # every table gives the same numbers, and an agency discloses only where it sits or sat
        return Q(number=asked.number, table__in=_tables(by))
    return repeat.of_person(asked.name, asked.date_of_birth, _tables(by).values_list("pk", flat=True))


def _tables(by: Member) -> QuerySet[Table]:
    """Every table at which the agency sits or has ever sat."""
    return Table.objects.filter(pk__in=Seat.objects.filter(agency=by.agency_id).values("table"))


def _count_search(by: Member) -> None:
    place = f"accounting:{by.pk}:{clock.now():%Y%m%d%H}"
    cache.add(place, 0, timeout=2 * 60 * 60)
    if cache.incr(place) > SEARCHES_AN_HOUR:
        message = _("You have searched %(number)s times in this hour. Go on after the full hour.")
        raise RuleRefused(message % {"number": SEARCHES_AN_HOUR})


def _require_not_recused(by: Member, found: list[Situation]) -> None:
    out = Recusal.objects.filter(member=by, situation__in=found).select_related("situation").first()
    if out is not None:
        # an empty answer would be a false accounting; that somebody tried does not go without a trace
        line = _("You have stepped out of this situation. Somebody else of your agency has to account for it.")
        raise NotAllowed(line, situation=out.situation)


def _enter_nothing_found(by: Member, asked: Asked) -> None:
    way = "number" if asked.number else "person"
    # a partner without a seat has brought referrals to tables of others
    brought = LedgerEntry.objects.filter(kind=EntryKind.REFERRAL_BROUGHT, agency=by.agency_id).values("table")
    tables = Table.objects.filter(Q(pk__in=_tables(by)) | Q(pk__in=brought))
    for table in tables.select_for_update().order_by("pk"):
        ledger.append(EntryKind.ACCOUNTED, by=by, table=table, detail={"found": 0, "by": way})


def _disclosures(agency_id: int) -> Q:
    people = Recipient.objects.filter(entry=OuterRef("pk")).exclude(agency=agency_id)
    told = Q(Exists(people)) | Q(detail__has_key=BY_AGENCY)
    # an offer to help says nothing about the person (PRODUCT, "The four filters")
    says = ~Q(kind=EntryKind.ANSWER) | Q(detail__answer__in=[str(one) for one in DISCLOSING_ANSWERS])
    own = Q(agency=agency_id) & ~Q(kind__in=READINGS) & says
    read = Q(kind__in=READINGS, situation__originating_agency=agency_id)
    # a name that the writer of another agency had typed is still out of this agency's envelope
    also = Q(**{"kind": EntryKind.GUARD_READ, f"detail__{ledger.ALSO}": agency_id})
    return (own | read | also) & told


def _lines(
    agency: Agency,
    entries: QuerySet[LedgerEntry],
    since: date,
    until: date,
    *,
    hidden: Collection[tuple[int, int]] = (),
    named: str = "",
) -> list[Line]:
    """`hidden`: what is suspended; `named`: the number of the referral that these entries are about."""
    rows = entries.filter(at__date__gte=since, at__date__lte=until).select_related("actor", "situation")
    rows = rows.prefetch_related("recipients__member", "recipients__agency")
    groups: dict[tuple[int | None, int, str, str], _Group] = {}
    found = list(rows.order_by("at", "pk"))
    others, staff = _reached(agency, found), _staff(found)
    for entry in found:
        if not words.accounted(entry, agency.regimes):
            continue
        for to, people in _told(entry, others, staff):
            if (entry.situation_id, to.pk) not in hidden:
                key = (entry.situation_id, to.pk, entry.basis, words.what(entry))
                group = groups.setdefault(key, _Group(entry, to, entry))
                group.last, group.times = entry, group.times + 1
                group.people.update(people)
    return [_line(group, agency, named) for group in groups.values()]


def _reached(agency: Agency, entries: Sequence[LedgerEntry]) -> dict[int, Agency]:
    """The other agencies that these entries name, by key."""
    people = {one.agency_id for entry in entries for one in entry.recipients.all()}
    named = {key for entry in entries for key in entry.detail.get(BY_AGENCY, ())}
    return Agency.objects.in_bulk((people | named) - {agency.pk})


def _staff(entries: Sequence[LedgerEntry]) -> dict[int, Member]:
    """The people of desks whom entries about referrals name, by key."""
    return Member.objects.in_bulk({key for entry in entries for key in entry.detail.get(AT_DESK, ())})


def _told(entry: LedgerEntry, others: dict[int, Agency], staff: dict[int, Member]) -> Iterator[tuple[Agency, dict[int, str]]]:
    """Each other agency that an entry reached, with its people (by id) and what they were at that moment."""
    people: dict[int, dict[int, str]] = {}
    for one in entry.recipients.all():
        people.setdefault(one.agency_id, {})[one.member_id] = _person(one.member.name, one.position)
    for key in entry.detail.get(BY_AGENCY, ()):
        people.setdefault(key, {})
    for member in (staff[key] for key in entry.detail.get(AT_DESK, ())):
        people.setdefault(member.agency_id, {})[member.pk] = _person(member.name, member.position)
    yield from ((others[key], names) for key, names in people.items() if key in others)


def _suspended(agency: Agency, situations: Sequence[Situation]) -> set[tuple[int, int]]:
    """(situation id, agency id) of what a law-enforcement official's statement keeps out today (164.528(a)(2))."""
    day = clock.today()
    standing = Suspension.objects.filter(agency=agency, situation__in=situations, starts_on__lte=day, until__gte=day)
    return set(standing.values_list("situation_id", "official_agency_id"))


def _line(group: _Group, agency: Agency, named: str) -> Line:
    entry, actor = group.first, group.first.actor
    purpose, citation = words.purpose(entry)
    own = actor is not None and actor.agency_id == agency.pk
    return Line(
        at=afterwards.decided_at(entry.detail) or entry.at,
        number=entry.situation.number if entry.situation else named,
        agency=group.to.name,
        address=group.to.address,
        people=tuple(group.people.values()),
        what=words.what(entry),
        purpose=purpose,
        citation=citation,
        # a facilitator of another agency acts for the table and releases nothing of theirs
        released_by=_person(actor.name, actor.position) if actor and own else "",
        times=group.times,
        last_at=afterwards.decided_at(group.last.detail) or group.last.at,
    )


def _person(name: str, position: str) -> str:
    return f"{name}, {position}" if position else name
