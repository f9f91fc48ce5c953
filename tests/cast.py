"""The named cast of the tests: four seated agencies, the people around a table, and ways to bring a situation to a stage.

Everything is made through the same verbs that people use.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.db.models import Model
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from agencies import membership
from agencies.models import Agency, AgencyRole, Agreement, Member, Seat, Table, TableRole
from conferences import chairing, scheduling, steering
from conferences.models import AgendaItem, Conference
from hub import keystore
from hub.core import clock
from hub.core.errors import DomainError
from situations import grounds, identity, legal_bases, writing
from situations.choices import Criterion, NotIdentifying
from situations.guard import NO, Reply
from situations.models import LedgerEntry, Situation

SITUATIONS, CONFERENCES = Situation._meta.db_table, Conference._meta.db_table
PASSWORD = "harborview-demo"
AGENCIES = {
    "police": ["police"],
    "schools": ["ferpa"],
    "clinic": ["hipaa"],
    "recovery": ["part2", "hipaa"],
}
BASES = {
    "police": "table_agreement",
    "schools": "table_agreement",
    "clinic": "hipaa_authorization",
    "recovery": "part2_consent",
}
"""On which legal basis each agency opens an identity, unless a test says otherwise."""
NOBODY = Reply(because=NotIdentifying.WORD, recognisable=NO)
"""What a writer answers to the guard where its question is beside the point."""
SAID = {"guard_because": NOBODY.because, "guard_recognisable": NOBODY.recognisable}
"""The same as a form sends it."""
TABLE_ROLES = ["facilitator", "recorder", "observer", "analyst", "privacy_officer"]
IDENTITY = {
    "name": "Zephyrine Quill-Marker",
    "date_of_birth": "2011-03-14",
    "address": "7 Canary Row",
    "aliases": "Zeph",
    "guardian": "Oriole Quill",
    "others": "Wren Quill",
}
PROFILE: dict[str, Any] = {
    "subject_type": "person",
    "age_band": "12_17",
    "sex": "male",
    "language": "es",
    "town": "Harborview",
    "risk_factors": ["suicide.current_risk", "mental_health.grief"],
    "protective_factors": ["protective.family_supports.bond"],
    "note": "Stopped coming to school five weeks ago after a death in the family.",
    "consent_status": "verbal",
    "consent_reason": "The mother agreed by phone.",
}


@dataclass
class Cast:
    """Who is there. `members` by agency key (representative), `<key>_deputy`, table role, `administrator`, `outsider`."""

    table: Table
    agencies: dict[str, Agency] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Member:
        return self.members[name]

    def draft(self, by: str = "schools", **profile: Any) -> Situation:
        """A complete draft with a sealed identity."""
        writer = self[by]
        situation = writing.start(by=writer, table=self.table)
        writing.save(
            by=writer,
            situation=situation,
            profile={**PROFILE, **profile},
            screening={"tried": "Two home visits.", "beyond_one_agency": "Needs crisis care too."},
            criteria={key.value: f"Because of {key.value.replace('_', ' ')}." for key in Criterion},
        )
        identity.seal(by=writer, situation=situation, values=IDENTITY)
        situation.refresh_from_db()
        return situation

    def ready(self, by: str = "schools", **profile: Any) -> Situation:
        """A situation that waits for the table."""
        return fresh(writing.submit(by=self[by], situation=self.draft(by, **profile), recognisable="no"))

    def conference(self, *present: str) -> Conference:
        """Today's conference, opened by the facilitator, with these members present and pledged."""
        conference = self._today()
        chairing.open_conference(by=self["facilitator"], conference=conference)
        conference = Conference.objects.get(pk=conference.pk)
        chairing.pledge(by=self["facilitator"], conference=conference, member=self["facilitator"])
        for name in present or tuple(AGENCIES):
            chairing.arrive(by=self["facilitator"], conference=conference, member=self[name], aloud=True)
        return conference

    def ledger(self, situation: Situation, after: int = 0) -> list[tuple[str, str, str, str, set[str]]]:
        """(kind, who, whose information, basis, recipients) of the entries after a place in the chain, all by name."""
        who = {member.pk: name for name, member in self.members.items()}
        whose = {agency.pk: key for key, agency in self.agencies.items()}
        return [
            (one.kind, who.get(one.actor_id or 0, ""), whose.get(one.agency_id or 0, ""), one.basis,
             {who[recipient.member_id] for recipient in one.recipients.all()})
            for one in LedgerEntry.objects.filter(situation=situation, sequence__gt=after).order_by("sequence")
        ]  # fmt: skip

    def _today(self) -> Conference:
        scheduling.schedule(by=None, table=self.table, until=clock.today())
        conference = scheduling.next_conference(self.table)
        assert conference is not None
        return conference


def footprint() -> dict[str, int]:
    """Rows of every table of ours, and the sums of both revisions: every change of an audited record leaves a history row."""
    ours = [model for app in ("agencies", "situations", "conferences") for model in apps.get_app_config(app).get_models()]
    counts = {model.__name__: f"SELECT count(*) FROM {model._meta.db_table}" for model in ours}  # noqa: S608 - names of our own tables
    counts |= {f"{app} revisions": f"SELECT sum(revision) FROM {app}" for app in (SITUATIONS, CONFERENCES)}  # noqa: S608 - as above
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"({one})" for one in counts.values()))
        return dict(zip(counts, cursor.fetchone(), strict=True))


@contextmanager
def scene(blocker: DjangoDbBlocker) -> Iterator[None]:
    """What is made inside holds for all tests of a module, each of which undoes its own changes; then it is undone too."""
    with blocker.unblock(), transaction.atomic(using=keystore.DATABASE), transaction.atomic():
        yield
        for database in (DEFAULT_DB_ALIAS, keystore.DATABASE):
            transaction.set_rollback(True, using=database)


@contextmanager
def refused(error: type[DomainError], field: str = "") -> Iterator[None]:
    """What is inside is refused with exactly this error (at this field) and changes no row of any table."""
    before = footprint()
    with pytest.raises(error) as raised:
        yield
    assert type(raised.value) is error
    assert getattr(raised.value, "field", "") == field
    assert footprint() == before


def fresh(situation: Situation) -> Situation:
    """The situation as it is in the database now."""
    return Situation.objects.select_related("table", "originating_agency").get(pk=situation.pk)


def item_of(conference: Conference, situation: Situation) -> AgendaItem:
    """The agenda item of the situation."""
    return AgendaItem.objects.get(conference=conference, situation=situation)


def act(by: Member, conference: Conference, situation: Situation, action: str, **data: str) -> Situation:
    """One action at the board, as the board's view calls it."""
    item = item_of(conference, situation)
    steering.act(by=by, conference=conference, item=item, action=action, data=data, revision=None)
    return fresh(situation)


def given_for(basis: str, **instead: str) -> dict[str, str]:
    """Everything that a basis asks for, as the form sends it: each condition affirmed, each need answered; `basis` itself too.

    `instead` replaces single answers.
    """
    found = legal_bases.basis(basis)
    affirmed = {f"affirm_{one.code}": "1" for one in (*found.conditions, *(sentence for _regime, sentence in found.stricter))}
    needs = {need: _answered(need) for need in found.needs} | ({"limb": found.limbs[0].code} if found.limbs else {})
    return {"basis": basis, **affirmed, **({"minimum_necessary": "1"} if found.minimum_necessary else {}), **needs, **instead}


def _answered(need: str) -> str:
    if need in grounds.DATES:
        return (clock.today() + timedelta(days=14)).isoformat()
    return f"Because of {need.replace('_', ' ')}."


def to_filter2(people: Cast, conference: Conference, situation: Situation) -> Situation:
    """In hand."""
    chairing.take_in_hand(by=people["facilitator"], conference=conference, item=item_of(conference, situation))
    return fresh(situation)


def to_filter3(people: Cast, conference: Conference, situation: Situation, *, opened: bool = True) -> Situation:
    """Agreed to be AER; the identity opened by the presenter unless told otherwise."""
    to_filter2(people, conference, situation)
    situation = act(people["facilitator"], conference, situation, "agree-all")
    if opened:
        presenter = next(m for m in people.members.values() if m.agency_id == situation.originating_agency_id)
        given = given_for(BASES.get(situation.originating_agency.key, "table_agreement"))
        situation = act(presenter, conference, situation, "open-identity", **given)
    return situation


def to_filter4(people: Cast, conference: Conference, situation: Situation, *, lead: str = "clinic") -> Situation:
    """Led by `lead`, nobody assisting."""
    to_filter3(people, conference, situation)
    agency = str(people.agencies[lead].pk)
    act(people["facilitator"], conference, situation, "assign", agency=agency, role="lead")
    act(people[lead], conference, situation, "accept")
    return act(people["facilitator"], conference, situation, "start-filter-4")


_rows: list[tuple[type[Model], list[Model]]] = []


def assemble() -> Cast:
    """The whole cast at one table that meets every day (so that today always has a conference).

    Made through the verbs once in each process; later tests get the same rows, history included, in bulk: hundreds of tests
    begin here.
    """
    # beside a table that the test has made already the stored rows would collide, and on another day they are not in force
    if Table.objects.exists() or clock.today() != timezone.localdate():
        return _assembled()
    if not _rows:
        people = _assembled()
        models: list[Any] = [Table, Agency, Member, Agreement, Seat, AgencyRole, TableRole]
        every: list[type[Model]] = [*models, *(one.history.model for one in models)]
        _rows.extend((model, list(model._default_manager.all())) for model in every)
        return people
    for model, rows in _rows:
        model._default_manager.bulk_create(rows)
    return _as_stored()


def _as_stored() -> Cast:
    people = Cast(Table.objects.get(slug="harborview-hub"))
    people.agencies = {one.key: one for one in Agency.objects.all()}
    people.members = {one.email.partition("@")[0]: one for one in Member.objects.select_related("agency").order_by("pk")}
    return people


def _assembled() -> Cast:
    table = membership.found_table(
        by=None, slug="harborview-hub", name="Harborview Hub", region="Harborview", place="Community room",
        recurrence="FREQ=DAILY", starts_at=time(9), quorum_seats=3,
    )  # fmt: skip
    people = Cast(table)
    for key, regimes in AGENCIES.items():
        agency = membership.found_agency(
            by=None,
            key=key,
            name=f"Harborview {key.title()}",
            short_name=key.title(),
            sector=key,
            regimes=regimes,
            towns=["Harborview"],
        )
        membership.sign_agreement(
            by=None, table=table, agency=agency, until=date(2099, 1, 1), title="Agreement", signed_by="Head"
        )
        membership.seat_agency(by=None, table=table, agency=agency)
        people.agencies[key] = agency
        people.members[key] = _member(agency, key, ["representative"])
        people.members[f"{key}_deputy"] = _member(agency, f"{key}_deputy", ["deputy"])
    for role in TABLE_ROLES:
        people.members[role] = _member(people.agencies["clinic"], role, [])
        membership.give_table_role(by=None, table=table, member=people[role], role=role)
    people.members["administrator"] = _member(people.agencies["police"], "administrator", [], is_administrator=True)
    stranger = membership.found_agency(
        by=None, key="stranger", name="Stranger", short_name="Stranger", sector="other", regimes=[]
    )
    people.agencies["stranger"] = stranger
    people.members["outsider"] = _member(stranger, "outsider", ["representative"])
    return people


def _member(agency: Agency, name: str, roles: list[str], **fields: Any) -> Member:
    email = f"{name}@harborview.example"
    return membership.add_member(
        by=None, roles=roles, password=PASSWORD, email=email, name=name.title(), agency=agency, **fields
    )
