"""What the administrator types: a signed agreement, its last day, an account to close."""

from datetime import date
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, Agreement, Member, Table
from agencies.page_forms import day
from hub.core import clock
from hub.core.choosing import OfMany


class AgreementForm(forms.Form):
    """An agreement that was signed on paper, in force from today."""

    table = forms.ModelChoiceField(
        Table.objects.order_by("name"),
        empty_label=_("Choose"),
        label=_("Table"),
        widget=OfMany,
        error_messages={"required": _("Choose the table.")},
    )
    agency = forms.ModelChoiceField(
        Agency.objects.order_by("name"),
        empty_label=_("Choose"),
        label=_("Agency"),
        widget=OfMany,
        error_messages={"required": _("Choose the agency.")},
    )
    title = forms.CharField(label=_("Title"), max_length=120, error_messages={"required": _("Give its title, as on paper.")})
    signed_by = forms.CharField(
        label=_("Signed by"), max_length=120, error_messages={"required": _("Say who signed for the agency.")}
    )
    until = day(_("Last day in force"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "sign_%s", **kwargs})

    def clean_until(self) -> date:
        """Today or later: it begins today."""
        until: date = self.cleaned_data["until"]
        if until < clock.today():
            raise ValidationError(_("It begins today, so its last day cannot be before today."))
        return until


class EndingForm(forms.Form):
    """The last day of an agreement."""

    on = day(_("Last day in force"))

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"end_{agreement.pk}_%s", **kwargs})
        self.agreement = agreement

    def clean_on(self) -> date:
        """From its first day to the last day that was agreed."""
        on: date = self.cleaned_data["on"]
        first, last = self.agreement.in_force_from, self.agreement.in_force_until
        if not first <= on <= last:
            days = {"first": date_format(first, "j M Y"), "last": date_format(last, "j M Y")}
            raise ValidationError(_("Choose a day from %(first)s to %(last)s. A longer one is a new agreement."), params=days)
        return on


CHOICES = 100
"""Choices that a list offers at a time; the others are found by their name."""
Form = TypeVar("Form", bound=forms.Form)


def narrowed(form: Form, sought: str) -> Form:
    """The same form offering only the first `CHOICES` of each list whose name fits. What it accepts stays as it was."""
    for field in form.fields.values():
        if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
            rows = field.queryset.filter(_named(field, sought)) if sought else field.queryset
            offered = [(one.pk, field.label_from_instance(one)) for one in rows[:CHOICES]]
            field.widget.choices = [("", field.empty_label), *offered]
    return form


def _named(field: Any, sought: str) -> Q:
    named = Q(name__icontains=sought)
    # an account is found by its agency too; a table stands in a short list of its own
    return named | Q(agency__in=agencies_named(sought)) if isinstance(field, AccountChoice) else named


def agencies_named(sought: str) -> QuerySet[Agency]:
    """Looked for once, and not once for each row that belongs to one."""
    return Agency.objects.filter(name__icontains=sought)


class AccountChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    """One open account, by name and agency."""

    def label_from_instance(self, obj: Member) -> str:
        return f"{obj.name}, {obj.agency.short_name}"


class AccountForm(forms.Form):
    """An account to close; never one's own, so that somebody is left to administer."""

    member = AccountChoice(
        Member.objects.none(),
        empty_label=_("Choose"),
        label=_("Account"),
        widget=OfMany,
        error_messages={"required": _("Choose the account.")},
    )

    def __init__(self, *args: Any, own: Member, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "account_%s", **kwargs})
        field = self.fields["member"]
        assert isinstance(field, AccountChoice)  # noqa: S101 - tells the type checker which class stands above
        field.queryset = Member.objects.filter(is_active=True).exclude(pk=own.pk).select_related("agency").order_by("name")
