"""Settings of the tests: base, on SQLite and memory or on the servers named in the environment, minus slow parts."""

import base64
import os

# Fixed keys, set before base reads them: tests leave no file behind, and hashes in expected values stay the same.
os.environ["HUBTABLE_SECRET_KEY"] = "a signing key for tests only, long enough to satisfy every check"
os.environ["HUBTABLE_VAULT_KEYS"] = f"1:{base64.b64encode(b'vault key one for tests only, 32').decode()}"
os.environ["HUBTABLE_LEDGER_KEY"] = base64.b64encode(b"ledger key one for tests only 32").decode()
os.environ["HUBTABLE_DEMO"] = os.environ["HUBTABLE_DEBUG"] = ""

from hub.settings import stores
from hub.settings.base import *

# Two workers on one Redis must not hear each other (prefix) nor empty each other's cache (database number).
_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
CHANNEL_LAYERS = {"default": stores.channel_layer(REDIS_URL, f"test-{_WORKER}")}
CACHES = {"default": stores.cache(REDIS_URL and f"{REDIS_URL}/{_WORKER}", f"test-{_WORKER}")}

if EMBEDDED:
    for _one in DATABASES.values():
        _one["TEST"] = {"NAME": ":memory:"}  # said, because pytest-django knows only Django's own SQLite

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = [*ALLOWED_HOSTS, "testserver"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
SECURE_SSL_REDIRECT = False  # the test client speaks plain HTTP

# Served files are tested with the real server; here every test would first have to collect them.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}

# Tests of second factors and of stepping up switch them on; all others sign people in without.
DEMANDS_MFA = DEMANDS_STEP_UP = False
USE_BANNER = False
