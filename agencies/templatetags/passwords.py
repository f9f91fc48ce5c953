"""What a new password must be, said before it is typed."""

from django import template
from django.conf import settings
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def password_hint() -> str:
    """How long it must be at least, and what makes it good."""
    words = _(
        "At least %(length)s characters. Long is what counts: four or five words that do not belong together are easy to keep "
        "and hard to guess."
    )
    return words % {"length": settings.PASSWORD_LENGTH}
