"""What is forgotten: after a day nobody waits for an answer any more."""

from datetime import timedelta

from hub.core import clock
from hub.pressing.models import Press

KEPT = timedelta(days=1)


def forget() -> int:
    """Delete the presses that are older than a day; returns how many."""
    return Press.objects.filter(made_at__lt=clock.now() - KEPT).delete()[0]
