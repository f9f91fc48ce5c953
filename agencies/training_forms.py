"""What is typed about a training."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.choices import TrainingKind
from agencies.models import Agency, Member
from agencies.page_forms import PageForm, day, offer, somebody, words


class TrainingForm(PageForm):
    """Who completed what, when, and until when it counts."""

    prefix_of_ids = "training"
    guarded = ("title",)
    member = somebody(_("Person"))
    kind = forms.ChoiceField(label=_("Training"), choices=TrainingKind.choices)
    title = words(_("Title of the course"), 120)
    completed_on = day(_("Completed on"), _("Give the day on which it was completed."))
    expires_on = day(_("Counts until"), required=False)
    given_by = forms.ModelChoiceField(
        Agency.objects.none(), label=_("Given by the agency"), required=False, empty_label=_("none of these")
    )

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "member", Member.objects.filter(agency=agency, is_active=True))
        given_by = self.fields["given_by"]
        assert isinstance(given_by, forms.ModelChoiceField)  # noqa: S101 - tells the type checker which class stands above
        given_by.queryset = Agency.objects.filter(seats__table__seats__agency=agency).distinct().order_by("name")
