"""Cut what is too long for one message into pieces that a person can follow."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_WHOLE = re.compile(
    r"\[[^\]\n]*\]\((?:\\.|[^)\s\\])*\)|\*\*(?:[^*\n]|\*(?!\*))+\*\*"
)  # a link, bold
_ENDS = (
    re.compile(r"\n[ \t]*\n\s*"),  # of a paragraph
    re.compile(r"\n\s*"),  # of a line
    re.compile(r"(?<=[.!?])\s+|(?<=[.!?][\"')])\s+"),  # of a sentence
    re.compile(r"\s+"),  # of a word
)
_ITEM = re.compile(r"(?:[-*+]|\w{1,2}\\?[.)])\s")
_MARK = re.compile(r"\s*(?:\d{1,2}|[A-Za-z])\\?[.)]")  # of an item: it never ends a piece


def cut(text: str, longest: int, measure: Callable[[str], int] = len) -> tuple[str, ...]:
    """Return the text in pieces that each measure `longest` at most; none for an empty text.

    Several pieces each begin with their place, such as "1/2". A piece ends with a paragraph, else a
    line, a sentence, a word; a word is cut only when it is too long for a piece of its own. In
    Markdown no piece ends inside a link or **bold**, unless that alone is too long. More text must
    never measure less. Raises ValueError when there is no room for the place and a character.
    """
    text = text.strip()
    if not text or measure(text) <= longest:
        return (text,) if text else ()
    most = 9  # The number of pieces is not known yet, but how many digits it has.
    while len(pieces := tuple(_pieces(text, longest, measure, most))) > most:
        most = most * 10 + 9
    return tuple(_placed(piece, at, len(pieces)) for at, piece in enumerate(pieces, start=1))


def _pieces(text: str, longest: int, measure: Callable[[str], int], most: int) -> Iterator[str]:
    def fits(piece: str) -> bool:
        return measure(_placed(piece, most, most)) <= longest

    while text:
        end = _end(text, fits)
        yield text[:end].rstrip()
        text = text[end:].lstrip()


def _end(text: str, fits: Callable[[str], bool]) -> int:
    """Return where the first piece ends: as late as fits, at the best kind of end that does
    not leave it too short."""
    room = _room(text, fits)
    if room == len(text):
        return room
    if room == 0:
        raise ValueError("There is no room for a single character.")
    whole = [found.span() for found in _WHOLE.finditer(text)]
    for ends, least in zip(
        (*_ENDS, _ENDS[-1]), (room // 2, room // 3, room // 3, room // 3, 0), strict=True
    ):
        allowed = [
            found.start()
            for found in ends.finditer(text, 0, room + 1)
            if least < found.start() <= room
            and not any(start < found.start() < end for start, end in whole)
            and not _MARK.fullmatch(text[: found.start()].rpartition("\n")[2])
        ]
        for end in reversed(allowed):
            if fits(text[:end].rstrip()):
                return end
    # One long word, link or bold: what is bold may still end with a word.
    words = [found.start() for found in _ENDS[-1].finditer(text, 1, room + 1)]
    return words[-1] if words and fits(text[: words[-1]]) else room


def _room(text: str, fits: Callable[[str], bool]) -> int:
    """Return the length of the longest beginning that fits."""
    least, most = 0, len(text)
    while least < most:
        middle = (least + most + 1) // 2
        if fits(text[:middle].rstrip()):
            least = middle
        else:
            most = middle - 1
    return least


def _placed(piece: str, at: int, of: int) -> str:
    # An item of a list begins a line of its own.
    return f"{at}/{of}{chr(10) * 2 if _ITEM.match(piece) else ' '}{piece}"
