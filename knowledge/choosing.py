"""Which of a field's choices somebody means, in the words of the council they talk to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from knowledge.rendering import MissingValue, render
from knowledge.services import Field, Option


def chosen(field: Field, said: str, values: Mapping[str, Any]) -> tuple[Option, ...]:
    """Return the option that the words mean; several when they name several; none when none.

    What this council calls a thing counts before what people elsewhere call it, and a longer name
    before a shorter one: "brown caddy" is not "brown". `values` are those of rendering.values_of.
    """
    for names in (_own_names, _other_names):
        spoken = f" {_words(said)} "
        named = [(name, option) for option in field.choices for name in names(option, values)]
        fitting = []
        for name, option in sorted(named, key=lambda pair: -len(pair[0])):
            if name and f" {name} " in spoken:
                spoken = spoken.replace(f" {name} ", " | ")
                fitting.append(option)
        if fitting:
            return tuple(option for option in field.choices if option in fitting)
    return ()


def _own_names(option: Option, values: Mapping[str, Any]) -> Iterator[str]:
    """The value, the label, and this council's name: "brown caddy", and "brown" for short."""
    yield _words(option.value)
    yield _words(option.label)
    if option.called is None:
        return
    try:
        own = _words(render(f"{{{{ {option.called} }}}}", values))
    except MissingValue:
        return
    yield own
    yield own.split()[0]


def _other_names(option: Option, values: Mapping[str, Any]) -> Iterator[str]:
    yield from map(_words, option.synonyms)


def _words(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))
