"""All settings, all from the environment; the defaults are one process with nothing beside it.

LINCHPIN_DATA   folder of the database and the key            ./data
DATABASE_URL    postgres://…, or SQLite in LINCHPIN_DATA
REDIS_URL       channel layer and broker, or both in memory
SECRET_KEY      required with DATABASE_URL or REDIS_URL
ALLOWED_HOSTS   host names, separated by commas               localhost and addresses of this machine; * for all
TRUSTED_ORIGINS other origins whose pages may act, e.g. https://linchpin.example
BEHIND_PROXY    1 when a proxy sets X-Forwarded-Proto
DEBUG           0 or 1
WORKERS         runs and evaluations at once in one worker    8
"""

import warnings
from pathlib import Path

from designer import limits
from designer.environment import Environment, database, redis, secret_key

env = Environment()

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(env.text("LINCHPIN_DATA", str(ROOT / "data"))).resolve()
DEBUG = env.flag("DEBUG", False)
REDIS_URL = redis(env.text("REDIS_URL", ""))
DATABASE_URL = env.text("DATABASE_URL", "")
EMBEDDED = not REDIS_URL
SECRET_KEY = secret_key(env.text("SECRET_KEY", ""), DATA, EMBEDDED and not DATABASE_URL, DEBUG)
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver")
CSRF_TRUSTED_ORIGINS = env.names("TRUSTED_ORIGINS", "")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "django_vite",
    "designer.sharing",
    "designer.designs",
    "designer.api",
    "designer.pages",
    "simulation.runs",
]
MIDDLEWARE = [
    "designer.pages.headers.security_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "designer.api.compression.Compressed",
    "designer.api.problems.problems_everywhere",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "designer.api.idempotency.replay_same_key",
]
ROOT_URLCONF = "designer.urls"
ASGI_APPLICATION = "designer.asgi.application"
APPEND_SLASH = False
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]

DATABASES = {"default": database(DATABASE_URL, DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "sharing.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

BEHIND_PROXY = env.flag("BEHIND_PROXY", False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SESSION_COOKIE_NAME = "linchpin_session"
SESSION_COOKIE_AGE = int(limits.GUEST_SESSION.total_seconds())
SESSION_COOKIE_SECURE = BEHIND_PROXY
SESSION_COOKIE_SAMESITE = "Lax"
DATA_UPLOAD_MAX_MEMORY_SIZE = limits.BODY_BYTES

LANGUAGE_CODE = "en"
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATIC_ROOT = env.text("STATIC_ROOT", "") or None
FRONTEND = ROOT / "frontend" / "dist"
STATICFILES_DIRS = [FRONTEND] if FRONTEND.is_dir() else []
WHITENOISE_USE_FINDERS = True
# Static files are small; reading them as WhiteNoise does holds nobody up.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/assets/.+-[\w-]{8}\.\w+$"
DJANGO_VITE = {"default": {"dev_mode": False, "manifest_path": FRONTEND / ".vite" / "manifest.json"}}

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "designer.channel_layer.EmbeddedLayer",
        "CONFIG": {"capacity": 1000},
    }
    if EMBEDDED
    else {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        # redis-py closes idle sockets after five seconds unless told otherwise; quiet subscriptions must live.
        "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": None}], "prefix": "linchpin"},
    }
}

WORKERS = env.number("WORKERS", 8, 1, 256)
CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {"polling_interval": 0.05} if EMBEDDED else {"visibility_timeout": 3600}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = WORKERS
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}

# `simulation.runs` knows nothing of the designer; its limits come from here.
RUN_LIMITS = {
    "active": limits.ACTIVE_RUNS,
    "queued": limits.QUEUED_RUNS,
    "watchers": limits.WATCHERS_PER_RUN,
    "seconds": limits.BACKGROUND_SECONDS,
    "messages_per_second": limits.MESSAGES_PER_SECOND,
    "bad_messages": limits.BAD_MESSAGES,
    "message_bytes": limits.MESSAGE_BYTES,
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_PARSER_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["designer.api.rendering.JSON"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "designer.api.problems.answer",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Linchpin",
    "DESCRIPTION": "Draw a large-scale system and know what falls with what, how much it carries and what breaks "
    "first. Errors are `application/problem+json` (RFC 9457).",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "APPEND_COMPONENTS": {},
    "POSTPROCESSING_HOOKS": ["designer.api.schema.with_components"],
    "PREPROCESSING_HOOKS": ["designer.api.schema.only_v1"],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "kombu.connection": {"level": "ERROR"},
        "linchpin": {"level": "INFO"},
    },
}
