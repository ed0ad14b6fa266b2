"""One council's account at one platform: what its channel is built from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from channels.wording import Wording


class Incomplete(Exception):
    """A value of the account is missing or wrong. The text names it, and never shows a secret."""


@dataclass(frozen=True)
class Account:
    """`values` are those that the operator set for this council and platform. `webhook_url` is the
    public address that the platform calls. `http` is shared by all channels of the process."""

    authority: str
    webhook_url: str
    values: Mapping[str, str]
    http: httpx.AsyncClient
    wording: Wording

    def need(self, name: str) -> str:
        """Return a value that must be there. Raise Incomplete."""
        value = self.values.get(name, "")
        if not value:
            raise Incomplete(f"{name} is missing")
        return value

    def may(self, name: str, default: str = "") -> str:
        """Return a value, or the default when it is not set."""
        return self.values.get(name) or default
