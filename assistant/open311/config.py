"""Reads the file that says who may call our Open311 server, and which systems take our requests.

A secret is written as `env:NAME`, and comes from the environment. No mistake shows one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, Extra, ValidationError, root_validator, validator
from pydantic import Field as Rule

from assistant.accounts_file import FROM_ENVIRONMENT, AsWritten, Twice

ALL = "all"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Open311Wrong(Exception):
    """The file cannot be used; the text says every mistake and shows no secret."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("\n".join(f"  {line}" for line in mistakes))
        self.mistakes = tuple(mistakes)


class _Written(BaseModel):
    class Config:
        extra = Extra.forbid
        frozen = True

    @validator("councils", "services", check_fields=False)
    def _some(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError("must name one at least")
        return value


class Key(_Written):
    """Another system that may call us about these councils. It may always read what everybody may;
    with `post` it may make requests, with `private` it also reads what was answered."""

    name: str = Rule(min_length=1, max_length=60)
    councils: tuple[str, ...]
    key: str = Rule(min_length=16, max_length=200, repr=False)
    post: bool = False
    private: bool = False


class Endpoint(_Written):
    """A system that takes a council's requests for these services: slugs, or every service.

    `name` is what staff call it. `url` is what stands before /requests.json. `lookup` says how we
    find out whether it has a request whose answer never came: `list` reads its list of requests,
    `key` sends the same again under the same Idempotency-Key, which it must understand, and with
    `none` staff have to look. `poll` is how many seconds lie between two looks for news.
    """

    name: str = Rule(min_length=1, max_length=60)
    council: str
    services: tuple[str, ...]
    url: str
    jurisdiction_id: str = ""
    format: Literal["json", "xml"] = "json"
    api_key: str = Rule("", repr=False)
    lookup: Literal["list", "key", "none"]
    poll: int = Rule(300, ge=10, le=86_400)

    @validator("services", pre=True)
    def _all_or_some(cls, value: object) -> object:
        return (ALL,) if value == ALL else value

    @validator("url")
    def _url(cls, value: str) -> str:
        try:
            parts = urlsplit(value)
            host = parts.hostname
        except ValueError:
            host = None
        if not host or parts.query or parts.fragment or parts.username:
            raise ValueError("is not the address of an API")
        if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK):
            raise ValueError("must start with https://")
        return value.rstrip("/")

    def takes(self, council: str, service: str) -> bool:
        """Whether a request for that council and service goes there."""
        return council == self.council and (ALL in self.services or service in self.services)


class Open311(_Written):
    """What the file says; nothing when there is no file."""

    keys: tuple[Key, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()

    def named(self, name: str) -> Endpoint | None:
        """Return the endpoint of that name; None when it is no longer in the file."""
        return next((one for one in self.endpoints if one.name == name), None)

    def endpoint_of(self, council: str, service: str) -> Endpoint | None:
        """Return where that council's requests for that service go; None when we keep them."""
        return next((one for one in self.endpoints if one.takes(council, service)), None)

    @root_validator(skip_on_failure=True)
    def _fit_together(cls, values: dict[str, Any]) -> dict[str, Any]:
        keys, endpoints = values["keys"], values["endpoints"]
        for what, written in (
            ("keys are called", [key.name for key in keys]),
            ("keys are the same as that of", [key.key for key in keys]),
            ("endpoints are called", [one.name for one in endpoints]),
        ):
            for place, one in enumerate(written):
                if one in written[:place]:
                    shown = keys[place].name if "same" in what else one
                    raise ValueError(f"two {what} {shown}")
        for place, one in enumerate(endpoints):
            for other in endpoints[:place]:
                both = ALL in (*one.services, *other.services)
                both = both or bool(set(one.services) & set(other.services))
                if one.council == other.council and both:
                    raise ValueError(f"{other.name} and {one.name} take the same requests")
        return values


def read_open311(
    file: Path,
    councils: Collection[str],
    services: Collection[str],
    environment: Mapping[str, str],
) -> Open311:
    """Read {keys: [...], endpoints: [...]}; nothing is set when there is no such file.

    `councils` and `services` are the slugs of those that there are. Raise Open311Wrong.
    """
    if not file.is_file():
        return Open311()
    try:
        written = yaml.load(file.read_text(encoding="utf-8"), Loader=AsWritten) or {}  # noqa: S506 - it is a BaseLoader
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        # The error's own words would quote the line, which may hold a secret.
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        place = "" if line is None else f" at line {line + 1}"
        fault = "the same name stands twice" if isinstance(error, Twice) else "it is not YAML"
        raise Open311Wrong([fault + place]) from None
    except OSError as error:
        raise Open311Wrong([f"it cannot be read: {error.strerror}"]) from None
    if not isinstance(written, dict):
        raise Open311Wrong(["it must name keys and endpoints"])
    mistakes: list[str] = []
    for part, secret in (("keys", "key"), ("endpoints", "api_key")):
        written[part] = [
            _with_secret(f"{part} {place}", one, secret, environment, mistakes)
            for place, one in enumerate(_list(written.get(part)), start=1)
        ]
    try:
        read = Open311.parse_obj(written)
    except ValidationError as error:
        raise Open311Wrong([*mistakes, *(_mistake(fault) for fault in error.errors())]) from None
    mistakes += _unknown(read, councils, services)
    if mistakes:
        raise Open311Wrong(mistakes)
    return read


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else [] if value in (None, "") else [value]


def _with_secret(
    where: str, one: Any, name: str, environment: Mapping[str, str], mistakes: list[str]
) -> Any:
    """Return the entry with the value of the environment that it names."""
    written = one.get(name) if isinstance(one, dict) else None
    if not isinstance(written, str) or not written:
        return one
    if not written.startswith(FROM_ENVIRONMENT):
        mistakes.append(f"{where}: {name} must be written as env:NAME")
        return one
    variable = written.removeprefix(FROM_ENVIRONMENT).strip()
    if variable not in environment:
        mistakes.append(f"{where}: {name} is to come from {variable}, which is not set")
    # A file that a secret was read from often ends with a line break.
    return {**one, name: environment.get(variable, "").strip()}


def _mistake(fault: Mapping[str, Any]) -> str:
    """Say what is wrong where; entries are counted from 1."""
    parts = [str(p + 1) if isinstance(p, int) else str(p) for p in fault["loc"] if p != "__root__"]
    return ": ".join([" ".join(parts), fault["msg"]] if parts else [fault["msg"]])


def _unknown(read: Open311, councils: Collection[str], services: Collection[str]) -> list[str]:
    named = [(key.name, council) for key in read.keys for council in key.councils]
    named += [(one.name, one.council) for one in read.endpoints]
    mistakes = [f"{who}: no council is called {c}" for who, c in named if c not in councils]
    for one in read.endpoints:
        for service in one.services:
            if service != ALL and service not in services:
                mistakes.append(f"{one.name}: no service is called {service}")
    return mistakes
