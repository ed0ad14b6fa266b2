"""docs/how-to/add-a-channel.md, followed to the letter: three files and one line are a channel."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent.parent
PAGE = PROJECT / "docs" / "how-to" / "add-a-channel.md"
BLOCK = re.compile(r'^```\w+ title="([^"]+)"\n(.*?)^```$', re.MULTILINE | re.DOTALL)
WIRING = "assistant/wiring.py"
KINDS = re.compile(r"^KINDS: .*?^(?=\}$)", re.MULTILINE | re.DOTALL)
CHANGED = ("assistant", "channels", "tests/channels")
LENT = ("data", "handoff", "knowledge", "pyproject.toml", "tests/__init__.py", "tests/conftest.py")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """As much of the project as channels need, where files may be added."""
    (tmp_path / "tests").mkdir()
    for name in CHANGED:
        without = shutil.ignore_patterns("__pycache__", "emulators", "webchat_*")
        shutil.copytree(PROJECT / name, tmp_path / name, ignore=without)
    for name in LENT:
        (tmp_path / name).symlink_to(PROJECT / name)
    return tmp_path


def blocks() -> Mapping[str, str]:
    """The files that the page writes, and the line, by where they go."""
    return dict(BLOCK.findall(PAGE.read_text(encoding="utf-8")))


def follow(page: Mapping[str, str], tree: Path) -> None:
    for name, content in page.items():
        file = tree / name
        if name == WIRING:
            whole = file.read_text(encoding="utf-8")
            kinds = KINDS.search(whole)
            assert kinds is not None
            content = whole[: kinds.end()] + content + whole[kinds.end() :]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")


def texts(tree: Path) -> Mapping[str, str]:
    files = (file for name in CHANGED for file in (tree / name).rglob("*") if file.is_file())
    return {
        str(file.relative_to(tree)): file.read_text(encoding="utf-8", errors="replace")
        for file in files
    }


def test_a_channel_is_three_files_and_one_line(tree: Path) -> None:
    before = texts(tree)

    follow(blocks(), tree)

    after = texts(tree)
    new = set(after) - set(before)
    changed = {name for name in before if after[name] != before[name]}
    assert new == {
        "channels/noticeboard.py",
        "tests/channels/fixtures/noticeboard/notes.json",
        "tests/channels/test_noticeboard.py",
    }
    assert changed == {WIRING}
    added = set(after[WIRING].splitlines()) - set(before[WIRING].splitlines())
    assert len(added) == 1
    assert len(after[WIRING].splitlines()) == len(before[WIRING].splitlines()) + 1


@pytest.mark.timeout(300)  # ten thousand calls, in a process of their own
def test_the_channel_of_the_page_keeps_the_contract(tree: Path) -> None:
    follow(blocks(), tree)

    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "tests/channels",
            "-k",
            "noticeboard",
        ],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout
    passed = re.search(r"(\d+) passed", ran.stdout)
    assert passed is not None
    assert int(passed.group(1)) > 30
    assert "skipped" not in ran.stdout


@pytest.mark.parametrize("check", [["ruff", "check"], ["ruff", "format", "--diff"], ["mypy"]])
def test_the_code_of_the_page_is_as_clean_as_the_rest(tree: Path, check: list[str]) -> None:
    follow(blocks(), tree)
    files = [name for name in blocks() if name.endswith(".py") and name != WIRING]

    ran = subprocess.run(
        [sys.executable, "-m", *check, *files],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
