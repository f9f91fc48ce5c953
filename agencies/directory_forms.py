"""What is typed into the directory: a search, a service, a file."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies import needs as vocabulary
from agencies.directory import GUARDED, LIMITS, OLDEST, Entry
from agencies.directory_search import Wanted
from agencies.models import Agency
from agencies.page_forms import PageForm
from hub.core.text import folded

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class SearchForm(forms.Form):
    """What is looked for. Whatever cannot be read is left out: a search never fails on what was typed."""

    words = forms.CharField(label=_("Words in the name, or what it does"), required=False, max_length=80)
    town = forms.CharField(label=_("Town"), required=False, max_length=80)
    need = forms.ChoiceField(label=_("Need"), required=False)
    age = forms.IntegerField(label=_("Age"), required=False, min_value=0, max_value=OLDEST)
    language = forms.ChoiceField(label=_("Language"), required=False)
    open_now = forms.BooleanField(label=_("open now"), required=False)
    day_and_night = forms.BooleanField(label=_("day and night"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "seek_%s", **kwargs})
        _offer(self, "need", [("", _("any need")), *vocabulary.needs().items()])
        _offer(self, "language", [("", _("any language")), *vocabulary.languages().items()])
        self.fields["town"].widget.attrs |= {"list": "towns", "autocomplete": "off"}

    @property
    def wanted(self) -> Wanted:
        """What could be read of it."""
        self.is_valid()
        # not `in`: the age of a newborn is no less said than another
        found = {name: value for name, value in self.cleaned_data.items() if value is not None and value is not False}
        found = {name: value for name, value in found.items() if value != ""}
        found["town"] = " ".join(str(found.get("town", "")).lower().split())
        return Wanted(**found)


def lines(label: "StrOrPromise") -> forms.CharField:
    """Several of something, one a line."""
    return forms.CharField(label=label, max_length=4000, required=False, widget=forms.Textarea({"class": "low", "rows": "2"}))


SHORTEST_NUMBER = 3
"""Digits: 911, 988."""


def _lines(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.strip() for one in text.splitlines() if one.strip()))


def _dialled(text: str) -> str:
    if text and sum(one.isdigit() for one in text) < SHORTEST_NUMBER:
        raise forms.ValidationError(_("%(text)s holds no telephone number."), params={"text": text})
    return text


class ServiceForm(PageForm):
    """All of a service. Towns and languages stand in one line each, with commas between."""

    prefix_of_ids = "service"
    guarded = GUARDED
    name = forms.CharField(
        label=_("Name"), max_length=LIMITS["name"], error_messages={"required": _("Give the service a name.")}
    )
    agency = forms.ModelChoiceField(
        Agency.objects.none(), label=_("Agency"), required=False, empty_label=_("none of the tables")
    )
    organisation = forms.CharField(label=_("Organization"), max_length=LIMITS["organisation"], required=False)
    type = forms.CharField(label=_("What it is, in a word or two"), max_length=LIMITS["type"], required=False)
    description = forms.CharField(
        label=_("What it does"),
        max_length=LIMITS["description"],
        required=False,
        widget=forms.Textarea({"class": "low", "rows": "3"}),
    )
    phone = forms.CharField(label=_("Phone"), max_length=LIMITS["phone"], required=False)
    more_phones = lines(_("Other phones, one a line"))
    hours = forms.CharField(label=_("Hours"), max_length=LIMITS["hours"], required=False)
    always_open = forms.BooleanField(label=_("Open day and night, every day"), required=False)
    after_hours = forms.CharField(label=_("While it is shut"), max_length=LIMITS["after_hours"], required=False)
    towns = forms.CharField(label=_("Towns"), max_length=8000, required=False)
    needs = forms.MultipleChoiceField(label=_("Needs that it meets"), required=False, widget=forms.CheckboxSelectMultiple)
    age_from = forms.IntegerField(label=_("From age"), required=False, min_value=0, max_value=OLDEST)
    age_to = forms.IntegerField(label=_("To age"), required=False, min_value=0, max_value=OLDEST)
    languages = forms.CharField(label=_("Languages"), max_length=400, required=False)
    eligibility = forms.CharField(
        label=_("Who can use it"),
        max_length=LIMITS["eligibility"],
        required=False,
        widget=forms.Textarea({"class": "low", "rows": "3"}),
    )
    address = forms.CharField(label=_("Address"), max_length=LIMITS["address"], required=False)
    more_addresses = lines(_("Other addresses, one a line"))
    website = forms.CharField(label=_("Website"), max_length=300, required=False)
    public_crisis = forms.BooleanField(label=_("Stands on pages for people in a crisis"), required=False)
    crisis_order = forms.IntegerField(label=_("Place among crisis numbers"), required=False, min_value=0, max_value=999)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)

    def __init__(self, *args: Any, agencies: list[Agency], keeps_all: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "needs", list(vocabulary.needs().items()))
        agency = self.fields["agency"]
        assert isinstance(agency, forms.ModelChoiceField)  # noqa: S101 - tells the type checker which class stands above
        agency.queryset = Agency.objects.filter(pk__in=[one.pk for one in agencies])
        if not keeps_all:
            agency.empty_label, agency.required = None, True
            del self.fields["public_crisis"], self.fields["crisis_order"]

    def clean_languages(self) -> tuple[str, ...]:
        """Codes, or names as the list offers them."""
        by_name = vocabulary.languages_by_name()
        words = [one for one in folded(self.cleaned_data["languages"]).replace(";", ",").split(",") if one.strip()]
        found = tuple(by_name.get(one.strip(), one.strip()) for one in words)
        unknown = [one for one in found if not (len(one) in {2, 3} and one.isascii() and one.isalpha())]
        if unknown:
            raise forms.ValidationError(_("%(name)s is no language that is known here."), params={"name": unknown[0]})
        return found

    def clean_phone(self) -> str:
        """A number; words may stand beside it ("text HOME to 741741")."""
        return _dialled(self.cleaned_data["phone"])

    def clean_more_phones(self) -> tuple[str, ...]:
        """Each once."""
        return tuple(_dialled(one) for one in _lines(self.cleaned_data["more_phones"]))

    def clean_more_addresses(self) -> tuple[str, ...]:
        """Each once."""
        return _lines(self.cleaned_data["more_addresses"])

    def clean_towns(self) -> tuple[str, ...]:
        """Towns, each once."""
        return tuple(dict.fromkeys(one.strip() for one in self.cleaned_data["towns"].split(",") if one.strip()))

    def entry(self, *, is_active: bool, crisis: tuple[bool, int]) -> Entry:
        """What was typed; `crisis`: what stands there, for who may not change it."""
        data = dict(self.cleaned_data)
        agency = data.pop("agency")
        data.pop("seen")
        public, order = data.pop("public_crisis", crisis[0]), data.pop("crisis_order", crisis[1])
        order = (order or 0) if public else 0  # without a place among crisis numbers it has none to lose
        data["needs"] = tuple(data["needs"])
        return Entry(
            **data, agency_id=agency.pk if agency else None, is_active=is_active, public_crisis=public, crisis_order=order
        )


class ImportForm(forms.Form):
    """A file in the Open Referral form."""

    file = forms.FileField(label=_("File"), error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")})
    end_missing = forms.BooleanField(label=_("End what came from an earlier file and is not in this one"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "import_%s", **kwargs})


def _offer(form: forms.Form, name: str, choices: list[tuple[str, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker which class stands above
    field.choices = choices
