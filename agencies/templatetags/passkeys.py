"""What the server asks of a device, as text in an attribute: the page's policy allows no script in it, not even of data."""

import json
from typing import Any

from django import template

register = template.Library()


@register.filter
def as_json(value: Any) -> str:
    """The value as JSON; escaped as every text."""
    return json.dumps(value)
