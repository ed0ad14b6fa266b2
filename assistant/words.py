"""What the path itself says to residents, read from data/domain so that officers can edit it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path

from channels.messages import Choice, Reply
from channels.wording import Wording
from knowledge.reading import parsed

DOMAIN = Path(__file__).resolve().parent.parent / "data" / "domain"
_NAMES = ("service_desk", "channels", "appointments", "sensitive", "track")
FILES = tuple(DOMAIN / f"{name}.yml" for name in _NAMES)


class Words:
    """Responses of the domain, by name."""

    def __init__(self, responses: Mapping[str, Reply]) -> None:
        self._responses = responses

    def say(self, response: str, /, **values: object) -> Reply:
        """Return the response with its {values} filled in. Raise KeyError for an unknown one."""
        reply = self._responses[response]
        text = reply.text
        for key, value in values.items():
            text = text.replace(f"{{{key}}}", str(value))
        return Reply(" ".join(text.split()), choices=reply.choices)

    def wording(self) -> Wording:
        """Return what channels say around a reply. Raise KeyError when a response is missing."""
        names = [field.name for field in fields(Wording)]
        return Wording(**{name: self.say(f"utter_{name}").text for name in names})


def read_words(files: Sequence[Path] = FILES) -> Words:
    """Read domain files' responses: the first text of each, and its buttons."""
    responses = {
        name: texts
        for file in files
        for name, texts in parsed(file.read_text(encoding="utf-8"))["responses"].items()
    }
    return Words(
        {
            name: Reply(
                texts[0]["text"],
                choices=tuple(
                    Choice(button["title"], button["payload"])
                    for button in texts[0].get("buttons", ())
                ),
            )
            for name, texts in responses.items()
        }
    )
