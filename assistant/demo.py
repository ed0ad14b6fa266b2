"""Makes what the demonstration needs: agents to sign in with, and accounts at the emulators."""

from __future__ import annotations

import os
from pathlib import Path

from assistant.phones import write_demo_accounts
from assistant.wiring import Parts
from handoff.agents import DEMO
from handoff.agents import seed_demo as seed_agents

KEPT_IN = "demo-password.txt"
ACCOUNTS = "demo-channels.yml"


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


def make_demo_accounts(parts: Parts) -> Path | None:
    """Make accounts at the emulated platforms for every council that serves today; return their
    file. None when the operator has accounts of their own: the demo leaves them alone."""
    settings = parts.settings
    if settings.channels or settings.channels_file.exists():
        return None
    today = parts.now().date()
    serving = [a.slug for a in parts.library.authorities.all() if a.serves(today)]
    first = settings.council
    file = settings.data_dir / ACCOUNTS
    # Made anew each time: the emulators forget everything, and may be at another port.
    file.unlink(missing_ok=True)
    councils = [first, *(slug for slug in serving if slug != first)]
    write_demo_accounts(file, councils, f"http://{settings.host}:{settings.port_of_phones}")
    return file


def _keep(file: Path, password: str) -> None:
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        opened.write(password + "\n")
