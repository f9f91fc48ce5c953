"""What is asked of an agency that leaves: why, what becomes of each open role, and whether its agreement ends too."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Agency
from agencies.page_forms import PageForm, words
from situations.leaving import BECAUSE_LIMIT, GIVE_UP, HAND_OVER, Decision, OpenRole


class LeavingForm(PageForm):
    """One choice for each open role: give it up, or hand it over to one of the other agencies."""

    prefix_of_ids = "leaving"
    guarded = ("because",)
    because = words(gettext_lazy("Why your agency leaves"), BECAUSE_LIMIT, gettext_lazy("Say why your agency leaves."), rows=2)
    ends_agreement = forms.BooleanField(label=gettext_lazy("The agreement ends today too"), required=False)
    sure = forms.BooleanField(
        label=gettext_lazy("Our seat ends now, for everybody of our agency"),
        error_messages={"required": gettext_lazy("Say that you mean it: it cannot be taken back here.")},
    )

    def __init__(self, *args: Any, roles: Iterable[OpenRole], successors: Iterable[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [(str(one.pk), _("hand over to %(agency)s") % {"agency": one.name}) for one in successors]
        self.roles = list(roles)
        own = {f"role_{one.key}": _choice(one, others) for one in self.roles}
        self.fields = {"because": self.fields["because"], **own, **self.fields}

    def decisions(self) -> Mapping[int, Decision]:
        """What was chosen, by involvement."""
        chosen = {one.key: self.cleaned_data[f"role_{one.key}"] for one in self.roles}
        return {
            key: Decision(GIVE_UP) if value == GIVE_UP else Decision(HAND_OVER, int(value)) for key, value in chosen.items()
        }  # fmt: skip


def _choice(one: OpenRole, others: list[tuple[str, str]]) -> forms.ChoiceField:
    number = one.number or _("a situation that is not open to you")
    state = one.role if one.accepted else _("asked to be %(role)s") % {"role": one.role}
    give_up = [] if one.lead else [(GIVE_UP, _("give it up"))]
    return forms.ChoiceField(
        label=f"{number}: {state}", choices=[("", _("Choose")), *others, *give_up],
        error_messages={"required": _("Say what becomes of this role.")},
    )  # fmt: skip
