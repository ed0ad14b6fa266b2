"""Settings come typed from the environment, and all mistakes are named at once."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from assistant.settings import read_settings, secret_key


def test_reads_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9000")
    monkeypatch.setenv("DATABASE_URL", "postgres://db/front")
    monkeypatch.setenv("FRONT_DOOR_PUBLIC_URL", "https://chat.ashcombe.example/")
    settings = read_settings()
    assert (settings.port, settings.database) == (9000, "postgresql://db/front")
    assert (settings.public_url, settings.secure) == ("https://chat.ashcombe.example", True)


def test_names_every_mistake_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "http")
    monkeypatch.setenv("FRONT_DOOR_WORKERS", "-1")
    monkeypatch.setenv("FRONT_DOOR_SECRET_KEY", "short")
    with pytest.raises(SystemExit) as stopped:
        read_settings()
    for name in ("PORT", "FRONT_DOOR_WORKERS", "FRONT_DOOR_SECRET_KEY"):
        assert f"  {name}: " in str(stopped.value)


def test_the_secret_key_is_made_once_and_readable_by_us_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FRONT_DOOR_DATA_DIR", str(tmp_path / "var"))
    settings = read_settings()
    keys = {secret_key(settings) for _ in range(3)}
    assert len(keys) == 1
    assert len(keys.pop()) >= 32
    assert stat.S_IMODE((tmp_path / "var" / "secret.key").stat().st_mode) == 0o600
