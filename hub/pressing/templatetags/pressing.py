"""The key of a form, beside its `csrf_token`: one press for each page that was loaded."""

import secrets

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hub.pressing.once import FIELD

register = template.Library()


@register.simple_tag
def press_key() -> SafeString:
    """A hidden field with a key of its own. Not in a live panel: there the script gives each press its key."""
    return format_html('<input type="hidden" name="{}" value="{}" autocomplete="off">', FIELD, secrets.token_hex(16))
