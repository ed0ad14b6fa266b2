"""What Meta's platforms have in common: the Graph API's errors, signed updates, the 24-hour window.

Sources: developers.facebook.com/docs/graph-api/webhooks/getting-started and
developers.facebook.com/docs/graph-api/guides/error-handling.
"""

from __future__ import annotations

import asyncio
import hmac
import json as plain_json
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha1, sha256
from typing import Any, ClassVar

import httpx
from sanic import Request
from sanic.response import HTTPResponse, json

from channels.emulators.platform import CannotDo, Emulator
from channels.emulators.webhooks import Answered

WINDOW = timedelta(hours=24)
VERSION = r"<version:v\d+\.\d+>"
"""The first part of every path of the Graph API."""


class MetaEmulator(Emulator):
    """An app of Meta's with one webhook. Updates come once the webhook has answered the challenge:
    set up with the wrong verify token, it gets none."""

    can = frozenset({"press", "locate", "attach", "block", "window"})
    # "immediately, then a few more times, with decreasing frequency over the next 36 hours"
    retry_waits = (0.0, 5.0, 30.0, 300.0, 1800.0, 7200.0, 36000.0)
    token_name: ClassVar[str]
    """Which value of the account is the access token."""
    receipt_waits: Sequence[float] = (0.0, 0.4, 1.2)
    """Seconds until a message is sent, delivered and read, one after the other. A test may shorten
    them."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._verified = False
        self._under_way: set[asyncio.Task[None]] = set()

    # The webhook.

    async def subscribe(self) -> bool:
        """Ask the webhook for the challenge, as the app's dashboard does; return False when it
        gives another answer. One that is down for the moment was set up before, as it were."""
        challenge = str(secrets.randbelow(2**31))
        query = {
            "hub.mode": "subscribe",
            "hub.challenge": challenge,
            "hub.verify_token": self.values.get("verify_token", ""),
        }
        try:
            answer = await self.http.get(self.webhook_url, params=query, timeout=10.0)
        except httpx.HTTPError:
            return True
        self._verified = answer.status_code == 200 and answer.content == challenge.encode()
        return self._verified or answer.status_code >= 500

    async def update(
        self,
        body: Mapping[str, Any],
        *,
        shown: tuple[str, int] | None = None,
        done: Callable[[Answered], Awaitable[None]] | None = None,
    ) -> None:
        """Deliver an update, signed over its raw bytes. Raise CannotDo when the webhook does not
        answer the challenge."""
        if not self._verified and not await self.subscribe():
            if shown is not None:
                self.change(*shown, ticks="failed")
            raise CannotDo("Meta could not verify the webhook: it did not give the challenge back.")
        # Meta writes its JSON in ASCII, with slashes escaped: it must be signed as it came.
        raw = plain_json.dumps(body).replace("/", "\\/").encode()
        secret = self.values.get("app_secret", "").encode()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "facebookexternalua",
            "X-Hub-Signature": f"sha1={hmac.new(secret, raw, sha1).hexdigest()}",
            "X-Hub-Signature-256": f"sha256={hmac.new(secret, raw, sha256).hexdigest()}",
        }
        await self.deliver(raw, headers, shown=shown, done=done)

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something while the call that caused it is answered."""
        task = asyncio.get_running_loop().create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def settled(self) -> None:
        """Come back when every receipt and every update is delivered or given up."""
        while self._under_way:
            await asyncio.wait(set(self._under_way))
        await self.webhooks.settled()

    async def close(self) -> None:
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await super().close()

    # The Graph API.

    def error(
        self,
        request: Request,
        code: int,
        message: str,
        *,
        subcode: int = 0,
        details: str = "",
        status: int = 400,
    ) -> HTTPResponse:
        """Refuse a call as the Graph API does."""
        why = f"{code}/{subcode}" if subcode else str(code)
        return self.refuse(
            request, status, self.error_body(code, message, subcode, details), f"{why} {message}"
        )

    def error_body(
        self, code: int, message: str, subcode: int = 0, details: str = "", **more: Any
    ) -> dict[str, Any]:
        """Return the Graph API's JSON for an error."""
        error = {"message": f"(#{code}) {message}", "type": "OAuthException", "code": code, **more}
        if subcode:
            error["error_subcode"] = subcode
        if details:
            error["error_data"] = {"messaging_product": self.kind, "details": details}
        return {"error": {**error, "fbtrace_id": secrets.token_urlsafe(8)}}

    def unauthorised(self, request: Request) -> HTTPResponse | None:
        """Refuse a call without our token, in a header or in the query."""
        header = request.headers.get("authorization", "")
        given = header.removeprefix("Bearer ") or request.args.get("access_token", "")
        if hmac.compare_digest(given.encode(), self.values.get(self.token_name, "").encode()):
            return None
        message = "Invalid OAuth access token - Cannot parse access token"
        return self.error(request, 190, message, status=401)

    def no_such_object(self, request: Request, name: str) -> HTTPResponse:
        message = (
            f"Unsupported {request.method.lower()} request. Object with ID '{name}' does not "
            "exist, cannot be loaded due to missing permissions, or does not support this operation"
        )
        return self.error(request, 100, message, subcode=33)

    def broken(self) -> HTTPResponse:
        body = self.error_body(2, "Service temporarily unavailable", is_transient=True)
        return json(body, 500)

    # The people.

    def wrote(self, user: str) -> datetime:
        """The person does something, which opens the window; return when."""
        now = self.clock()
        self.phone(user).wrote_at = now
        return now

    def since_wrote(self, user: str) -> timedelta | None:
        """Return how long ago the person last wrote; None for one who never did."""
        if user not in self.users():
            return None
        wrote_at = self.phone(user).wrote_at
        return None if wrote_at is None else self.clock() - wrote_at

    async def block(self, user: str, blocked: bool = True) -> None:
        self.phone(user).blocked = blocked

    async def close_window(self, user: str) -> None:
        phone = self.phone(user)
        if phone.wrote_at is None:
            raise CannotDo("This person has not written yet: there is no window to close.")
        phone.wrote_at = self.clock() - WINDOW - timedelta(minutes=1)
