"""Are the councils' files in order? Each knows the others, and can be read on its colours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from knowledge.authorities import Authorities, Authority
from knowledge.findings import Finding

LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3


def council_findings(councils: Sequence[Authority]) -> Iterator[Finding]:
    """Yield what is wrong with how the councils follow one another and how they look."""
    known = Authorities(councils)
    slugs = {council.slug for council in councils}
    for council in councils:
        about = f"authorities/{council.slug}"
        for other in (*council.successors, *([council.parent] if council.parent else ())):
            if other not in slugs:
                yield Finding(about, "broken", f"knows {other}, which is no council here")
        if council.valid_to is not None:
            next_day = council.valid_to + timedelta(days=1)
            for slug in council.successors:
                if slug in slugs and known.get(slug).valid_from != next_day:
                    yield Finding(about, "broken", f"{slug} does not begin on the day after")
        if contrast(council.accent, council.accent_text) < LEAST_CONTRAST:
            yield Finding(about, "broken", "accent: text on it cannot be read")


def while_it_lasts(council: Authority, day: date) -> date:
    """Return that day, or the nearest one on which there is such a council."""
    day = max(day, council.valid_from)
    return min(day, council.valid_to) if council.valid_to else day


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours such as #00703c (WCAG 2.2, 1.4.3)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
