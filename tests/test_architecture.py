"""The layers stand as docs/design.md draws them, and the web process stays light."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parent.parent
OF_THE_BOT = {"actions", "keras", "rasa", "rasa_sdk", "sklearn", "spacy", "tensorflow"}


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
