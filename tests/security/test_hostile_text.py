"""Markup in stored text: the door for typed text is tested elsewhere; here it got past it, and every page still escapes it."""

from collections.abc import Iterator

import pytest
from django.db.models import F, Model, Value
from django.db.models.functions import Concat
from pytest_django import DjangoDbBlocker

from agencies.models import Agency, Member, Table
from conferences.models import Conference, SystemicIssue
from situations.models import (
    AerCriterion,
    Answer,
    Contact,
    PlanStep,
    ReportBack,
    Screening,
    ServiceRecord,
    Situation,
    Stance,
    Visit,
)
from tests.cast import scene
from tests.security import markup, reading
from tests.security.community import Community, settle

pytestmark = pytest.mark.django_db
ELEMENT = "zqhostile"
HOSTILE = f"'\"></textarea><{ELEMENT} onclick=x()>"
COLUMNS: dict[type[Model], tuple[str, ...]] = {
    Agency: ("short_name",),
    Member: ("name", "position"),
    Table: ("name", "region", "place", "mission"),
    Conference: ("place",),
    SystemicIssue: ("title", "text"),
    Situation: ("note", "town", "consent_reason", "conclusion_because"),
    AerCriterion: ("because",),
    Screening: ("tried", "beyond_one_agency"),
    Stance: ("went_on_because",),
    Answer: ("offer",),
    PlanStep: ("text",),
    Visit: ("who_goes", "place", "offer", "safety"),
    Contact: ("outcome",),
    ServiceRecord: ("service",),
    ReportBack: ("line",),
}
"""Every column that holds typed text, beside the agencies' names, which must differ."""
READERS = ("facilitator", "schools", "clinic", "privacy_officer", "administrator")


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Community]:
    with scene(django_db_blocker):
        found = settle()
        for model, columns in COLUMNS.items():
            # past every verb, as a broken import or another program on the database would do it
            model._default_manager.update(**dict.fromkeys(columns, HOSTILE))
        Agency.objects.update(name=Concat(Value(HOSTILE), F("key")))
        Situation.objects.update(affected_persons=[{"tie": HOSTILE, "age_band": "6_11", "sex": "female"}])
        yield found


@pytest.mark.parametrize("reader", READERS)
def test_every_page_escapes_every_text(town: Community, reader: str):
    client, shown = reading.client_of(town, reader), 0
    few = town.only("draft", "screening", "opened", "acting", "concluded")
    for path in reading.addresses(few, closed=reading.posts_only(few)) + reading.form_addresses(few):
        answer = client.get(path)
        assert answer.status_code != 500, path
        texts = list(answer.json()["panels"].values()) if path.endswith("/panels/") and answer.status_code == 200 else []
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            texts.append(answer.content.decode())
        for text in texts:
            page = markup.parsed(text, reading.elsewhere(path))
            assert ELEMENT not in page.tags, path
            assert page.found == [], path
            shown += f"&lt;{ELEMENT}" in text
    assert shown > 10, "the text is there, escaped"


def test_every_socket_escapes_every_text(town: Community):
    shown = 0
    for _account, text in reading.read_sockets(town):
        page = markup.parsed(text)
        assert (ELEMENT in page.tags, page.found) == (False, [])
        shown += f"&lt;{ELEMENT}" in text
    assert shown > 5


def test_identity_is_escaped_too(town: Community):
    answer = reading.client_of(town, "schools").post(f"/situations/{town.situations['opened'].pk}/identity/")
    assert answer.status_code == 200
    assert ELEMENT not in markup.parsed(answer.content.decode()).tags
