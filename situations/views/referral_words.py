"""What the pages of the public door say around their questions."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from situations.choices import Closing, ReferralStage
from situations.referrals import steps

CALL, SENT, TYPE = "call", "sent", "type"
"""Pages between the steps: whom to call first, the code, and the code typed back."""


@dataclass(frozen=True, slots=True)
class Words:
    """Heading and first line of one step, and the hints of its questions."""

    title: Any
    lead: Any = ""
    hints: dict[str, Any] = field(default_factory=dict)


UP_TO = _("Up to 2,000 characters. That is about one page.")
WORDS = {
    steps.WHO: Words(_("Who are you to the person?"), _("We mean the person you are worried about.")),
    steps.WHAT: Words(
        _("What is happening?"),
        _("Use your own words. Short is fine. You can leave out names."),
        {"happening": _("What changed? Since when? What are you afraid of? Up to 2,000 characters. That is about one page.")},
    ),
    steps.TRIED: Words(
        _("What could help?"),
        _("You can leave this out."),
        {"tried": _("For example: a doctor, school, family."), "would_help": UP_TO},
    ),
    steps.KNOWS: Words(
        _("Does the person know?"),
        _("It is fine if not. It helps the worker to know what to do first."),
        {"why_not": _("For example: you are afraid of them, or they do not see that they are ill.")},
    ),
    steps.REACH: Words(
        _("How is it safe to reach you?"),
        _("You choose. If you like, nobody will contact you at all."),
        {
            "reach_at": _("Only one that nobody else reads or hears."),
            "reach_when": _("For example: on weekdays until 2 pm. Do not leave a message."),
        },
    ),
    steps.NAMES: Words(
        _("Names, if you want"),
        _("You can leave out all of this. The worker at the desk reads it, and nobody else sees it without need."),
        {"person_where": _("For example: a street, a school, a shelter, a friend's home.")},
    ),
}

STAGES = {
    ReferralStage.RECEIVED: _("We have it. Nobody at the desk has read it yet."),
    ReferralStage.READ: _("A worker at the desk has read it."),
    ReferralStage.TAKEN_UP: _("An agency has taken it up."),
    ReferralStage.CLOSED: _("It is closed."),
}
REASONS = {
    Closing.HELPED: _("An agency is working on it."),
    Closing.ANSWERED: _("Your question was answered."),
    Closing.ELSEWHERE: _("Someone else can help better. Read the messages below."),
    Closing.NOT_FOR_TABLE: _("It is not something this group can help with."),
    Closing.TWICE: _("The same thing came in twice. The other one goes on."),
    Closing.WITHDRAWN: _("You took it back."),
    Closing.JUNK: _("The desk could not find a request for help in it."),
}
