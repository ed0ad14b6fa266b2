"""Are texts easy to read, are their figures from somewhere, and do they last?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta

from knowledge.figures import figures
from knowledge.findings import Finding
from knowledge.reading_age import LONGEST, OLDEST, long_sentences, reading_age

SOON = timedelta(days=30)


def ends_soon(about: str, valid_until: date, day: date) -> Iterator[Finding]:
    """Yield a warning when it may be served for less than 30 days more."""
    if day <= valid_until < day + SOON:
        says = f"valid_until: is {valid_until}, in less than {SOON.days} days"
        yield Finding(about, "stale", says, warns=True)


def word_findings(
    about: str, part: str, written: str, sources: Collection[object]
) -> Iterator[Finding]:
    """Yield what is wrong with a text as it is written, {{ values }} and all."""
    yield from long_findings(about, part, written)
    found = figures(written)
    if found and not sources:
        yield Finding(about, "unsourced", f"{part}: no source for {', '.join(found)}")


def long_findings(about: str, part: str, written: str) -> Iterator[Finding]:
    """Yield each sentence that is too long."""
    for sentence in long_sentences(written):
        says = f"{part}: more than {LONGEST} words: {sentence!r}"
        yield Finding(about, "unreadable", says)


def age_findings(
    about: str, part: str, read: Iterable[tuple[str, str]], own_words: str
) -> Iterator[Finding]:
    """Yield the worst of a text's versions when it is above the age. `read` is who says it, ""
    when everybody says the same, and what residents then read. `own_words`: see reading_age.py."""
    ages = [(reading_age(text, own_words), who) for who, text in read]
    age, who = max(ages, default=(0.0, ""))
    if round(age, 1) > OLDEST:
        by = f" (by {who})" if who else ""
        yield Finding(about, "unreadable", f"{part}: reading age {age:.1f}, not {OLDEST}{by}")
