"""A request that is being made: what was answered so far, and what is asked now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from knowledge.services import Field, Service

CONFIRM = "confirm"
"""What is asked when every field is answered: "Is this right?" """


@dataclass(frozen=True)
class Given:
    """One answer: the value that is sent, the words that are read back, and those that it
    replaced, oldest first."""

    value: str
    shown: str
    was: tuple[str, ...] = ()


@dataclass(frozen=True)
class Form:
    """`asking` is a field's name or CONFIRM. `tries` counts answers to it that did not fit.

    `heard` keeps an address that came before its postcode, to be looked up once that is known.
    """

    service: str
    given: Mapping[str, Given] = field(default_factory=dict)
    asking: str = ""
    tries: int = 0
    heard: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "service": self.service,
            "given": {
                name: {"value": g.value, "shown": g.shown, "was": list(g.was)}
                for name, g in self.given.items()
            },
            "asking": self.asking,
            "tries": self.tries,
            "heard": self.heard,
        }

    def value(self, name: str) -> str:
        """Return the answer's value, empty when there is none yet."""
        return self.given[name].value if name in self.given else ""

    def with_answer(self, name: str, value: str, shown: str) -> Form:
        """Answer a field; another answer than before is a correction, and is kept as such."""
        before = self.given.get(name)
        was = before.was if before else ()
        if before and before.value and before.value != value:
            was = (*was, before.shown)
        return replace(self, given={**self.given, name: Given(value, shown, was)})

    def without(self, name: str) -> Form:
        """Ask a field again; what it was is remembered."""
        before = self.given.get(name)
        if before is None or not before.value:
            return self
        return replace(self, given={**self.given, name: Given("", "", (*before.was, before.shown))})

    def missing(self, service: Service) -> Field | None:
        """Return the first field that is not answered, None when all are."""
        return next((f for f in service.fields if f.required and not self.value(f.name)), None)

    def asked(self, service: Service) -> Form:
        """Ask what comes next. `tries` starts again when that is something else."""
        missing = self.missing(service)
        asking = missing.name if missing else CONFIRM
        return self if asking == self.asking else replace(self, asking=asking, tries=0)

    def so_far(self, service: Service) -> list[dict[str, Any]]:
        """Return the answers as a handover gives them to a person: label, value and was."""
        rows = [(f, self.given[f.name]) for f in service.fields if f.name in self.given]
        return [{"label": f.label, "value": g.shown, "was": list(g.was)} for f, g in rows]


def form_from(value: Mapping[str, Any]) -> Form:
    """Read what `as_json` wrote."""
    return Form(
        service=str(value["service"]),
        given={
            name: Given(g["value"], g["shown"], tuple(g["was"]))
            for name, g in value["given"].items()
        },
        asking=str(value["asking"]),
        tries=int(value["tries"]),
        heard=str(value["heard"]),
    )
