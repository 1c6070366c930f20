"""The settings of every process: the sole reader of the environment. Never a default that is a secret."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

DEFAULT_DATABASE_URL = "sqlite+aiosqlite:///interview-live.db"
DEFAULT_REDIS_URL = "redis://127.0.0.1:6379/0"
GENERATORS = ("sample", "gemini", "google-genai")
# Names that follow Google's newest models: each model by its own name is shut down a year or so after it came.
DEFAULT_MODEL = "gemini-flash-latest"
DEFAULT_FALLBACK_MODEL = "gemini-flash-lite-latest"


class SettingsInvalid(ValueError):
    """An environment variable is missing or cannot be used."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says; README.md lists the variables."""

    host: str
    port: int
    database_url: str
    redis_url: str
    secret_key: str
    allow_guests: bool
    allowed_origins: frozenset[str]
    generator: str
    gemini_api_key: str
    gemini_model: str
    gemini_fallback_model: str
    gemini_base_url: str
    sample_seconds: float
    daily_generations: int
    max_jobs: int
    lease: timedelta
    retention: timedelta
    drain: timedelta
    log_format: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read every setting; raises SettingsInvalid naming the variable that is wrong."""
        read = _Reader(environment)
        key = read.text("GEMINI_API_KEY", "")
        return cls(
            host=read.text("HOST", "127.0.0.1"),
            port=read.integer("PORT", 8000, 0, 65535),
            database_url=read.text("DATABASE_URL", DEFAULT_DATABASE_URL),
            redis_url=read.text("REDIS_URL", DEFAULT_REDIS_URL),
            secret_key=read.text("SECRET_KEY", ""),
            allow_guests=read.flag("ALLOW_GUESTS"),
            allowed_origins=frozenset(read.text("ALLOWED_ORIGINS", "").replace(",", " ").split()),
            generator=read.choice("GENERATOR", GENERATORS, "gemini" if key else "sample"),
            gemini_api_key=key,
            gemini_model=read.text("GEMINI_MODEL", DEFAULT_MODEL),
            gemini_fallback_model=read.text("GEMINI_FALLBACK_MODEL", DEFAULT_FALLBACK_MODEL),
            gemini_base_url=read.text("GEMINI_BASE_URL", ""),
            sample_seconds=read.number("SAMPLE_SECONDS", 60, 0, 3600),
            daily_generations=read.integer("DAILY_GENERATIONS", 50, 0, 1_000_000),
            max_jobs=read.integer("MAX_JOBS", 20, 1, 1000),
            lease=timedelta(seconds=read.number("LEASE_SECONDS", 30, 1, 3600)),
            retention=timedelta(days=read.number("RETENTION_DAYS", 7, 0, 3650)),
            drain=timedelta(seconds=read.number("DRAIN_SECONDS", 10, 0, 300)),
            log_format=read.choice("LOG_FORMAT", ("text", "json"), "text"),
        )


class _Reader:
    """Reads one variable at a time; an empty one counts as unset."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def text(self, name: str, default: str) -> str:
        return self._environment.get(name, "").strip() or default

    def flag(self, name: str) -> bool:
        value = self.choice(name, ("0", "1", "true", "false", "yes", "no"), "0")
        return value in {"1", "true", "yes"}

    def choice(self, name: str, choices: tuple[str, ...], default: str) -> str:
        value = self.text(name, default).lower()
        if value not in choices:
            raise SettingsInvalid(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
        return value

    def number(self, name: str, default: float, least: float, most: float) -> float:
        text = self.text(name, str(default))
        try:
            value = float(text)
        except ValueError:
            raise SettingsInvalid(f"{name} must be a number, not {text!r}.") from None
        if not least <= value <= most:
            raise SettingsInvalid(f"{name} must be between {least:g} and {most:g}, not {text}.")
        return value

    def integer(self, name: str, default: int, least: int, most: int) -> int:
        value = self.number(name, default, least, most)
        if not value.is_integer():
            raise SettingsInvalid(f"{name} must be a whole number, not {value:g}.")
        return int(value)
