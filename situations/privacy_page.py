"""The sections of the privacy page in words, as sheets: what stands on the page and in the exported file is the same.

A sheet holds who, when, which number and why it is marked. It never holds anything that somebody typed about a case.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agencies.models import Member
from hub.core import clock
from situations import certificates, legal_bases, noticing, privacy_office, retention
from situations.choices import IN_AGENCY, EntryKind, NoticeKind, Stage
from situations.models import BreakGlass, Checkpoint, LedgerEntry, Notice, Situation
from situations.moments import said
from situations.privacy_office import Office, Opening
from situations.referrals import desk, setting_up
from situations.unusual import Mark

MARKS: dict[Mark, str | Promise] = {
    Mark.BREAK_GLASS: gettext_lazy("break-glass"),
    Mark.OUT_OF_HOURS: gettext_lazy("out of hours"),
    Mark.MANY: gettext_lazy("many in a row"),
    Mark.OWN_AGENCY: gettext_lazy("own agency"),
}
REFUSALS = {
    "notvisible": gettext_lazy("asked for what is not open to them"),
    "notallowed": gettext_lazy("asked for what they may not do"),
}
CHECKPOINT_LATE = timedelta(days=2)
"""Checkpoints are made daily (docs/operating.md); after two days one is missing."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
Say = Callable[[datetime | None], str]
Make = Callable[[Office, Member, Say, int | None], "Sheet"]
"""Makes a sheet: of all its lines, or of so many."""


@dataclass(frozen=True)
class Sheet:
    """A section: titles of its columns, and its lines."""

    title: str | Promise
    columns: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]

    @property
    def rows(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """The head of each line, and its other cells with the titles of their columns."""
        return [(line[0], list(zip(self.columns[1:], line[1:], strict=True))) for line in self.lines]


@dataclass(frozen=True)
class OpeningLine:
    """One opening on the page. `key`: of the situation, where the reader may open its record."""

    when: str
    person: str
    agency: str
    what: str
    number: str
    key: int | None
    marks: tuple[str | Promise, ...]


@dataclass(frozen=True)
class GlassLine:
    """One break-glass opening: who, when, why, and whether it can still be ended."""

    key: int
    number: str
    person: str
    agency: str
    opened: str
    until: str
    reason: str
    basis: str
    in_force: bool


@dataclass(frozen=True)
class NoticeLine:
    """Something that the member was told; what is due is told in one line a table, however much it is."""

    keys: tuple[int, ...]
    text: str
    when: str
    hue: str
    url: str
    more: str


def opening_lines(office: Office, found: list[Opening]) -> list[OpeningLine]:
    """Openings in words, for the page."""
    return [
        OpeningLine(
            when=said(one.entry.at),
            person=_person(one.entry),
            agency=_agency(one.entry),
            what=_what(one.entry),
            number=_number(one.entry, known=one.numbered),
            key=_record_of(office, one),
            marks=tuple(MARKS[mark] for mark in one.marks),
        )
        for one in found
    ]


def glass_lines(office: Office) -> list[GlassLine]:
    """Break-glass openings in words."""
    return [_glass(one) for one in privacy_office.broken(office)]


def notice_lines(member: Member) -> list[NoticeLine]:
    """What the member was told and has not put away, with where to read more where the member may."""
    found = noticing.unseen(member)
    offices = {one.table.pk for one in privacy_office.offices_of(member)} if found else set()
    alike: dict[tuple[str, int, int], list[Notice]] = {}
    for one in found:
        due = one.kind == NoticeKind.SHRED_DUE
        alike.setdefault((one.kind, one.table_id, 0 if due else one.pk), []).append(one)
    return [_notice(rows, where=rows[0].table_id in offices) for rows in alike.values()]


def _notice(rows: list[Notice], *, where: bool) -> NoticeLine:
    first, keys = rows[0], tuple(one.pk for one in rows)
    if first.kind == NoticeKind.SHRED_DUE:
        words = ngettext(
            "%(count)s identity will be shredded within a week at %(table)s.",
            "%(count)s identities will be shredded within a week at %(table)s.",
            len(rows),
        )
        if len(rows) == noticing.MOST:
            words = _("%(count)s identities or more will be shredded within a week at %(table)s.")
        text = words % {"count": len(rows), "table": first.table.name}
        return NoticeLine(
            keys, text, said(first.at), "warn", reverse("retention_due") if where else "", _("See which, and when")
        )
    text = _("%(what)s at %(table)s.") % {"what": NoticeKind(first.kind).label, "table": first.table.name}
    if first.kind == NoticeKind.REFERRAL_WAITS:
        return _waits(first, text)
    if first.kind == NoticeKind.TEXT_HELD:
        return NoticeLine(keys, text, said(first.at), "warn", reverse("held_texts"), _("Look at it"))
    if first.kind in {NoticeKind.TEXT_PASSED, NoticeKind.TEXT_REFUSED, NoticeKind.TEXT_EXPIRED}:
        hue = "ok" if first.kind == NoticeKind.TEXT_PASSED else "warn"
        return NoticeLine(keys, text, said(first.at), hue, _where_to_go_on(first), _("Go on"))
    url = f"{reverse('privacy')}?table={first.table_id}" if where else ""
    return NoticeLine(keys, text, said(first.at), "bad", url, _("Read who, when and why"))


def _where_to_go_on(notice: Notice) -> str:
    """Where the text that was looked at was typed, as near as a page that is there now."""
    if notice.situation_id is None:
        return reverse("table_detail")
    draft = Situation.objects.filter(pk=notice.situation_id, stage=Stage.DRAFT).exists()
    return reverse("situation_write" if draft else "situation_detail", args=[notice.situation_id])


def _waits(told: Notice, text: str) -> NoticeLine:
    """Something waits at a desk: to it for who works there; whom to ask for who decides about it and reads nothing of it."""
    at, member = told.desk, told.member
    if at is not None:
        names = {"agency": at.agency.name, "table": told.table.name}
        text = _("A referral waits at the intake desk of %(agency)s, at %(table)s.") % names
    if (at is None or at.agency_id == member.agency_id) and desk.works_at_one(member):
        return NoticeLine((told.pk,), text, said(told.at), "warn", reverse("desk"), _("Go to the desk"))
    decides = at is not None and setting_up.may_set_up(member, told.table, at.agency)
    url = f"{reverse('desk_settings')}#desk-{told.table_id}-{at.agency_id}" if at is not None and decides else ""
    return NoticeLine((told.pk,), text, said(told.at), "warn", url, _("See whom to ask there, or close the desk"))


def openings_sheet(office: Office, member: Member, say: Say, most: int | None = None) -> Sheet:
    """What was opened, with its marks."""
    columns = (_("When"), _("Person"), _("Agency"), _("What"), _("Situation"), _("In a conference"), _("Outside the usual"))
    lines = (
        (
            say(one.entry.at), _person(one.entry), _agency(one.entry), _what(one.entry), _number(one.entry, known=one.numbered),
            _("yes") if one.entry.sitting_id else _("no"), ", ".join(str(MARKS[mark]) for mark in one.marks),
        )
        for one in privacy_office.openings(office)
    )  # fmt: skip
    return Sheet(gettext_lazy("What was opened, and by whom"), columns, tuple(lines))


def glass_sheet(office: Office, member: Member, say: Say, most: int | None = None) -> Sheet:
    """Break-glass openings. The typed reason stays on the page: a file travels further."""
    columns = (_("Opened"), _("Person"), _("Agency"), _("Situation"), _("Basis"), _("Until"))
    lines = (
        (say(one.opened_at), one.member.name, one.member.agency.name, one.situation.number, _basis(one.basis), say(_until(one)))
        for one in privacy_office.broken(office)
    )
    return Sheet(gettext_lazy("Break-glass"), columns, tuple(lines))


def refused_sheet(office: Office, member: Member, say: Say, most: int | None = None) -> Sheet:
    """Refused attempts."""
    columns = (_("When"), _("Person"), _("Agency"), _("What"), _("Situation"))
    lines = (
        (
            say(one.at), _person(one), _agency(one), str(REFUSALS.get(one.detail.get("code", ""), _("refused"))),
            _number(one, known=privacy_office.knows_number(office, one)),
        )
        for one in privacy_office.refused(office, most)
    )  # fmt: skip
    return Sheet(gettext_lazy("Refused attempts"), columns, tuple(lines))


def desks_sheet(office: Office, member: Member, say: Say, most: int | None = None) -> Sheet:
    """What the intake desks did with what was brought to them: never whose it is, or a word of it."""
    columns = (_("When"), _("Person"), _("Agency"), _("What"), _("Referral"), _("Basis"))
    lines = tuple(
        (say(one.at), _person(one) or _("the clerk"), _agency(one), _what(one), _referrals(one), _basis(one.basis))
        for one in privacy_office.at_desks(office, most)
    )
    return Sheet(gettext_lazy("What the intake desks did"), columns, lines)


def _referrals(entry: LedgerEntry) -> str:
    if "waiting" in entry.detail:
        return _("%(number)s unread") % {"number": entry.detail["waiting"]}
    key = entry.detail.get("referral")
    return f"R-{key}" if key else ""


def pledges_sheet(office: Office, member: Member, say: Say, most: int | None = None) -> Sheet:
    """Who sat without a pledge."""
    found = privacy_office.without_pledge(office)
    lines = tuple((one.person, one.agency, _day(one.on)) for one in found)
    return Sheet(gettext_lazy("Pledges overdue"), (_("Person"), _("Agency"), _("Sat without it on")), lines)


def agreements_sheet(office: Office, member: Member, say: Say, most: int | None = None) -> Sheet:
    """Agreements that ended or will."""
    found = privacy_office.agreements(office)
    state = {True: _("ends soon"), False: _("not in force")}
    lines = tuple((one.agency, state[one.in_force], _day(one.until) if one.until else _("never signed")) for one in found)
    return Sheet(gettext_lazy("Agreements"), (_("Agency"), _("State"), _("Last day")), lines)


def retention_sheet(office: Office, member: Member, say: Say, most: int | None = None) -> Sheet:
    """Identities that are shredded within a week."""
    mine = certificates.answers_for(member, [office])
    found = retention.due(office.table, within_days=7, among=mine, most=most)
    lines = tuple((one.number, one.agency, say(one.shreds_at), _("held") if one.held else "") for one in found)
    columns = (_("Situation"), _("Brought by"), _("Shredded on"), _("Legal hold"))
    return Sheet(gettext_lazy("Shredded within a week"), columns, lines)


def checkpoints_sheet(office: Office, member: Member, say: Say, most: int | None = None) -> Sheet:
    """Signed checkpoints over the ledger."""
    found = privacy_office.last_checkpoints(office)
    columns = (_("Made"), _("Chains"), _("Entries"), _("Root"), _("Key"))
    lines = tuple((say(one.at), str(one.chains), str(one.entries), one.root, one.key) for one in found)
    return Sheet(gettext_lazy("Checkpoints"), columns, lines)


SECTIONS: dict[str, Make] = {
    "openings": openings_sheet,
    "break-glass": glass_sheet,
    "refused": refused_sheet,
    "desks": desks_sheet,
    "pledges": pledges_sheet,
    "agreements": agreements_sheet,
    "retention": retention_sheet,
    "checkpoints": checkpoints_sheet,
}
"""Everything that can be exported, by the name in its address."""


def checkpoint_state(found: list[Checkpoint]) -> tuple[str, str]:
    """(hue, sentence) about the last checkpoint."""
    if not found:
        return "bad", _("None in thirty days: nothing shows that the ledger was not cut off since.")
    made = said(found[0].at)
    if clock.now() - found[0].at > CHECKPOINT_LATE:
        return "warn", _("The last one is of %(when)s: a daily one is missing.") % {"when": made}
    return "ok", _("The last one is of %(when)s.") % {"when": made}


def exact(moment: datetime | None) -> str:
    """A moment in a file: where the table is, sortable, with its offset."""
    return timezone.localtime(moment).isoformat(sep=" ", timespec="seconds") if moment else ""


def harmless(cell: str) -> str:
    """The cell as a spreadsheet shows it and never computes it."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _glass(one: BreakGlass) -> GlassLine:
    return GlassLine(
        key=one.pk,
        number=one.situation.number,
        person=one.member.name,
        agency=one.member.agency.short_name,
        opened=said(one.opened_at),
        until=said(_until(one)),
        reason=one.reason.strip() or _("not kept: the guard on names could not look at it"),
        basis=_basis(one.basis),
        in_force=one.ended_at is None and one.expires_at > clock.now(),
    )


def _until(one: BreakGlass) -> datetime:
    return one.ended_at or one.expires_at


def _record_of(office: Office, one: Opening) -> int | None:
    # the table's officer reads the record of what is at the table; a draft, even of the own agency, has its own readers
    situation = one.entry.situation
    return situation.pk if situation and office.whole and situation.stage not in IN_AGENCY else None


def _person(entry: LedgerEntry) -> str:
    return entry.actor.name if entry.actor else ""


def _agency(entry: LedgerEntry) -> str:
    return entry.actor.agency.short_name if entry.actor else ""


def _what(entry: LedgerEntry) -> str:
    return str(EntryKind(entry.kind).label)


def _number(entry: LedgerEntry, *, known: bool) -> str:
    if not known or entry.situation is None:
        return _("not told")
    return entry.situation.number or _("no number yet")


def _basis(code: str) -> str:
    try:
        return str(legal_bases.basis(code).name)
    except legal_bases.UnknownBasis:
        return code


def _day(day: date) -> str:
    return date_format(day, "j M Y")
