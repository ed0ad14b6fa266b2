"""What the contract suite has to be told about a kind of channel: its case.

A case states the platform's signature and limits in the platform's own terms, from its
documentation, and takes nothing from the channel: what both had wrong would go unseen. It is the
CASE of tests/channels/test_<kind>.py or, where that is long, of tests/channels/cases/<kind>.py.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from assistant.accounts import webhook_url
from assistant.wiring import KINDS
from assistant.words import read_words
from channels.account import Account
from channels.channel import Channel, DeliveryFailed, Payload, Webhook

FIXTURES = Path(__file__).parent / "fixtures"
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=timezone.utc)
PUBLIC_URL = "https://chat.ashcombe.example"
WORDING = read_words().wording()


@dataclass(frozen=True)
class Answer:
    """What a platform answers to a call."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, status: int, said: object, **headers: str) -> Answer:
        """Return an answer in JSON. An underscore in a header's name stands for a dash."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        typed = {"content-type": "application/json", **named}
        return cls(status, json.dumps(said).encode(), typed)


@dataclass(frozen=True)
class Failure:
    """An answer that is no success, the class that it belongs to, and how long the platform says to
    wait."""

    name: str
    answer: Answer
    meaning: type[DeliveryFailed]
    retry_after: timedelta | None = None


@dataclass(frozen=True)
class Case:
    """One kind of channel, as its platform's documentation has it.

    `values` are an account's, without `api`. `user` is a person there. `sign` gets the URL that is
    called and the body, and returns the headers that prove the call; `signature` is the one of them
    that a forger cannot know, and `signs_body` whether it changes with the body. `refused` returns
    what the platform would find wrong with a payload, and `shown` all that a person can read of it,
    addresses included. `counts_parts` channels say a reply's short form. `taken` answers a call
    that is taken. `is_form`: calls come as a form, and fixtures are its fields as JSON.
    """

    kind: str
    values: Mapping[str, str]
    user: str
    sign: Callable[[str, bytes], Mapping[str, str]]
    signature: str
    signs_body: bool
    refused: Callable[[Payload], Sequence[str]]
    shown: Callable[[Payload], str]
    taken: Answer
    failures: Sequence[Failure]
    counts_parts: bool = False
    is_form: bool = False

    @property
    def url(self) -> str:
        """The address that the platform calls."""
        return webhook_url(PUBLIC_URL, "ashcombe", self.kind)

    def channel(self, api: str = "", http: httpx.AsyncClient | None = None) -> Channel:
        """Return the channel of this account, whose platform is at `api`."""
        values = {**self.values, "api": api} if api else self.values
        client = http or httpx.AsyncClient(transport=httpx.MockTransport(_nobody))
        return KINDS[self.kind](Account("ashcombe", self.url, values, client, WORDING))

    def call(
        self, body: bytes, headers: Mapping[str, str | None] | None = None, query: str = ""
    ) -> Webhook:
        """Return a call with that body, signed. `headers` stand in place of its own; None takes one
        away."""
        url = f"{self.url}?{query}" if query else self.url
        media_type = "application/x-www-form-urlencoded" if self.is_form else "application/json"
        own = {"content-type": media_type, **self.sign(url, body), **(headers or {})}
        sent = {name: value for name, value in own.items() if value is not None}
        pairs = dict(pair.partition("=")[::2] for pair in query.split("&") if pair)
        return Webhook("POST", url, sent, body, NOW, query=pairs)

    def forged(self, body: bytes, signature: str | None) -> Webhook:
        """Return a call with that signature in place of the right one; None for no signature."""
        return self.call(body, {self.signature: signature})

    def updates(self) -> Mapping[str, Any]:
        """Return what was captured, by the name of its file."""
        files = sorted((FIXTURES / self.kind).glob("*.json"))
        return {file.stem: json.loads(file.read_bytes()) for file in files}

    def body(self, update: Any) -> bytes:
        """Return an update as the body of a call."""
        if self.is_form and isinstance(update, dict):
            pairs = [(str(name), _text(value)) for name, value in update.items()]
            return urlencode(pairs, errors="surrogatepass").encode()
        return json.dumps(update).encode()

    def calls(self) -> Mapping[str, Webhook]:
        """Return the captured calls, signed."""
        return {name: self.call(self.body(update)) for name, update in self.updates().items()}


def case_of(kind: str) -> Case:
    """Return the case of a kind. Raise LookupError when there is none."""
    for module in (f"tests.channels.cases.{kind}", f"tests.channels.test_{kind}"):
        if importlib.util.find_spec(module) is not None:
            found = getattr(importlib.import_module(module), "CASE", None)
            if isinstance(found, Case):
                return found
    raise LookupError(f"tests/channels/test_{kind}.py has no CASE")


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _nobody(request: httpx.Request) -> httpx.Response:
    raise AssertionError("nothing is called here")
