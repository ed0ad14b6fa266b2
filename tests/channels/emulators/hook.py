"""A webhook that answers Meta's challenge, checks its signature and keeps its updates."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import httpx

SECRET = "an app's secret"
VERIFY = "a verify token"
TOKEN = "EAAtoken"


@dataclass
class Hook:
    """`statuses` are answered one by one, then the last; `verify` is the token it was given. One
    that is down takes no connection."""

    statuses: list[int] = field(default_factory=lambda: [200])
    verify: str = VERIFY
    is_down: bool = False
    updates: list[dict[str, Any]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    @property
    def http(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if self.is_down:
            raise httpx.ConnectError("down", request=request)
        if request.method == "GET":
            given = request.url.params
            if given["hub.mode"] != "subscribe" or given["hub.verify_token"] != self.verify:
                return httpx.Response(403)
            return httpx.Response(200, text=given["hub.challenge"])
        digest = hmac.new(SECRET.encode(), request.content, sha256).hexdigest()
        assert request.headers["x-hub-signature-256"] == f"sha256={digest}"
        self.bodies.append(request.content)
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if status == 200:
            self.updates.append(json.loads(request.content))
        return httpx.Response(status)

    def messages(self) -> list[dict[str, Any]]:
        """Return WhatsApp's messages so far."""
        return [row for value in self._values() for row in value.get("messages", [])]

    def statuses_of(self, wamid: str) -> list[dict[str, Any]]:
        """Return WhatsApp's news of one message of ours."""
        rows = [row for value in self._values() for row in value.get("statuses", [])]
        return [row for row in rows if row["id"] == wamid]

    def events(self) -> list[dict[str, Any]]:
        """Return Messenger's events so far."""
        return [row for update in self.updates for row in update["entry"][0]["messaging"]]

    def _values(self) -> list[dict[str, Any]]:
        return [update["entry"][0]["changes"][0]["value"] for update in self.updates]
