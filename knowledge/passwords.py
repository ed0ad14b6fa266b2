"""Finds passwords, PINs and security codes in a text: what stands after the words that name one.

Talking about a password is not telling it: "my password is not working" holds none. Where it is not
clear, what stands there is taken for a password, because a stored one does more harm than a word
that is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

Span = tuple[int, int]

_NAME_OF_IT = (
    r"(?:pas{1,2}[ -]?w[eo]?r?d|pass[ -]?(?:code|phrase|key)|passwd|p/?w(?:or)?d?|psw?d"
    r"|memorable (?:word|name|place|answer)|secret (?:word|answer)|security (?:word|answer))"
)
_CODE_WORD = (
    r"(?:(?P<pin>pin(?: ?(?:code|number|num|no\.?))?)|pass[ -]?code"
    r"|(?:security|secret) (?:code|number)|cvv2?|cvc2?|cv2|csc"
    r"|(?:(?:three|four|last|3|4) ){1,2}(?:digits|numbers) on the back"
    r"(?: of (?:the|my|his|her) card)?)"
)
# A part of each of these: most messages have none, and cost no more than this look.
_PARTS = ("pas", "pw", "p/w", "psw", "pin", "memorable", "sec", "cv", "csc", "on the back")
# "is", ":", "is now", "was changed to" ...
_IS = (
    r"(?:'s|\s+(?:is|was|are|=|will be|should be|is set|was set)\b|\s*(?:[:=]|->|=>))\s*[:=]?\s*"
    r"(?:(?:still|now|just|currently|actually|always|probably|definitely|called|set to|set as"
    r"|changed to|either)\s+)*"
)
_NAMED = re.compile(rf"(?<![\w\[]){_NAME_OF_IT}(?:\s+(?:number|no\.?))?{_IS}", re.IGNORECASE)
# "the password for my account is ...", if a password follows: these words may lead anywhere.
_NAMED_FROM_AFAR = re.compile(
    rf"(?<![\w\[]){_NAME_OF_IT}\s+(?=(?:for|to|on|of|at|i|we|you|that|which)\b)"
    r"(?:(?!and\b|but\b|so\b|because\b|or\b|number\b|no\b|reference\b|ref\b|phone\b|mobile\b"
    r"|tel\b|telephone\b|postcode\b|e-?mail\b|address\b|name\b|username\b|id\b|date\b|time\b)"
    rf"[\w'-]+\s+){{1,7}}?(?:is|was|=)\s+",
    re.IGNORECASE,
)
_WITH_A_NAME = re.compile(
    r"\buser(?: ?name| ?id)?\b[ :=]{1,3}(?!(?:and|or)\b)\w\S{1,60}[ ,;/\n]{1,3}"
    rf"{_NAME_OF_IT}[ :=-]+",
    re.IGNORECASE,
)
_BARE = re.compile(rf"(?<![\w\[])(?:{_NAME_OF_IT}[ (-]{{1,3}}|pass\s?[:=]\s*)", re.IGNORECASE)
_BEFORE = re.compile(
    rf"(?<!\S)(\S{{3,60}}) (?:is|was) (?:(?:my|the|our|his|her)\s)(?:\w+\s){{0,2}}?"
    rf"(?:{_NAME_OF_IT}|{_CODE_WORD})(?!\w)",
    re.IGNORECASE,
)
_DIGITS = re.compile(
    rf"(?<![\w\[]){_CODE_WORD}(?:{_IS}|[ (#-]{{0,3}})['\"]?"
    r"(?!(?:\+44|0)\d(?:[ -]?\d){8,9}(?!\d))"
    # "The pin is 100 yards away" is a place on a map.
    r"(?P<digits>(?(pin)\d{4,8}|\d{3,8})(?!\d)|\d(?: \d){2,7}(?! ?\d))"
    r"(?![/.,:-]\d)(?!\s*(?:m|metres?|meters?|yards?|miles?|feet|ft|km|%|st|nd|rd|th)\b)",
    re.IGNORECASE,
)

_QUOTED = re.compile(r"([\"'`])[^\"'`\n]{1,80}\1(?!\w)")
_WORD = re.compile(r"\S{1,100}")
_MARKS = re.compile(r"\[[a-z ]+\]")
_SIGNS = re.compile(r"\w[!#$%^&*_+=~@<>|\\?]+\w")
_NUMBER_OF = re.compile(r"\d+(?:st|nd|rd|th|hrs?|h|mins?|days?|weeks?|months?|x|am|pm|%)", re.I)
_KNOWN = re.compile(
    r"\S+@\S+\.\S+|https?://\S+|www\.\S+|fd-?\w{4}-?\w{4}|[a-z]{1,2}\d[a-z\d]?(?:\d[a-z]{2})?"
    r"|\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}|\d{1,2}[:.]\d\d(?:am|pm)?|£.*",
    re.IGNORECASE,
)
"""What has digits or signs and is no password, where nothing says that one follows."""
LONGEST_PHRASE = 5
"""Words of a password that is made of words."""
LONGEST_REMARK = 3
"""Words about a password, without a small word among them: "wrong every time" has one."""
_ENDS = ".,;:!?)"
_AROUND = ".,;:!?()\"'-"


def _all_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


_REMARKS = _all_of(
    """
    accepted active again annoying asked asking available bad blocked broken case changed changing
    characters coming compromised confusing correct deleted different difficult digits disabled due
    easy emailed enough expired expiring failed failing fine forgot forgotten frustrating given gone
    good hacked hard held hidden impossible inactive incorrect invalid issued kept known least
    letters locked long lost matched matching maximum minimum missing needed new numbers old out
    posted private protected ready recognised recognized refused rejected required reset right safe
    same saved saying secure sensitive sent shared short showing simple stolen stored strong stuck
    supposed symbols taken temporary texted unavailable unknown unsafe updated useless used valid
    weak working written wrong
    """
)
"""What is said of a password."""
_SMALL = _all_of(
    """
    a about after all already also always an and any anything apparently are as at because been
    before being but by can cannot cant could did do does doesn't dont either ever every for from
    get getting go going had has have having he help her here hers hi hello his how however i
    i'd i'll i'm i've if im in into is it it's its ive just like may maybe me meant might mine more
    most must my need never no nobody none not nothing now of off ok okay on one only or our please
    pls really she should since so some something sorry still such than thank thanks that that's
    the their them then there these they this those though through to too try until up us very want
    was we were what what's whatever when where whether which while who whose why will with without
    would yes yet you your yours
    """
)
"""The words with which something else begins."""


def passwords(text: str) -> Iterator[Span]:
    """Give where passwords, PINs and security codes stand. What is given may overlap. The text is
    folded: see knowledge/sensitive.py."""
    said = text.lower()
    if not any(part in said for part in _PARTS):
        return
    for code in _DIGITS.finditer(text):
        yield code.span("digits")
    for named in (*_NAMED.finditer(text), *_WITH_A_NAME.finditer(text)):
        if span := _told(text, named.end()):
            yield span
    for named in _NAMED_FROM_AFAR.finditer(text):
        if (span := _word(text, named.end())) and _is_strange(text[slice(*span)]):
            yield span
    for named in _BARE.finditer(text):
        if (span := _word(text, named.end())) and _is_bare(text[slice(*span)]):
            yield span
    for named in _BEFORE.finditer(text):
        if _is_bare(named[1]):
            yield named.span(1)


def _told(text: str, start: int) -> Span | None:
    """Return the password that is told here, None when it is something about one."""
    if quoted := _QUOTED.match(text, start):
        return quoted.span()
    span = _word(text, start)
    if span is None or _is_strange(text[slice(*span)]):
        return span
    words = _words(text, start)
    first = _core(words[0][0])
    if first in _SMALL or (_is_ordinary(first) and len(words) <= LONGEST_REMARK):
        return None
    end = start + len(text[start : words[-1].end()].rstrip(_ENDS))
    return (start, end) if end - start > 2 else None


def _words(text: str, start: int) -> Sequence[re.Match[str]]:
    """Return the words from here on, the first whatever it is: up to the end of the clause, an
    ordinary word, or LONGEST_PHRASE."""
    words: list[re.Match[str]] = []
    for found in _WORD.finditer(text, start):
        if words and ("\n" in text[words[-1].end() : found.start()] or _is_ordinary(found[0])):
            break
        words.append(found)
        if found[0][-1] in _ENDS or len(words) == LONGEST_PHRASE:
            break
    return words


def _word(text: str, start: int) -> Span | None:
    found = _WORD.match(text, start)
    if found is None or _MARKS.match(text, start):
        return None
    return start, start + len(found[0].rstrip(".,;:)\"'"))


def _is_strange(word: str) -> bool:
    """Whether it looks like no word: digits, signs within, capitals within."""
    core = word.strip(_AROUND)
    if len(core) < 3:
        return False
    digits = any(c.isdigit() for c in core) and not _NUMBER_OF.fullmatch(core)
    mixed = core[1:] != core[1:].lower() and core != core.upper()
    return digits or mixed or _SIGNS.search(word) is not None


def _is_bare(word: str) -> bool:
    """Whether it is a password although nothing says so but the word before."""
    core = word.strip(_AROUND)
    if len(core) < 4 or _KNOWN.fullmatch(core) or not _is_strange(word):
        return False
    # Of digits alone: more of them are a telephone or an account.
    return not core.isdigit() or (len(core) <= 8 and core[0] != "0")


def _is_ordinary(word: str) -> bool:
    core = _core(word)
    begins = core.partition("-")[0]
    return not begins or core.endswith("n't") or begins in _REMARKS or begins in _SMALL


def _core(word: str) -> str:
    return word.casefold().strip(_AROUND)
