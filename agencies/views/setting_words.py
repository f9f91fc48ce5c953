"""What each setting of a table does, in a sentence beside it (PRODUCT: "Table settings")."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, str | Promise] = {
    "identity_opens_at_filter": _(
        "At filter 3 the seats present see the identifiers below while it is open. At filter 4 only, they never do."
    ),
    "filter3_identifiers": _("The fewer, the safer: most tables need name and date of birth to find somebody in their files."),
    "shows_positive_answers": _(
        "Off: only lead and assisting agencies and the facilitator learn which agency serves the person or can help."
    ),
    "response_clock_hours": _("From the AER decision: by then the lead agency has approached the person."),
    "minutes_per_situation": _(
        "What the timer of the board begins with. It blinks for nobody and stops nothing. From 1 to 60."
    ),
    "quorum_seats": _("Under so many seats present the board says that there is no quorum. From 1 to 60."),
    "retention_days": _(
        "After so many days the sealed identity is destroyed. A shorter time counts for everything not yet "
        "destroyed. From 30 to 3650."
    ),
    "small_cell_threshold": _("Counts under this number are not shown in any statistic. From 5 to 100."),
    "repeat_flag_months": _(
        "Within so many months the originating agency alone is told that it brought the person before. From 1 to 60."
    ),
    "category_only": _("The table speaks of categories of risk, never of single factors."),
    "demands_training": _("Who speaks for a seat without it is not called to the roll."),
    "demands_yearly_pledge": _("Without one nobody can give the day's pledge."),
}


def what_it_does(name: str) -> str | Promise:
    """The sentence beside the setting of this name."""
    return SENTENCES[name]
