"""What an operator can set, from the environment; every mistake is reported at once."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from pydantic import BaseSettings, Field, ValidationError, validator

from assistant.scanning import scanner_at

PROJECT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Each field is read from FRONT_DOOR_<NAME>, but for PORT and DATABASE_URL."""

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8080, env="PORT", ge=1, le=65535, description="Port to listen on.")
    public_url: str = Field(
        "",
        description="The address that residents use, such as https://chat.ashcombe.example. "
        "With https, cookies are Secure.",
    )
    data_dir: Path = Field(
        PROJECT / "var", description="Folder for the database, the secret key and caches."
    )
    knowledge_dir: Path = Field(
        PROJECT / "knowledge",
        description="Folder of what is published: articles, services, authorities, places. "
        "knowledge/library.py reads it.",
    )
    database_url: str = Field(
        "",
        env="DATABASE_URL",
        description="PostgreSQL as postgresql://user@host/name. Empty: SQLite in the data folder.",
    )
    secret_key: str = Field(
        "",
        description="Signs cookies; 32 characters or more. Empty: made once and kept in the data "
        "folder.",
    )
    environment: str = Field(
        "development", description="development or production. Production logs JSON."
    )
    workers: int = Field(
        0, ge=0, le=64, description="Worker processes of `assistant run`. 0: one per core."
    )
    council: str = Field("ashcombe", description="The council whose page `/` shows.")
    embed_origins: str = Field(
        "",
        description="Sites that may embed the chat, separated by spaces: https://www.ashcombe.example",
    )
    idle_seconds: int = Field(
        0,
        ge=0,
        description="Wipe a web chat after so many idle seconds, for shared computers. 0: never.",
    )
    messages_a_minute: int = Field(
        60,
        ge=0,
        description="How many messages of one resident are answered in a minute. 0: all.",
    )
    channels: str = Field(
        "",
        description="The file that says which council has which account at which platform. Empty: "
        "channels.yml in the data folder, if it is there.",
    )
    open311_file: str = Field(
        "",
        description="The file that says who may call our Open311 server, and which systems take "
        "our requests. Empty: open311.yml in the data folder, if it is there.",
    )
    phones_port: int = Field(
        0,
        ge=0,
        le=65535,
        description="Port of `assistant phones`, the platforms' emulators. 0: PORT + 1.",
    )
    clamd: str = Field(
        "",
        description="ClamAV's daemon, as unix:/path or host:port. Empty: residents' files are kept "
        "without a scan.",
    )
    model: Path = Field(
        PROJECT / "models" / "front-door.tar.gz", description="The trained Rasa model."
    )
    log_level: str = Field("info", description="debug, info, warning or error.")

    class Config:
        env_prefix = "FRONT_DOOR_"

    @validator("public_url")
    def _public_url(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://")):
            raise ValueError("must start with https:// or http://")
        return value.rstrip("/")

    @validator("database_url")
    def _database_url(cls, value: str) -> str:
        if value.startswith("postgres://"):  # the form that some hosts hand out
            value = "postgresql://" + value.removeprefix("postgres://")
        if value and not value.startswith(
            ("postgresql://", "postgresql+psycopg2://", "sqlite:///")
        ):
            raise ValueError("must start with postgresql:// or sqlite:///")
        return value

    @validator("channels", "open311_file")
    def _channels(cls, value: str) -> str:
        if value and not Path(value).is_file():
            raise ValueError("there is no such file")
        return value

    @validator("clamd")
    def _clamd(cls, value: str) -> str:
        scanner_at(value)
        return value

    @validator("secret_key")
    def _secret_key(cls, value: str) -> str:
        if value and len(value) < 32:
            raise ValueError("must have 32 characters or more")
        return value

    @validator("environment")
    def _environment(cls, value: str) -> str:
        if value not in ("development", "production"):
            raise ValueError("must be development or production")
        return value

    @validator("log_level")
    def _log_level(cls, value: str) -> str:
        if value.lower() not in ("debug", "info", "warning", "error"):
            raise ValueError("must be debug, info, warning or error")
        return value.lower()

    @property
    def secure(self) -> bool:
        """Whether residents come by https, so that cookies are Secure."""
        return self.public_url.startswith("https://")

    @property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.data_dir / 'front-door.db'}"

    @property
    def address(self) -> str:
        """How residents and platforms reach us."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def port_of_phones(self) -> int:
        return self.phones_port or self.port + 1

    @property
    def channels_file(self) -> Path:
        return Path(self.channels) if self.channels else self.data_dir / "channels.yml"

    @property
    def open311(self) -> Path:
        return Path(self.open311_file) if self.open311_file else self.data_dir / "open311.yml"

    @property
    def worker_count(self) -> int:
        return self.workers or os.cpu_count() or 1


def read_settings() -> Settings:
    """Read the environment. Exit with every mistake named when there is one."""
    try:
        return Settings.parse_obj({})
    except ValidationError as error:
        lines = []
        for mistake in error.errors():
            field = Settings.__fields__[str(mistake["loc"][0])]
            name = sorted(field.field_info.extra["env_names"])[0].upper()
            lines.append(f"  {name}: {mistake['msg']}")
        raise SystemExit("These settings are wrong:\n" + "\n".join(lines)) from None


def secret_key(settings: Settings) -> str:
    """Return the set key, or the data folder's, made at first use and readable by us alone."""
    if settings.secret_key:
        return settings.secret_key
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    file = settings.data_dir / "secret.key"
    if not file.exists():
        draft = settings.data_dir / f"secret.key.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600), "w") as opened:
            opened.write(secrets.token_urlsafe(48))
        # A link is made whole or not at all: of two processes that start at once, one key stays.
        with contextlib.suppress(FileExistsError):
            os.link(draft, file)
        draft.unlink()
    return file.read_text().strip()
