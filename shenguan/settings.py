"""Settings, read from the environment (CONTRACT §1). A demo checkout runs by default; production says what it lacks."""

import sys
from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONE, SELF

from shenguan import env, logs

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)  # uploads and the timer's own notes, whatever the database is

TESTING = "pytest" in sys.modules
DEMO = env.flag("DEMO") and not TESTING  # tests say themselves when they want the demo
DEBUG = env.flag("DEBUG")
CONTRACTS_REQUIRED = env.flag("CONTRACTS_REQUIRED")  # nothing goes to a department's own system without a contract
RELAXED = DEMO or DEBUG or TESTING  # where a missing secret may be generated and plain http is normal

SECRET_KEY = env.secret("SECRET_KEY", VAR_DIR / "secret.key", make=RELAXED)
# Encryption keys of personal data, newest first, comma-separated; old ones stay readable (DESIGN §4).
FIELD_KEYS = [key for key in env.secret("FIELD_KEYS", VAR_DIR / "field.key", make=RELAXED).split(",") if key]
FIELD_CIPHER = env.choice("FIELD_CIPHER", "aes", ("aes", "sm4"))  # "aes" (AES-256-GCM) or "sm4" (SM4-GCM)
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]" if RELAXED else "")
BEHIND_TLS_PROXY = env.flag("BEHIND_TLS_PROXY")  # believe X-Forwarded-Proto and the last X-Forwarded-For entry
# Where people and departments' systems reach the portal; links in webhook payloads begin with it.
PORTAL_URL = env.url(
    "PORTAL_URL",
    f"http://127.0.0.1:{env.text('PORT', '8000')}" if RELAXED else f"https://{ALLOWED_HOSTS[0].lstrip('.')}",
    ("https", "http"),
).rstrip("/")
CITY_NAME = env.text("CITY_NAME", "云州市")
CUTOVER_ON = env.day("CUTOVER_ON")  # cases accepted before this day are backlog: shown with their age, without clocks
DEMO_PASSWORD = "shenguan-demo"
AUDIT_HASH = env.text("AUDIT_HASH", "sha256")  # "sha256" or "sm3"; old rows keep the one they were written with

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "oauth2_provider",
    "axes",
    "csp",
    "django_structlog",
    "django_prometheus",
    "shenguan.org",
    "shenguan.access",
    "shenguan.workdays",
    "shenguan.events",
    "shenguan.audit",
    "shenguan.identifiers",
    "shenguan.notify",
    "shenguan.files",
    "shenguan.ui",
    "credit",
    "approvals",
    "supervision",
    "linkage",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "shenguan.access.middleware.IdleLogoutMiddleware",
    "shenguan.access.middleware.PortalLoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "shenguan.access.middleware.NulMiddleware",
    "shenguan.access.middleware.ReadOnlyGetMiddleware",
    "axes.middleware.AxesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "shenguan.urls"
WSGI_APPLICATION = "shenguan.wsgi.application"
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
                "shenguan.ui.context.portal",
            ],
            "builtins": ["shenguan.ui.templatetags.sg"],
        },
    }
]

FORM_RENDERER = "shenguan.ui.forms.PortalRenderer"

# Two engines, one code (DESIGN §5). SQLite: WAL and immediate transactions so that writers queue instead of failing.
DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{VAR_DIR / 'shenguan.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # recursive_triggers: else INSERT OR REPLACE removes rows of record past their DELETE triggers (R11.07)
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000; "
        "PRAGMA recursive_triggers=ON;",
    }
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # Pages fetch a row with a dozen others by key: trying more orders of such joins costs more than running them.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c join_collapse_limit=5")
DATABASES["default"]["CONN_MAX_AGE"] = 600
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHE_URL = env.url("CACHE_URL", "", ("redis", "rediss"))
if TESTING and CACHE_URL:  # tests clear their cache: parallel workers must not share one Redis database
    _server, _, _number = CACHE_URL.rpartition("/")
    CACHE_URL = f"{_server}/{(int(_number) + int(env.text('PYTEST_XDIST_WORKER', 'gw0')[2:])) % 16}"
if CACHE_URL:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": CACHE_URL,
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
        }
    }
elif TESTING:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(VAR_DIR / "cache"),
        }
    }

AUTH_USER_MODEL = "org.Staff"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "shenguan.access.backends.StaffBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "shenguan.access.passwords.ThreeKindsValidator"},
    {"NAME": "shenguan.access.passwords.NotRecentValidator"},
]
LOGIN_URL = "access:login"
LOGIN_REDIRECT_URL = "ui:home"
LOGOUT_REDIRECT_URL = "access:login"
IDLE_LOGOUT_SECONDS = 30 * 60  # RULES R11.02
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
AXES_FAILURE_LIMIT = 5  # RULES R11.02: five failures, thirty minutes
AXES_COOLOFF_TIME = 0.5
# The account, from whatever address; not an address alone: a whole office shares one behind its gateway.
AXES_LOCKOUT_PARAMETERS = ["username", ["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "shenguan.access.views.login.locked_out"
AXES_VERBOSE = False
if BEHIND_TLS_PROXY:
    AXES_CLIENT_IP_CALLABLE = "shenguan.access.requests.ip_behind_proxy"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGE_URL = env.text("STORAGE_URL")
if STORAGE_URL.startswith("s3://"):
    _files = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": {"bucket_name": STORAGE_URL[5:]}}
elif STORAGE_URL:
    raise env.ConfigurationError(
        f"环境变量 STORAGE_URL={STORAGE_URL!r} 无法识别：请写 s3://桶名，或留空使用本地文件夹。"
    )
else:
    _files = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(VAR_DIR / "files")},
    }
STORAGES = {
    "default": _files,
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if RELAXED
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = RELAXED
if RELAXED:
    STATIC_ROOT.mkdir(exist_ok=True)  # whitenoise warns about a missing folder, and warnings are errors in tests
UPLOAD_LIMIT_BYTES = 20 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# Transport security (RULES R11.03); plain http only for a demo on one's own machine.
SECURE_SSL_REDIRECT = not RELAXED
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not RELAXED
SECURE_HSTS_SECONDS = 0 if RELAXED else 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not RELAXED
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS_PROXY else None
CSRF_TRUSTED_ORIGINS = env.origins("CSRF_TRUSTED_ORIGINS")
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "shenguan.ui.views.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Celery: rows are the queue, a message is only a nudge (DESIGN §5).
BROKER_URL = env.url(
    "BROKER_URL",
    "memory://" if TESTING else "filesystem://",
    ("redis", "rediss", "sentinel", "amqp", "amqps", "filesystem", "memory"),
)
CELERY_BROKER_URL = BROKER_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_PUBLISH_RETRY = False  # a lost nudge is caught by the sweep; a page never waits for a broker
CELERY_BROKER_CONNECTION_TIMEOUT = 1
# One attempt to connect when sending: by default kombu would hold a page for six seconds (measured).
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {"max_retries": 0, "connect_retries_timeout": 1}
if BROKER_URL.startswith("filesystem"):
    for _folder in ("queue", "control"):
        (VAR_DIR / "broker" / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS |= {
        "data_folder_in": str(VAR_DIR / "broker" / "queue"),
        "data_folder_out": str(VAR_DIR / "broker" / "queue"),
        "control_folder": str(VAR_DIR / "broker" / "control"),
        "polling_interval": 0.05,
    }
elif BROKER_URL.startswith("redis"):
    CELERY_BROKER_TRANSPORT_OPTIONS |= {
        "visibility_timeout": 600,
        "socket_timeout": 2,
        "socket_connect_timeout": 1,
    }
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "route-events": {"task": "linkage.tasks.route_events", "schedule": 3.0},
    "deliver-due": {"task": "linkage.tasks.deliver_due", "schedule": 3.0},
    "seal-audit": {"task": "shenguan.audit.tasks.seal_audit", "schedule": 5.0},
    "send-notices": {"task": "shenguan.notify.tasks.send_due_notices", "schedule": 10.0},
    "credit-retry": {"task": "approvals.tasks.retry_credit_checks", "schedule": 60.0},
    "approval-clocks": {"task": "approvals.tasks.run_clocks", "schedule": 300.0},
    "reconcile": {"task": "linkage.tasks.reconcile", "schedule": crontab(minute="17")},  # by the wall, however often
    "make-statements": {"task": "linkage.tasks.make_statements", "schedule": 60.0},  # only what was asked for
    "escalate-due": {"task": "linkage.tasks.escalate_due", "schedule": 300.0},
    "clear-expired": {"task": "shenguan.access.tasks.clear_expired", "schedule": 24 * 3600.0},
    "beat-alive": {"task": "shenguan.ui.tasks.beat_alive", "schedule": 15.0},
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["shenguan.access.api.MachineAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["shenguan.access.api.DenyAll"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["shenguan.access.api.parsers.MachineJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "shenguan.access.api.KeysetPagination",
    "DEFAULT_SCHEMA_CLASS": "shenguan.access.api.schema.MachineSchema",
    "DEFAULT_THROTTLE_CLASSES": ["shenguan.access.api.ClientRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"client": env.rate("API_RATE", "6000/min")},
    "EXCEPTION_HANDLER": "shenguan.access.api.problem_response",
    "UNAUTHENTICATED_USER": None,
    "PAGE_SIZE": 100,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "审管联动平台接口",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "ENUM_NAME_OVERRIDES": {
        "SubjectKindEnum": "credit.models.Subject.Kind",
        "DaySheetDirectionEnum": "linkage.models.reconciliation.DaySheet.Direction",
        "PushDirectionEnum": "linkage.models.Push.Direction",
        "PushStatusEnum": "linkage.models.Push.Status",
        "CaseResultEnum": "approvals.models.Application.Result",
        "CheckOutcomeEnum": "credit.models.CreditCheck.Outcome",
        "ClueOutcomeEnum": "supervision.models.Clue.Outcome",
        "DayReportResultEnum": "linkage.models.reconciliation.DayReport.Result",
        "MeasureKindEnum": "linkage.actions.measures.MEASURE_CHOICES",
        "PenaltyKindEnum": "supervision.models.Penalty.Kind",
        "BasisEnum": "linkage.models.list.Basis",
    },
    "OAUTH2_FLOWS": ["clientCredentials"],
    "OAUTH2_TOKEN_URL": "/oauth2/token/",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "shenguan.access.api.schema.add_problem_answers",
    ],
}
OAUTH2_PROVIDER_APPLICATION_MODEL = "access.MachineClient"
OAUTH2_PROVIDER = {
    "SCOPES_BACKEND_CLASS": "shenguan.access.scopes.ClientScopes",
    "OAUTH2_VALIDATOR_CLASS": "shenguan.access.api.tokens.MachineTokenValidator",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.BackendApplicationServer",  # client credentials, no other grant
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    # RFC 9700: tokens only in the header, only their hashes stored, none of the old grants
    **{
        f"COMPLIANT_BCP_RFC9700_{rule}": True
        for rule in (
            "IMPLICIT_GRANT",
            "PASSWORD_GRANT",
            "PKCE_METHOD",
            "ACCESS_TOKEN_TRANSPORT",
            "AUTHZ_RESPONSE_ISS",
            "TOKEN_STORAGE",
            "REFRESH_TOKEN",
            "REDIRECT_URI_SCHEME",
            "REDIRECT_URI_MATCHING",
            "PKCE_REQUIRED",
        )
    },
}

# Short messages (docs/operations.md §10). "embedded" keeps them in the outbox page, "http" posts them to a provider.
SMS_GATEWAY = env.text("SMS_GATEWAY", "embedded")
SMS_HTTP_CONFIG = env.file("SMS_HTTP_CONFIG")  # how the provider wants to be spoken to
SMS_HTTP_KEY = env.text("SMS_HTTP_KEY")
SMS_RECEIPT_KEY = env.text("SMS_RECEIPT_KEY")  # proves delivery receipts genuine; without it none is taken
# E-mail: without EMAIL_URL it stays in the outbox page.
EMAIL_URL = env.text("EMAIL_URL")
globals().update(env.mail("EMAIL_URL"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", f"shenguan@{ALLOWED_HOSTS[0].lstrip('.')}")
NOTIFY_HOURS = env.hours("NOTIFY_HOURS", "08:30-18:00")  # of working days; only urgent messages leave outside them
SHORT_LINK_DAYS = env.number("SHORT_LINK_DAYS", 7, least=0, most=365)  # a 监管码 works as long after the push is closed
NOTIFY_BUNDLE_MINUTES = env.number("NOTIFY_BUNDLE_MINUTES", 15, least=1, most=240)  # at most one message per person
CREDIT_SOURCE = env.text("CREDIT_SOURCE", "local")  # "local": the portal's own credit tables

logs.configure()
LOG_LEVEL = env.choice("LOG_LEVEL", "WARNING" if TESTING else "INFO", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"))
LOGGING = logs.logging_config(LOG_LEVEL, machine_readable=not RELAXED)
SILENCED_SYSTEM_CHECKS: list[str] = []

if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    STORAGES["default"] = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
