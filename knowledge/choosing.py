"""Which of a field's choices somebody means, in the words of the council they talk to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from knowledge.rendering import MissingValue, render
from knowledge.services import Field, Option


def names_of(field: Field, values: Mapping[str, Any]) -> Mapping[str, Option]:
    """Return what each option may be called, in small letters: its value, its label, what people
    call it, and what this council calls it, which counts before what others do: "brown" is the
    bin for food in one district and for garden waste in the next. `values` are those of
    rendering.values_of."""
    names: dict[str, Option] = {}
    for option in field.choices:
        others = (*option.synonyms, *option.misspelt)
        for name in (option.value.replace("_", " "), option.label, *others):
            names.setdefault(_plain(name), option)
    own = {name: option for option in field.choices for name in _own_names(option, values)}
    return {**names, **own}


def chosen(field: Field, said: str, values: Mapping[str, Any]) -> tuple[Option, ...]:
    """Return the option that the words mean; several when they name several; none when none."""
    names = names_of(field, values)
    found = {names[_plain(m[1])] for m in pattern(tuple(names)).finditer(_plain(said))}
    return tuple(option for option in field.choices if option in found)


@lru_cache(maxsize=512)
def pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """Return what finds any of the names in words, the longest first: "brown caddy" is not
    "brown". Its first group is the name without the s of more than one."""
    longest_first = sorted(filter(None, names), key=lambda name: -len(name))
    written = (re.escape(name).replace(r"\ ", r"[\s-]+") for name in longest_first)
    return re.compile(rf"\b({'|'.join(written)})s?\b", re.IGNORECASE)


def option_called(name: str, names: Mapping[str, Option]) -> Option:
    """Return the option of a name that `pattern` has found."""
    return names[_plain(name)]


def _own_names(option: Option, values: Mapping[str, Any]) -> tuple[str, ...]:
    """This council's name: "brown caddy", and "brown" for short."""
    if option.called is None:
        return ()
    try:
        own = _plain(render(f"{{{{ {option.called} }}}}", values))
    except MissingValue:
        return ()
    return own, own.split()[0]


def _plain(text: str) -> str:
    return " ".join(re.split(r"[\s-]+", text.strip().lower()))
