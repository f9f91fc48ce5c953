"""What is refused, what looks reportable, what police must name a source for: three texts that stop and five that do not, each.

The words that must pass are those of a table that talks about overdose, courts and families all day.
"""

import time
from pathlib import Path

import pytest
import yaml

from situations import hard_stops, taxonomy, vocabularies
from situations.hard_stops import About, Place

PART2, POLICE = ("part2", "hipaa"), ("police",)

STOPS: dict[str, tuple[str, ...]] = {
    "part2": (
        "She is a patient of the methadone clinic on the avenue.",
        "He was admitted to detox on Sunday and left after a day.",
        "Two urine screens came back positive in May.",
        "Back on Suboxone since the winter.",
        "Goes to a substance use treatment program three times a week.",
        "Dropped out of the MAT program; a methadone patient for years.",
        "His third detox admission this year; now in rehab.",
    ),
    "psychotherapy": (
        "The psychotherapy notes say that he hears a voice.",
        "She told her counselor about it in a therapy session last week.",
        "Her therapist says she has a plan.",
    ),
    "criminal_record": (
        "CORI shows two entries.",
        "The BOP came back with a long list.",
        "We ran a III and an NCIC check on him.",
        "He was arraigned in March.",
        "Two prior convictions for larceny.",
        "An outstanding warrant and a warrant check pending.",
        "A record check was done at the station.",
    ),
    "report_51a": (
        "A 51A was filed by the nurse and supported.",
        "The 51A alleges that the stepfather drinks.",
        "DCF has an open case on the family.",
    ),
    "social_security": (
        "His number is 012-34-5678.",
        "SSN: 012345678",
        "Last four of her social are 5678.",
    ),
    "licence": (
        "Driver's license S12345678 was left in the car.",
        "Operator's licence number 987654321",
        "DL# S98765432, expired.",
    ),
    "account": (
        "Account number 000123456789 at the savings bank.",
        "EBT card 6010 0000 1234 5678 was taken.",
        "Routing no. 011000015",
    ),
}
PASSES: dict[str, tuple[str, ...]] = {
    "part2": (
        "Uses fentanyl alone; two overdoses in four weeks, Narcan given by neighbors.",
        "He needs detox, a bed, health care and someone he trusts; wants to stop.",
        "Hold a detox bed for two nights and brief the intake nurse.",
        "Declined treatment for now; the coach offers methadone or Suboxone to all who ask.",
        "Calls come from the corner beside the methadone clinic.",
        "Buys Suboxone on the street when he is sick.",
        "A patient with a bad leg who fears the clinic; drug use in the home.",
        "Detox admissions stop at eight in the evening.",
    ),
    "psychotherapy": (
        "Therapy weekly, day care in place, attendance back to four days.",
        "A pass to the counseling room, two meetings with the mother.",
        "She said that she is interested in therapy.",
        "Let the clinician write it down; he spoke about the voice.",
        "Notes on the door tell visitors to leave.",
    ),
    "criminal_record": (
        "The landlord has asked the court to evict; the court date is close.",
        "This warrants a visit before the weekend.",
        "Police came to the house three times this month and arrested nobody.",
        "A veteran of World War III games and stage III disease.",
        "He fears being arrested; his probation officer is kind.",
        "Cori is what the grandchildren call the dog's corner.",
    ),
    "report_51a": (
        "A situation here is not a 51A.",
        "DCF can help with day care from Monday.",
        "Mandated report made separately.",
        "Ask DCF whether a parent aide is available.",
        "The school wonders whether a 51A is needed.",
    ),
    "social_security": (
        "Her Social Security check is late again, about $900 a month.",
        "Number 2026-0014 came back after 5 weeks.",
        "Call 617-555-0134 between 9 and 5.",
        "Born 2011-03-14, so 15 now.",
        "Social anxiety since 2024; 2 friends.",
    ),
    "licence": (
        "Guns handed over to a friend with a license.",
        "Lost his license in 2024 and walks to work.",
        "No ID card, so no shelter bed.",
        "The state ID office is closed on 2 days.",
        "Section 8 voucher expires in 60 days.",
    ),
    "account": (
        "Bank has put a watch on the account.",
        "She is proud of her accounts, but the envelopes are unopened.",
        "The benefit card was taken by a nephew.",
        "On account of 3 falls in 2 weeks.",
        "Behind by 2400 dollars in rent.",
    ),
}  # fmt: skip


def stopped(text: str, *, regimes: tuple[str, ...] = (), place: Place = Place.TABLE) -> set[str]:
    return {hit.stop.code for hit in hard_stops.find(text, regimes=regimes, place=place)}


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in STOPS.items() for text in texts])
def test_content_that_may_not_travel_stops(code: str, text: str):
    assert code in stopped(text)


@pytest.mark.parametrize("text", [text for texts in PASSES.values() for text in texts])
def test_what_a_table_talks_about_all_day_passes_for_every_agency(text: str):
    assert stopped(text, regimes=("police", "ferpa", "hipaa", "state_c66a", "other")) == set()


@pytest.mark.parametrize("text", [
    "Our client stopped coming in June.", "He has started treatment three times in a month.", "She missed two doses last week.",
])  # fmt: skip
def test_a_substance_use_programme_may_not_tell_that_somebody_is_its_patient(text: str):
    assert stopped(text, regimes=PART2) == {"part2"}
    assert stopped(text, regimes=("ferpa",)) == set()


@pytest.mark.parametrize("text", [
    "Daily coaching and rides that the partner cut short.", "Says clearly that he does not want help at present.",
    "Uses alone in restrooms; two overdoses.", "Asks for something that starts at six.", "Coach texts through the cousin.",
])  # fmt: skip
def test_a_substance_use_programme_can_still_say_what_it_sees(text: str):
    assert stopped(text, regimes=PART2) == set()


@pytest.mark.pairless
def test_every_stop_has_three_texts_that_stop_and_five_that_do_not():
    codes = [one.code for one in hard_stops.stops()][:-1]
    assert codes == list(STOPS) == list(PASSES)
    assert all(len(texts) >= 3 for texts in STOPS.values())
    assert all(len(texts) >= 5 for texts in PASSES.values())


@pytest.mark.parametrize(("place", "codes"), [
    (Place.TABLE, set(STOPS)),
    (Place.AGENCY, {"criminal_record", "report_51a", "social_security", "licence", "account"}),
    (Place.SEALED, {"social_security", "licence", "account"}),
])  # fmt: skip
def test_inside_the_agency_and_in_the_envelope_only_what_nobody_may_keep_stops(place: Place, codes: set[str]):
    assert {code for code, texts in STOPS.items() if code in stopped(texts[0], place=place)} == codes


def test_numbers_are_not_repeated_by_the_refusal():
    for code in ("social_security", "licence", "account"):
        says = str(hard_stops.find(STOPS[code][0])[0].says)
        assert not any(digit in says.split("[", maxsplit=1)[0] for digit in "0123456789")


def test_refusal_says_what_why_and_what_to_do_instead_with_its_source():
    hit = hard_stops.find("Back on methadone.")[0]
    assert str(hit.says).startswith("Content of a substance-use treatment record (“Back on methadone”): That somebody is")
    assert "uses opioids, two overdoses this month" in str(hit.says)
    assert str(hit.says).endswith("[42 CFR 2.12, 2.13 and 2.31]")
    for stop in hard_stops.stops():
        assert all([stop.what, stop.explanation, stop.instead, stop.citation])


@pytest.mark.parametrize(
    "text",
    [
        "\uff10\uff11\uff12-\uff13\uff14-\uff15\uff16\uff17\uff18",
        "012\u201334\u20115678",
        "012\u00a034\u00a05678",
        "012.34.5678",
    ],
)
def test_digits_and_hyphens_of_other_keyboards_do_not_hide_a_number(text: str):
    assert stopped(text) == {"social_security"}


@pytest.mark.parametrize(("text", "regimes", "reported"), [
    ("Officers responded to a domestic on Friday.", POLICE, True),
    ("Officers responded to a domestic call on Friday.", POLICE, True),
    ("She told officers that her boyfriend hit her.", POLICE, True),
    ("There is a sexual assault report from May.", POLICE, True),
    ("There is a sexual assault report from May.", ("ferpa",), False),
    ("Our advocate for domestic violence can come along.", POLICE, False),
    ("Officers brought him home twice.", POLICE, False),
    ("He raped nobody's trust; a report on rapeseed oil.", ("hipaa",), False),
    ("Called for a noise complaint and a lost dog.", POLICE, False),
    ("A report of a fire at the rooming house.", POLICE, False),
])  # fmt: skip
def test_police_reports_of_domestic_or_sexual_violence(text: str, regimes: tuple[str, ...], reported: bool):
    hit = hard_stops.report_of_violence(text, regimes=regimes)
    assert (hit is not None) == reported
    assert hit is None or hit.stop.citation == "M.G.L. c. 41, § 97D"


@pytest.mark.parametrize(("texts", "about", "speaks"), [
    ((), About(factors=frozenset({"sexual_violence.victim"})), True),
    ((), About(flags=frozenset({"domestic_violence"})), True),
    (("Her ex threatened her at work.",), About(), True),
    (("He drinks by the river.",), About(factors=frozenset({"alcohol.abuse_by_person"})), False),
    (("A neighbor was hit by a car.",), About(factors=frozenset({"physical_violence.victim"})), False),
])  # fmt: skip
def test_a_situation_of_police_speaks_of_violence_by_its_factors_flags_or_words(
    texts: tuple[str, ...], about: About, speaks: bool,
):  # fmt: skip
    assert hard_stops.speaks_of_violence(texts, about, regimes=POLICE) == speaks
    assert not hard_stops.speaks_of_violence(texts, about, regimes=("hipaa",))


CHILD, ELDER, ADULT = About(age_band="6_11"), About(age_band="60_plus"), About(age_band="30_39")
IMPAIRED = About(age_band="30_39", factors=frozenset({"cognitive_functioning.diagnosed"}))


@pytest.mark.parametrize(("text", "about", "codes"), [
    ("Comes with bruises and is afraid to go home.", CHILD, {"child"}),
    ("The toddlers are left alone at night.", ADULT, {"child"}),
    ("The stepfather hits the children with a belt.", ADULT, {"child"}),
    ("", About(age_band="12_17", factors=frozenset({"sexual_violence.victim"})), {"child"}),
    ("", About(others=frozenset({"0_5"}), factors=frozenset({"physical_violence.in_home"})), {"child"}),
    ("", About(factors=frozenset({"supervision.not_providing"})), {"child"}),
    ("A son takes her pension and shouts.", ELDER, {"elder"}),
    ("", About(age_band="60_plus", factors=frozenset({"basic_needs.unable_own"})), {"elder"}),
    ("", About(factors=frozenset({"elder_abuse.victim"})), {"elder"}),
    ("His brother hits him when the check is late.", IMPAIRED, {"disabled"}),
    ("Neglected by the aide who comes twice a week.", IMPAIRED, {"disabled"}),
    ("", About(age_band="40_59", factors=frozenset({"physical_health.disability", "physical_violence.victim"})), {"disabled"}),
    ("Drug abuse and alcohol abuse at home.", CHILD, set()),
    ("Stopped coming to school after a death in the family.", CHILD, set()),
    ("Hit by grief; substance abuse in the past.", ADULT, set()),
    ("Keeps birds, falls asleep at the stove.", ELDER, set()),
    ("Sleeps in a car and has lost two jobs.", IMPAIRED, set()),
    ("Somebody stole his tent.", ADULT, set()),
])  # fmt: skip
def test_what_looks_reportable(text: str, about: About, codes: set[str]):
    assert {one.code for one in hard_stops.signs([text], about)} == codes


@pytest.mark.pairless
def test_each_sign_names_its_hotline_its_duty_and_its_law():
    told = {code: hard_stops.sign(code) for code in ("child", "elder", "disabled")}
    assert "1-800-792-5200" in told["child"].hotline
    assert told["child"].citation == "M.G.L. c. 119, § 51A"
    assert all("immediately" in str(one.duty) and "48 hours" in str(one.duty) for one in told.values())


@pytest.mark.pairless
def test_pack_names_only_codes_that_exist():
    source = yaml.safe_load((Path(hard_stops.__file__).parent / "data" / "hard_stops.yaml").read_text(encoding="utf-8"))
    rules = [source["report_of_violence"], *source["reportable"]]
    factors = [code for rule in rules for name in ("factors", "always", "needs") for code in rule.get(name, [])]
    assert [taxonomy.factor(code).code for code in factors] == factors
    assert set(source["report_of_violence"]["flags"]) <= set(vocabularies.STUDY_FLAGS)
    assert {age for rule in source["reportable"] for age in rule["ages"]} <= set(vocabularies.AGE_BANDS)


@pytest.mark.pairless
@pytest.mark.parametrize(
    "unit", ["seen at ", "told ", "1 ", "012-", "a patient of the ", "account ", "in his ", "51a ", "\t \n", "warrant "]
)
def test_no_text_makes_the_search_slow(unit: str):
    text = (unit * 600)[:5000]
    began = time.perf_counter()
    hard_stops.find(text, regimes=PART2)
    hard_stops.signs([text], CHILD)
    hard_stops.report_of_violence(text, regimes=POLICE)
    assert time.perf_counter() - began < 0.5
