"""Settings of every way to run HubTable; what differs between installations comes from the environment."""

from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from hub.settings import keys, stores, tongues
from hub.settings.environment import address, flag, listing, number, secret, text
from hub.settings.telling import logging_as

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DATA_DIR = Path(text("HUBTABLE_DATA", str(BASE_DIR / "var")))

# Demo mode: invented people with a published password on this machine only. `check --deploy` refuses it.
DEMO = flag("HUBTABLE_DEMO")
DEBUG = flag("HUBTABLE_DEBUG")
DATABASE_URL = address("DATABASE_URL")
KEYS_DATABASE_URL = address("KEYS_DATABASE_URL")
# Who may change the schema of the same two databases; processes that serve do not have these (docs/operating.md).
DATABASE_OWNER_URL = address("DATABASE_OWNER_URL")
KEYS_DATABASE_OWNER_URL = address("KEYS_DATABASE_OWNER_URL")
REDIS_URL = address("REDIS_URL")
EMBEDDED = not DATABASE_URL

SECRET_KEY = keys.secret("HUBTABLE_SECRET_KEY", DATA_DIR / "secrets" / "secret_key", keys.new_signing_key, may_make=EMBEDDED)
if not SECRET_KEY:
    raise ImproperlyConfigured("With DATABASE_URL set, SECRET_KEY must come from HUBTABLE_SECRET_KEY.")
VAULT_KEYS = keys.vault_keys(DATA_DIR / "secrets" / "vault_keys", may_make=EMBEDDED)
VAULT_NEWEST = number("HUBTABLE_VAULT_NEWEST", 0)  # 0: the highest there is
VAULT_PROVIDER = text("HUBTABLE_VAULT_PROVIDER", "hub.core.keyring.SettingsKeys")
LEDGER_SIGNING_KEY = keys.ledger_key(
    keys.secret("HUBTABLE_LEDGER_KEY", DATA_DIR / "secrets" / "ledger_key", keys.new_ledger_key, may_make=EMBEDDED)
)
LEDGER_FORMER_KEYS = listing("HUBTABLE_LEDGER_FORMER_KEYS", "")  # public keys, hex: their signatures still count
CLERK_SECONDS = number("HUBTABLE_CLERK_SECONDS", 60)  # from one round of `manage.py clerk` to the next

ALLOWED_HOSTS = listing("HUBTABLE_HOSTS", "localhost,127.0.0.1,[::1]")
ROOT_URLCONF = "hub.urls"
ASGI_APPLICATION = "hub.asgi.application"
AUTH_USER_MODEL = "agencies.Member"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# No django.contrib.admin: it would show models where people may see projections only.
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "simple_history",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "hub.core",
    "hub.keystore",
    "hub.pressing",
    "agencies",
    "situations",
    "conferences",
]

MIDDLEWARE = [
    "hub.health.ProbesMiddleware",
    "hub.requests.RequestsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "hub.core.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "agencies.session_gate.SessionGateMiddleware",
    "hub.core.access.DeclaredAccessMiddleware",
    "agencies.refusals.SecondFactorMiddleware",
    "hub.core.http.ReadOnlyGetMiddleware",
    "hub.core.http.PrivateCacheMiddleware",
    "hub.core.http.DomainErrorMiddleware",
    "hub.pressing.middleware.PressMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["hub.pressing.templatetags.pressing"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hub.core.page.page",
                "agencies.idle_cover.idle",
            ],
        },
    },
]

# Data

DATABASES = {
    "default": stores.database(DATABASE_URL, DATA_DIR / "hubtable.sqlite3"),
    "keys": stores.keys_database(KEYS_DATABASE_URL, DATA_DIR / "keys.sqlite3"),
}
# A migration that waits longer for a table fails, because everybody else waits behind it.
LOCK_SECONDS = number("HUBTABLE_LOCK_SECONDS", 5)
DATABASE_ROUTERS = ["hub.keystore.router.KeysApart"]
# Backups of the wrapped keys are destroyed after so many days, so that shredding reaches them too.
KEY_BACKUP_DAYS = number("HUBTABLE_KEY_BACKUP_DAYS", 14)
CHANNEL_LAYERS = {"default": stores.channel_layer(REDIS_URL, "hubtable")}
CACHES = {"default": stores.cache(REDIS_URL, "hubtable")}
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True

# People

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_LENGTH = number("HUBTABLE_PASSWORD_LENGTH", 14)
if PASSWORD_LENGTH < 8:  # noqa: PLR2004 - CJIS IA-5(1)
    raise ImproperlyConfigured(f"HUBTABLE_PASSWORD_LENGTH must be 8 or more, not {PASSWORD_LENGTH}.")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": PASSWORD_LENGTH}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "agencies.passwords.WordsOfThePlaceValidator"},
    # no rule of composition: fourteen digits are two dates or a telephone number (docs/accounts.md)
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "agencies.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_FORMS = {
    "login": "agencies.account_forms.SignInForm",
    "change_password": "agencies.account_forms.OtherPasswordForm",
    "reset_password": "agencies.account_forms.LostPasswordForm",
    "reset_password_from_key": "agencies.account_forms.NewPasswordForm",
}
ACCOUNT_EMAIL_VERIFICATION = "none"  # members are invited by an administrator, who knows the address
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
INVITATION_DAYS = number("HUBTABLE_INVITATION_DAYS", 7)
# A second factor of every member, and who one is once more before identities, exports and rights (docs/accounts.md).
DEMANDS_MFA = flag("HUBTABLE_DEMANDS_MFA", default=not DEMO)
DEMANDS_STEP_UP = flag("HUBTABLE_DEMANDS_STEP_UP", default=not DEMO)
STEP_UP_MINUTES = number("HUBTABLE_STEP_UP_MINUTES", 15)
STEP_UP_BOARD_MINUTES = number("HUBTABLE_STEP_UP_BOARD_MINUTES", 120)  # a conference, from roll call to its last item
if 0 in (INVITATION_DAYS, STEP_UP_MINUTES, STEP_UP_BOARD_MINUTES):
    raise ImproperlyConfigured("HUBTABLE_INVITATION_DAYS and HUBTABLE_STEP_UP_..._MINUTES must be 1 or more.")
MFA_ADAPTER = "agencies.accounts.SealedSecrets"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # the invitation's link went to it
MFA_TOTP_ISSUER = "HubTable"
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
MFA_FORMS = {
    "add_webauthn": "agencies.account_forms.PasskeyForm",
    "edit_webauthn": "agencies.account_forms.PasskeyNameForm",
    "activate_totp": "agencies.account_forms.FirstCodeForm",
    "authenticate": "agencies.account_forms.CodeForm",
    "login_webauthn": "agencies.account_forms.PasskeySignInForm",
    "authenticate_webauthn": "agencies.account_forms.PasskeyStepForm",
}
# Single sign-on (docs/single-sign-on.md): providers stand in agencies' own rows; what a provider gave is not kept.
SOCIALACCOUNT_ADAPTER = "agencies.views.openid.SocialAccounts"
SOCIALACCOUNT_STORE_TOKENS = False
SESSION_ENGINE = "agencies.session_store"
SESSION_COOKIE_AGE = 12 * 60 * 60  # from the sign-in, whatever happens: a working day
IDLE_MINUTES = number("HUBTABLE_IDLE_MINUTES", 15)  # without a key, pointer or touch, until a page covers itself
if not 1 <= IDLE_MINUTES <= 30:  # noqa: PLR2004 - the two bounds are named nowhere else
    raise ImproperlyConfigured(f"HUBTABLE_IDLE_MINUTES must be from 1 to 30, not {IDLE_MINUTES}.")
IDLE_BOARD_EXEMPT = flag("HUBTABLE_IDLE_BOARD_EXEMPT", default=True)  # the board of who presides, while the table sits
UNUSED_DAYS = 36_500 if DEMO else 90  # without a sign-in until an account is disabled; invented people never sign in
USE_BANNER = flag("HUBTABLE_USE_BANNER", default=not DEMO)

# A break-glass opening ends by itself after so many minutes.
BREAK_GLASS_MINUTES = number("HUBTABLE_BREAK_GLASS_MINUTES", 30)
if not 5 <= BREAK_GLASS_MINUTES <= 120:  # noqa: PLR2004 - the two bounds are named nowhere else
    raise ImproperlyConfigured(f"HUBTABLE_BREAK_GLASS_MINUTES must be from 5 to 120, not {BREAK_GLASS_MINUTES}.")

# The wire

PLAIN_HTTP = DEBUG or DEMO
SINGLE_SIGN_ON_PLAIN_LOOPBACK = PLAIN_HTTP  # a provider on this machine may speak http, as HubTable itself does
BEHIND_PROXY = number("HUBTABLE_BEHIND_PROXY", 0)  # how many proxies a request comes through
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = BEHIND_PROXY
SECURE_SSL_REDIRECT = not PLAIN_HTTP
SECURE_HSTS_SECONDS = 0 if PLAIN_HTTP else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = not PLAIN_HTTP
SECURE_HSTS_PRELOAD = not PLAIN_HTTP
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not PLAIN_HTTP
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# Not "no-referrer": under it browsers post forms with "Origin: null", which the CSRF check must refuse.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MORE_SECURITY_HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    # nothing of what a browser could lend is used
    "Permissions-Policy": ", ".join(
        f"{one}=()"
        for one in (
            "accelerometer",
            "autoplay",
            "browsing-topics",
            "camera",
            "display-capture",
            "encrypted-media",
            "geolocation",
            "gyroscope",
            "hid",
            "idle-detection",
            "magnetometer",
            "microphone",
            "midi",
            "payment",
            "serial",
            "usb",
        )
    ),
}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    },
}

# Running

# On SIGTERM a process takes so long to let everybody go to another one; 0 where there is none.
DRAIN_SECONDS = number("HUBTABLE_DRAIN_SECONDS", 0)
METRICS_PORT = number("HUBTABLE_METRICS_PORT", 0)  # 0: nowhere
METRICS_HOST = text("HUBTABLE_METRICS_HOST", "127.0.0.1")

# Pages

LANGUAGE_CODE = "en"
LANGUAGES = tongues.LANGUAGES
LOCALE_PATHS = tongues.WORDS
FORMAT_MODULE_PATH = tongues.FORMATS
TIME_ZONE = text("HUBTABLE_TIME_ZONE", "America/New_York")
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(text("HUBTABLE_STATIC", str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "hub.assets.HashedAssets"},
}

# Mail and logs

EMAIL_HOST = text("HUBTABLE_SMTP_HOST")
EMAIL_PORT = number("HUBTABLE_SMTP_PORT", 25)
EMAIL_HOST_USER = text("HUBTABLE_SMTP_USER")
EMAIL_HOST_PASSWORD = secret("HUBTABLE_SMTP_PASSWORD")
EMAIL_USE_TLS = flag("HUBTABLE_SMTP_TLS")
EMAIL_TIMEOUT = 10  # seconds; a server that hangs must not hold a thread for ever
# a demo prints its mail; elsewhere it holds links that let somebody in, and logs are kept
_UNSENT = "django.core.mail.backends.console" if DEMO else "hub.core.unsent"
EMAIL_BACKEND = f"{'django.core.mail.backends.smtp' if EMAIL_HOST else _UNSENT}.EmailBackend"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = text("HUBTABLE_MAIL_FROM", "hubtable@localhost")

LOGGING = logging_as(text("HUBTABLE_LOGS", "plain"))
