"""An operator makes agents on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.__main__ import main
from handoff.agents import authenticate
from tests.databases import sqlite_store


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("FRONT_DOOR_DATA_DIR", str(tmp_path))
    return tmp_path


def password_in(printed: str) -> str:
    return printed.splitlines()[0].rpartition(" ")[2]


async def test_an_agent_that_was_made_can_sign_in(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["agent", "ada", "--name", "Ada", "--council", "thornbridge"]) == 0
    password = password_in(capsys.readouterr().out)
    with sqlite_store(folder) as store:
        agent = await authenticate(store, "ada", password)
    assert agent is not None
    assert (agent.first_name, agent.covers) == ("Ada", ("thornbridge",))


async def test_a_new_password_takes_the_old_ones_place(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["agent", "ada", "--name", "Ada"])
    old = password_in(capsys.readouterr().out)
    assert main(["agent", "ada", "--new-password"]) == 0
    new = password_in(capsys.readouterr().out)
    with sqlite_store(folder) as store:
        assert await authenticate(store, "ada", old) is None
        assert await authenticate(store, "ada", new) is not None


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
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["agent", *arguments]) == 1
    assert said in capsys.readouterr().err
