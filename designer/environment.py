"""Reading settings from the environment: every bad value is named with what would be accepted."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


class Environment:
    """The process's environment variables, read one by one and loudly."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self.values = os.environ if values is None else values

    def text(self, name: str, default: str) -> str:
        """A text; an empty variable counts as unset."""
        return self.values.get(name, "").strip() or default

    def flag(self, name: str, default: bool) -> bool:
        """A yes or no: 1, true, yes, on, or 0, false, no, off."""
        value = self.text(name, "").lower()
        if not value:
            return default
        if value in ("1", "true", "yes", "on"):
            return True
        if value in ("0", "false", "no", "off"):
            return False
        raise ImproperlyConfigured(f"{name}={value!r} is neither 1, true, yes, on nor 0, false, no, off.")

    def number(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number from `low` to `high`."""
        value = self.text(name, str(default))
        if not value.isdigit() or not low <= int(value) <= high:
            raise ImproperlyConfigured(f"{name}={value!r} is not a whole number from {low} to {high}.")
        return int(value)

    def names(self, name: str, default: str) -> list[str]:
        """A list, separated by commas."""
        return [part.strip() for part in self.text(name, default).split(",") if part.strip()]


def database(url: str, data: Path) -> dict[str, Any]:
    """Django's settings for DATABASE_URL: postgres://, sqlite:///path, or nothing for SQLite in the data folder."""
    if not url:
        return _sqlite(data / "linchpin.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite" and parts.path:
        return _sqlite(Path(unquote(parts.path)))
    if parts.scheme in ("postgres", "postgresql") and parts.path.strip("/"):
        options: dict[str, Any] = dict(parse_qsl(parts.query))
        options.setdefault("options", "-c statement_timeout=20000 -c lock_timeout=10000")
        options.setdefault("connect_timeout", 5)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.strip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 0,
            "OPTIONS": options,
        }
    raise ImproperlyConfigured(
        f"DATABASE_URL begins with {parts.scheme or 'nothing'}://; accepted are postgres://user:password@host/name "
        "and sqlite:///path."
    )


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-8000;",
        },
        "TEST": {"NAME": path.with_suffix(".test.sqlite3")},
    }


def redis(url: str) -> str:
    """A Redis address, or nothing for the embedded profile."""
    if url and urlsplit(url).scheme not in ("redis", "rediss", "unix"):
        raise ImproperlyConfigured(f"REDIS_URL={url!r} does not begin with redis://, rediss:// or unix://.")
    return url


def secret_key(given: str, data: Path, embedded: bool, debug: bool) -> str:
    """The key that signs cookies: SECRET_KEY, or one made once and kept in the data folder of an embedded server."""
    if given:
        if len(given) < 32:
            raise ImproperlyConfigured("SECRET_KEY has fewer than 32 characters; give a long random text.")
        return given
    if not embedded and not debug:
        raise ImproperlyConfigured("SECRET_KEY is not set: with DATABASE_URL or REDIS_URL it is required.")
    from django.core.management.utils import get_random_secret_key

    data.mkdir(parents=True, exist_ok=True)
    path = data / "secret_key"
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(get_random_secret_key())
    except FileExistsError:
        pass
    return path.read_text()
