"""The rules that find postcodes, references, dates, telephone numbers and streets."""

from __future__ import annotations

import re
from typing import Any, Final

# Patterns over letters: spaCy's tokens break these in too many ways to list.
# The shape of a postcode is that of BS 7666; what is not a real one is said when it is looked up.
SPELLED_AS_ONE: Final = {
    "postcode": re.compile(r"\b[A-Z]{1,2}[0-9][A-Z0-9]? {0,2}[0-9][A-Z]{2}\b", re.IGNORECASE),
    "reference": re.compile(r"\bFD[- ]?[0-9A-Z]{4}[- ]?[0-9A-Z]{4}\b", re.IGNORECASE),
    "phone": re.compile(r"(?<![\w/])(?:\+44|0044|0)[ ]?(?:\(0\))?(?:[ -]?[0-9]){9,10}(?![\w/])"),
}

DAYS: Final = [
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    *("mon", "tue", "tues", "wed", "weds", "thu", "thur", "thurs", "fri", "sat", "sun"),
]
MONTHS: Final = [
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
    *("jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"),
]
STREETS: Final = [
    *("road", "rd", "street", "st", "lane", "ln", "avenue", "ave", "close", "drive", "way"),
    *("court", "place", "crescent", "gardens", "terrace", "grove", "hill", "rise", "walk"),
    *("green", "square", "mews", "row", "view", "park", "parade"),
]
TIMES: Final = ["yesterday", "today", "tomorrow", "morning", "afternoon", "evening"]
PERIODS: Final = ["day", "days", "week", "weeks", "night"]

# Every rule below wants one of these. Most messages have none, and are spared the rules.
_WORDS: Final = "|".join([*DAYS, *MONTHS, *STREETS, *TIMES, *PERIODS])
TELLING: Final = re.compile(rf"[0-9]|(?<![a-z])(?:{_WORDS})(?![a-z])", re.IGNORECASE)

_DAY_OF_MONTH: Final = {"TEXT": {"REGEX": r"^(?i:[0-3]?[0-9](?:st|nd|rd|th)?)$"}}
# spaCy parts "3rd" from nothing, and "22nd" stays whole: one token either way.
_MONTH: Final = {"LOWER": {"IN": MONTHS}}
_YEAR: Final = {"TEXT": {"REGEX": r"^20[0-9]{2}$"}, "OP": "?"}
_DAY: Final = {"LOWER": {"IN": DAYS}}
_NAME: Final = {
    "TEXT": {"REGEX": r"^[A-Za-z][A-Za-z'’-]+$"},
    "LOWER": {
        "NOT_IN": [
            "the",
            "my",
            "on",
            "at",
            "in",
            "of",
            "a",
            "this",
            "no",
            "is",
            "it",
            "black",
            "was",
            "by",
            "to",
            "from",
            "and",
            "not",
            "for",
            "your",
            "our",
            "down",
            "up",
            "same",
            "whole",
            "next",
        ]
    },
}
_STREET: Final = {"LOWER": {"IN": STREETS}}
_NUMBER: Final = {"TEXT": {"REGEX": r"^[0-9]{1,4}[A-Za-z]?$"}}

RULES: Final[list[dict[str, Any]]] = [
    {"label": "date", "pattern": [{"LOWER": {"IN": ["yesterday", "today", "tomorrow"]}}]},
    {
        "label": "date",
        "pattern": [
            {"LOWER": {"IN": ["last", "this", "next", "on"]}, "OP": "?"},
            _DAY,
            {"LOWER": {"IN": ["morning", "afternoon", "evening"]}, "OP": "?"},
        ],
    },
    {
        "label": "date",
        "pattern": [
            {"LOWER": {"IN": ["this", "yesterday"]}},
            {"LOWER": {"IN": ["morning", "afternoon", "evening"]}},
        ],
    },
    {"label": "date", "pattern": [{"LOWER": "last"}, {"LOWER": {"IN": ["night", "week"]}}]},
    {
        "label": "date",
        "pattern": [
            {"TEXT": {"REGEX": r"^(?i:[0-9]{1,2}|a|an|one|two|three|four|five|six)$"}},
            {"LOWER": {"IN": ["day", "days", "week", "weeks"]}},
            {"LOWER": "ago"},
        ],
    },
    {"label": "date", "pattern": [_DAY_OF_MONTH, {"LOWER": "of", "OP": "?"}, _MONTH, _YEAR]},
    {"label": "date", "pattern": [_MONTH, {"LOWER": "the", "OP": "?"}, _DAY_OF_MONTH, _YEAR]},
    {
        "label": "date",
        "pattern": [{"TEXT": {"REGEX": r"^[0-3]?[0-9][/.-][01]?[0-9](?:[/.-](?:20)?[0-9]{2})?$"}}],
    },
    {"label": "street", "pattern": [_NUMBER, _NAME, _STREET]},
    {"label": "street", "pattern": [_NUMBER, _NAME, _NAME, _STREET]},
    {"label": "street", "pattern": [_NAME, _STREET]},
]
