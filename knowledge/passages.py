"""The part of an answer that answers a further question about it, or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from knowledge.bm25 import terms
from knowledge.embedding import Vectors
from knowledge.reading import Written, read_yaml
from knowledge.vocabulary import plain

FILE = Path(__file__).parent / "cues.yml"

Embed = Callable[[Sequence[str]], Vectors]
"""Texts to float32 [texts, 384], each row of unit length."""

# Chosen on the further questions of data/eval/tuning/follow_ups.yml.
SHARED = 0.08  # for a word of the question that the passage has too
MOST_SHARED = 2
MAY_ANSWER, ANSWERS = 0.48, 0.55
MAY_CUED, CUED = 0.42, 0.5  # when the passage must have a mark of the answer
BESIDE = 0.08  # a second passage this near to the best is said as well
MOST_PASSAGES = 2
LONG_LIST = 4  # items; of a longer list only those that answer are said

_ITEM = re.compile(r"^(?:[-*]|\d+\.)\s+")
_SENTENCE = re.compile(r"(?<=[.?!:])\s+(?=[A-Z*\[0-9])")


class Cue(Written):
    """A kind of question, by its words, and the marks of a passage that may answer it. Both are
    regular expressions. `weight` is what such a mark adds to the similarity."""

    asked: str
    answered: str
    weight: float = 0.2


class Cues(Written):
    """Every kind of question that is known; the first that fits counts."""

    cues: dict[str, Cue]


Patterns = tuple[tuple[re.Pattern[str], re.Pattern[str], float], ...]


@lru_cache(maxsize=1)
def read_cues(path: Path = FILE) -> Patterns:
    """Return how each kind of question is known, and how its answer is. Raises BadContent."""
    return tuple(
        (re.compile(cue.asked, re.I), re.compile(cue.answered, re.I), cue.weight)
        for cue in read_yaml(path, Cues).cues.values()
    )


@dataclass(frozen=True)
class Passage:
    """A paragraph, or a list with the line that leads to it (`lead`, often empty). `parts` are its
    sentences or its items, as Markdown."""

    parts: tuple[str, ...]
    lead: str = ""
    is_list: bool = False

    def shown(self, only: Sequence[str] = ()) -> str:
        """Return it as Markdown; of a list, only these items if there are any."""
        if not self.is_list:
            return " ".join(self.parts)
        items = "\n".join(f"- {part}" for part in only or self.parts)
        return f"{self.lead}\n\n{items}".strip()


def passages(text: str) -> tuple[Passage, ...]:
    """Return the paragraphs and lists of an answer, in order."""
    found: list[Passage] = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = [line.strip() for line in block.splitlines() if line.strip()]
        if lines and all(_ITEM.match(line) for line in lines):
            lead = ""
            if found and not found[-1].is_list and found[-1].parts[-1].endswith(":"):
                lead = found[-1].shown()
                found.pop()
            items = tuple(_ITEM.sub("", line) for line in lines)
            found.append(Passage(items, lead=lead, is_list=True))
        elif lines:
            found.append(Passage(tuple(_SENTENCE.split(" ".join(lines)))))
    return tuple(found)


@dataclass(frozen=True)
class Part:
    """What of an answer answers a further question, as Markdown. When it is not `sure`, it is only
    the nearest that the answer holds."""

    text: str
    sure: bool


def part_that_answers(question: str, title: str, text: str, embed: Embed) -> Part | None:
    """Return what of the text answers the question, None when nothing of it does.

    `title` is what the text is about: the question leaves it out ("how much is it?").
    """
    found = passages(text)
    scores, least, enough = _scores(question, title, found, embed)
    best = max(scores.values(), default=0.0)
    if best < least:
        return None
    kept = [part for part, score in scores.items() if score >= max(least, best - BESIDE)]
    chosen = [p for p in found if any(part in kept for part in p.parts)][:MOST_PASSAGES]
    shown = [
        p.shown([part for part in p.parts if part in kept] if len(p.parts) > LONG_LIST else ())
        for p in chosen
    ]
    return Part("\n\n".join(shown), sure=best >= enough)


def _scores(
    question: str, title: str, found: Sequence[Passage], embed: Embed
) -> tuple[dict[str, float], float, float]:
    """Return a score for each sentence or item; from which one on it may answer, and surely."""
    parts = [(passage, part) for passage in found for part in passage.parts]
    vectors = embed(
        [question, f"{title}: {question}", *(f"{plain(p.lead)} {plain(part)}" for p, part in parts)]
    )
    near = (vectors[2:] @ vectors[0] + vectors[2:] @ vectors[1]) / 2
    cue = next((cue for cue in read_cues() if cue[0].search(question)), None)
    asked = set(terms(question))
    scores: dict[str, float] = {}
    for (passage, part), similar in zip(parts, near, strict=True):
        said = f"{passage.lead} {part}"
        score = float(similar) + SHARED * min(len(asked & set(terms(said))), MOST_SHARED)
        if cue is not None:
            score = score + cue[2] if cue[1].search(said) else 0.0
        scores[part] = score
    return (scores, MAY_ANSWER, ANSWERS) if cue is None else (scores, MAY_CUED, CUED)
