from pathlib import Path

import pytest
import yaml
from django.utils.functional import Promise

from situations import legal_bases
from situations.legal_bases import UnknownBasis

SOURCE = Path(legal_bases.__file__).parent / "data" / "legal_bases.yaml"


def codes_for(*regimes: str) -> list[str]:
    return [each.code for each in legal_bases.choices_for(regimes)]


def test_pack_names_itself_as_the_data_does() -> None:
    assert yaml.safe_load(SOURCE.read_text(encoding="utf-8"))["pack"] == legal_bases.PACK == "massachusetts-2026"


def test_basis_is_found_by_code() -> None:
    found = legal_bases.basis("hipaa_threat")
    assert found.citation == "45 CFR 164.512(j)(1)(i)"
    assert isinstance(found.name, Promise)
    assert str(found.name) == "Serious and imminent threat"
    assert found.needs == ()


def test_basis_of_unknown_code_is_refused() -> None:
    with pytest.raises(UnknownBasis) as refused:
        legal_bases.basis("because")
    assert isinstance(refused.value, KeyError)


@pytest.mark.parametrize(
    ("regimes", "own"),
    [
        (("police",), ["police_caretaking", "police_victim_authorization"]),
        (("ferpa",), ["ferpa_emergency", "ferpa_consent"]),
        (("state_c66a",), ["state_release", "state_permit"]),
        (("hipaa",), ["hipaa_authorization", "hipaa_treatment", "hipaa_threat", "hipaa_locate"]),
        (("part2",), ["part2_consent"]),
        (("other",), []),
        ((), []),
    ],
)
def test_choices_follow_the_regime_and_end_with_the_tables_agreement(regimes: tuple[str, ...], own: list[str]) -> None:
    assert codes_for(*regimes) == [*own, "table_agreement"]


def test_choices_of_two_regimes_are_joined() -> None:
    assert set(codes_for("state_c66a", "hipaa")) == set(codes_for("state_c66a")) | set(codes_for("hipaa"))


@pytest.mark.parametrize(
    ("code", "regimes", "may"),
    [
        ("hipaa_threat", ["hipaa"], True),
        ("hipaa_threat", ["police"], False),
        ("hipaa_threat", [], False),
        ("part2_consent", ["part2", "hipaa"], True),
        ("table_agreement", [], True),
        ("because", ["hipaa"], False),
    ],
)
def test_may_choose_only_what_the_own_regimes_allow(code: str, regimes: list[str], may: bool) -> None:
    assert legal_bases.may_choose(code, regimes) is may


def test_nobody_chooses_a_basis_by_calling_itself_any() -> None:
    assert codes_for("any") == ["table_agreement"]


def test_part_2_carries_its_notice() -> None:
    assert legal_bases.basis("part2_consent").notice.startswith("42 CFR part 2 prohibits")


def test_every_basis_is_complete_and_cites_no_renumbered_rule() -> None:
    for each in legal_bases.choices_for(["police", "ferpa", "state_c66a", "hipaa", "part2", "other"]):
        assert each.regimes
        assert each.citation
        assert str(each.means)
        assert "27.17" not in each.citation
