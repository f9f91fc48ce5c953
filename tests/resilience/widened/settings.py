"""Settings of the next version."""

from hub.settings.base import *

INSTALLED_APPS = [*INSTALLED_APPS, "tests.resilience.widened"]
