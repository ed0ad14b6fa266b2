"""The trained model that tests run against."""

from __future__ import annotations

import subprocess
import sys
from functools import lru_cache
from pathlib import Path

from assistant.training import MODEL, PROJECT, needs_training


@lru_cache(maxsize=1)
def trained_model() -> Path:
    """Return the model of this checkout; train it first, as an operator would, when it is old, or
    wait for who is just training it."""
    if needs_training():
        subprocess.run([sys.executable, "-m", "assistant", "train"], cwd=PROJECT, check=True)
    return PROJECT / MODEL
