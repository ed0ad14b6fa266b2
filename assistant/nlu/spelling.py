"""Second in the pipeline: mends typing errors, so that the parts after it read real words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from functools import lru_cache
from importlib.resources import files
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from symspellpy import SymSpell, Verbosity

from assistant.nlu.language_model import is_foreign
from assistant.nlu.text_speak import spelled_out
from knowledge.library import Library, open_library

SPELLED = "spelled"
"""Where a message keeps its mended words. `text` stays as the person wrote it."""

COMMON_WORDS = 20_000
OURS = 1_000_000_000
"""How often our own words are taken to be said."""
SHORTEST = 4
LONGEST = 24
LONGEST_TEXT = 1_000
# Letters only: whatever holds a digit (postcode, reference, house number) is nobody's typing error.
WORD = re.compile(r"(?<![\w@./'-])[A-Za-z]+(?![\w@/'-]|\.\w)")
CHAT = "pls plz thx tysm cheers asap appt info wheelie recycle caddy skip tip council hiya ok okay"

# Typed without its apostrophe, "wasnt" is one letter away from "want".
APOSTROPHES = (
    "ain't aren't can't couldn't didn't doesn't don't hadn't hasn't haven't isn't mustn't "
    "shouldn't wasn't weren't won't wouldn't i'm i've you've we've they've they're you're "
    "that's there's what's where's who's how's when's let's"
)
SHORTENED = {word.replace("'", ""): word for word in APOSTROPHES.split()}


class Speller:
    """Mends one word at a time. Words that it knows are never changed."""

    def __init__(self, own: Iterable[str]) -> None:
        self._dictionary = SymSpell(max_dictionary_edit_distance=2, prefix_length=6)
        listed = files("symspellpy").joinpath("frequency_dictionary_en_82_765.txt")
        rows = [line.split() for line in listed.read_text(encoding="utf-8-sig").splitlines()]
        # A rare word is no typing error: only common ones are offered, but any is left alone.
        self._known = {word for word, _ in rows}
        for word, count in rows[:COMMON_WORDS]:
            self._know(word, int(count))
        # Our own words win a tie against all but the commonest.
        for word in own:
            self._know(word.lower(), OURS)
        self._word = lru_cache(maxsize=4096)(self._mended)

    def mend(self, text: str) -> str:
        """Return the text with short forms written in full, and unknown words replaced by the
        nearest known one, if any is near."""
        head, tail = spelled_out(text[:LONGEST_TEXT]), text[LONGEST_TEXT:]
        return WORD.sub(lambda match: self._word(match.group()), head) + tail

    def learn(self, own: AbstractSet[str]) -> None:
        """Know these words of ours from now on. None is forgotten."""
        new = {word for word in own if word.lower() not in self._known}
        for word in new:
            self._know(word.lower(), OURS)
        if new:
            self._word.cache_clear()

    def _know(self, word: str, count: int) -> None:
        self._known.add(word)
        # Shorter words are known but never offered: too much is one letter away from them.
        if SHORTEST - 1 <= len(word) <= LONGEST and word.isalpha():
            self._dictionary.create_dictionary_entry(word, count)

    def _mended(self, word: str) -> str:
        lower = word.lower()
        if lower in SHORTENED:
            return SHORTENED[lower]
        if lower in self._known or not SHORTEST <= len(word) <= LONGEST:
            return word
        reach = 1 if len(word) < 8 else 2
        found = self._dictionary.lookup(lower, Verbosity.TOP, max_edit_distance=reach)
        return str(found[0].term) if found else word


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class Spelling(GraphComponent):
    """Attaches the mended words of a message to it. With a library, it learns the words of what is
    published while it runs."""

    def __init__(self, speller: Speller, library: Library | None = None) -> None:
        self._speller = speller
        self._library = library
        self._learnt = library.edition if library else None

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Spelling:
        library = open_library()
        return cls(Speller([*library.words(), *CHAT.split()]), library)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        if self._library is not None and self._library.edition is not self._learnt:
            self._learnt = self._library.edition
            self._speller.learn(self._learnt.words)
        for message in messages:
            if message.get(TEXT) and not is_foreign(message):
                message.set(SPELLED, self._speller.mend(message.get(TEXT)))
        return messages
