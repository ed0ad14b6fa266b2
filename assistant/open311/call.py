"""One call of another system, read as far as HTTP goes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from assistant.open311.callers import Caller
from assistant.open311.format import Form
from assistant.open311.parameters import Parameters


@dataclass(frozen=True)
class Call:
    """`id` is that of one service, request or token. `has_keys` says that this
    installation knows any system at all."""

    id: str
    form: Form
    parameters: Parameters
    caller: Caller
    idempotency_key: str = ""
    has_keys: bool = True


Act = Callable[[Call], Awaitable[bytes]]
Acts = Mapping[str, Mapping[str, Act]]
"""What answers, by the name of a resource and the method."""
