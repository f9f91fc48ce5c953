"""The policy pack against a table written by hand from the sources, row by row, and the reader that takes nothing unknown."""

from pathlib import Path

import pytest
from django.utils.functional import Promise

from agencies.choices import Regime
from situations import grounds, legal_bases
from situations.legal_bases import BadPack, UnknownBasis

SOURCE = Path(legal_bases.__file__).parent / "data" / "policy_packs" / "massachusetts-2026.yaml"
HIPAA, SCHOOL, PART2, STATE, POLICE = {"hipaa"}, {"ferpa"}, {"part2"}, {"state_c66a"}, {"police"}
CONSENT = {"consent_reference", "consent_scope", "consent_expires_on"}
Row = tuple[set[str], str, bool, bool, bool, set[str]]
# code: regimes, citation (a part of it), offered at a table, minimum necessary, in an accounting, what must be recorded
EXPECTED: dict[str, Row] = {
    "hipaa_required_by_law": (HIPAA, "164.512(a)", True, False, True, {"law"}),  # H1
    "hipaa_child_report": (HIPAA, "164.512(b)(1)(ii)", False, False, True, set()),  # H2: the 51A hotline
    "hipaa_adult_abuse": (HIPAA, "164.512(c)", True, True, True, {"limb", "law"}),  # H3
    "hipaa_process": (HIPAA, "164.512(f)(1)(i)", True, False, True, {"process_reference"}),  # H4 (i), (ii)(A), (B)
    "hipaa_administrative_request": (HIPAA, "(f)(1)(ii)(C)", True, True, True, {"process_reference", "request"}),  # H4 (C)
    "hipaa_locate": (HIPAA, "164.512(f)(2)", True, False, True, {"request"}),  # H5: a closed list instead
    "hipaa_victim": (HIPAA, "164.512(f)(3)", True, True, True, {"limb", "request"}),  # H6
    "hipaa_decedent": (HIPAA, "164.512(f)(4)", False, True, True, set()),  # H7
    "hipaa_premises": (HIPAA, "164.512(f)(5)", False, True, True, set()),  # H8
    "hipaa_emergency_care": (HIPAA, "164.512(f)(6)", False, True, True, set()),  # H9
    "hipaa_threat": (
        HIPAA, "164.512(j)(1)(i)", True, True, True, {"threat", "at_risk", "why_imminent", "why_recipient"},
    ),  # H10
    "hipaa_apprehend": (HIPAA, "164.512(j)(1)(ii)", False, False, True, set()),  # H11
    "hipaa_treatment": (HIPAA, "164.506(c)", True, True, False, {"judgment"}),  # H12
    "hipaa_family": (HIPAA, "164.510(b)", False, True, False, set()),  # H13
    "hipaa_authorization": (HIPAA, "164.508", True, False, False, CONSENT),  # H14
    "hipaa_psychotherapy": (HIPAA, "164.508(a)(2)", False, False, True, set()),  # H15
    "hipaa_other": (HIPAA, "(k)(5)", False, True, True, set()),  # H16
    "ferpa_emergency": (SCHOOL, "603 CMR 23.07(4)(e)", True, False, True, {"threat", "why_recipient", "emergency_ends_on"}),
    "ferpa_consent": (SCHOOL, "34 CFR 99.30", True, False, True, CONSENT),
    "ferpa_observation": (SCHOOL, "34 CFR 99.3", True, False, True, set()),
    "ferpa_law_enforcement_unit": (SCHOOL, "34 CFR 99.8", True, False, True, set()),
    "ferpa_order": (SCHOOL, "99.31(a)(9)", True, False, True, {"process_reference"}),
    "part2_consent": (PART2, "42 CFR 2.31", True, True, True, CONSENT),
    "part2_medical": (PART2, "42 CFR 2.51", False, False, True, set()),
    "state_release": (STATE, "104 CMR 27.16", True, False, True, CONSENT),
    "state_permit": (STATE, "c. 123, § 36", True, False, True, {"process_reference", "why_recipient"}),
    "state_dcf_authorization": (STATE, "110 CMR 12.00", True, False, True, CONSENT),
    "state_court_order": (STATE, "c. 66A", True, False, True, {"process_reference"}),
    "police_caretaking": (POLICE, "803 CMR 2.00", True, False, True, set()),
    "police_victim_authorization": (POLICE, "c. 41, § 97D", True, False, True, CONSENT),
    "table_agreement": ({"police", "ferpa", "other"}, "memorandum of understanding", True, False, True, set()),
}  # fmt: skip
# 45 CFR 164.506 does not reach police; 164.512(f) reaches nobody else
EXCLUDED = {"hipaa_treatment": POLICE}
ONLY = dict.fromkeys(("hipaa_process", "hipaa_administrative_request", "hipaa_locate", "hipaa_victim"), POLICE)
NOTICES = {
    "part2_consent": "42 CFR part 2 prohibits unauthorized use or disclosure of these records.",
    "ferpa_consent": "Education records may be passed on only with consent (34 CFR 99.33).",
    "ferpa_emergency": "Education records may be passed on only with consent (34 CFR 99.33).",
    "ferpa_order": "Education records may be passed on only with consent (34 CFR 99.33).",
}


def codes_for(*regimes: str) -> list[str]:
    return [each.code for each in legal_bases.choices_for(regimes)]


def test_the_table_here_and_the_pack_name_the_same_bases() -> None:
    assert set(EXPECTED) == set(legal_bases.pack())


@pytest.mark.parametrize("code", EXPECTED)
def test_each_basis_asks_and_counts_as_its_source_says(code: str) -> None:
    regimes, citation, at_table, minimum, accounted, needs = EXPECTED[code]
    found = legal_bases.basis(code)
    assert set(found.regimes) == regimes
    assert (found.at_table, found.minimum_necessary, found.accounted) == (at_table, minimum, accounted)
    assert citation in found.citation
    assert set(found.needs) == needs
    assert found.excluded_recipients == EXCLUDED.get(code, set())
    assert found.only_recipients == ONLY.get(code, set())
    assert bool(found.conditions) is at_table
    assert str(found.means) and (at_table or str(found.instead))  # noqa: PT018 - each of them says something to a reader


@pytest.mark.parametrize("code", NOTICES)
def test_notice_on_passing_on_is_the_laws_own(code: str) -> None:
    notice = legal_bases.notice_of(code)
    assert notice is not None
    assert notice.text == NOTICES[code]


def test_what_is_no_basis_has_no_notice() -> None:
    assert legal_bases.notice_of("own_record") is legal_bases.notice_of("hipaa_threat") is None


def test_no_citation_keeps_the_number_that_was_renumbered() -> None:
    text = SOURCE.read_text(encoding="utf-8")
    assert "27.17" not in text
    assert "104 CMR 27.16" in text


@pytest.mark.parametrize(
    ("code", "regimes", "listed"),
    [("hipaa_authorization", ["hipaa"], False), ("hipaa_authorization", ["hipaa", "state_c66a"], True),
     ("hipaa_treatment", ["hipaa"], False), ("hipaa_threat", ["hipaa"], True), ("ferpa_consent", ["ferpa"], True)],
)  # fmt: skip
def test_accounting_lists_what_the_agencys_own_laws_ask_for(code: str, regimes: list[str], listed: bool) -> None:
    assert legal_bases.basis(code).listed_for(regimes) is listed


@pytest.mark.parametrize(
    ("regimes", "own"),
    [
        (("police",), ["police_caretaking", "police_victim_authorization", "table_agreement"]),
        (("part2",), ["part2_consent"]),
        (("other",), ["table_agreement"]),
        ((), ["table_agreement"]),
        (("any",), []),
    ],
)
def test_choices_follow_the_regimes(regimes: tuple[str, ...], own: list[str]) -> None:
    assert codes_for(*regimes) == own


@pytest.mark.parametrize("regimes", [["hipaa"], ["part2"], ["state_c66a"], ["part2", "hipaa"]])
def test_whose_every_word_of_a_client_is_protected_cannot_choose_the_tables_agreement(regimes: list[str]) -> None:
    assert not legal_bases.may_choose("table_agreement", regimes)


def test_what_is_not_table_business_is_never_offered() -> None:
    offered = set(codes_for(*legal_bases.REGIMES))
    assert offered == {code for code, row in EXPECTED.items() if row[2]}


def test_stricter_law_asks_more_of_who_is_under_it() -> None:
    found = legal_bases.basis("hipaa_threat")
    plain = [one.code for one in found.conditions_for(["hipaa"])]
    assert [one.code for one in found.conditions_for(["hipaa", "part2", "state_c66a"])] == [*plain, "not_part2", "state_law"]
    consent = legal_bases.basis("part2_consent")
    assert consent.conditions_for(["part2", "hipaa"]) == consent.conditions


def test_acutely_elevated_risk_is_said_not_to_be_a_serious_and_imminent_threat() -> None:
    first = legal_bases.basis("hipaa_threat").conditions[0]
    assert first.code == "own_judgment"
    assert "acutely elevated risk is not enough" in str(first.text)


def test_vocabularies_agree_with_those_that_they_stand_for() -> None:
    assert set(Regime.values) == legal_bases.REGIMES
    assert set(grounds.NEEDS) == legal_bases.NEEDS


def test_words_are_translated_and_the_laws_are_not() -> None:
    found = legal_bases.basis("hipaa_threat")
    assert isinstance(found.name, Promise)
    assert isinstance(found.conditions[0].text, Promise)
    assert type(found.citation) is str


@pytest.mark.parametrize(("code", "name"), [("because", legal_bases.PACK), ("hipaa_threat", "ohio-2026"), ("x", "../secret")])
def test_unknown_basis_or_pack_is_refused(code: str, name: str) -> None:
    with pytest.raises(UnknownBasis):
        legal_bases.basis(code, name)
    assert not legal_bases.may_choose("because", ["hipaa"])


WHOLE = """
pack: ohio-2026
notices: {pass_on: Do not pass it on.}
bases:
  - code: consent
    regimes: [hipaa]
    name: Consent
    citation: A law
    means: Signed
    conditions: [{code: signed, text: It is signed.}]
    needs: [consent_reference]
"""


def test_another_pack_reads_beside_the_first() -> None:
    assert legal_bases.read(WHOLE, "ohio-2026")["consent"].pack == "ohio-2026"


@pytest.mark.parametrize(
    ("was", "broken", "why"),
    [
        ("pack: ohio-2026", "pack: ohio-2025", "names another pack"),
        ("[consent_reference]", "[shoe_size]", "unknown need"),
        ("[hipaa]", "[shoes]", "unknown regime"),
        ("text: It is signed.", "text: ''", "without code or text"),
        ("conditions: [{code: signed, text: It is signed.}]", "verify: true", "without conditions"),
        ("citation: A law", "citation: ''", "without ['citation']"),
        ("means: Signed", "means: Signed\n    colour: red", "unknown ['colour']"),
        ("means: Signed", "means: Signed\n    notice: none", "has no notice"),
        ("[consent_reference]", "[limb]", "limbs"),
        ("means: Signed", "means: Signed\n    only_recipients: [police]", "what to do instead"),
        ("means: Signed", "means: Signed\n    minimum_necessary: maybe", "neither true nor false"),
        ("{code: signed, text: It is signed.}", "{code: a, text: A.}, {code: a, text: B.}", "stands twice"),
        ("bases:", "stricter: [{regime: part2}]\nbases:", "stricter"),
    ],
)
def test_a_pack_that_is_not_whole_is_not_read(was: str, broken: str, why: str) -> None:
    with pytest.raises(BadPack) as refused:
        legal_bases.read(WHOLE.replace(was, broken), "ohio-2026")
    assert why in str(refused.value)


def test_a_basis_cannot_stand_twice() -> None:
    twice = WHOLE + WHOLE.partition("bases:")[2]
    with pytest.raises(BadPack, match="twice in the pack"):
        legal_bases.read(twice, "ohio-2026")
