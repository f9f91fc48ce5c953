"""Whether the sign-in page offers another way in."""

from django import template

from agencies.models import SingleSignOn

register = template.Library()


@register.simple_tag
def agencies_sign_in() -> bool:
    """Whether any agency's members sign in at a provider of its own; one query."""
    return SingleSignOn.objects.filter(is_active=True).exists()
