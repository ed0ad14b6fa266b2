"""What can be requested: one YAML file says what is asked, checked, said and sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import Field as Rule
from pydantic import root_validator, validator

from knowledge.reading import Written, read_yaml
from knowledge.slots import SLOT

FOLDER = Path(__file__).parent / "services"

FieldType = Literal[
    "postcode",
    "address",
    "location",
    "choice",
    "date",
    "text",
    "phone",
    "email",
    "yes_no",
    "vehicle",
    "money",
    "photo",
    "reference",
    "slot",
]
Sensitive = Literal["card", "national_insurance", "password"]

UPDATES = "updates"
"""What is sent with the last yes by who agrees to be told of news where they write."""


class Option(Written):
    """One answer that may be chosen, and the other words people use for it. `misspelt` are those
    that are typed wrong: they are understood, and not taken as the right spelling of anything.

    `called` names the council's value that says what it is called there: the bin for food is a
    brown caddy in one district and a green one in the next.
    """

    value: str
    label: str
    called: str | None = None
    synonyms: tuple[str, ...] = ()
    misspelt: tuple[str, ...] = ()


class Field(Written):
    """One thing that the person is asked.

    `prompt` asks for it, `retry` asks again when the answer was not understood, `help` says more to
    who asks why or how, `label` names it in the summary. `plain` is asked instead of `prompt` where
    only words can be shown, such as text messages.

    An `address` is one of the gazetteer's at the postcode asked before. A `location` is a place in
    words, or a pin on a map. A `date` with `when: past` may be today or earlier; `within` names the
    council's value that says how many days ago it may be at most. `future` and `too_old` are what
    to say to a date outside of that. `check: collection` tells which days were due when the bins,
    as the choice named in `bin` tells, were not due at the address on that day.

    A `slot` is a time of the council's appointments, for what the choice named in `about` tells;
    `none_found` says that there are none for it.

    Of a choice with `several`, more than one may be said. What is not `required` may be
    skipped. `only_if` asks it only when other fields have one of the values: {bin: [garden]}.
    With `for_council`, a postcode is asked only when nothing else says whose work it is.
    `longest` is in characters; with `questions`, what is asked for may itself be a question to
    the council. `may_hold` are numbers that are masked elsewhere, and kept here because the
    field asks for them.
    """

    name: str = Rule(regex=r"^[a-z_]+$")
    type: FieldType
    label: str
    prompt: str
    retry: str
    plain: str = ""
    help: str = ""
    required: bool = True
    only_if: Mapping[str, tuple[str, ...]] = {}
    for_council: bool = False
    choices: tuple[Option, ...] = ()
    several: bool = False
    when: Literal["any", "past", "future"] = "any"
    within: str | None = None
    future: str = ""
    too_old: str = ""
    none_found: str = ""
    check: Literal["", "collection"] = ""
    bin: str = ""
    about: str = ""
    questions: bool = False
    longest: int = Rule(500, gt=0, le=2_000)
    may_hold: tuple[Sensitive, ...] = ()

    @validator("choices", always=True)
    def _has_choices(cls, choices: tuple[Option, ...], values: dict[str, object]) -> object:
        if (values.get("type") == "choice") != bool(choices):
            raise ValueError("a choice has choices, and nothing else has")
        return choices

    @validator("for_council")
    def _is_a_postcode(cls, value: bool, values: dict[str, object]) -> bool:
        if value and values.get("type") != "postcode":
            raise ValueError("only a postcode says whose work it is")
        return value


class Duplicates(Written):
    """When two reports are of the same thing: one of the fields in `by` says the same, or both pins
    are within `metres`, and the other is still open and at most `days` old."""

    by: tuple[str, ...]
    days: int = Rule(30, gt=0)
    metres: int = Rule(30, gt=0)


class Service(Written):
    """One kind of request. `tier` is who provides it; texts may hold {{ values }}.

    `owner` is the team that does it. `code` and `group` are its service_code and group in Open311,
    the slug and none when they are not written. `first` is said before anything is asked, such as
    the number to ring when it is dangerous. `confirm` is read back before it is lodged, `done` is
    said afterwards: it knows `reference`. `due` names the council's value of how many working days
    it may take. With `anonymous: false` somebody must say who they are; with `verified: true` a
    person then asks them to show it. With `updates`, the last yes may be one that agrees to be told
    of news where they write. `resume_days` is how long it may be left half done, and
    `retention_days` how long the request is kept after it was closed.
    """

    slug: str
    title: str
    tier: Literal["county", "district", "all"]
    owner: str
    lgsl: int | None = None
    code: str = ""
    group: str = ""
    reviewed_on: date
    first: str = ""
    intro: str = ""
    fields: tuple[Field, ...]
    duplicates: Duplicates | None = None
    confirm: str
    done: str
    due: str | None = None
    anonymous: bool = True
    verified: bool = False
    updates: bool = True
    ask: tuple[str, ...]
    resume_days: int = Rule(7, gt=0, le=90)
    retention_days: int = Rule(gt=0)

    @root_validator(skip_on_failure=True)
    def _fields_fit_together(cls, values: dict[str, Any]) -> dict[str, Any]:
        before: dict[str, Field] = {}
        for field in values["fields"]:
            if field.name in before:
                raise ValueError(f"two fields are called {field.name}")
            if field.type == "address" and not _has(before, "postcode"):
                raise ValueError(f"{field.name}: an address needs a postcode before it")
            for name, wanted in field.only_if.items():
                if name not in before:
                    raise ValueError(f"{field.name}: only_if names {name}, which is not before it")
                known = _values_of(before[name])
                if known and not set(wanted) <= known:
                    raise ValueError(f"{field.name}: only_if: {name} has no such value")
            if field.check == "collection" and field.bin not in before:
                raise ValueError(f"{field.name}: check: collection needs the choice of the bin")
            if field.type == "slot" and field.name != SLOT:
                raise ValueError(f"{field.name}: a slot is called {SLOT}")
            if (field.type == "slot") != bool(field.about):
                raise ValueError(f"{field.name}: a slot is about a choice, and nothing else is")
            if field.about and (field.about not in before or not before[field.about].choices):
                raise ValueError(f"{field.name}: about names {field.about}, no choice before it")
            before[field.name] = field
        for name in values["duplicates"].by if values["duplicates"] else ():
            if name not in before:
                raise ValueError(f"duplicates: there is no field {name}")
        return values

    def field(self, name: str) -> Field:
        """Return the field. Raise KeyError when the service asks no such thing."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    def texts(self) -> tuple[str, ...]:
        """Return everything that a resident may read of it."""
        said = [self.title, self.first, self.intro, self.confirm, self.done]
        for field in self.fields:
            said += [field.label, field.prompt, field.plain, field.retry, field.help]
            said += [field.future, field.too_old, field.none_found]
            said += [option.label for option in field.choices]
        return tuple(text for text in said if text)


def read_services(folder: Path = FOLDER) -> tuple[Service, ...]:
    """Return every service of the folder, by slug. Raises BadContent, naming file and field."""
    return tuple(read_yaml(path, Service) for path in sorted(folder.glob("*.yml")))


def _has(fields: Mapping[str, Field], kind: FieldType) -> bool:
    return any(field.type == kind for field in fields.values())


def _values_of(field: Field) -> set[str]:
    """The values that a field can have, none when they cannot be told beforehand."""
    if field.type == "yes_no":
        return {"yes", "no"}
    return {option.value for option in field.choices}
