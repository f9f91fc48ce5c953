"""Training: who was trained in what, until when it counts, and who may not speak for a seat because some is missing.

Recorded by the agency's representative, the coordinator of a table at which it sits, or the administrator. A table demands
what it says in `Table.demands_training`; who speaks for a seat without it is not called to the roll.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agencies import guarding, policies
from agencies.choices import SPEAKING_ROLES, TrainingKind
from agencies.models import Agency, AgencyRole, Member, Table, Training
from agencies.standing import in_force
from agencies.typed import line
from hub.core import clock
from hub.core.audit import verb
from hub.core.errors import NotAllowed, RuleRefused

EARLIEST = date(1970, 1, 1)
AHEAD = timedelta(days=60)
"""How long before its end a training is pointed out."""


@guarding.enters_questions
@verb
def record(
    *, by: Member | None, member: Member, kind: str, completed_on: date, expires_on: date | None = None,
    given_by: Agency | None = None, title: str = "", answered: guarding.Answers = guarding.NOTHING,
) -> Training:  # fmt: skip
    """Record that `member` completed a training. Raises NotAllowed for others, RuleRefused (with its field) for wrong dates,
    and as the guard does for the title.

    Cross-training names the other agency that gave it.
    """
    require_keeper(by, member.agency)
    if kind not in TrainingKind.values:
        raise RuleRefused(_("Choose one from the list."), field="kind")
    if not EARLIEST <= completed_on <= clock.today():
        raise RuleRefused(_("Give the day on which it was completed, today or earlier."), field="completed_on")
    if expires_on is not None and expires_on <= completed_on:
        raise RuleRefused(_("It can only expire after it was completed."), field="expires_on")
    if kind == TrainingKind.CROSS and (given_by is None or given_by.pk == member.agency_id):
        raise RuleRefused(_("Cross-training is given by another agency: choose which."), field="given_by")
    typed = line(title, limit=120, field="title")
    guarding.ask({"title": typed}, by=by, answered=answered)
    return Training.objects.create(
        member=member, kind=kind, completed_on=completed_on, expires_on=expires_on, given_by=given_by, recorded_by=by,
        title=typed,
    )  # fmt: skip


@verb
def strike(*, by: Member | None, training: Training) -> None:
    """Take out an entry that was made by mistake; the history keeps it, with who took it out."""
    require_keeper(by, training.member.agency)
    training.delete()


def keeps(by: Member, agency: Agency) -> bool:
    """Whether the member records training of this agency's people."""
    return by.is_administrator or policies.represents(by, agency) or policies.coordinates(by, agency)


def require_keeper(by: Member | None, agency: Agency) -> None:
    """Raise NotAllowed unless the member records training of this agency's people. None is the clerk."""
    if by is not None and not keeps(by, agency):
        raise NotAllowed(_("Training is recorded by the agency's representative, the coordinator or the administrator."))


def counting(day: date | None = None) -> Q:
    """Trainings that count on this day (today): the last day counts too."""
    day = day or clock.today()
    return Q(completed_on__lte=day) & (Q(expires_on=None) | Q(expires_on__gte=day))


def lacking(member: Member, table: Table) -> list[TrainingKind]:
    """What the table demands of who speaks for a seat and this member has not, or no longer. One query where it demands."""
    if not table.demands_training:
        return []
    held = set(Training.objects.filter(counting(), member=member).values_list("kind", flat=True))
    return [one for one in TrainingKind if one in table.demands_training and one not in held]


def require(member: Member, table: Table) -> None:
    """Raise RuleRefused, saying what to do, for somebody without the training that the table demands for a seat."""
    missing = lacking(member, table)
    if missing:
        sentence = _(
            "%(name)s cannot speak for a seat at this table: training is missing or has expired (%(kinds)s). "
            "Somebody else of the agency takes the seat, or its representative records the training."
        )
        raise RuleRefused(sentence % {"name": member.name, "kinds": "; ".join(str(one.label) for one in missing)})


@dataclass(frozen=True, slots=True)
class Expiring:
    """A training that stops counting soon, or has, and was not renewed."""

    name: str
    kind: str
    on: date
    over: bool


def expiring(agency: Agency) -> list[Expiring]:
    """What of this agency's speakers stops counting within 60 days or has stopped within the last year, soonest first."""
    latest: dict[tuple[int, str], Training] = {}
    for one in _of_speakers(agency).order_by("completed_on"):
        before = latest.get((one.member_id, one.kind))
        if before is None or _lasts(one) >= _lasts(before):
            latest[one.member_id, one.kind] = one
    day = clock.today()
    soon = [one for one in latest.values() if one.expires_on and day - timedelta(days=365) <= one.expires_on <= day + AHEAD]
    soon.sort(key=lambda one: (one.expires_on or day, one.member.name))
    return [Expiring(one.member.name, one.get_kind_display(), one.expires_on or day, _lasts(one) < day) for one in soon]


@dataclass(frozen=True, slots=True)
class Trained:
    """One person of one agency: each kind of training in the order of `TrainingKind`, as words; empty where there is none."""

    agency: str
    name: str
    role: str
    cells: tuple[str, ...]
    counted: tuple[bool, ...]

    @property
    def by_kind(self) -> list[tuple[str, str]]:
        """Each kind's name with its cell, for a table that is folded on phones."""
        return [(str(kind.label), cell) for kind, cell in zip(TrainingKind, self.cells, strict=True)]


def report(agencies: Iterable[Agency]) -> list[Trained]:
    """Who of these agencies is trained, everybody who speaks for one of them, by agency and name; in three queries."""
    roles = AgencyRole.objects.filter(in_force(), role__in=SPEAKING_ROLES, member__is_active=True)
    rows = roles.filter(member__agency__in=list(agencies)).select_related("member__agency")
    people = {one.member_id: one for one in rows.order_by("role")}
    held: dict[tuple[int, str], Training] = {}
    for one in Training.objects.filter(member__in=list(people)).order_by("completed_on"):
        before = held.get((one.member_id, one.kind))
        if before is None or _lasts(one) >= _lasts(before):
            held[one.member_id, one.kind] = one
    ordered = sorted(people.values(), key=lambda role: (role.member.agency.name, role.member.name))
    return [_trained(role, held) for role in ordered]


def _trained(role: AgencyRole, held: Mapping[tuple[int, str], Training]) -> Trained:
    found = [held.get((role.member_id, kind)) for kind in TrainingKind]
    return Trained(
        role.member.agency.name, role.member.name, role.get_role_display(),
        tuple(_words(one) for one in found), tuple(one is not None and _lasts(one) >= clock.today() for one in found),
    )  # fmt: skip


def _words(one: Training | None) -> str:
    if one is None:
        return ""
    if one.expires_on is None:
        return _("since %(day)s") % {"day": date_format(one.completed_on, "j M Y")}
    over = one.expires_on < clock.today()
    until = _("expired %(day)s") if over else _("until %(day)s")
    return until % {"day": date_format(one.expires_on, "j M Y")}


def _of_speakers(agency: Agency) -> QuerySet[Training]:
    roles = AgencyRole.objects.filter(in_force(), role__in=SPEAKING_ROLES, member__is_active=True, member__agency=agency)
    return Training.objects.filter(member__in=roles.values("member")).select_related("member")


def _lasts(one: Training) -> date:
    return one.expires_on or date.max
