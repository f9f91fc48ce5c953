"""The state of a whole table's agreements at a glance: one line a seat, read in bulk, in words and a hue."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agencies import clauses
from agencies.agreeing import OPEN
from agencies.choices import SPEAKING_ROLES, ContactKind, DocumentKind, DocumentState
from agencies.models import Agency, AgencyContact, AgencyRole, Agreement, Document, Seat, Table, Training
from agencies.renewing import AHEAD
from agencies.standing import in_force, of_the_year
from agencies.training import counting
from hub.core import clock

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SHORT: "dict[DocumentKind, StrOrPromise]" = {
    DocumentKind.MOU: gettext_lazy("agreement"),
    DocumentKind.BAA: "BAA",
    DocumentKind.PART2: "Part 2",
    DocumentKind.FERPA: "FERPA",
    DocumentKind.C66A: "c.66A",
    DocumentKind.CJIS: "CJIS",
}
"""Seven columns leave no room for the whole names, which stand on the texts themselves."""


@dataclass(frozen=True, slots=True)
class Text:
    """The way to a text."""

    key: int
    name: "StrOrPromise"
    state: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One fact in words, with its hue: ok, warn, bad, or quiet where nothing is asked."""

    words: str
    hue: str

    @property
    def icon(self) -> str:
        return {"ok": "ok", "warn": "clock", "bad": "warn"}.get(self.hue, "off")


@dataclass(frozen=True, slots=True)
class SeatState:
    """One seat."""

    agency_id: int
    agency: str
    agreement: Mark
    addenda: tuple[Mark, ...]
    head: Mark
    pledges: Mark
    training: Mark
    texts: tuple[Text, ...]

    @property
    def in_order(self) -> bool:
        marks = (self.agreement, self.head, self.pledges, self.training, *self.addenda)
        return all(one.hue in {"ok", "quiet"} for one in marks)


@dataclass(frozen=True)
class _Read:
    """Everything that is read once for all seats."""

    until: dict[int, date]
    signed: dict[tuple[int, str], date]
    heads: dict[int, str]
    speakers: dict[int, set[int]]
    pledged: Collection[int]
    trained: Collection[tuple[int, str]]
    documents: dict[int, list[Document]]


def seats(table: Table, only: Agency | None = None) -> list[SeatState]:
    """Every open seat by name of agency, in seven queries at most, whatever their number; or that of one agency, as it may know
    it: without texts that were not sent yet.
    """
    rows = Seat.objects.filter(table=table, ended_on=None).select_related("agency").order_by("agency__name")
    rows = rows.filter(agency=only) if only else rows
    found = _read(table, [one.agency_id for one in rows], drafts=only is None)
    return [_state(table, one.agency, found) for one in rows]


def _read(table: Table, agencies: list[int], *, drafts: bool) -> _Read:
    day = clock.today()
    agreements = Agreement.objects.filter(table=table, agency__in=agencies, in_force_from__lte=day, in_force_until__gte=day)
    documents = Document.objects.filter(table=table, agency__in=agencies).order_by("kind", "-version").defer("text", "filled")
    texts = list(documents if drafts else documents.exclude(state=DocumentState.DRAFT))
    heads = AgencyContact.objects.filter(agency__in=agencies, kind=ContactKind.HEAD, ended_on=None)
    roles = AgencyRole.objects.filter(
        in_force(), role__in=SPEAKING_ROLES, member__agency__in=agencies, member__is_active=True
    ).values_list("member__agency", "member")
    speakers: dict[int, set[int]] = {}
    for agency, member in roles:
        speakers.setdefault(agency, set()).add(member)
    people = {member for members in speakers.values() for member in members}
    return _Read(
        dict(agreements.order_by("in_force_until").values_list("agency", "in_force_until")), _signed(texts, day),
        _heads(heads), speakers, _pledged(table, day), _trained(table, people), _current(texts),
    )  # fmt: skip


def _heads(rows: Iterable[AgencyContact]) -> dict[int, str]:
    """With the address: whoever reads its letters can sign."""
    return {one.agency_id: f"{one.name}, {one.email}".rstrip(", ") for one in rows}


def _pledged(table: Table, day: date) -> set[int]:
    if not table.demands_yearly_pledge:
        return set()
    return set(of_the_year(day).filter(table=table).values_list("member", flat=True))


def _trained(table: Table, people: Iterable[int]) -> set[tuple[int, str]]:
    if not table.demands_training:
        return set()
    rows = Training.objects.filter(counting(), member__in=list(people), kind__in=table.demands_training)
    return set(rows.values_list("member", "kind"))


def _signed(texts: list[Document], day: date) -> dict[tuple[int, str], date]:
    """Agency and layer to the last day of what is signed and in force."""
    found: dict[tuple[int, str], date] = {}
    for one in texts:
        begun = one.in_force_from is not None and one.in_force_from <= day
        if one.state == DocumentState.SIGNED and begun and one.in_force_until and one.in_force_until >= day:
            key = one.agency_id, one.kind
            found[key] = max(found.get(key, one.in_force_until), one.in_force_until)
    return found


def _current(texts: list[Document]) -> dict[int, list[Document]]:
    """Of each agency and layer the newest signed text, and what is being prepared or signed."""
    found: dict[int, list[Document]] = {}
    for one in texts:
        mine = found.setdefault(one.agency_id, [])
        newest = one.state == DocumentState.SIGNED and not any(
            other.kind == one.kind and other.state == DocumentState.SIGNED for other in mine
        )
        if newest or one.state in OPEN:
            mine.append(one)
    return found


def _state(table: Table, agency: Agency, found: _Read) -> SeatState:
    speakers = found.speakers.get(agency.pk, set())
    head = found.heads.get(agency.pk)
    return SeatState(
        agency.pk, agency.name, _lasts(found.until.get(agency.pk)),
        tuple(_addendum(agency, kind, found) for kind in clauses.addenda_of(agency.regimes)),
        Mark(head, "ok") if head else Mark(_("nobody is named"), "bad"),
        _counted(table.demands_yearly_pledge, len(speakers & set(found.pledged)), len(speakers)),
        _counted(bool(table.demands_training), sum(_is_trained(table, one, found) for one in speakers), len(speakers)),
        tuple(
            Text(one.pk, SHORT[DocumentKind(one.kind)], one.get_state_display()) for one in found.documents.get(agency.pk, ())
        ),
    )  # fmt: skip


def _is_trained(table: Table, member: int, found: _Read) -> bool:
    return all((member, kind) in found.trained for kind in table.demands_training)


def _lasts(until: date | None) -> Mark:
    if until is None:
        return Mark(_("none in force"), "bad")
    left = (until - clock.today()).days
    if left > max(AHEAD):
        return Mark(_("until %(day)s") % {"day": date_format(until, "j M Y")}, "ok")
    words = ngettext("ends on %(day)s, in %(left)s day", "ends on %(day)s, in %(left)s days", left)
    return Mark(words % {"day": date_format(until, "j M Y"), "left": left}, "warn")


def _addendum(agency: Agency, kind: DocumentKind, found: _Read) -> Mark:
    until = found.signed.get((agency.pk, kind))
    if until is None:
        return Mark(_("%(what)s: missing") % {"what": SHORT[kind]}, "bad")
    mark = _lasts(until)
    return Mark(f"{SHORT[kind]}: {mark.words}", mark.hue)


def _counted(demanded: bool, done: int, of: int) -> Mark:  # noqa: FBT001 - private, and read where it is called
    if not demanded:
        return Mark(_("not demanded"), "quiet")
    if not of:
        return Mark(_("nobody speaks for it"), "bad")
    hue = "ok" if done == of else "bad" if not done else "warn"
    return Mark(_("%(done)s of %(of)s") % {"done": done, "of": of}, hue)
