"""Tags of the component library: icons, and a form control that is tied to the notes around it."""

from functools import lru_cache

from django import template
from django.forms import BoundField
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

# The notes that `components/field.html` may show, in the order in which they are read out.
NOTES = ("hint", "readers", "save")


@register.simple_tag
@lru_cache(maxsize=1024)
def icon(name: str, label: str = "") -> SafeString:
    """One symbol of `static/icons.svg`: silent beside a word, or with a name of its own where it stands alone."""
    href = f"{static('icons.svg')}#i-{name}"
    if label:
        return format_html('<svg class="i" role="img" aria-label="{}"><use href="{}"></use></svg>', label, href)
    return format_html('<svg class="i" aria-hidden="true"><use href="{}"></use></svg>', href)


@register.simple_tag(takes_context=True)
def notes(context: Context) -> str:
    """The ids of every note that the component shows about its `field`, for `aria-describedby`."""
    field: BoundField = context["field"]
    shown = [note for note in NOTES if context.get(note)] + ["error"] * bool(field.errors)
    return " ".join(f"{field.auto_id}_{note}" for note in shown)


@register.simple_tag(takes_context=True)
def control(context: Context) -> SafeString:
    """The widget of the component's `field`, described by every note that the component shows."""
    field: BoundField = context["field"]
    described = notes(context)
    field.help_text = ""  # the component shows none, and Django would describe the control by an element that is not there
    return field.as_widget(attrs={"aria-describedby": described} if described else {})
