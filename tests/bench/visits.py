"""Every page that a member uses, each opened by somebody who uses it, at the table that was there first."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from agencies.choices import AgencyRoleKind, TableRoleKind
from agencies.models import AgencyRole, Member, Table, TableRole
from conferences.models import Conference
from situations.accounting import disclosed_by
from situations.choices import Stage
from situations.models import Certificate, Involvement, Situation


@dataclass(frozen=True)
class Visit:
    """One page: who asks for it, and how."""

    name: str
    member: Member
    path: str
    post: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Cast:
    """Who uses the pages. `officer` is privacy officer of the table and of the own agency."""

    table: Table
    chair: Member
    lead: Member
    officer: Member
    analyst: Member
    glass: Member
    administrator: Member
    acting: Involvement

    @classmethod
    def found(cls) -> "Cast":
        table = Table.objects.earliest("pk")
        held = dict(TableRole.objects.filter(table=table).values_list("role", "member"))
        chair, officer, analyst, glass = (
            Member.objects.get(pk=held[one])
            for one in (
                TableRoleKind.FACILITATOR,
                TableRoleKind.PRIVACY_OFFICER,
                TableRoleKind.ANALYST,
                TableRoleKind.BREAK_GLASS,
            )
        )
        roles = Involvement.objects.filter(situation__table=table, situation__stage=Stage.FILTER4, ended_at=None, role="lead")
        acting = roles.order_by("pk")[0]
        lead = AgencyRole.objects.filter(role=AgencyRoleKind.REPRESENTATIVE, member__agency=acting.agency_id)[0].member
        administrator = Member.objects.filter(is_administrator=True).earliest("pk")
        return cls(table, chair, lead, officer, analyst, glass, administrator, acting)


def visits() -> Iterator[Visit]:
    """All pages; a name that begins with `search` is a search."""
    cast = Cast.found()
    yield from _of_members(cast)
    yield from _of_conferences(cast)
    yield from _of_officers(cast)
    yield from _of_administrators(cast)


def middle(rows: QuerySet[Any]) -> Any:
    """The row in the middle: neither what was read last nor what lies at an end."""
    return rows[rows.count() // 2]


def _of_members(cast: Cast) -> Iterator[Visit]:
    old = middle(Situation.objects.filter(table=cast.table, stage=Stage.CONCLUDED).order_by("written_at"))
    draft = Situation.objects.filter(table=cast.table, stage=Stage.DRAFT)[0]
    writer, register = draft.written_by, reverse("situation_list")
    for name, member in (("seat", cast.lead), ("facilitator", cast.chair), ("officer", cast.officer)):
        yield Visit(f"today_{name}", member, reverse("today"))
        yield Visit(f"situations_{name}", member, register)
    yield Visit("situations_stage", cast.lead, f"{register}?stage=rejected")
    yield Visit("search_number", cast.lead, f"{register}?number={old.number}")
    yield Visit("search_without_year", cast.officer, f"{register}?number={old.number[5:]}")
    yield Visit("search_year", cast.lead, f"{register}?number={old.number[:5]}")
    yield Visit("search_nothing", cast.lead, f"{register}?number=1999-0001")
    yield Visit("situation", cast.lead, reverse("situation_detail", args=[cast.acting.situation_id]))
    yield Visit("situation_old", cast.officer, reverse("situation_detail", args=[old.pk]))
    yield Visit("write", writer, reverse("situation_write", args=[draft.pk]))
    yield Visit("intervention", cast.lead, reverse("intervention", args=[cast.acting.situation_id]))
    yield Visit("counts", cast.analyst, reverse("counts"))
    yield Visit("pledge", cast.lead, reverse("pledge"))


def _of_conferences(cast: Cast) -> Iterator[Visit]:
    conferences = Conference.objects.filter(table=cast.table)
    today = conferences.get(sitting__isnull=False, sitting__closed_at=None)
    past = middle(conferences.filter(sitting__closed_at__isnull=False).order_by("scheduled_for"))
    coming = conferences.filter(sitting=None).latest("scheduled_for")
    yield Visit("conferences", cast.lead, reverse("conference_list"))
    yield Visit("conference_coming", cast.chair, reverse("conference_detail", args=[coming.pk]))
    yield Visit("conference_past", cast.lead, reverse("conference_detail", args=[past.pk]))
    yield Visit("minutes", cast.lead, reverse("minutes", args=[past.pk]))
    yield Visit("board_facilitator", cast.chair, reverse("board", args=[today.pk]))
    yield Visit("board_seat", cast.lead, reverse("board", args=[today.pk]))
    yield Visit("projector", cast.chair, reverse("projector", args=[today.pk]))


def _of_officers(cast: Cast) -> Iterator[Visit]:
    officer = cast.officer
    certificate = middle(Certificate.objects.filter(situation__table=cast.table).order_by("pk"))
    known = middle(disclosed_by(officer.agency_id).filter(table=cast.table).order_by("pk")).number
    yield Visit("privacy", officer, reverse("privacy"))
    yield Visit("privacy_file_openings", officer, reverse("privacy_export", args=["openings"]))
    yield Visit("retention", officer, reverse("retention_due"))
    yield Visit("certificate", officer, reverse("certificate_detail", args=[certificate.key]))
    yield Visit("break_glass", cast.glass, reverse("break_glass"))
    yield Visit("accounting", officer, reverse("accounting"))
    yield Visit("search_accounting_number", officer, reverse("accounting"), {"number": known})
    yield Visit("search_accounting_person", officer, reverse("accounting"), {"name": "No Body", "date_of_birth": "2001-02-03"})
    yield Visit("suspensions", officer, reverse("accounting_suspensions"))


def _of_administrators(cast: Cast) -> Iterator[Visit]:
    yield Visit("table", cast.lead, reverse("table_detail"))
    yield Visit("table_administrator", cast.administrator, reverse("table_detail"))
    yield Visit("administration", cast.administrator, reverse("administration"))
    yield Visit("search_administration", cast.administrator, f"{reverse('administration')}?seek=Police")


def opener(visit: Visit) -> Callable[[], Any]:
    """What opens the page once. It raises RuntimeError when the page is not answered."""
    client = Client(headers={"host": "localhost"})
    client.force_login(visit.member)

    def opened() -> Any:
        if visit.post:
            cache.clear()  # the limit of searches an hour
        answer = client.post(visit.path, visit.post) if visit.post else client.get(visit.path)
        if answer.status_code != 200:
            raise RuntimeError(f"{visit.name}: {visit.path} answers {answer.status_code}")
        return answer

    return opened
