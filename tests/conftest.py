"""What every test stands on: an environment that holds no settings of the person who runs it."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what the shell sets for Front Door, so that each test begins with the defaults."""
    for name in list(os.environ):
        if name.startswith("FRONT_DOOR_") or name in ("PORT", "DATABASE_URL"):
            monkeypatch.delenv(name)
