"""The sentence "Read by" against the gate that decides: it names everybody who will read, and nobody else."""

import pytest

from agencies.models import Table
from situations.choices import Stage
from situations.disclosure import Audience, may_see
from situations.readers import SAYS, readers, readers_of
from situations.viewpoints import Viewpoint
from situations.visibility import Field

TABLES = {
    "as usual": Table(name="Hub"),
    "at filter 4": Table(name="Hub", identity_opens_at_filter=4),
    "the name alone": Table(name="Hub", filter3_identifiers=["name"]),
    "answers shown": Table(name="Hub", shows_positive_answers=True),
}
GLASS = "in an emergency who may break the glass"


def gate_says(field: Field, table: Table) -> set[tuple[Viewpoint, Stage]]:
    limited = frozenset(Field(one) for one in table.filter3_identifiers) if table.identity_opens_at_filter == 3 else frozenset()
    return {
        (viewpoint, stage)
        for viewpoint in Viewpoint
        for stage in Stage
        if may_see(Audience(frozenset({viewpoint}), stage, limited, table.shows_positive_answers), field)
    }


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
@pytest.mark.parametrize("field", Field)
def test_readers_are_those_whom_the_gate_lets_see(field: Field, table: Table):
    said = {(one.viewpoint, stage) for one in readers(field, table) for stage in one.stages}
    assert said == gate_says(field, table)


@pytest.mark.parametrize("field", [Field.PROFILE, Field.CRITERIA, Field.CONSENT, Field.NAME, Field.ADDRESS])
def test_sentence_names_every_reader_and_nobody_else(field: Field):
    sentence = readers_of(field, TABLES["as usual"])
    reading = {viewpoint for viewpoint, _stage in gate_says(field, TABLES["as usual"])}
    for viewpoint, words in SAYS.items():
        if viewpoint is not Viewpoint.SEAT_IDENTITY_OPEN:
            named = f"{words}," in f"{sentence},".replace(" from filter 2,", ",").replace(" at filter 2,", ",").replace(
                " from filter 4,", ","
            ).replace(" until it is concluded,", ",")
            assert named == (viewpoint in reading), viewpoint


def test_sentence_of_the_screening_promises_that_it_never_leaves():
    assert readers_of(Field.SCREENING, TABLES["as usual"]) == "your agency only, for good"


def test_sentence_of_the_name_follows_the_tables_setting():
    usual = f"your agency, seats present while the identity is open, lead and assisting agencies from filter 4, {GLASS}"
    late = f"your agency, lead and assisting agencies from filter 4, {GLASS}"
    assert readers_of(Field.NAME, TABLES["as usual"]) == usual
    assert readers_of(Field.NAME, TABLES["at filter 4"]) == late
    assert readers_of(Field.ADDRESS, TABLES["as usual"]) == late
