"""The words of a conference and its agenda."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ItemKind(TextChoices):
    """What an agenda item is about."""

    FOLLOW_UP = "follow_up", _("follow-up")
    NEW = "new", _("new situation")


class ItemState(TextChoices):
    """How far an agenda item is."""

    WAITING = "waiting", _("waiting")
    IN_HAND = "in_hand", _("in hand")
    DONE = "done", _("done")
    CARRIED_OVER = "carried_over", _("carried over")


class Result(TextChoices):
    """What became of an item, in a word, for agenda and minutes."""

    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")
    CONTINUES = "continues", _("continues")
    CONCLUDED = "concluded", _("concluded")
    CARRIED_OVER = "carried_over", _("carried over")


class IssueState(TextChoices):
    """How far a systemic issue is."""

    OPEN = "open", _("open")
    IN_PROGRESS = "in_progress", _("in progress")
    WITH_LEADERS = "with_system_leaders", _("with system leaders")
    RESOLVED = "resolved", _("resolved")
