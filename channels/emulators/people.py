"""The invented people whose phones stand on the page. Ofcom keeps their numbers free: 07700 900."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """Somebody with a phone. `number` is in E.164: "+447700900123"."""

    name: str
    number: str

    @property
    def digits(self) -> str:
        """The number without its plus, as some platforms write it: "447700900123"."""
        return self.number.removeprefix("+")


PEOPLE = (
    Person("Ada Marsh", "+447700900123"),
    Person("Bryn Pugh", "+447700900321"),
    Person("Chidi Okafor", "+447700900456"),
    Person("Dilys Rowe", "+447700900654"),
)
