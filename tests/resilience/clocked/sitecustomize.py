"""Python runs this at the start of a process. What HubTable and Django read as the time is put off by what a file says.

libfaketime (0.9.10) cannot do it: under it `time.sleep` of Python 3.11 fails, because it waits on the monotonic clock.
"""

import os
import time
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

file = Path(os.environ["HUBTABLE_DRILL_CLOCK"])
true_time, true_now = time.time, timezone.now


def offset() -> int:
    """Seconds by which the machine's clock is wrong now."""
    return int(file.read_text(encoding="ascii") or 0)


def wrong_now() -> datetime:
    """What stands in for `django.utils.timezone.now`."""
    return true_now() + timedelta(seconds=offset())


time.time = lambda: true_time() + offset()
timezone.now = wrong_now
