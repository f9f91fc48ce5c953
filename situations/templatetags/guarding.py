"""What the guard's answer is chosen from, for every form that it may ask about."""

from django import template

from situations.choices import NotIdentifying

register = template.Library()


@register.simple_tag
def guard_reasons() -> list[tuple[str, str]]:
    """(code, words) of why a text points to nobody."""
    return [(one.value, str(one.label)) for one in NotIdentifying]
