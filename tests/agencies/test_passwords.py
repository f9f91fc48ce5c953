"""Passwords by length, a list of common ones, and none made of the words of the place; no mixture of kinds is asked for."""

from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from tests.cast import PASSWORD, Cast, assemble

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return assemble()


@pytest.mark.parametrize(
    "good",
    [
        "marmalade kettle sundown",
        "correct horse battery staple",
        "purple otters sing at harborview",
        "ölkännchen im kühlschrank",
        "qwpmzlaksjdhfg",
    ],
)
def test_length_is_enough(people: Cast, good: str) -> None:
    validate_password(good, people["police"])


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ("kettle sundow", "password_too_short"),
        ("Tr0ub4dor&3", "password_too_short"),
        ("12345678901234", "password_entirely_numeric"),
        ("aaaaaaaaaaaaaaaaaaaa", "repeated"),
        ("abababababababababab", "repeated"),
        ("Harborview-Police-2026!", "words_of_the_place"),
        ("HubTableHarborview", "words_of_the_place"),
        ("harborview schools 1", "words_of_the_place"),
        ("1q2w3e4r5t6y7u8i9o", "password_too_common"),
        ("police@harborview.example", "password_too_similar"),
    ],
)
def test_refused_with_its_reason(people: Cast, bad: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(bad, people["police"])
    assert code in {one.code for one in refused.value.error_list}


def test_owner_is_told_of_another_password(client: Client, mailoutbox: list[Any]) -> None:
    people = assemble()
    client.force_login(people["police"])
    form = {"oldpassword": PASSWORD, "password1": "a longer sentence of mine", "password2": "a longer sentence of mine"}
    assert client.post("/account/password/change/", form).status_code == 302
    (letter,) = mailoutbox
    assert letter.to == ["police@harborview.example"]
    assert "Its password was changed." in letter.body
