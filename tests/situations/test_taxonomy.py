import dataclasses

import pytest
from django.utils import translation
from django.utils.functional import Promise

from situations import taxonomy
from situations.taxonomy import Factor, UnknownCode


def test_categories_hold_the_whole_list() -> None:
    risks, strengths = taxonomy.risk_categories(), taxonomy.protective_categories()
    assert (len(risks), sum(len(each.factors) for each in risks)) == (27, 107)
    assert (len(strengths), sum(len(each.factors) for each in strengths)) == (8, 50)
    assert risks[0].code == "antisocial_negative_behaviour"
    assert strengths[-1].code == "protective.social_support_network"


def test_codes_of_factors_and_categories_are_unique() -> None:
    categories = (*taxonomy.risk_categories(), *taxonomy.protective_categories())
    codes = [each.code for category in categories for each in category.factors]
    assert len(set(codes)) == len(codes)
    assert len({each.code for each in categories}) == len(categories)


def test_every_factor_has_name_definition_and_a_prefix_that_tells_its_category() -> None:
    for category in (*taxonomy.risk_categories(), *taxonomy.protective_categories()):
        for each in category.factors:
            assert each.code.startswith(f"{category.code}.")
            assert str(each.name)
            assert str(each.definition)
            assert (each.category, each.kind) == (category.code, category.kind)
            assert str(each.category_name) == str(category.name)


def test_factor_is_found_by_code() -> None:
    found = taxonomy.factor("suicide.current_risk")
    assert str(found.name) == "person current suicide risk"
    assert str(found.category_name) == "Suicide"
    assert found.kind == "risk"


def test_factor_of_unknown_code_is_refused() -> None:
    with pytest.raises(UnknownCode) as refused:
        taxonomy.factor("suicide.unheard_of")
    assert isinstance(refused.value, KeyError)
    for ask in (taxonomy.is_risk, lambda code: taxonomy.grouped([code])):
        with pytest.raises(UnknownCode):
            ask("suicide.unheard_of")


def test_factor_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        taxonomy.factor("suicide.current_risk").code = "x"  # type: ignore[misc]


def test_is_risk_tells_the_kinds_apart() -> None:
    assert taxonomy.is_risk("mental_health.grief")
    assert not taxonomy.is_risk("protective.mental_health.coping")


def test_grouped_keeps_the_order_of_the_list_and_only_what_was_chosen() -> None:
    codes = [
        "protective.mental_health.coping",
        "suicide.current_risk",
        "alcohol.use_by_person",
        "alcohol.use_by_person",
    ]
    groups = taxonomy.grouped([*codes, "alcohol.abuse_by_person"])
    assert [(each.code, [one.code for one in each.factors]) for each in groups] == [
        ("alcohol", ["alcohol.abuse_by_person", "alcohol.use_by_person"]),
        ("suicide", ["suicide.current_risk"]),
        ("protective.mental_health", ["protective.mental_health.coping"]),
    ]


def test_grouped_of_nothing_is_empty() -> None:
    assert taxonomy.grouped([]) == []


def codes_of(found: list[Factor]) -> list[str]:
    return [each.code for each in found]


def test_search_puts_matches_by_name_first() -> None:
    found = codes_of(taxonomy.search("suicide"))
    assert found[:3] == ["suicide.affected", "suicide.current_risk", "suicide.previous_risk"]
    by_category = codes_of(taxonomy.search("drugs"))
    assert set(codes_of(taxonomy.search("drugs harm"))) < set(by_category)


def test_search_needs_every_word_in_any_case_and_accent() -> None:
    assert codes_of(taxonomy.search("  PARÉNT   chIld ", "risk"))[0] == "parenting.conflict"
    assert taxonomy.search("suicide zzz") == []


def test_search_by_kind_leaves_the_other_out() -> None:
    assert all(each.kind == "protective" for each in taxonomy.search("health", "protective"))
    assert all(each.kind == "risk" for each in taxonomy.search("health", "risk"))
    assert len(taxonomy.search("health")) == sum(len(taxonomy.search("health", k)) for k in ("risk", "protective"))


def test_search_without_words_finds_everything() -> None:
    assert len(taxonomy.search(" ")) == 157


def test_vocabularies_keep_their_order() -> None:
    assert list(taxonomy.SUBJECT_TYPES) == ["person", "family", "group", "location"]
    assert list(taxonomy.AGE_BANDS.values())[-1] == "60+"
    assert list(taxonomy.SEXES) == ["male", "female", "x", "unknown"]
    assert list(taxonomy.SERVICE_STATUSES)[-1] == "no_service"
    assert len(taxonomy.STUDY_FLAGS) == 31
    assert len(taxonomy.LANGUAGES) >= 40


def test_conclusions_have_a_name_for_each_group_and_each_reason_once() -> None:
    assert list(taxonomy.CONCLUSIONS) == list(taxonomy.CONCLUSION_GROUPS)
    reasons = [reason for group in taxonomy.CONCLUSIONS.values() for reason in group]
    assert len(set(reasons)) == len(reasons) == 15


def test_names_are_translated_late() -> None:
    assert isinstance(taxonomy.factor("suicide.affected").name, Promise)
    assert isinstance(taxonomy.SUBJECT_TYPES["family"], Promise)


@pytest.mark.parametrize(
    ("profile", "line"),
    [
        (("person", "12_17", "male", "es"), "Male, 12-17, speaks Spanish"),
        (("person", "60_plus", "female", "en"), "Female, 60+"),
        (("person", "25_29", "unknown", "ht"), "Person, 25-29, speaks Haitian Creole"),
        (("person", None, None, None), "Person"),
        (("person", "18_24", "x", ""), "X / other, 18-24"),
        (("family", None, None, "pt"), "Family, speaks Portuguese"),
        (("location", None, None, "en"), "Location"),
        (("group", "12_17", None, "tlh"), "Group, 12-17, speaks tlh"),
    ],
)
def test_subject_line_says_what_is_known(profile: tuple[str, str | None, str | None, str | None], line: str) -> None:
    with translation.override("en"):
        assert taxonomy.subject_line(*profile) == line


@pytest.mark.parametrize("profile", [("animal", None, None), ("person", "13", None), ("person", "12_17", "other")])
def test_subject_line_of_unknown_codes_is_refused(profile: tuple[str, str | None, str | None]) -> None:
    with pytest.raises(KeyError):
        taxonomy.subject_line(*profile, language="en")
