"""The gate: every pair of stages, every mover and every other person, stale revisions; and that there is no other door."""

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from agencies import membership
from conferences.models import Conference
from hub.core.audit import acting
from hub.core.errors import DomainError, NotAllowed, NotVisible, RuleRefused, Stale
from situations import deliberation, filters
from situations.choices import ReferralStage, Stage
from situations.models import Recusal, Situation
from tests.cast import PASSWORD, Cast, assemble, fresh, refused, to_filter2, to_filter3

ROOT = Path(__file__).resolve().parents[2]

# PRODUCT, "The four filters" and "Going back", as sentences: from, to, who
STEPS = """
draft screening writer
draft ready writer
draft kept writer
screening ready screener
screening draft screener
screening kept screener
ready draft writer
ready tabled presiding
tabled filter2 presiding
filter2 filter3 presiding
filter2 rejected presiding
filter2 tabled presiding
filter3 filter4 presiding
filter3 filter2 presiding
filter4 concluded presiding
filter4 filter3 presiding
concluded filter4 presiding
rejected filter2 presiding
"""
ALLOWED = {(Stage(line.split()[0]), Stage(line.split()[1])): line.split()[2] for line in STEPS.strip().splitlines()}
MAY = {"writer": {"schools", "schools_deputy"}, "screener": {"schools_screener"}, "presiding": {"facilitator"}}
IN_AGENCY = {Stage.DRAFT, Stage.SCREENING, Stage.READY, Stage.KEPT}
OWN = {"schools", "schools_deputy", "schools_screener"}
NEVER = {"outsider", "administrator", "analyst"}


@pytest.fixture
def people(db: None) -> Cast:
    people = assemble()
    people.members["schools_screener"] = membership.add_member(
        by=None, roles=["screener"], password=PASSWORD, email="screener@harborview.example", name="Screener",
        agency=people.agencies["schools"],
    )  # fmt: skip
    return people


@pytest.fixture
def conference(people: Cast) -> Conference:
    return people.conference("police", "schools", "clinic", "recovery", "recorder", "observer")


def at(situation: Situation, stage: Stage) -> Situation:
    """The situation as if it stood at `stage`, whatever came before."""
    number = "" if stage in IN_AGENCY else "2026-0001"
    reason = "not_aer" if stage in {Stage.CONCLUDED, Stage.REJECTED} else ""
    Situation.objects.filter(pk=situation.pk).update(stage=stage, number=number, conclusion_reason=reason)
    return fresh(situation)


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def outcome(people: Cast, situation: Situation, to: Stage, name: str) -> type[DomainError] | None:
    fields = {"number": "2026-0001", "conclusion_reason": "not_aer"}
    with undone(), acting(people[name], "test"):
        try:
            filters.move(fresh(situation), to, by=people[name], **fields)
        except DomainError as refusal:
            return type(refusal)
        assert fresh(situation).stage == to
        assert fresh(situation).revision == situation.revision + 1
    return None


def due(name: str, start: Stage, to: Stage) -> type[DomainError] | None:
    """What the person is answered: done, not allowed, or that there is no such situation."""
    if name in MAY[ALLOWED[start, to]]:
        return None
    sees = {Stage.READY: OWN | {"facilitator", "recorder"}}.get(start, OWN if start in IN_AGENCY else None)
    if name in NEVER or (sees is not None and name not in sees):
        return NotVisible
    return NotAllowed


def test_every_pair_of_stages_is_open_or_refused_as_the_protocol_says(people, conference):
    situation = people.draft()
    movers = {"writer": "schools", "screener": "schools_screener", "presiding": "facilitator"}
    for start in Stage:
        situation = at(situation, start)
        for to in Stage:
            mover = ALLOWED.get((start, to))
            names = [movers[mover]] if mover else list(movers.values())
            found = {outcome(people, situation, to, name) for name in names}
            assert found == {None if mover else RuleRefused}, (start, to)


def test_every_step_answers_everybody_else_with_what_they_may_know(people, conference):
    situation = people.draft()
    for start, to in ALLOWED:
        situation = at(situation, start)
        for name in people.members:
            assert outcome(people, situation, to, name) is due(name, start, to), (start, to, name)


def test_recused_mover_is_refused_at_every_step_that_looks_into_the_situation(people, conference):
    situation = people.draft()
    Recusal.objects.create(situation=situation, member=people["facilitator"], at=timezone.now())
    for (start, to), who in ALLOWED.items():
        if who == "presiding":
            clerical = (start, to) in {(Stage.READY, Stage.TABLED), (Stage.FILTER2, Stage.TABLED)}
            found = outcome(people, at(situation, start), to, "facilitator")
            assert found is (None if clerical else NotVisible), (start, to)


def test_facilitator_without_todays_pledge_moves_nothing_but_the_agenda(people, conference):
    situation = at(people.draft(), Stage.FILTER2)
    people.table.pledges.all().delete()
    assert outcome(people, situation, Stage.FILTER3, "facilitator") is NotAllowed
    assert outcome(people, situation, Stage.TABLED, "facilitator") is None


def test_facilitator_who_does_not_preside_moves_nothing(people, conference):
    other = membership.add_member(
        by=None, roles=[], password=PASSWORD, email="other@harborview.example", name="Other", agency=people.agencies["police"]
    )
    membership.give_table_role(by=None, table=people.table, member=other, role="facilitator")
    people.members["other"] = other
    assert outcome(people, at(people.draft(), Stage.FILTER2), Stage.FILTER3, "other") is NotAllowed


def test_leaving_filter_3_closes_the_identity(people):
    situation = people.ready()
    conference = people.conference()
    situation = to_filter3(people, conference, situation)
    assert situation.identity_open
    with acting(people["facilitator"], "test"):
        filters.move(situation, Stage.FILTER2, by=people["facilitator"])
    assert not fresh(situation).identity_open


def test_touch_raises_the_revision_and_never_the_stage(people):
    situation = people.draft()
    with acting(people["schools"], "test"):
        filters.touch(situation, note="Other words.")
        assert fresh(situation).revision == situation.revision
        with pytest.raises(ValueError, match="gate"):
            filters.touch(situation, stage=Stage.READY)
    assert fresh(situation).stage == Stage.DRAFT


def test_stale_revision_is_refused_and_says_how_it_stands(people):
    situation = _at_filter_2(people)
    with refused(Stale):
        deliberation.agree_all(by=people["facilitator"], situation=situation, revision=situation.revision - 1)


def test_outsider_with_a_stale_revision_learns_nothing(people):
    situation = _at_filter_2(people)
    with refused(NotVisible):
        deliberation.agree_all(by=people["outsider"], situation=situation, revision=situation.revision - 1)


def test_forged_key_does_not_exist(people):
    with transaction.atomic(), pytest.raises(NotVisible):
        filters.lock(987654)


def test_wrong_stage_is_named_to_who_may_know_it(people):
    situation = people.ready()
    people.conference()
    with refused(RuleRefused):
        deliberation.agree_all(by=people["facilitator"], situation=fresh(situation))


def _at_filter_2(people: Cast) -> Situation:
    situation = people.ready()
    return to_filter2(people, people.conference(), situation)


def _product_files() -> list[Path]:
    return [
        path
        for app in ("hub", "agencies", "situations", "conferences")
        for path in (ROOT / app).rglob("*.py")
        if "migrations" not in path.parts
    ]


def _is_referral_stage(value: ast.AST) -> bool:
    if isinstance(value, ast.IfExp):
        return _is_referral_stage(value.body) and _is_referral_stage(value.orelse)
    return isinstance(value, ast.Attribute) and isinstance(value.value, ast.Name) and value.value.id == "ReferralStage"


def _stages_of_referrals(tree: ast.AST) -> Iterator[ast.AST]:
    """What is assigned a stage of a referral, which is none of a situation."""
    assigned = [node for node in ast.walk(tree) if isinstance(node, ast.Assign)]
    for node in assigned:
        for target in node.targets:
            given: list[tuple[ast.expr, ast.expr]] = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                given = list(zip(target.elts, node.value.elts, strict=True))
            yield from (one for one, value in given if _is_referral_stage(value))


def _writes_of_stage(tree: ast.AST) -> Iterator[int]:
    elsewhere = set(_stages_of_referrals(tree))
    for node in ast.walk(tree):
        if node in elsewhere:
            continue
        if isinstance(node, ast.Attribute) and node.attr == "stage" and isinstance(node.ctx, ast.Store | ast.Del):
            yield node.lineno
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            by_name = called in {"update", "touch", "create", "update_or_create", "get_or_create", "Situation", "replace"}
            if by_name and any(one.arg == "stage" for one in node.keywords):
                yield node.lineno
            if called == "setattr" and isinstance(node.args[1], ast.Constant) and node.args[1].value == "stage":
                yield node.lineno


@pytest.mark.pairless
def test_nobody_but_the_gate_writes_the_stage():
    found = {
        f"{path.relative_to(ROOT)}:{line}"
        for path in _product_files()
        for line in _writes_of_stage(ast.parse(path.read_text()))
        if path != ROOT / "situations" / "filters.py"
    }
    assert found == set()


@pytest.mark.pairless
def test_the_search_for_writers_of_the_stage_finds_them():
    code = "s.stage = 1\nq.update(stage=2)\nsetattr(s, 'stage', 3)\nSituation(stage=4)\ndel s.stage\nq.filter(stage=5)"
    assert sorted(_writes_of_stage(ast.parse(code))) == [1, 2, 3, 4, 5]


@pytest.mark.pairless
def test_the_search_passes_over_stages_of_referrals_and_nothing_else():
    assert not {*Stage.values} & {*ReferralStage.values}
    passed = (
        "r.stage = ReferralStage.A\nr.stage, r.on = ReferralStage.A, 1\nr.stage = ReferralStage.A if x else ReferralStage.B"
    )
    assert not list(_writes_of_stage(ast.parse(passed)))
    code = "s.stage = ReferralStage.A if x else y\ns.on, s.stage = ReferralStage.A, Stage.A\ns.stage = Stage.A\ns.stage = read"
    assert sorted(_writes_of_stage(ast.parse(code))) == [1, 2, 3, 4]


@pytest.mark.pairless
def test_only_few_modules_know_the_identity_its_key_and_its_index():
    allowed = {
        "situations/models/__init__.py", "situations/models/identity.py", "situations/identity.py",
        "situations/retention.py", "situations/rekeying.py", "situations/repeat.py", "situations/sealing.py",
        "situations/backups.py", "situations/restoring.py", "situations/certificates.py",
        "situations/apps.py",  # which tables the second wall stands around; reads none of them
    }  # fmt: skip
    found = set()
    for path in _product_files():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and {one.name for one in node.names} & {"Identity", "DataKey", "BlindIndex"}:
                found.add(str(path.relative_to(ROOT)))
            if isinstance(node, ast.Attribute) and node.attr in {"Identity", "DataKey", "BlindIndex", "data_keys"}:
                found.add(str(path.relative_to(ROOT)))
    assert found <= allowed
