"""An operator makes agents on the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.settings import PROJECT
from handoff.agents import authenticate, find
from knowledge import wordings
from tests.databases import sqlite_store
from tests.paths import NOON


def assistant(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as an operator does: in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "assistant", *arguments],
        cwd=PROJECT,
        env={**os.environ, "FRONT_DOOR_DATA_DIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def password_of(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[0].rpartition(" ")[2]


async def test_an_agent_that_was_made_can_sign_in(tmp_path: Path) -> None:
    made = assistant(tmp_path, "agent", "ada", "--name", "Ada", "--council", "thornbridge")
    with sqlite_store(tmp_path) as store:
        agent = await authenticate(store, "ada", password_of(made))
    assert agent is not None
    assert (agent.first_name, agent.covers) == ("Ada", ("thornbridge",))


async def test_a_new_password_takes_the_old_ones_place(tmp_path: Path) -> None:
    old = password_of(assistant(tmp_path, "agent", "ada", "--name", "Ada"))
    new = password_of(assistant(tmp_path, "agent", "ada", "--new-password"))
    with sqlite_store(tmp_path) as store:
        assert await authenticate(store, "ada", old) is None
        assert await authenticate(store, "ada", new) is not None


def test_a_content_officer_is_made(tmp_path: Path) -> None:
    made = assistant(tmp_path, "agent", "nia", "--name", "Nia", "--content-officer")
    both = assistant(tmp_path, "agent", "nia", "--content-officer", "--supervisor")
    with sqlite_store(tmp_path) as store, store.read() as connection:
        found = find(connection, "nia")

    assert password_of(made)
    assert both.returncode == 2
    assert found is not None
    assert found.agent.role == "content"


def test_wordings_are_printed(tmp_path: Path) -> None:
    with sqlite_store(tmp_path) as store, store.write() as connection:
        wordings.add(connection, "missed-bin", "the glumph is full", "nia", NOON)

    done = assistant(tmp_path, "knowledge", "wordings", "--export")

    assert done.stdout == "missed-bin:\n  ask:\n  - the glumph is full\n"


async def test_a_supervisor_is_made_anew_or_of_an_agent(tmp_path: Path) -> None:
    password_of(assistant(tmp_path, "agent", "ada", "--name", "Ada", "--supervisor"))
    password_of(assistant(tmp_path, "agent", "bo", "--name", "Bo"))
    with sqlite_store(tmp_path) as store, store.read() as connection:
        before = [found.agent.role for name in ("ada", "bo") if (found := find(connection, name))]
    assert before == ["supervisor", "agent"]

    done = assistant(tmp_path, "agent", "bo", "--supervisor")
    with sqlite_store(tmp_path) as store, store.read() as connection:
        after = find(connection, "bo")
    assert done.stdout == "bo is a supervisor. The password is as before.\n"
    assert after is not None
    assert after.agent.role == "supervisor"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["ada"], "needs a user name, a first name", id="no first name"),
        pytest.param(
            ["ada", "--name", "Ada", "--council", "x"], "no council is called x", id="council"
        ),
        pytest.param(["ada", "--new-password"], "no agent is called ada", id="nobody"),
    ],
)
def test_a_mistake_is_named_and_changes_nothing(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    done = assistant(tmp_path, "agent", *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
