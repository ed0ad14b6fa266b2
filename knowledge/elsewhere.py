"""What people ask councils and others do: one YAML file says who does it, and where to go."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pydantic import Field as Rule
from pydantic import validator

from knowledge.articles import Source
from knowledge.reading import Written, read_yaml

FOLDER = Path(__file__).parent / "elsewhere"


class Elsewhere(Written):
    """A pointer to somebody else, and nothing more.

    `text` says in three sentences at most who does it and how to reach them; `url` is their
    official page, `phone` the number that the text names, if there is one. `short` says the same
    for a text message, in words to which the address is added. Not served after `valid_until`.
    """

    slug: str = Rule(regex=r"^[a-z0-9-]+$")
    title: str = Rule(min_length=2)
    who: str = Rule(min_length=3)
    text: str = Rule(min_length=20)
    short: str = Rule(min_length=15)
    url: str = Rule(regex=r"^https://")
    phone: str = ""
    ask: tuple[str, ...]
    sources: tuple[Source, ...]
    reviewed_on: date
    valid_until: date

    @validator("phone")
    def _is_in_the_text(cls, phone: str, values: dict[str, object]) -> object:
        if phone not in str(values.get("text", "")):
            raise ValueError("the text does not say it")
        return phone

    def told(self) -> str:
        """Return the whole of what a text message says."""
        return f"{self.short} {self.url}"


def read_elsewhere(folder: Path = FOLDER) -> tuple[Elsewhere, ...]:
    """Return every pointer of the folder, by slug. Raises BadContent, naming file and field."""
    return tuple(read_yaml(path, Elsewhere) for path in sorted(folder.glob("*.yml")))
