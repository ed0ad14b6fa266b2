"""The line to Telegram: the library's Bot over our HTTP client, and what its errors mean."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any, TypeVar

import httpx
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
)
from telegram.request import BaseRequest, RequestData

from channels.account import Account, Incomplete
from channels.channel import DeliveryFailed, Refused, Transient, Unreachable, Unsure

API = "https://api.telegram.org"
CONNECT, READ = 5.0, 10.0

_TOKEN = re.compile(r"(\d{1,20}):[\w-]{3,100}")
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_REASONS = (
    ("too long", "too_long"),
    ("parse entities", "markup"),
    ("button", "buttons"),
    ("keyboard", "buttons"),
    ("web page content", "image"),
    ("http url", "image"),
    ("file is too big", "too_large"),
    ("file_id", "gone"),
)
"""Telegram says in free text why it refuses; the desk gets our word for it."""

_UNREADABLE = (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError)
T = TypeVar("T")


def bot_number(account: Account) -> str:
    """Return the number of the account's bot, which is no secret. Raise Incomplete."""
    token = _TOKEN.fullmatch(account.need("token"))
    if token is None:
        raise Incomplete("token is not as Telegram's BotFather gives it")
    return token.group(1)


def open_line(account: Account) -> Bot:
    """Return the account's bot. It makes no call until it is asked to, and several tasks may ask
    at the same time: it keeps no state, and the connections are the account's."""
    bot_number(account)
    api = account.may("api", API).rstrip("/")
    request = Request(account.http)
    return Bot(
        account.need("token"),
        base_url=f"{api}/bot",
        base_file_url=f"{api}/file/bot",
        request=request,
        get_updates_request=request,
    )


async def ask(call: Awaitable[T]) -> T:
    """Make one call of the bot's; raise DeliveryFailed in place of the library's errors."""
    try:
        return await call
    except TelegramError as error:
        raise failure_of(error) from None
    except _UNREADABLE:
        # It said yes, in a form that the library cannot read.
        raise Unsure("garbage") from None


def failure_of(error: TelegramError) -> DeliveryFailed:
    """Return what an error of the library means for a parcel."""
    if isinstance(error.__cause__, DeliveryFailed):
        return error.__cause__
    said = error.message.lower()
    if isinstance(error, Forbidden):
        # Blocked, a deleted account, or a person who never wrote to this bot.
        return Unreachable("deactivated" if "deactivated" in said else "blocked")
    if isinstance(error, BadRequest):
        if "chat not found" in said or "user not found" in said:
            return Unreachable("no_such_chat")
        return Refused(next((word for part, word in _REASONS if part in said), "bad_request"))
    if isinstance(error, InvalidToken):
        return Transient("auth")
    if isinstance(error, Conflict):
        return Transient("conflict")
    if isinstance(error, ChatMigrated):
        return Unreachable("group")
    return Transient("network") if isinstance(error, NetworkError) else Unsure("garbage")


class Request(BaseRequest):
    """How the library's Bot calls, over an HTTP client that is not its own.

    What went wrong on the way is raised as a DeliveryFailed, which the library hands on as the
    cause of its own error. The library's `HTTPXRequest` does not tell a call that never left from
    one whose answer was lost, and its `RetryAfter` warns each time that it is made.
    """

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    @property
    def read_timeout(self) -> float:
        return READ

    async def initialize(self) -> None:
        """Nothing to open: the client is opened and closed by who made it."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one call; return its status and body. A body of no JSON is never an answer of
        Telegram's: something stood in between."""
        read = read_timeout if isinstance(read_timeout, int | float) else READ
        timeout = httpx.Timeout(connect=CONNECT, read=read, write=READ, pool=CONNECT)
        data = request_data.json_parameters if request_data else None
        try:
            answer = await self._http.request(method, url, data=data, timeout=timeout)
        except _NOT_SENT as error:
            raise Transient("unreachable") from error
        except httpx.TimeoutException as error:
            raise Unsure("timeout") from error
        except httpx.HTTPError as error:
            raise Unsure("connection_lost") from error
        said = _said(answer)
        if answer.status_code == 429:
            raise Transient("rate", retry_after=_retry_after(said))
        if answer.status_code >= 500:
            raise Transient(f"http_{answer.status_code}")
        if said is None:
            if answer.is_success:
                raise Unsure("garbage")
            raise Transient(f"http_{answer.status_code}")
        return answer.status_code, answer.content


def _said(answer: httpx.Response) -> dict[str, Any] | None:
    try:
        said = json.loads(answer.content)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _retry_after(said: dict[str, Any] | None) -> timedelta | None:
    parameters = (said or {}).get("parameters")
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return timedelta(seconds=seconds) if type(seconds) is int and 0 < seconds < 86400 else None
