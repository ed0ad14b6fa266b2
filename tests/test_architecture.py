"""The layers stand as docs/design.md draws them, and the web process stays light."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
OF_THE_BOT = {"actions", "keras", "rasa", "rasa_sdk", "sklearn", "spacy", "tensorflow"}

# What decides and says a turn. What it says comes from knowledge/ and data/domain/.
SPEAKERS = ["actions", "assistant/rasa_bot", "assistant/turn.py", "assistant/worker.py"]
SENTENCE = re.compile(r"[A-Z][\w']* \w[\w']*[, ].*\w")


def modules(place: str) -> Iterator[Path]:
    path = PROJECT / place
    yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


def sentences(module: Path) -> Iterator[str]:
    """The texts in a module that read as sentences, without its docstrings."""
    nodes = list(ast.walk(ast.parse(module.read_text(encoding="utf-8"))))
    docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    constants = (n for n in nodes if isinstance(n, ast.Constant) and id(n) not in docstrings)
    texts = (constant.value for constant in constants if isinstance(constant.value, str))
    yield from filter(SENTENCE.match, texts)


def test_every_import_contract_is_kept() -> None:
    contracts = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert contracts.returncode == 0, contracts.stdout


def test_the_web_process_loads_nothing_of_the_bot() -> None:
    program = "import sys, assistant.web; print(*{name.split('.')[0] for name in sys.modules})"

    loaded = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True
    )

    assert OF_THE_BOT & set(loaded.stdout.split()) == set()


@pytest.mark.parametrize("place", SPEAKERS)
def test_no_sentence_for_residents_is_written_in_python(place: str) -> None:
    found = [sentence for module in modules(place) for sentence in sentences(module)]

    assert found == []


def test_a_sentence_in_python_would_be_found(tmp_path: Path) -> None:
    module = tmp_path / "speaks.py"
    module.write_text('"""Says what it is for."""\nREPLY = "We can help you."\n', encoding="utf-8")

    assert list(sentences(module)) == ["We can help you."]
