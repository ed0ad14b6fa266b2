"""The channels of all councils, built from their accounts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import httpx

from assistant.accounts_file import AccountsWrong, Values, accounts_and_mistakes
from channels.account import Account, Incomplete
from channels.channel import Channel, Limits, Payload, Receipt, Refused, Webhook
from channels.messages import Address, InboundMessage, Reply
from channels.wording import Wording


@dataclass(frozen=True)
class Channels:
    """The channels of all councils, by the council's slug, and by kind or by name."""

    by_kind: Mapping[tuple[str, str], Channel]
    everywhere: Mapping[str, Channel]
    """Those that every council has without an account, by name."""

    def of(self, authority: str, name: str) -> Channel:
        """Return the council's channel of that name: for an account that is no longer there, one
        that refuses."""
        found = self.everywhere.get(name) or self._by_name.get((authority, name))
        return found or NotConnected(name)

    @cached_property
    def _by_name(self) -> Mapping[tuple[str, str], Channel]:
        return {(council, c.name): c for (council, _), c in self.by_kind.items()}

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


def open_channels(
    file: Path,
    councils: Collection[str],
    kinds: Mapping[str, Callable[[Account], Channel]],
    environment: Mapping[str, str],
    everywhere: Mapping[str, Channel],
    *,
    public_url: str,
    http: httpx.AsyncClient,
    wording: Wording,
) -> Channels:
    """Read the accounts and build their channels. Raise AccountsWrong with every mistake of
    both."""
    accounts, mistakes = accounts_and_mistakes(file, councils, kinds, environment)
    built, more = _build(accounts, kinds, public_url, http, wording)
    if mistakes or more:
        raise AccountsWrong([*mistakes, *more])
    return Channels(built, everywhere)


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
    built, mistakes = _build(accounts, kinds, public_url, http, wording)
    if mistakes:
        raise AccountsWrong(mistakes)
    return Channels(built, everywhere)


def _build(
    accounts: Values,
    kinds: Mapping[str, Callable[[Account], Channel]],
    public_url: str,
    http: httpx.AsyncClient,
    wording: Wording,
) -> tuple[Mapping[tuple[str, str], Channel], list[str]]:
    built: dict[tuple[str, str], Channel] = {}
    mistakes: list[str] = []
    for council, its in accounts.items():
        names: dict[str, str] = {}
        for kind, values in its.items():
            url = webhook_url(public_url, council, kind)
            try:
                channel = kinds[kind](Account(council, url, values, http, wording))
            except Incomplete as incomplete:
                mistakes.append(f"{council} {kind}: {incomplete}")
                continue
            if channel.name in names:
                other = names[channel.name]
                mistakes.append(f"{council}: {kind} and {other} both are its {channel.name}")
            names[channel.name] = kind
            built[council, kind] = channel
    return built, mistakes


def webhook_url(public_url: str, council: str, kind: str) -> str:
    """Return the address that a platform calls for this council."""
    return f"{public_url}/webhooks/{council}/{kind}"
