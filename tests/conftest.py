"""What every test stands on: an environment that holds no settings of the person who runs it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

IN_ORDER = ("unit/assistant", "unit/channels", "channels", "integration", "browser")
"""Folders whose tests come first, and in this order: while the model is trained, what needs none.
What takes long comes before what takes a moment, so that every processor is busy until the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_rank)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """See that the model is there before the time of a test that needs it begins to run."""
    if "model" in getattr(item, "fixturenames", ()):
        _model()
    return (yield)


@pytest.fixture(scope="session")
def model() -> Path:
    """Where the trained bot is."""
    return _model()


def _model() -> Path:
    # Here and not above: most tests need no bot, and nothing of it.
    from tests.models import trained_model

    return trained_model()


def _rank(item: pytest.Item) -> int:
    folder = item.path.relative_to(Path(__file__).parent).as_posix()
    ranks = (i for i, first in enumerate(IN_ORDER) if folder.startswith(f"{first}/"))
    return next(ranks, len(IN_ORDER))


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what the shell sets for Front Door, so that each test begins with the defaults."""
    for name in list(os.environ):
        if name.startswith("FRONT_DOOR_") or name in ("PORT", "DATABASE_URL"):
            monkeypatch.delenv(name)
