"""What people say that is about none of the topics, as it was written for the bot's training.

The search learns from it what is not a question for a council. Nobody is answered with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from knowledge.reading import parsed

FOLDER = Path(__file__).resolve().parent.parent / "data" / "nlu"
INTENTS = (
    "out_of_scope",
    "insult",
    "greet",
    "thank",
    "goodbye",
    "capabilities",
    "bot_challenge",
)
MOST = 120
"""Sayings of one intent, taken evenly: each makes the index take longer to build."""


def read_off_topic(folder: Path = FOLDER) -> Mapping[str, tuple[str, ...]]:
    """Return the examples of these intents in the folder's training files, by intent; what is not
    there is left out. Raises yaml.YAMLError for a file that training could not read either."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.yml")):
        written = parsed(path.read_text(encoding="utf-8")) or {}
        for entry in written.get("nlu") or ():
            if entry.get("intent") in INTENTS:
                examples = re.findall(r"^- (.+)$", entry.get("examples") or "", flags=re.MULTILINE)
                found.setdefault(entry["intent"], []).extend(examples)
    return {intent: tuple(_some(examples)) for intent, examples in sorted(found.items())}


def _some(examples: list[str]) -> list[str]:
    return examples[:: -(-len(examples) // MOST)] if examples else []
