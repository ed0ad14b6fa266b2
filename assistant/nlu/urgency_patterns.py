"""What an emergency sounds like: words that stand near each other, as data/urgent/ lists them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.reading import parsed

NEAR = 12
"""Words from the first to the last group of a rule, at most."""
LONGEST = 4_000
"""Characters that are read."""
MOST_PLACES = 8
"""Places of one group that are looked at: more are somebody who repeats themselves."""
GROUP_WEIGHT = 0.3
"""Of a group of words among the concepts, beside a rule that holds, which weighs one."""
BY_ITSELF = "!"
SILENCED = "-"
"""Stands for each word of a saying."""

# Not "!": "GAS!! the whole landing stinks of it!!!" is one thing.
_TOKEN = re.compile(r"\w+|[.?;\n]")
_ENDS = frozenset(".?;\n")
END = "."
"""Stands for the end of a sentence."""

Phrase = tuple[str, ...]
Place = tuple[int, int]


@dataclass(frozen=True)
class Rule:
    """Groups of words that make an emergency of that kind when they stand near each other.

    `certain` ones do so whatever the model thinks.
    """

    kind: str
    groups: tuple[str, ...]
    certain: bool


@dataclass(frozen=True)
class Signs:
    """What was found in a text: the rules that hold, and which group of words is there.

    `concepts` has a weight for each of these, rules first and then groups: [Patterns.size].
    """

    rules: tuple[Rule, ...]
    concepts: NDArray[np.float32]

    @property
    def certain(self) -> str:
        """The kind of the first rule that needs no model, empty when there is none."""
        return next((rule.kind for rule in self.rules if rule.certain), "")

    def or_else(self, other: Signs) -> Signs:
        """Return what is in either: a text as it was typed, and mended."""
        rules = tuple(dict.fromkeys((*self.rules, *other.rules)))
        return Signs(rules, np.maximum(self.concepts, other.concepts))


class Phrases:
    """Finds phrases of a list in tokens, each by its first word; "hit*" is how a word begins."""

    def __init__(self, listed: Mapping[str, Sequence[str]]) -> None:
        self._exact: dict[str, list[tuple[Phrase, str]]] = defaultdict(list)
        self._begins: dict[str, list[tuple[Phrase, str]]] = defaultdict(list)
        for name, phrases in listed.items():
            for phrase in phrases:
                words = tuple(str(phrase).lower().split())
                if words[0].endswith("*"):
                    self._begins[words[0][:-1]].append((words, name))
                else:
                    self._exact[words[0]].append((words, name))
        self._sizes = sorted({len(stem) for stem in self._begins})

    def at(self, tokens: Sequence[str], place: int) -> Iterator[tuple[str, int]]:
        """Yield the name of each list that has the phrase that begins here, and where it ends."""
        word = tokens[place]
        found = list(self._exact.get(word, ()))
        for size in self._sizes:
            if size > len(word):
                break
            found += self._begins.get(word[:size], ())
        for phrase, name in found:
            if len(phrase) == 1 or _is(phrase[1:], tokens[place + 1 : place + len(phrase)]):
                yield name, place + len(phrase) - 1


class Patterns:
    """What data/urgent/patterns.yml says. `written` is the file, and may be kept with a model."""

    def __init__(self, written: Mapping[str, Any]) -> None:
        self.written = written
        words: dict[str, Sequence[str]] = dict(written["words"])
        self._rules = tuple(
            _rule(kind, rule) for kind, rules in written["rules"].items() for rule in rules
        )
        for rule in self._rules:
            for group in rule.groups:
                # A rule may name a word where it could name a group.
                words.setdefault(group, (group,))
        self._groups = tuple(dict.fromkeys(g for rule in self._rules for g in rule.groups))
        self._words = Phrases({group: words[group] for group in self._groups})
        self._means = Phrases(written["means"])
        self._sayings = re.compile("|".join(map(_saying, written["sayings"])))

    @classmethod
    def read(cls, path: Path) -> Patterns:
        return cls(parsed(path.read_text(encoding="utf-8")))

    @property
    def size(self) -> int:
        return len(self._rules) + len(self._groups)

    def tokens(self, text: str) -> list[str]:
        """Return the words in lower case, without apostrophes, text-speak written out; the end of
        a sentence is a token of its own."""
        plain = text[:LONGEST].lower().replace("’", "").replace("'", "")
        typed = [END if token in _ENDS else token for token in _TOKEN.findall(plain)]
        meant: list[str] = []
        place = 0
        while place < len(typed):
            found = max(self._means.at(typed, place), key=lambda one: one[1], default=None)
            if found is None:
                meant.append(typed[place])
                place += 1
            else:
                meant += found[0].split()
                place = found[1] + 1
        return meant

    def without_sayings(self, tokens: Sequence[str]) -> list[str]:
        """Return as many tokens, with SILENCED for each word of a saying."""
        return self._sayings.sub(_silenced, " ".join(tokens)).split()

    def signs(self, tokens: Sequence[str]) -> Signs:
        """Return what in these words may be an emergency."""
        places: dict[str, list[Place]] = defaultdict(list)
        for place in range(len(tokens)):
            for name, last in self._words.at(tokens, place):
                places[name].append((place, last))
        ends = [place for place, token in enumerate(tokens) if token == END]
        concepts = np.zeros(self.size, dtype=np.float32)
        found = []
        for number, rule in enumerate(self._rules):
            near = [places[group] for group in rule.groups if group in places]
            if len(near) == len(rule.groups) and _stand_together(near, ends):
                found.append(rule)
                concepts[number] = 1.0
        for number, group in enumerate(self._groups, len(self._rules)):
            concepts[number] = GROUP_WEIGHT * (group in places)
        return Signs(tuple(found), concepts)


def _rule(kind: str, written: str) -> Rule:
    groups = tuple(part.strip() for part in written.rstrip(f" {BY_ITSELF}").split("+"))
    return Rule(kind, groups, certain=written.endswith(BY_ITSELF))


def _stand_together(several: Sequence[Sequence[Place]], ends: Sequence[int]) -> bool:
    """Whether one of each stands near the others in one sentence, none in the place of another."""
    for chosen in product(*(list(islice(places, MOST_PLACES)) for places in several)):
        first, last = min(a for a, _ in chosen), max(b for _, b in chosen)
        apart = len(set(chosen)) == len(chosen)
        if apart and last - first < NEAR and not any(first < end < last for end in ends):
            return True
    return False


def _is(phrase: Phrase, tokens: Sequence[str]) -> bool:
    return len(phrase) == len(tokens) and all(
        token.startswith(word[:-1]) if word.endswith("*") else token == word
        for word, token in zip(phrase, tokens, strict=True)
    )


def _saying(written: str) -> str:
    """Return the saying as a regular expression: `..` is up to three words between."""
    between = r"(?:\s+\w+){0,3}\s+"
    pattern = re.sub(r"\s*(?<!\.)\.\.\s*", lambda _: between, written).replace("*", r"\w*")
    return rf"\b(?:{pattern})(?!\w)"


def _silenced(match: re.Match[str]) -> str:
    return re.sub(r"\S+", SILENCED, match.group())
