"""What somebody who brings a case answers: one value, sealed as a whole. Every answer that identifies is optional.

Codes are stored, words stand with the page in four languages (PRODUCT: "Families and partners"; privacy.md 6.6).
"""

import json
from dataclasses import asdict, dataclass, fields

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

FORM = 1
"""The form of answers written now; older ones stay readable."""
SHORT, LONG = 200, 2000
"""Characters of a line and of a story."""


class Relation(TextChoices):
    """Who somebody is to the person."""

    SELF = "self", _("It is about me")
    PARENT = "parent", _("I am a parent or guardian")
    FAMILY = "family", _("I am another family member")
    FRIEND = "friend", _("I am a friend or neighbor")
    WORKER = "worker", _("I know the person through my work")
    OTHER = "other", _("I am someone else")


class Danger(TextChoices):
    """Whether anyone is in danger now; "yes" shows whom to call first."""

    YES = "yes", _("Yes")
    SOON = "soon", _("No, but I am worried about the next days")
    UNSURE = "unsure", _("I am not sure")


class Knows(TextChoices):
    """Whether the person knows that help is asked for, and agrees."""

    AGREES = "agrees", _("Yes, and agrees")
    AGAINST = "against", _("Yes, and does not want it")
    NO = "no", _("No")
    SELF = "self", _("It is about me, and I agree")


class Reach(TextChoices):
    """How it is safe to be reached."""

    HERE = "here", _("Only on this website, with my code")
    CALL = "call", _("Call me")
    TEXT = "text", _("Text me")
    EMAIL = "email", _("E-mail me")
    NOT = "not", _("Do not contact me")


@dataclass(frozen=True, slots=True)
class Answers:
    """One referral in the words of who brought it. Empty means not answered. Codes are those of the classes above.

    `reach_was`: how they had said that they can be reached, where no contact was asked for with a code that the desk made anew.
    """

    town: str = ""
    relation: str = ""
    happening: str = ""
    danger: str = ""
    tried: str = ""
    would_help: str = ""
    knows: str = ""
    why_not: str = ""
    reach: str = ""
    reach_at: str = ""
    reach_when: str = ""
    reach_was: str = ""
    own_name: str = ""
    person_name: str = ""
    person_age: str = ""
    person_where: str = ""

    def packed(self) -> str:
        """As text to be sealed."""
        return json.dumps({"form": FORM, **asdict(self)}, ensure_ascii=False)

    @classmethod
    def unpacked(cls, text: str) -> "Answers":
        """Read what `packed` wrote, also by an older release; what it does not know is left out."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in json.loads(text).items() if name in known})
