"""What can be requested: one YAML file says what is asked, checked, said and sent."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field as Rule
from pydantic import validator

from knowledge.reading import Written, read_yaml

FOLDER = Path(__file__).parent / "services"


class Option(Written):
    """One answer that may be chosen, and the other words people use for it.

    `called` names the council's value that says what it is called there: the bin for food is a
    brown caddy in one district and a green one in the next.
    """

    value: str
    label: str
    called: str | None = None
    synonyms: tuple[str, ...] = ()


class Field(Written):
    """One thing that the person is asked.

    `prompt` asks for it, `retry` asks again when the answer was not understood, `help` says more to
    who asks why or how, `label` names it in the summary. An `address` is one of the gazetteer's at
    the postcode asked before. A `date` with `when: past` may be today or earlier; `within` names
    the council's value that says how many days ago it may be at most. `future` and `too_old` are
    what to say to a date outside of that.
    """

    name: str = Rule(regex=r"^[a-z_]+$")
    type: Literal["postcode", "address", "choice", "date", "text", "phone", "email", "yes_no"]
    label: str
    prompt: str
    retry: str
    help: str = ""
    required: bool = True
    choices: tuple[Option, ...] = ()
    when: Literal["any", "past", "future"] = "any"
    within: str | None = None
    future: str = ""
    too_old: str = ""
    none_found: str = ""

    @validator("choices", always=True)
    def _has_choices(cls, choices: tuple[Option, ...], values: dict[str, object]) -> object:
        if (values.get("type") == "choice") != bool(choices):
            raise ValueError("a choice has choices, and nothing else has")
        return choices


class Service(Written):
    """One kind of request. `tier` is who provides it; texts may hold {{ values }}.

    `confirm` is read back before it is lodged, `done` is said afterwards: it knows `reference`.
    `retention_days` is how long the request is kept after it was closed.
    """

    slug: str
    title: str
    tier: Literal["county", "district", "all"]
    owner: str
    lgsl: int | None = None
    reviewed_on: date
    intro: str = ""
    fields: tuple[Field, ...]
    confirm: str
    done: str
    ask: tuple[str, ...]
    retention_days: int = Rule(gt=0)

    def field(self, name: str) -> Field:
        """Return the field. Raise KeyError when the service asks no such thing."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    def texts(self) -> tuple[str, ...]:
        """Return everything that a resident may read of it."""
        said = [self.title, self.intro, self.confirm, self.done]
        for field in self.fields:
            said += [field.label, field.prompt, field.retry, field.help]
            said += [field.future, field.too_old, field.none_found]
            said += [option.label for option in field.choices]
        return tuple(text for text in said if text)


def read_services(folder: Path = FOLDER) -> tuple[Service, ...]:
    """Return every service of the folder, by slug. Raises BadContent, naming file and field."""
    return tuple(read_yaml(path, Service) for path in sorted(folder.glob("*.yml")))
