"""All facts in all combinations: what can never be seen, whatever else is true."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import product

import pytest

from situations.choices import Stage
from situations.disclosure import Audience, may_see
from situations.viewpoints import Facts, Viewpoint, viewpoints
from situations.visibility import IDENTITY_FIELDS, Field

pytestmark = pytest.mark.pairless

IN_AGENCY = {Stage.DRAFT, Stage.SCREENING, Stage.READY, Stage.KEPT}
ROLES = [frozenset[str]()] + [
    frozenset({role}) for role in ("facilitator", "recorder", "observer", "analyst", "privacy_officer", "break_glass")
]
GLASS: list[tuple[frozenset[str], bool]] = [
    *((roles, False) for roles in ROLES),
    (frozenset({"break_glass"}), True),
    # the role was taken away after the opening
    (frozenset(), True),
]
TRUTHS = [
    "originating",
    "involved",
    "received_profile",
    "told",
    "recused",
    "works_cases",
    "speaks",
    "agreement",
    "pledged",
    "present",
    "presides",
    "administrator",
]
TALK = {Field.PROFILE, Field.CRITERIA, Field.CONSENT, Field.STANCES, Field.ANSWERS, Field.PLAN, Field.BASES, Field.ASSIGNED}


def all_facts() -> Iterator[Facts]:
    opened = [(stage, False) for stage in Stage] + [(Stage.FILTER3, True)]
    for (stage, identity_open), (roles, broken), truths in product(opened, GLASS, product([False, True], repeat=len(TRUTHS))):
        yield Facts(
            stage=stage, identity_open=identity_open, table_roles=roles, glass_broken=broken,
            **dict(zip(TRUTHS, truths, strict=True)),
        )  # fmt: skip


@cache
def _seen(points: frozenset[Viewpoint], stage: Stage) -> frozenset[Field]:
    looks = Audience(points, stage, frozenset(IDENTITY_FIELDS), answers_shown=True)
    return frozenset(field for field in Field if may_see(looks, field))


def seen(facts: Facts) -> frozenset[Field]:
    return _seen(viewpoints(facts), facts.stage)


@pytest.fixture(scope="module")
def with_glass() -> list[Facts]:
    return list(all_facts())


@pytest.fixture(scope="module")
def everyone(with_glass: list[Facts]) -> list[Facts]:
    """All who have not broken the glass with the role to do so."""
    return [one for one in with_glass if not (one.glass_broken and one.table_roles)]


def test_recused_person_sees_nothing(with_glass):
    assert not any(viewpoints(one) for one in with_glass if one.recused)


def test_break_glass_adds_the_identity_and_which_situation_it_is_and_nothing_else(with_glass):
    for one in with_glass:
        if one.glass_broken:
            before = seen(replace(one, glass_broken=False))
            added = {Field.NUMBER, Field.STAGE, Field.TIMES, Field.ORIGIN, *IDENTITY_FIELDS}
            assert seen(one) - before <= added
            at_table = one.stage not in IN_AGENCY and one.agreement and not one.recused and one.table_roles == {"break_glass"}
            if not at_table:
                assert seen(one) == before
            elif one.stage == Stage.REJECTED:
                assert not seen(one) & set(IDENTITY_FIELDS)
            else:
                assert set(IDENTITY_FIELDS) <= seen(one)


def test_role_alone_opens_nothing(everyone):
    for one in everyone:
        if one.table_roles == {"break_glass"}:
            assert seen(one) == seen(replace(one, table_roles=frozenset()))


def test_agency_without_agreement_sees_only_its_own_work_before_the_table(with_glass):
    for one in with_glass:
        if not one.agreement:
            own = one.stage in IN_AGENCY and one.originating and one.works_cases
            assert viewpoints(one) <= ({Viewpoint.ORIGINATOR} if own else set())


def test_filter_1_stays_in_the_agency(with_glass):
    for one in with_glass:
        if one.stage in IN_AGENCY and not one.originating:
            # the facilitator learns of a ready situation that it is there, from whom and since when; nothing else
            assert seen(one) <= {Field.STAGE, Field.TIMES, Field.ORIGIN}
            assert not seen(one) or one.stage == Stage.READY


def test_person_without_pledge_sees_no_profile_of_another_agency(everyone):
    for one in everyone:
        if not one.pledged and not (one.originating and one.works_cases):
            assert not seen(one) & (TALK | {Field.OUTLINE} | set(IDENTITY_FIELDS))


def test_person_out_of_the_room_opens_no_identity_at_filter_3(everyone):
    for one in everyone:
        if one.stage == Stage.FILTER3 and not one.present and not (one.originating and one.works_cases):
            assert not seen(one) & set(IDENTITY_FIELDS)


def test_closed_identity_is_closed_to_every_seat_at_filter_3(everyone):
    for one in everyone:
        if one.stage == Stage.FILTER3 and not one.identity_open and not (one.originating and one.works_cases):
            assert not seen(one) & set(IDENTITY_FIELDS)


def test_identity_is_opened_only_for_a_seat_or_by_its_own_agency(everyone):
    for one in everyone:
        if not one.speaks and not (one.originating and one.works_cases):
            assert not seen(one) & set(IDENTITY_FIELDS), "facilitator, recorder, observer and the rest: only as a seat"


def test_agency_without_a_role_opens_nothing_from_filter_4_on(everyone):
    for one in everyone:
        if one.stage in {Stage.FILTER4, Stage.CONCLUDED} and not one.involved and not (one.originating and one.works_cases):
            assert not seen(one) & {*IDENTITY_FIELDS, Field.PLAN, Field.ANSWERS, Field.BASES}


def test_rejected_situation_opens_to_nobody(with_glass):
    assert not any(seen(one) & {*IDENTITY_FIELDS, Field.SCREENING} for one in with_glass if one.stage == Stage.REJECTED)


def test_screening_never_leaves_the_agency(with_glass):
    for one in with_glass:
        if Field.SCREENING in seen(one) or Field.REPEAT in seen(one):
            assert one.originating
            assert one.works_cases


@pytest.mark.parametrize("role", ["observer", "analyst", "privacy_officer"])
def test_role_beside_the_table_sees_no_profile_beyond_the_observers_filter_2(everyone, role):
    for one in everyone:
        if one.table_roles == {role} and not (one.presides or one.speaks or one.originating):
            shown = seen(one) & (TALK | set(IDENTITY_FIELDS))
            at_filter_2 = role == "observer" and one.stage == Stage.FILTER2 and one.present and one.pledged
            assert shown == ({Field.PROFILE, Field.CRITERIA} if at_filter_2 and one.agreement and not one.recused else set())


@pytest.mark.parametrize("roles", [frozenset(), frozenset({"analyst"})])
def test_administrator_and_analyst_see_nothing_at_all(everyone, roles):
    for one in everyone:
        if one.table_roles == roles and not (one.presides or one.speaks or one.originating):
            assert not seen(one)


def test_ledger_is_read_whole_by_the_privacy_officer_alone(everyone):
    for one in everyone:
        assert (Field.LEDGER in seen(one)) <= ("privacy_officer" in one.table_roles)
