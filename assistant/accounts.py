"""Reads which council has which account at which platform, and builds their channels."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml

from channels.account import Account, Incomplete
from channels.channel import Channel, Limits, Payload, Receipt, Refused, Webhook
from channels.messages import Address, InboundMessage, Reply
from channels.wording import Wording

FROM_ENVIRONMENT = "env:"
Values = Mapping[str, Mapping[str, Mapping[str, str]]]
"""What was set, by council, kind of channel and name."""


class AccountsWrong(Exception):
    """The file cannot be used; the text says every mistake and shows no secret."""


def read_accounts(
    file: Path, councils: Collection[str], kinds: Collection[str], environment: Mapping[str, str]
) -> Values:
    """Read {council: {kind: {name: value}}}; {} when there is no such file. A value `env:NAME` is
    that of the environment. Raise AccountsWrong."""
    if not file.is_file():
        return {}
    try:
        # BaseLoader leaves every value the text that was written: a token of digits, a "yes".
        written = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader) or {}  # noqa: S506
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        # The error's own words would quote the line, which may hold a secret.
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        place = "" if line is None else f" at line {line + 1}"
        raise AccountsWrong(f"{file.name} is not YAML{place}") from None
    mistakes: list[str] = []
    accounts: dict[str, dict[str, dict[str, str]]] = {}
    if not isinstance(written, Mapping):
        raise AccountsWrong(f"{file.name} must name councils")
    for council, its in written.items():
        if council not in councils:
            mistakes.append(f"{council}: no council is called so")
        elif not isinstance(its, Mapping):
            mistakes.append(f"{council}: must name channels")
        else:
            accounts[council] = {}
            for kind, values in its.items():
                where = f"{council} {kind}"
                if kind not in kinds:
                    known = ", ".join(sorted(kinds))
                    mistakes.append(f"{where}: there is no such channel. There are: {known}")
                elif not isinstance(values, Mapping):
                    mistakes.append(f"{where}: must be names and values")
                else:
                    accounts[council][kind] = _values(where, values, environment, mistakes)
    if mistakes:
        raise AccountsWrong(_listed(file, mistakes))
    return accounts


def _values(
    where: str, values: Mapping[Any, Any], environment: Mapping[str, str], mistakes: list[str]
) -> dict[str, str]:
    found = {}
    for name, value in values.items():
        text = "" if value is None else str(value)
        if isinstance(value, (Mapping, list)):
            mistakes.append(f"{where}: {name} must be a text")
        elif text.startswith(FROM_ENVIRONMENT):
            variable = text.removeprefix(FROM_ENVIRONMENT)
            if variable not in environment:
                mistakes.append(f"{where}: {name} is to come from {variable}, which is not set")
            found[str(name)] = environment.get(variable, "")
        else:
            found[str(name)] = text
    return found


@dataclass(frozen=True)
class Channels:
    """The channels of all councils, by the council's slug, and by kind or by name."""

    by_kind: Mapping[tuple[str, str], Channel]
    everywhere: Mapping[str, Channel]
    """Those that every council has without an account, by name."""

    def of(self, authority: str, name: str) -> Channel:
        """Return the council's channel of that name: for an account that is no longer there, one
        that refuses."""
        if name in self.everywhere:
            return self.everywhere[name]
        its = (c for (council, _), c in self.by_kind.items() if council == authority)
        return next((channel for channel in its if channel.name == name), NotConnected(name))

    def at(self, authority: str, kind: str) -> Channel:
        """Return the council's channel of that kind. Raise KeyError."""
        return self.by_kind[authority, kind]

    def all(self) -> tuple[Channel, ...]:
        """Return every channel of every council."""
        return (*self.everywhere.values(), *self.by_kind.values())

    def names(self, authority: str) -> tuple[str, ...]:
        """Return the names of the channels that the council has an account for."""
        return tuple(c.name for (council, _), c in self.by_kind.items() if council == authority)


class NotConnected(Channel):
    """Stands for an account that was taken out of the file: what is said there can be seen, and
    sent again, at the desk."""

    limits = Limits()

    def __init__(self, name: str) -> None:
        self.name = name

    def verify(self, webhook: Webhook) -> None:
        raise NotImplementedError

    def parse(self, webhook: Webhook) -> tuple[InboundMessage | Receipt, ...]:
        return ()

    def render(self, reply: Reply) -> tuple[Payload, ...]:
        return ({"text": reply.text},)

    async def send(self, to: Address, payload: Payload, key: str) -> str | None:
        raise Refused("not_connected")


def build_channels(
    accounts: Values,
    kinds: Mapping[str, Callable[[Account], Channel]],
    everywhere: Mapping[str, Channel],
    *,
    public_url: str,
    http: httpx.AsyncClient,
    wording: Wording,
) -> Channels:
    """Build each account's channel. Raise AccountsWrong with every mistake."""
    built: dict[tuple[str, str], Channel] = {}
    mistakes: list[str] = []
    for council, its in accounts.items():
        names: dict[str, str] = {}
        for kind, values in its.items():
            account = Account(
                council, webhook_url(public_url, council, kind), values, http, wording
            )
            try:
                channel = kinds[kind](account)
            except Incomplete as incomplete:
                mistakes.append(f"{council} {kind}: {incomplete}")
                continue
            if channel.name in names:
                other = names[channel.name]
                mistakes.append(f"{council}: {kind} and {other} both are its {channel.name}")
            names[channel.name] = kind
            built[council, kind] = channel
    if mistakes:
        raise AccountsWrong("\n".join(f"  {mistake}" for mistake in mistakes))
    return Channels(built, everywhere)


def webhook_url(public_url: str, council: str, kind: str) -> str:
    """Return the address that a platform calls for this council."""
    return f"{public_url}/webhooks/{council}/{kind}"


def _listed(file: Path, mistakes: list[str]) -> str:
    return f"{file.name}:\n" + "\n".join(f"  {re.sub(chr(10), ' ', line)}" for line in mistakes)
