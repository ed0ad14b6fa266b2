"""Takes out of a question whatever could say who asked it: too much rather than too little.

What is masked stands as a word in square brackets, so that a reader still sees what was asked.
"""

from __future__ import annotations

import re

LONGEST = 300
MASK = re.compile(r"\[(?:e-mail|link|national insurance number|reference|card number|phone number|"
                  r"date|vehicle|postcode|address|number|name|password)\]")  # fmt: skip

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_STREET = (
    r"(?:road|rd|street|st|avenue|ave|lane|ln|close|drive|dr|court|crescent|cres|place|square|sq|"
    r"gardens|gdns|terrace|way|grove|walk|hill|park|mews|row|rise|parade|green|view|gate|house)"
)
# Words that never stand between a house's number and its street: "2 bins in my street" is no
# address.
_NO_NAME = (
    r"(?:a|an|and|any|are|at|bags?|bins?|boxes|by|can|cars?|days?|did|do|does|down|for|from|had|"
    r"has|have|hours?|i|if|in|is|it|kids|metres|miles?|mins?|minutes|months?|mph|my|nights?|no|not|"
    r"of|off|on|or|our|out|outside|people|so|that|the|there|they|this|times?|to|up|was|we|weeks?|"
    r"were|what|when|where|who|will|with|years?|you|your)"
)
_NAME = r"[A-Z][a-z'’-]+"
# Words that end a name that began in "my name is".
_AFTER_NAME = (
    r"(?:and|but|i|i'm|im|i've|ive|from|at|in|on|my|the|we|who|can|could|please|pls|is|was|of|"
    r"with|have|need|want|would|live|calling|writing|asking|about|for)"
)
_RELATION = (
    r"(?:mum|mam|mother|dad|father|son|daughter|wife|husband|partner|boyfriend|girlfriend|"
    r"neighbours?|friend|landlord|landlady|brother|sister|nan|nana|gran|grandma|grandad|uncle|"
    r"aunt|auntie|cousin|carer|tenant|baby|child|girl|boy)"
)
_TITLE = r"(?:mr|mrs|ms|miss|mx|dr|sir|dame|lady|lord|rev|prof|professor|cllr|councillor)"

# Each before what would take a part of it.
_RULES: tuple[tuple[str, str, int], ...] = (
    ("e-mail", r"[\w.+'-]+\s?@\s?[\w-]+(?:\.[\w-]+)+", re.I),
    ("name", r"(?<!\w)@\w{2,}", 0),
    ("link", r"(?:https?://|www\.)\S+", re.I),
    (
        "national insurance number",
        r"\b[a-z]{2}[\s-]?(?:\d\d[\s-]?){3}[a-d]?\b",
        re.I,
    ),
    ("reference", r"\bfd-?[a-z0-9]{4}-?[a-z0-9]{4}\b", re.I),
    ("date", rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?\s+{_MONTH},?\s+(?:19|20)?\d\d\b", re.I),
    ("date", rf"\b{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+(?:19|20)\d\d\b", re.I),
    ("date", r"\b\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?(?:\d{4}|\d\d)\b(?![/.-]?\d)", 0),
    ("date", r"\b(?:19|20)\d\d[/.-]\d{1,2}[/.-]\d{1,2}\b", 0),
    ("date", r"(?:(?<=\bborn in )|(?<=\bborn on )|(?<=\bborn )|(?<=\bdob ))[\w/ ]*\d", re.I),
    ("card number", r"\b(?:\d[ -]?){12,18}\d\b", 0),
    ("phone number", r"(?<!\d)(?:\+|00)\d{1,3}[\s().-]*(?:\d[\s().-]*){7,11}\d\b", 0),
    ("phone number", r"(?<!\d)\(?0\d(?:[\s().-]*\d){7,10}\b", 0),
    ("postcode", r"\b[a-z]{1,2}\d[a-z\d]?\s*\d[a-z]{2}\b", re.I),
    (
        "address",
        rf"\b(?:(?:flat|apartment|apt|unit|room)\s+\w{{1,4}},?\s*)?(?:no\.?\s*|number\s+)?"
        rf"\d{{1,4}}(?:\s?-\s?\d{{1,4}})?[a-z]?,?\s+(?:(?!{_NO_NAME}\b)[a-z'’]+\s+){{1,3}}"
        rf"{_STREET}\b",
        re.I,
    ),
    ("address", r"\b(?:flat|apartment|apt|house)\s+(?:no\.?\s*|number\s+)?\d{1,4}[a-z]?\b", re.I),
    ("address", r"\b(?:house\s+)?(?:number|no\.)\s*\d{1,4}[a-z]?\b(?!\s*%)", re.I),
    ("vehicle", r"\b[a-z]{2}\d{2}\s?[a-z]{3}\b", re.I),
    ("vehicle", r"\b(?:[A-Z]\d{1,3}\s?[A-Z]{3}|[A-Z]{3}\s?\d{1,3}\s?[A-Z])\b", 0),
    ("vehicle", r"\b(?:[a-z]\d{2,3}[a-z]{3}|[a-z]{3}\d{2,3}[a-z])\b", 0),
    ("vehicle", r"\b[A-Z]{1,3}Z\s?\d{1,4}\b", 0),
    # A run of letters and figures that is no word: an account, a permit, a penalty charge.
    ("reference", r"\b(?=[\w/-]*\d[\w/-]*\d[\w/-]*\d)(?=[\w/-]*[a-z])[a-z0-9][\w/-]{4,}\b", re.I),
    ("number", r"(?<![£€$,.\d])\b\d(?:[ ./-]?\d){4,}\b", 0),
    (
        "name",
        rf"(?:(?<=\bmy name is )|(?<=\bmy names )|(?<=\bmy name's )|(?<=\bname is )|"
        rf"(?<=\bname: )|(?<=\bi am called )|(?<=\bim called )|(?<=\bi'm called ))"
        rf"(?!not\b)[a-z][\w'’-]*(?:\s+(?!{_AFTER_NAME}\b)[a-z][\w'’-]*){{0,2}}",
        re.I,
    ),
    ("name", rf"\b(?i:{_TITLE})\b\.?\s+(?:{_NAME}(?:\s+{_NAME})?|[A-Z]{{2,}}|[a-z]{{3,}}\b)", 0),
    (
        "name",
        rf"(?:(?<=\b[Ii]'m )|(?<=\b[Ii]’m )|(?<=\b[Ii]m )|(?<=\bI am )|(?<=\bi am )|"
        rf"(?<=\b[Tt]his is )|(?<=\b[Ii]ts )|(?<=\b[Ii]t's )){_NAME}(?:\s+{_NAME}){{0,2}}",
        0,
    ),
    ("name", rf"\b(?i:{_RELATION})(?i:\s+(?:is\s+)?called)?,?\s+{_NAME}(?:\s+{_NAME})?", 0),
    (
        "name",
        rf"(?i:\b(?:regards|thanks|thank you|cheers|sincerely|faithfully|from)),?\s+"
        rf"{_NAME}(?:\s+{_NAME})?\W*$",
        0,
    ),
)
RULES = tuple((f"[{name}]", re.compile(rule, flags)) for name, rule, flags in _RULES)
_KEPT = re.compile(rf"^(?i:({_RELATION}|regards|thanks|thank you|cheers|sincerely|from)\b,?\s*)")


def mask(text: str) -> str:
    """Return the text on one line, at most 300 characters long, with everything masked that looks
    like an address, a number of somebody's, a date of birth or a name."""
    said = " ".join(text.split())
    for name, rule in RULES:
        said = rule.sub(lambda found, name=name: _masked(found[0], name), said)  # type: ignore[misc]
    if len(said) <= LONGEST:
        return said
    short = said[:LONGEST].rpartition(" ")[0] or said[:LONGEST]
    # A mask that the end was cut off is no mask any more.
    return short[: short.rindex("[")].rstrip() if "[" in short.rpartition("]")[2] else short


def has_mask(text: str) -> bool:
    """Whether something in the text was masked, and so it is nobody's wording yet."""
    return MASK.search(text) is not None


def says_something(masked: str) -> bool:
    """Whether there is a question left beside the masks: a word of three letters or more."""
    return re.search(r"[^\W\d_]{3}", MASK.sub(" ", masked)) is not None


def _masked(found: str, name: str) -> str:
    kept = _KEPT.match(found) if name == "[name]" else None
    return f"{kept[0]}{name}" if kept else name
