"""Makes what the demonstration needs: agents to sign in with."""

from __future__ import annotations

import os
from pathlib import Path

from assistant.wiring import Parts
from handoff.agents import DEMO
from handoff.agents import seed_demo as seed_agents

KEPT_IN = "demo-password.txt"


def seed_demo(parts: Parts) -> list[str]:
    """Make the demo's agents, once; return the lines that say how to sign in."""
    covers = [authority.slug for authority in parts.library.authorities.all()]
    with parts.store.write() as connection:
        password = seed_agents(connection, covers, parts.now())
    file = parts.settings.data_dir / KEPT_IN
    if password is not None:
        _keep(file, password)
    names = " or ".join(username for username, _ in DEMO)
    if not file.exists():
        return [f"  Sign in at the desk as {names}, with the password from the first run."]
    return [f"  Sign in at the desk as {names}, password {file.read_text().strip()}"]


def _keep(file: Path, password: str) -> None:
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        opened.write(password + "\n")
