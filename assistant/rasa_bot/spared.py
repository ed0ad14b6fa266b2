"""What Rasa does for its log and for strangers' servers in each turn, and is spared here."""

from __future__ import annotations

import functools
import logging
import sys
from types import SimpleNamespace
from typing import Any

import rasa.core.processor
from rasa.core.actions import forms  # noqa: F401  # imported now, so that it is silenced below
from rasa.core.actions.action import RemoteAction
from rasa.core.policies import memoization, rule_policy
from rasa.shared.core.events import Event


def spare() -> None:
    """Leave out of every later turn what nobody reads. A second call changes nothing."""
    # Rasa checks what a foreign server answers against a schema, and the schema itself each time:
    # nine tenths of a turn. These answers are made by code of this process.
    RemoteAction._validate_action_result = _believed
    # And it looks through all classes of events for the name of each one in an answer.
    if not hasattr(Event.resolve_by_type, "cache_info"):
        Event.resolve_by_type = staticmethod(functools.lru_cache(Event.resolve_by_type))
    # In these three modules a deep copy is only ever made for a line of the log.
    for module in (rasa.core.processor, memoization, rule_policy):
        module.copy = SimpleNamespace(deepcopy=_same)


def silence() -> None:
    """Let nothing that Rasa says reach a log, of the modules that are imported by now: it logs
    residents' words."""
    for name in ("rasa", "rasa_sdk"):
        logger = logging.getLogger(name)
        logger.propagate = False
        logger.handlers = [logging.NullHandler()]
    for name, module in list(sys.modules.items()):
        if name.startswith("rasa.") and hasattr(module, "structlogger"):
            module.structlogger = _Silent()  # type: ignore[attr-defined]


class _Silent:
    """A logger that says nothing."""

    def __getattr__(self, name: str) -> Any:
        return _nothing


def _nothing(*_: Any, **__: Any) -> None:
    return None


def _believed(*_: Any) -> bool:
    return True


def _same(value: Any) -> Any:
    return value
