"""A list of many choices is the list that Django makes."""

import pytest
from django import forms
from django.test.html import parse_html

from hub.core.choosing import OfMany

CHOICES = [("", "Choose"), (1, "A & <b>"), (2, "O'Neil")]


def shown(widget: type[forms.Select], data: dict[str, str] | None, initial: int | None) -> str:
    class Form(forms.Form):
        agency = forms.ChoiceField(choices=CHOICES, widget=widget({"class": "wide"}), initial=initial)

    return str(Form(data, auto_id="sign_%s")["agency"].as_widget(attrs={"aria-describedby": "sign_agency_error"}))


@pytest.mark.parametrize(
    ("data", "initial"), [(None, None), (None, 2), ({"agency": "1"}, None), ({"agency": '"><i>'}, None), ({}, 2)]
)
def test_the_html_is_that_of_django(data: dict[str, str] | None, initial: int | None):
    own = shown(OfMany, data, initial)
    assert parse_html(own) == parse_html(shown(forms.Select, data, initial))
    assert "A &amp; &lt;b&gt;" in own
