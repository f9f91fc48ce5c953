"""What the forms of agencies' and tables' pages have in common: ids of their own, and a verb's refusal shown at its field."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import Member
from hub.core.errors import RuleRefused

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class PageForm(forms.Form):
    """A form of a page with several of them: `prefix_of_ids` keeps their fields' ids apart."""

    prefix_of_ids = "form"
    guarded: tuple[str, ...] = ()
    """Fields whose words the guard looks at: while they are typed too, where there is JavaScript."""
    question = ""
    """What the guard wants to know: "guardasks", "guardstops" (a second person may look), or nothing that is answered here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{self.prefix_of_ids}_%s", **kwargs})
        for field in self.fields.values():
            if field.error_messages["required"] == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = _("This cannot be empty.")
        for name in self.guarded:
            self.fields[name].widget.attrs["data-guarded"] = ""

    def refuse(self, refused: RuleRefused) -> None:
        """Show the refusal at its field, or above the form where it names none of it; a question can be answered."""
        self.add_error(refused.field if refused.field in self.fields else None, str(refused.message))
        self.question = refused.code


def words(label: "StrOrPromise", limit: int, missing: "StrOrPromise" = "", *, rows: int = 0) -> forms.CharField:
    """A text field; with `missing` it is needed, and that is what is said without it. `rows`: of several lines."""
    widget = forms.Textarea({"rows": rows}) if rows else forms.TextInput({"autocomplete": "off"})
    messages = {"required": missing} if missing else {}
    return forms.CharField(label=label, max_length=limit, required=bool(missing), error_messages=messages, widget=widget)


def day(label: "StrOrPromise", missing: "StrOrPromise" = "", *, required: bool = True) -> forms.DateField:
    """A day; `missing` is said without it, where that is not how a day is written."""
    wrong = _("Give a day, for example 06/30/2027.")
    widget = forms.DateInput({"type": "date"}, "%Y-%m-%d")
    messages = {"required": missing or wrong, "invalid": wrong}
    return forms.DateField(label=label, required=required, error_messages=messages, widget=widget)


def several(label: "StrOrPromise", choices: Any, *, required: bool = False) -> forms.MultipleChoiceField:
    """Boxes to tick."""
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=required, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )  # fmt: skip


class Somebody(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    """One open account out of few, by name, position and agency."""

    def label_from_instance(self, obj: Member) -> str:
        position = f", {obj.position}" if obj.position else ""
        return f"{obj.name}{position} ({obj.agency.short_name})"


def somebody(label: "StrOrPromise") -> Somebody:
    """A choice of persons; the form says which (`offer`)."""
    return Somebody(
        Member.objects.none(), label=label, empty_label=_("Choose"), error_messages={"required": _("Choose somebody.")}
    )


def offer(form: forms.Form, name: str, people: Any) -> None:
    """Let the field `name` offer these members."""
    field = form.fields[name]
    assert isinstance(field, Somebody)  # noqa: S101 - tells the type checker which class it is
    field.queryset = people.select_related("agency").order_by("name")
