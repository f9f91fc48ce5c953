"""Ways from one screen to another by name; a screen that this installation does not have leaves no way, and breaks no page."""

from django.urls import NoReverseMatch, reverse


def link(*names: str, key: int | None = None) -> str:
    """The address of the first of these views that exists, or "". `key` is the one argument of pages about one thing."""
    for name in names:
        try:
            return reverse(name, kwargs={} if key is None else {"key": key})
        except NoReverseMatch:
            continue
    return ""
