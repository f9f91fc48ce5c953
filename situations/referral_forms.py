"""The questions of the public door, one block a page. The partner's form asks the same ones.

Only what nobody could act without is needed; every answer that names somebody may be left out.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hub.core.text import TextRefused, plain
from situations.referrals import steps
from situations.referrals.answers import LONG, SHORT, Answers, Danger, Knows, Reach, Relation

NOT_SELF = [(one.value, one.label) for one in Knows if one != Knows.SELF]


class Words(forms.CharField):
    """Typed text, through the one door for it."""

    def __init__(self, *, limit: int = LONG, rows: int = 6, **options: Any) -> None:
        self.limit = limit
        options.setdefault("required", False)
        super().__init__(widget=forms.Textarea({"rows": rows}) if rows else forms.TextInput({"autocomplete": "off"}), **options)

    def clean(self, value: Any) -> str:
        """The text as it is kept. Raises ValidationError for one that is too long: it is never cut short."""
        try:
            return str(super().clean(plain(str(value or ""), limit=self.limit)))
        except TextRefused as refused:
            raise forms.ValidationError(str(refused)) from refused


class Picked(forms.ChoiceField):
    """One of a few, each a target for a thumb."""

    def __init__(self, choices: Any, missing: Any, **options: Any) -> None:
        said = {"required": missing, "invalid_choice": missing}
        super().__init__(choices=choices, widget=forms.RadioSelect, error_messages=said, **options)


class Block(forms.Form):
    """One page of questions."""

    use_required_attribute = False  # the page says in its own words what is missing, in the visitor's language

    def kept(self) -> dict[str, str] | None:
        """What can be kept although answers are missing; None if something typed does not fit."""
        self.full_clean()
        fits = all(one.code in {"required", "needed"} for errors in self.errors.as_data().values() for one in errors)
        return {name: self.cleaned_data.get(name, "") for name in self.fields} if fits else None


class Who(Block):
    """Who somebody is to the person."""

    relation = Picked(Relation.choices, _("Choose the line that fits best."), label=_("Who are you?"))


class What(Block):
    """What is happening, and whether anyone is in danger."""

    happening = Words(
        label=_("What worries you most?"), required=True, error_messages={"required": _("Write at least a few words.")}
    )
    danger = Picked(Danger.choices, _("Choose one. It is fine not to be sure."), label=_("Is anyone in danger right now?"))


class Tried(Block):
    """What was tried, and what would help."""

    tried = Words(label=_("What has been tried?"), rows=4)
    would_help = Words(label=_("What would help?"), rows=4)


class KnowsIt(Block):
    """Whether the person knows and agrees."""

    knows = Picked(NOT_SELF, _("Choose one of the lines."), label=_("Does the person know you are asking for help?"))
    why_not = Words(label=_("If not: why not?"), rows=3)


class Reached(Block):
    """How and when it is safe to be reached."""

    reach = Picked(Reach.choices, _("Choose one. It can be: do not contact me."), label=_("How may the worker reach you?"))
    reach_at = Words(label=_("Phone number or e-mail address"), limit=SHORT, rows=0)
    reach_when = Words(label=_("When is it safe?"), limit=SHORT, rows=0)

    def clean(self) -> dict[str, Any]:
        """A way to be reached needs a place to reach."""
        values = super().clean() or {}
        if values.get("reach") in {Reach.CALL, Reach.TEXT, Reach.EMAIL} and not values.get("reach_at"):
            line = gettext("Write the number or the address, or choose another way.")
            self.add_error("reach_at", forms.ValidationError(line, code="needed"))
        return values


class Names(Block):
    """Who it is about. All of it may be left out."""

    own_name = Words(label=_("Your name"), limit=SHORT, rows=0)
    person_name = Words(label=_("The person's name"), limit=SHORT, rows=0)
    person_age = Words(label=_("About how old is the person?"), limit=SHORT, rows=0)
    person_where = Words(label=_("Where can the person be found?"), limit=SHORT, rows=0)


class OwnNames(Block):
    """The same for somebody who asks for themself."""

    own_name = Words(label=_("Your name"), limit=SHORT, rows=0)
    person_age = Words(label=_("About how old are you?"), limit=SHORT, rows=0)
    person_where = Words(label=_("Where can you be found?"), limit=SHORT, rows=0)


BLOCKS: dict[str, type[Block]] = {
    steps.WHO: Who,
    steps.WHAT: What,
    steps.TRIED: Tried,
    steps.KNOWS: KnowsIt,
    steps.REACH: Reached,
    steps.NAMES: Names,
}


def block_of(step: str, answers: Answers) -> type[Block] | None:
    """The questions of this step for who gave these answers; None for a step without any."""
    return OwnNames if step == steps.NAMES and answers.relation == Relation.SELF else BLOCKS.get(step)
