"""A name that was typed into a draft and taken out before it was sent stands in no row of any table."""

import pytest
from django.db import connection

from situations import writing
from situations.choices import Criterion
from situations.guard import GuardStops
from situations.models import AerCriterion, Screening, Situation
from tests.cast import PROFILE, Cast, assemble, fresh

NAME = "Zephyrine Quill-Marker"


@pytest.fixture
def people(db: None) -> Cast:
    return assemble()


def save(people: Cast, situation: Situation, text: str) -> None:
    writing.save(
        by=people["schools"], situation=situation,
        profile={**PROFILE, "note": text, "consent_reason": text, "affected_persons": [{"tie": text}]},
        screening={"tried": text, "beyond_one_agency": text}, criteria={one.value: text for one in Criterion},
    )  # fmt: skip


def rows_with(word: str) -> set[str]:
    """Tables in which a word stands."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - the schema's own names
            if any(word in str(value) for row in cursor.fetchall() for value in row):
                found.add(table)
    return found


def test_name_that_the_guard_asked_about_and_that_was_taken_out_is_in_no_row(people: Cast) -> None:
    situation = people.draft()
    save(people, situation, f"{NAME} stopped coming.")
    with pytest.raises(GuardStops):
        writing.submit(by=people["schools"], situation=situation, recognisable="no")
    assert "situations_historicalsituation" in rows_with(NAME), "until then the agency's own draft holds what was typed"
    save(people, situation, "Stopped coming.")
    before = Situation.history.filter(id=situation.pk).count()
    writing.submit(by=people["schools"], situation=situation, recognisable="no")
    assert rows_with(NAME) == set()
    assert Situation.history.filter(id=situation.pk).count() == before + 1, "who changed it, and when, stays"


def test_history_goes_on_from_what_was_sent(people: Cast) -> None:
    situation = people.draft()
    writing.submit(by=people["schools"], situation=situation, recognisable="no")
    situation = fresh(situation)
    assert set(Situation.history.filter(id=situation.pk).values_list("note", flat=True)) == {PROFILE["note"]}
    for model, name in ((AerCriterion, "because"), (Screening, "tried")):
        for one in model.objects.filter(situation=situation):
            assert set(model.history.filter(id=one.pk).values_list(name, flat=True)) == {getattr(one, name)}
