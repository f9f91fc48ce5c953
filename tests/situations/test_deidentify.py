"""All people, places and numbers here are invented; telephone numbers lie in the range kept for fiction."""

import logging
import time
from itertools import pairwise

import pytest
from django.utils.functional import Promise

from situations.deidentify import SAYS, Finding, find, segments

GIVES_AWAY = [
    ("Mrs. Abernathy-Cruz called the school twice.", "name", "Abernathy-Cruz"),
    ("His uncle Desmond lets him sleep on the couch.", "name", "Desmond"),
    ("Officer Tran spoke to him at the park.", "name", "Tran"),
    ("She told Coach Willis about the bruises.", "name", "Willis"),
    ("He and Marisol Quintanilla share a car.", "name", "Marisol Quintanilla"),
    ("The Vasquez-Obi family was evicted.", "name", "Vasquez-Obi"),
    ("María del Carmen Ortiz asked for help.", "name", "María del Carmen Ortiz"),
    ("Told staff that Xiomara had pills.", "name", "Xiomara"),
    ("Kevin said he would not go.", "name", "Kevin"),
    ("Thuy's mother does not know.", "name", "Thuy"),
    ("Dwayne (16) ran again.", "name", "Dwayne"),
    ("Grace has been missing since Sunday.", "name", "Grace"),
    ("Will left the program.", "name", "Will"),
    ('Everyone calls him "Smokey".', "name", "Smokey"),
    ("known as Big Tony on the block", "name", "Big Tony"),
    ("nickname is peanut", "name", "peanut"),
    ("A client, K. W., called twice.", "name", "K. W."),
    ("Told Y. to call back.", "name", "Y."),
    ("her street name is Ghost", "name", "Ghost"),
    ("His probation officer is J. Halloran.", "name", "J. Halloran"),
    ("Reported by: Prudencio", "name", "Prudencio"),
    ("mr. osei will not answer the door", "name", "osei"),
    ("seen by nurse k. delacroix on monday", "name", "k. delacroix"),
    ("Her boyfriend, tyrell, took the phone.", "name", "tyrell"),
    ("PT QUIROGA, INES SEEN FOR CHEST PAIN", "name", "QUIROGA, INES"),
    ("Call back at (978) 555-0142 ext. 3.", "phone", "(978) 555-0142 ext. 3"),
    ("text 978.555.0143 after six", "phone", "978.555.0143"),
    ("her number is 9785550144", "phone", "9785550144"),
    (
        "nine seven eight, five five five, zero one two three",
        "phone",
        "nine seven eight, five five five, zero one two three",
    ),
    ("write to m.quint+home@mail.example please", "email", "m.quint+home@mail.example"),
    ("It is mquint at example dot com.", "email", "mquint at example dot com"),
    ("See www.example.org/profile/77 for her page.", "url", "www.example.org/profile/77"),
    ("The video is on example.com/watch now", "url", "example.com/watch"),
    ("He posts as @ghost.of.7th every night", "handle", "@ghost.of.7th"),
    ("Add him on snap as lil.ghost22.", "handle", "lil.ghost22"),
    ("Her DOB is 03/14/2009.", "date", "03/14/2009"),
    ("Born on 14 March 2009 in another state.", "date", "14 March 2009"),
    ("Arrested Sept. 3rd, 2024 and released", "date", "Sept. 3rd, 2024"),
    ("admitted 2024-09-03 by ambulance", "date", "2024-09-03"),
    ("Since the fifth of June she is gone.", "date", "fifth of June"),
    ("The grandmother, aged 93, fell.", "age", "93"),
    ("He is 101 years old and alone.", "age", "101 years old"),
    ("A ninety-one year old who wanders", "age", "ninety-one"),
    ("SSN 078-05-1120 was written on the form.", "ssn", "078-05-1120"),
    ("Last four of his social are 4471.", "ssn", "4471"),
    ("They drive a van with plate 4KL 929 here.", "plate", "4KL 929"),
    ("Seen near 1EG H27 or 6BCD 41", "plate", "6BCD 41"),
    ("Docket 2311CR004512 is open.", "record", "2311CR004512"),
    ("MRN: 00482913 at discharge.", "record", "00482913"),
    ("student id #8842190 has 40 absences", "record", "8842190"),
    ("case no. 2025-004418 was closed", "record", "2025-004418"),
    ("Lives at 1187 North Birch Avenue, second floor.", "address", "1187 North Birch Avenue"),
    ("Stays on Cedar Street with friends.", "address", "Cedar Street"),
    ("Corner of Elm and Third, most evenings.", "address", "Elm and Third"),
    ("The neighbor in Apt 4B hears shouting.", "address", "Apt 4B"),
    ("The form says zip 02150.", "address", "02150"),
    ("He goes to Lincoln Middle School on and off.", "place", "Lincoln Middle School"),
    ("Seen outside Harbor View Apartments.", "place", "Harbor View Apartments"),
]

NAMES_NOBODY = [
    "",
    "Man who sleeps at the station and drinks most of a bottle a day.",
    "His nickname is not known.",
    "Seen at the E. R. and sent home.",
    "Attends Portuguese mass on Sundays and plays soccer.",
    "He was referred to the Department of Mental Health in March.",
    "DCF and DMH are both involved; the IEP is from 2023.",
    "The Boston office said the Section 8 list is closed.",
    "Mobile Crisis came at 9:30 and left.",
    "Court is on Tuesday at the District Court. The court date may move.",
    "Police responded 14 times in 90 days.",
    "His blood sugar was 94 in the morning, pressure 190/110.",
    "Grant money ran out in June. Hope remains that the uncle will take him.",
    "She takes Suboxone and sees a counselor weekly. Mandated report made.",
    "Two children, ages 6 and 9, sleep in one bed.",
    "The mother speaks Haitian Creole and some French.",
    "Owes $12,450.00 to the hospital. Bus 111 is the only way to the clinic.",
    "Called 988 and was told to wait. Went to the ER 6 times since New Year's Day.",
    "May lose the apartment by the end of the month. May 2 agencies go together?",
    "Will need an interpreter. Art class helps.",
    "Works nights at Market Basket; Boys and Girls Club is full.",
    "The situation 2026-0014 was about the same place.",
    "Her son, however, is afraid. His mother, worried, called twice.",
    "ALL CAPS NOTE ABOUT A MAN WHO SLEEPS OUTSIDE THE CLINIC",
    "Door stays open. Message left with the residence. Crew tells him in plain words.",
]


@pytest.mark.parametrize(("text", "kind", "found"), GIVES_AWAY)
def test_find_marks_what_gives_somebody_away(text: str, kind: str, found: str) -> None:
    assert (kind, found) in [(each.kind, each.found) for each in find(text)]


@pytest.mark.parametrize("text", NAMES_NOBODY)
def test_find_is_silent_about_text_that_names_nobody(text: str) -> None:
    assert find(text) == []


@pytest.mark.parametrize(("text", "kind", "found"), GIVES_AWAY)
def test_finding_points_at_its_words_and_says_why(text: str, kind: str, found: str) -> None:
    for each in find(text):
        assert text[each.start : each.end] == each.found != ""
        assert isinstance(each.says, Promise)
        assert each.says == SAYS[each.kind]


def test_findings_are_in_order_and_apart() -> None:
    text = " ".join(text for text, _kind, _found in GIVES_AWAY)
    found = find(text, deny=["Marisol Quintanilla", "Cedar"])
    assert len(found) >= len(GIVES_AWAY)
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_find_merges_what_overlaps_under_the_stronger_kind() -> None:
    text = "Asked for Marisol Quintanilla at noon."
    assert [(each.kind, each.found) for each in find(text, deny=["Quintanilla"])] == [("identity", "Marisol Quintanilla")]


@pytest.mark.parametrize("typed", ["NUNEZ", "nunez", "Núñez", "Nu\u0301n\u0303ez", "Núñez's"])
def test_denied_word_is_found_in_any_case_and_accent(typed: str) -> None:
    found = find(f"the aunt of {typed} came along", deny=["Dayanara Núñez"])
    assert [each.kind for each in found] == ["identity"]


def test_denied_value_is_found_word_by_word() -> None:
    found = find("saint or fleur, and widline along", deny=["Widline Saint-Fleur", ""])
    assert [each.found for each in found] == ["saint", "fleur", "widline"]


def test_denied_short_name_is_found_where_it_is_capitalised() -> None:
    assert [each.found for each in find("We asked Vy to come.", allow=["Vy"], deny=["Vy Pham"])] == ["Vy"]
    assert find("An offer; he may go on as an apprentice.", deny=["An Pham", "Go"]) == []


def test_denied_ordinary_word_counts_only_where_it_could_be_the_name() -> None:
    sealed = ["Lucia Street (grandmother)", "12 Lane Court, Unit 4"]
    assert find("Grandmother and child live on a quiet street.", deny=sealed) == []
    assert [each.kind for each in find("Asked for Street today.", deny=sealed)] == ["identity"]


def test_denied_word_is_found_even_if_it_is_allowed() -> None:
    assert [each.kind for each in find("Seen in Chelsea often.", allow=["Chelsea"], deny=["Chelsea Ruiz"])] == ["identity"]


@pytest.mark.parametrize(
    ("text", "allow"),
    [
        ("Seen by Harborview Youth Corner on Monday.", ["Harborview Youth Corner"]),
        ("Seen by HARBORVIEW youth corner on Monday.", ["harborview Youth Corner"]),
        ("Their line is 978-555-0103, day and night.", ["978-555-0103"]),
        ("Goes to Lincoln Middle School.", ["Lincoln Middle School"]),
    ],
)
def test_allowed_phrase_is_not_found(text: str, allow: list[str]) -> None:
    assert find(text)
    assert find(text, allow=allow) == []


def test_allowed_phrase_does_not_cover_its_neighbours() -> None:
    found = find("Seen in Harborview by Marisol and her aunt.", allow=["Harborview", ""])
    assert [each.found for each in found] == ["Marisol"]
    assert find("Asked for Harborviewer today.", allow=["Harborview"])


def test_segments_joined_are_the_text() -> None:
    text = "Kevin said that Xiomara lives at 1187 North Birch Avenue"
    found = find(text)
    pieces = segments(text, found)
    assert "".join(piece for piece, _finding in pieces) == text
    assert [finding for _piece, finding in pieces if finding] == found
    assert pieces[0] == ("Kevin", found[0])


def test_segments_without_findings_is_one_piece() -> None:
    assert segments("calm", []) == [("calm", None)]
    assert segments("", []) == []


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "A",
        "Aa ",
        "Aa-",
        "Aa'",
        "1 ",
        "1",
        "one ",
        "@",
        "a.a@",
        " ",
        "-",
        "plate ",
        "case no ",
        "her ex, ",
        "Aa and ",
        "www.",
        "'",
        "é\u0301",
        "\ud800A",
        "1-",
        "corner of ",
        "social ",
        "\x00",
        "12 st ",
        "Mr. ",
        "(",
        "\n\r\u2028",
        "٣",
    ],
)
def test_find_neither_raises_nor_slows_on_any_input(unit: str) -> None:
    text = unit * (6_000 // len(unit))
    started = time.perf_counter()
    found = find(text, allow=[unit], deny=[unit, unit * 9])
    assert "".join(piece for piece, _finding in segments(text, found)) == text
    assert time.perf_counter() - started < 1.5


def test_find_logs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        find("Kevin said that Xiomara lives here", deny=["Xiomara"])
    assert caplog.records == []


@pytest.mark.parametrize(
    ("text", "deny", "severity"),
    [
        ("Call back at (978) 555-0142.", [], "block"),
        ("Mrs. Abernathy-Cruz called the school.", [], "block"),
        ("the aunt of nunez came along", ["Núñez"], "block"),
        ("The van came from Zwickelhausen.", [], "ask"),
    ],
)
def test_severity_tells_the_certain_from_what_only_the_writer_knows(text: str, deny: list[str], severity: str) -> None:
    assert [each.severity for each in find(text, deny=deny)] == [severity]


def test_finding_cannot_be_changed() -> None:
    finding = find("Kevin said no.")[0]
    assert isinstance(finding, Finding)
    with pytest.raises(AttributeError):
        finding.found = "x"  # type: ignore[misc]
