"""PRODUCT, "Who sees what", written down a second time and compared cell by cell with `situations.visibility`."""

from dataclasses import fields

import pytest

from situations import contents
from situations.choices import Stage
from situations.disclosure import Audience, may_see, openable
from situations.projection import Projection
from situations.viewpoints import Viewpoint
from situations.visibility import IDENTITY_FIELDS, VISIBLE, Field

COLUMNS = [
    "originator",
    "seat",
    "seat_identity_open",
    "role_holder",
    "seat_no_role",
    "seat_absent",
    "chair",
    "observer",
    "privacy_officer",
    "break_glass",
    "analyst",
    "administrator",
    "projector",
]

WORDS = {
    "-": "",
    "ever": "draft screening ready kept tabled filter2 filter3 filter4 concluded rejected",
    "unrejected": "draft screening ready kept tabled filter2 filter3 filter4 concluded",
    "untabled": "draft screening ready",
    "ready": "ready tabled filter2 filter3 filter4 concluded rejected",
    "tabled": "tabled filter2 filter3 filter4 concluded rejected",
    "attable": "tabled filter2 filter3 filter4 concluded",
    "taken": "filter2 filter3 filter4 concluded rejected",
    "from2": "filter2 filter3 filter4 concluded",
    "2": "filter2",
    "2-3": "filter2 filter3",
    "3": "filter3",
    "4": "filter4",
    "4on": "filter4 concluded",
    "ended": "concluded rejected",
}

#                   own        seat   open   role   norole absent chair  observ privac glass   analys admin  projector
EXPECTED = """
number              ever       tabled tabled tabled tabled tabled tabled tabled tabled tabled  -      -      tabled
stage               ever       tabled tabled tabled tabled tabled ready  tabled tabled tabled  -      -      tabled
times               ever       tabled tabled tabled tabled tabled ready  tabled tabled tabled  -      -      tabled
origin              ever       tabled tabled tabled tabled tabled ready  tabled tabled tabled  -      -      tabled
outline             ever       tabled tabled tabled tabled -      tabled tabled -      -       -      -      tabled
profile             ever       2-3    2-3    4on    4      -      taken  2      -      -       -      -      2-3
criteria            ever       2-3    2-3    4on    4      -      taken  2      -      -       -      -      2-3
consent             ever       2-3    2-3    4on    -      -      taken  -      -      -       -      -      -
stances             2-3        2-3    2-3    -      -      -      from2  -      -      -       -      -      -
screening           unrejected -      -      -      -      -      -      -      -      -       -      -      -
repeat              untabled   -      -      -      -      -      -      -      -      -       -      -      -
name                unrejected -      3      4on    -      -      -      -      -      attable -      -      -
date_of_birth       unrejected -      3      4on    -      -      -      -      -      attable -      -      -
address             unrejected -      3      4on    -      -      -      -      -      attable -      -      -
aliases             unrejected -      3      4on    -      -      -      -      -      attable -      -      -
guardian            unrejected -      3      4on    -      -      -      -      -      attable -      -      -
others              unrejected -      3      4on    -      -      -      -      -      attable -      -      -
answers             -          3      3      4on    -      -      3      -      -      -       -      -      -
bases               -          -      -      4on    -      -      -      -      -      -       -      -      -
assigned            tabled     3      3      4on    4on    -      tabled -      -      -       -      -      -
plan                -          -      -      4on    -      -      -      -      -      -       -      -      -
plan_status         -          -      -      4on    -      -      4on    -      -      -       -      -      -
report_backs        ever       tabled tabled tabled tabled tabled tabled tabled tabled -       -      -      4on
conclusion          ever       tabled tabled tabled tabled tabled tabled tabled tabled -       -      -      ended
own_disclosures     ever       -      -      4on    -      -      -      -      -      -       -      -      -
ledger              -          -      -      -      -      -      -      -      tabled -       -      -      -
"""

ROWS = {line.split()[0]: dict(zip(COLUMNS, line.split()[1:], strict=True)) for line in EXPECTED.strip().splitlines()}


def audience(viewpoint: Viewpoint, stage: Stage, *, limited=IDENTITY_FIELDS, answers=True) -> Audience:
    return Audience(frozenset({viewpoint}), stage, frozenset(limited), answers)


@pytest.mark.pairless
@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("viewpoint", Viewpoint)
def test_every_cell_is_what_the_product_says(stage, viewpoint):
    seen = {field.value for field in Field if may_see(audience(viewpoint, stage), field)}
    assert seen == {name for name, row in ROWS.items() if stage.value in WORDS[row[viewpoint.value]].split()}


@pytest.mark.pairless
def test_expected_table_names_every_field_and_every_viewpoint():
    assert set(ROWS) == {field.value for field in Field}
    assert [viewpoint.value for viewpoint in Viewpoint] == COLUMNS
    assert set(VISIBLE) == set(Field)


@pytest.mark.pairless
def test_field_without_a_row_is_seen_by_nobody():
    for viewpoint in Viewpoint:
        for stage in Stage:
            assert not may_see(audience(viewpoint, stage), "shoe_size")  # type: ignore[arg-type]


@pytest.mark.pairless
def test_projection_has_a_row_and_a_reader_for_every_attribute():
    attributes = {one.name for one in fields(Projection)} - {"key", "revision", "openable"}
    assert attributes == {field.value for field in contents.READERS}
    assert attributes == {field.value for field in Field} - {field.value for field in IDENTITY_FIELDS}


@pytest.mark.pairless
def test_no_reader_reads_an_identity():
    assert not set(contents.READERS) & set(IDENTITY_FIELDS)


@pytest.mark.pairless
def test_seats_open_only_what_the_table_has_set():
    seat = audience(Viewpoint.SEAT_IDENTITY_OPEN, Stage.FILTER3, limited=[Field.NAME, Field.DATE_OF_BIRTH])
    assert openable(seat) == (Field.NAME, Field.DATE_OF_BIRTH)
    assert openable(audience(Viewpoint.SEAT_IDENTITY_OPEN, Stage.FILTER3, limited=[])) == ()


@pytest.mark.pairless
@pytest.mark.parametrize("viewpoint", [Viewpoint.ORIGINATOR, Viewpoint.ROLE_HOLDER])
def test_tables_setting_does_not_narrow_originator_and_role_holders(viewpoint):
    assert openable(audience(viewpoint, Stage.FILTER4, limited=[])) == IDENTITY_FIELDS


@pytest.mark.pairless
@pytest.mark.parametrize(
    ("viewpoint", "shown"), [(Viewpoint.SEAT, False), (Viewpoint.SEAT_IDENTITY_OPEN, False), (Viewpoint.CHAIR, True)]
)
def test_positive_answers_stay_from_seats_unless_the_table_so_decides(viewpoint, shown):
    assert may_see(audience(viewpoint, Stage.FILTER3, answers=False), Field.ANSWERS) is shown


@pytest.mark.pairless
@pytest.mark.parametrize("viewpoint", [Viewpoint.ANALYST, Viewpoint.ADMINISTRATOR])
def test_audience_that_sees_no_field_is_nobody(viewpoint):
    assert not any(audience(viewpoint, stage) for stage in Stage)
