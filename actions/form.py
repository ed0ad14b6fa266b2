"""A request that is being made: what was answered so far, and what is asked now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from knowledge.services import Field, Service

CONFIRM = "confirm"
"""What is asked when every field is answered: "Is this right?" """

ALREADY = "already"
"""What is asked before that when somebody has reported the same: "Shall I add you to it?" """

SEVERAL = ","
"""Between the values of a choice that takes several."""


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
    `skipped` are fields that the person would not answer. `joins` is the reference of an open
    report of the same thing that this is added to; `apart` says that theirs is another one. `pin`
    is where they marked a map: latitude and longitude in degrees. `last` is the day on which they
    last wrote, ISO 8601. `updates` says that they want to be told of news, and `wish`
    when they would like to come, in their words. `untold` is what the service says first, while
    its numbers are those of a council that is not known yet. `district` is the slug of where the
    person lives, when that was known at the beginning.
    """

    service: str
    given: Mapping[str, Given] = field(default_factory=dict)
    asking: str = ""
    tries: int = 0
    heard: str = ""
    skipped: tuple[str, ...] = ()
    joins: str = ""
    apart: bool = False
    pin: tuple[float, float] | None = None
    last: str = ""
    updates: bool = False
    wish: str = ""
    untold: bool = False
    district: str = ""

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
            "skipped": list(self.skipped),
            "joins": self.joins,
            "apart": self.apart,
            "pin": list(self.pin) if self.pin else None,
            "last": self.last,
            "updates": self.updates,
            "wish": self.wish,
            "untold": self.untold,
            "district": self.district,
        }

    def value(self, name: str) -> str:
        """Return the answer's value, empty when there is none yet."""
        return self.given[name].value if name in self.given else ""

    def values(self, name: str) -> frozenset[str]:
        """Return every value of an answer: of a choice that takes several, each."""
        return frozenset(self.value(name).split(SEVERAL)) - {""}

    def applies(self, field: Field) -> bool:
        """Whether the field is to be asked, as the others are answered now."""
        return all(self.values(name) & set(wanted) for name, wanted in field.only_if.items())

    def answered(self, service: Service) -> tuple[Field, ...]:
        """Return the fields that have an answer and still apply, in their order."""
        return tuple(f for f in service.fields if self.value(f.name) and self.applies(f))

    def with_answer(self, name: str, value: str, shown: str) -> Form:
        """Answer a field; another answer than before is a correction, and is kept as such."""
        before = self.given.get(name)
        was = before.was if before else ()
        if before and before.value and before.value != value:
            was = (*was, before.shown)
        skipped = tuple(one for one in self.skipped if one != name)
        given = {**self.given, name: Given(value, shown, was)}
        return replace(self, given=given, skipped=skipped)

    def without(self, name: str) -> Form:
        """Ask a field again; what it was is remembered."""
        skipped = tuple(one for one in self.skipped if one != name)
        before = self.given.get(name)
        if before is None or not before.value:
            return replace(self, skipped=skipped)
        given = {**self.given, name: Given("", "", (*before.was, before.shown))}
        return replace(self, given=given, skipped=skipped)

    def without_answer_to(self, name: str) -> Form:
        """Do not ask a field any more: the person would rather not say."""
        return replace(self.without(name), skipped=(*self.skipped, name))

    def missing(self, service: Service, council_known: bool = True) -> Field | None:
        """Return the first field that is still to be asked, None when there is none."""
        return next((f for f in service.fields if self._is_open(f, council_known)), None)

    def _is_open(self, field: Field, council_known: bool) -> bool:
        if field.name in self.skipped or not self.applies(field):
            return False
        if self.value(field.name):
            return False
        return not (field.for_council and council_known)

    def asked(self, service: Service, council_known: bool = True) -> Form:
        """Ask what comes next. `tries` starts again when that is something else."""
        missing = self.missing(service, council_known)
        asking = missing.name if missing else CONFIRM
        return self if asking == self.asking else replace(self, asking=asking, tries=0)

    def so_far(self, service: Service) -> list[dict[str, Any]]:
        """Return the answers as a handover gives them to a person: label, value and was."""
        rows = [
            (f, self.given[f.name])
            for f in service.fields
            if f.name in self.given and self.applies(f)
        ]
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
        skipped=tuple(value.get("skipped") or ()),
        joins=str(value.get("joins") or ""),
        apart=bool(value.get("apart")),
        pin=_pin(value.get("pin")),
        last=str(value.get("last") or ""),
        updates=bool(value.get("updates")),
        wish=str(value.get("wish") or ""),
        untold=bool(value.get("untold")),
        district=str(value.get("district") or ""),
    )


def _pin(value: Sequence[float] | None) -> tuple[float, float] | None:
    return (float(value[0]), float(value[1])) if value else None
