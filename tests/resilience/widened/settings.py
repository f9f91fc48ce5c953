"""Settings of the next version."""

from hub.settings import base
from hub.settings.base import *  # noqa: F403 - Django reads settings from a module's names

INSTALLED_APPS = [*base.INSTALLED_APPS, "tests.resilience.widened"]
