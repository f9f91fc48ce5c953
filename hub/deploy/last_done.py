"""Exit 0 when something was last done less than so many seconds ago, by this container's own metrics; 1 otherwise.

`python hub/deploy/last_done.py hubtable_clerk_last_round_timestamp_seconds 600`: a process that
runs and does nothing is not well.
"""

import os
import sys
import time
import urllib.request


def age(metric: str) -> float:
    """Seconds since the time that a gauge of /metrics holds. Raises OSError when nobody answers, KeyError for no such gauge."""
    address = f"http://127.0.0.1:{os.environ['HUBTABLE_METRICS_PORT']}/metrics"
    with urllib.request.urlopen(address, timeout=3) as answer:
        lines = answer.read().decode().splitlines()
    values = dict(line.rpartition(" ")[::2] for line in lines if not line.startswith("#"))
    return time.time() - float(values[metric])


if __name__ == "__main__":
    sys.exit(age(sys.argv[1]) > float(sys.argv[2]))
