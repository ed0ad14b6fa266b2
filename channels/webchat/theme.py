"""A council's colours as custom properties, with enough contrast to read whatever was set."""

from __future__ import annotations

import re

from channels.webchat.service import Council

ACCENT, DARK, WHITE = "#1d4f91", "#14181f", "#ffffff"
READABLE = 4.5  # WCAG 2.2, 1.4.3: text on its background.
_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})")
_RGB = re.compile(r"rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)")
Colour = tuple[int, int, int]


def theme_css(council: Council) -> str:
    """Return the style sheet of a council. A colour that is not #hex or rgb() becomes our own.

    `ink` is the accent where it is text on white; `soft` and `line` are pale kinds of it.
    """
    accent = colour(council.accent) or _rgb(ACCENT)
    text = colour(council.accent_text) or _rgb(WHITE)
    if contrast(accent, text) < READABLE:
        text = max((_rgb(WHITE), _rgb(DARK)), key=lambda c: contrast(accent, c))
    properties = {
        "accent": accent,
        "accent-text": text,
        "accent-ink": _darkened(accent),
        "accent-soft": _mixed(accent, 0.09),
        "accent-line": _mixed(accent, 0.32),
    }
    lines = "".join(f"  --{name}: {_hex(value)};\n" for name, value in properties.items())
    return f":root {{\n{lines}}}\n"


def accent_of(council: Council) -> str:
    """Return the accent as #rrggbb."""
    return _hex(colour(council.accent) or _rgb(ACCENT))


def colour(value: str) -> Colour | None:
    """Read #rgb, #rrggbb or rgb(r, g, b); None for anything else."""
    text = value.strip().lower()
    if _HEX.fullmatch(text):
        return _rgb(text)
    found = _RGB.fullmatch(text)
    if not found or any(int(part) > 255 for part in found.groups()):
        return None
    return int(found[1]), int(found[2]), int(found[3])


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two colours, 1 to 21, as WCAG defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(of: Colour) -> float:
    parts = [c / 255 for c in of]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _darkened(of: Colour) -> Colour:
    ink = of
    # Links also stand on the pale kind of the accent, which costs about a tenth of the contrast.
    while contrast(ink, (255, 255, 255)) < READABLE + 1:
        ink = (int(ink[0] * 0.9), int(ink[1] * 0.9), int(ink[2] * 0.9))
    return ink


def _mixed(of: Colour, share: float) -> Colour:
    red, green, blue = (round(c * share + 255 * (1 - share)) for c in of)
    return red, green, blue


def _rgb(text: str) -> Colour:
    digits = text.lstrip("#")
    if len(digits) == 3:
        digits = "".join(d * 2 for d in digits)
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def _hex(of: Colour) -> str:
    return f"#{of[0]:02x}{of[1]:02x}{of[2]:02x}"
