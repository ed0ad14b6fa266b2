"""Read which times somebody would take: "Tuesday morning", "after 3", "next week", "not Monday"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from actions.dates import MONTHS, WEEKDAYS, read_date

NUMBERS = (
    *("one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
PARTS = {
    "after lunch": (time(13), None),
    "before lunch": (None, time(12)),
    "first thing": (None, time(10)),
    "early": (None, time(10)),
    "late afternoon": (time(15), None),
    "end of the day": (time(15), None),
    "morning": (None, time(12)),
    "lunch": (time(12), time(14)),
    "afternoon": (time(12), time(17)),
    "evening": (time(17), None),
    "pm": (time(12), None),
}
"""Parts of a day: from when, and until before when."""
OTHER_PARTS = {"morning": (time(12), None), "afternoon": (None, time(12))}
"""What is left of a day without them."""
ABOUT = timedelta(hours=1)
"""How far "about 3" reaches."""

_MONTH = rf"(?:{'|'.join(MONTHS)})"
_HOUR = rf"(?:1[0-2]|0?[1-9]|{'|'.join(NUMBERS)})"
_NO_DATE = rf"(?!\d|[/-]\d|st\b|nd\b|rd\b|th\b|\s+(?:of\s+)?{_MONTH}|\s+(?:day|week|month))"
_CLOCK = (
    rf"(?:noon|midday|(?:half\s+past|quarter\s+past|quarter\s+to)\s+{_HOUR}"
    rf"|\d{{1,2}}[:.][0-5]\d(?:\s*[ap]\.?m\b\.?)?|{_HOUR}\s*(?:[ap]\.?m\b\.?|o.?clock))"
)
_ANY_CLOCK = rf"(?:{_CLOCK}|{_HOUR}\b{_NO_DATE})"
_BETWEEN = re.compile(
    rf"\b(?:between|from)\s+({_ANY_CLOCK})\s*(?:-|–|to|and|until|till)\s*({_ANY_CLOCK})"
    rf"|\b({_HOUR}|{_CLOCK})\s*(?:-|–|to)\s*({_HOUR}\s*[ap]\.?m\b\.?)"
)
_AFTER = re.compile(
    rf"\b(?:not before|not earlier than|no earlier than|later than|after|from"
    rf"|(?<!half )(?<!quarter )past)\s+({_ANY_CLOCK})"
)
_BEFORE = re.compile(
    rf"\b(?:not after|not later than|no later than|(?<!no )(?<!not )(?:earlier than|before|by"
    rf"|until|till))\s+"
    rf"({_ANY_CLOCK})"
)
_ABOUT = re.compile(rf"\b(?:about|around|roughly|near)\s+({_ANY_CLOCK})|({_ANY_CLOCK})\s*ish\b")
_AT = re.compile(rf"(?:\bat\s+({_ANY_CLOCK})|\b({_CLOCK}))")
_READ_CLOCK = re.compile(
    rf"(?:(half|quarter)\s+(past|to)\s+)?(\d{{1,2}}|{_HOUR})(?:[:.]([0-5]\d))?\s*([ap])?"
)
_DENIED = re.compile(
    r"(?:\bnot|\bno|\bnever|n['’]?t(?:\s+(?:do|make|come))?|\bcannot(?:\s+(?:do|make))?"
    r"|\b(?:cant|dont|wont)(?:\s+(?:do|make|want))?|\bexcept|\bapart from|\bother than"
    r"|\binstead of|\brather than|\b(?:any|every)\w*(?:\s+\w+)?\s+but)"
    r"(?:\s+(?:on|in|at|the|a|any|for))*\s*$"
)
_DAY = re.compile(
    r"\b(mon|tue|wed|thu|fri|sat|sun)(?:days?|s|sdays?|nesdays?|rs|r|rsdays?|urdays?)?\b"
)
_WEEK_ON = re.compile(rf"\b(?:week on ({_DAY.pattern})|({_DAY.pattern}) week)\b")
_OF_MONTH = re.compile(rf"\b(?:in|during|sometime in)\s+({_MONTH})[a-z]*\b(?!\s+\d)")
_POSITION = re.compile(
    r"\b(?:first|second|third|fourth|fifth|sixth|last|\d(?:st|nd|rd|th))\s+one\b"
)


@dataclass(frozen=True)
class Wish:
    """What somebody said of when. `first` and `last` are days, both included; a time begins `at`
    one of those, or from `after` on and earlier than `before`. What is empty was not said."""

    first: date | None = None
    last: date | None = None
    not_on: frozenset[date] = frozenset()
    weekdays: frozenset[int] = frozenset()
    not_weekdays: frozenset[int] = frozenset()
    at: frozenset[time] = frozenset()
    not_at: frozenset[time] = frozenset()
    after: time | None = None
    before: time | None = None

    def fits(self, starts: datetime) -> bool:
        """Whether a time that starts then is one of those; by the clock where they are."""
        day, clock = starts.date(), starts.time().replace(tzinfo=None)
        return (
            (self.first is None or self.first <= day)
            and (self.last is None or day <= self.last)
            and day not in self.not_on
            and (not self.weekdays or day.weekday() in self.weekdays)
            and day.weekday() not in self.not_weekdays
            and (not self.at or clock in self.at)
            and clock not in self.not_at
            and (self.after is None or self.after <= clock)
            and (self.before is None or clock < self.before)
        )


ANY = Wish()


def wish_of(said: str, today: date) -> Wish:
    """Return what the words say of when; ANY when they say nothing of it."""
    rest = " ".join(said.lower().replace("’", "'").split())
    rest = _POSITION.sub(" ", rest)
    wish = ANY
    steps: tuple[Callable[[Wish, str, date], tuple[Wish, str]], ...] = (
        _clocks,
        _parts,
        _weeks,
        _weekdays,
        _dates,
    )
    for step in steps:
        wish, rest = step(wish, rest, today)
    return wish


def clock_in(text: str) -> time | None:
    """Return the time of "3", "10.30am", "half past two": without am or pm, one between 8 in the
    morning and 8 in the evening. None when the clock knows none such."""
    if text.strip() in ("noon", "midday"):
        return time(12)
    match = _READ_CLOCK.match(text.strip())
    if match is None:
        return None
    hour = int(match[3]) if match[3].isdigit() else NUMBERS.index(match[3]) + 1
    minute = int(match[4] or 0)
    if match[5] is not None and 1 <= hour <= 12:
        hour = hour % 12 + (12 if match[5] == "p" else 0)
    elif 1 <= hour < 8:
        hour += 12
    if match[1]:
        minute = 15 if match[1] == "quarter" else 30
        hour, minute = (hour - 1, 60 - minute) if match[2] == "to" else (hour, minute)
    return time(hour, minute) if 0 <= hour < 24 else None


def _clocks(wish: Wish, said: str, today: date) -> tuple[Wish, str]:
    between = _BETWEEN.search(said)
    if between:
        start, end = (clock_in(text) for text in between.groups() if text)
        if start and end and start < end:
            return replace(wish, after=start, before=end), _without(said, between)
    # "Not after 3" holds "after 3".
    for pattern in (_BEFORE, _AFTER):
        match = pattern.search(said)
        clock = clock_in(match[1]) if match else None
        if match and clock:
            is_last = pattern is _BEFORE
            wish = replace(wish, before=clock) if is_last else replace(wish, after=clock)
            said = _without(said, match)
    about = _ABOUT.search(said)
    clock = clock_in(about[1] or about[2]) if about else None
    if about and clock:
        middle = datetime.combine(today, clock)
        after, before = (middle - ABOUT).time(), (middle + ABOUT + timedelta(minutes=1)).time()
        return replace(wish, after=after, before=before), _without(said, about)
    for match in list(_AT.finditer(said)):
        clock = clock_in(match[1] or match[2])
        if clock is None:
            continue
        if _DENIED.search(said[: match.start()]):
            wish = replace(wish, not_at=wish.not_at | {clock})
        else:
            wish = replace(wish, at=wish.at | {clock})
        # As long as it was: what comes after stays in its place.
        said = said[: match.start()] + " " * len(match.group()) + said[match.end() :]
    return wish, said


def _parts(wish: Wish, said: str, today: date) -> tuple[Wish, str]:
    for name, (after, before) in PARTS.items():
        match = re.search(rf"\b{name}(?:s|time)?\b", said)
        if match is None:
            continue
        if _DENIED.search(said[: match.start()]):
            after, before = OTHER_PARTS.get(name, (None, None))
        wish = replace(wish, after=wish.after or after, before=wish.before or before)
        # "This morning" also says which day.
        if not re.search(r"\bthis\s+$", said[: match.start()]):
            said = _without(said, match)
    return wish, said


def _weeks(wish: Wish, said: str, today: date) -> tuple[Wish, str]:
    monday = today - timedelta(days=today.weekday())
    spans = {
        r"\b(?:the )?week after next\b|\bin (?:two|2) weeks\b|\bin a fortnight\b": (14, 20),
        r"\bnext week\b": (7, 13),
        r"\bthis week\b": (0, 6),
        r"\b(?:this|the|at|on) (?:the )?weekends?\b": None,
        r"\b(?:on )?week ?days?\b": None,
    }
    for pattern, span in spans.items():
        match = re.search(pattern, said)
        if match is None:
            continue
        if span is None:
            weekend, all_days = frozenset({5, 6}), frozenset(range(7))
            meant = weekend if "weekend" in match.group() else all_days - weekend
            denied = _DENIED.search(said[: match.start()])
            wish = replace(wish, weekdays=all_days - meant if denied else meant)
        else:
            first, last = (monday + timedelta(days=days) for days in span)
            wish = replace(wish, first=first, last=last)
        return wish, _without(said, match)
    month = _OF_MONTH.search(said)
    if month:
        number = MONTHS.index(month[1]) + 1
        first = date(today.year + (number < today.month), number, 1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return replace(wish, first=first, last=last), _without(said, month)
    return wish, said


def _weekdays(wish: Wish, said: str, today: date) -> tuple[Wish, str]:
    week_on = _WEEK_ON.search(said)
    if week_on:
        name = next(group for group in week_on.groups() if group in WEEKDAYS)
        ahead = (WEEKDAYS.index(name) - today.weekday()) % 7 or 7
        day = today + timedelta(days=ahead + 7)
        return replace(wish, first=day, last=day), _without(said, week_on)
    wanted: set[int] = set()
    denied: set[int] = set()
    was_denied, end = False, 0
    for match in _DAY.finditer(said):
        joined = re.fullmatch(r"\s*(?:or|and|nor|,\s*or)\s*", said[end : match.start()])
        was_denied = bool(_DENIED.search(said[: match.start()])) or bool(was_denied and joined)
        (denied if was_denied else wanted).add(WEEKDAYS.index(match[1]))
        end = match.end()
    wish = replace(wish, weekdays=wish.weekdays | wanted, not_weekdays=wish.not_weekdays | denied)
    return wish, _DAY.sub(" ", said)


def _dates(wish: Wish, said: str, today: date) -> tuple[Wish, str]:
    day = read_date(said, today, "future")
    if day is None:
        return wish, said
    if day < today and re.search(r"\d(?:st|nd|rd|th)\b", said):
        # "The 3rd", when this month's is over, is next month's.
        day = _a_month_later(day) or day
    relation = re.search(r"\b(after|from|before|by|until|till|not|except)\b", said)
    word = relation[1] if relation else ""
    if word in ("not", "except"):
        return replace(wish, not_on=wish.not_on | {day}), said
    if word in ("after", "from"):
        return replace(wish, first=day + timedelta(days=word == "after")), said
    if word:
        return replace(wish, last=day - timedelta(days=word == "before")), said
    # "Tuesday 24 November" is that day, whichever day of the week it is.
    return replace(wish, first=day, last=day, weekdays=frozenset()), said


def _a_month_later(day: date) -> date | None:
    following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    try:
        return following.replace(day=day.day)
    except ValueError:
        return None


def _without(said: str, match: re.Match[str]) -> str:
    return f"{said[: match.start()]} , {said[match.end() :]}"
