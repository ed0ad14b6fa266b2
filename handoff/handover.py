"""What the bot gives to a person when it stops: enough that nothing is asked twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any


class Reason(str, Enum):
    """Why the bot stopped, in the words that the desk shows."""

    ASKED = "Asked for a person"
    NOT_UNDERSTOOD = "The assistant did not understand, twice"
    FAILED = "The assistant failed"
    INTERPRETER = "Needs an interpreter"
    URGENT = "Urgent: somebody may be in danger"


@dataclass(frozen=True)
class Answered:
    """One answer in a form: `was` holds what the person said before they corrected it."""

    label: str
    value: str
    was: tuple[str, ...] = ()


@dataclass(frozen=True)
class Handover:
    """`wants` is one line in the resident's interest, such as the topic's title. `form` is the
    request's title when one was being made, and `so_far` what was answered in it."""

    reason: Reason
    wants: str = ""
    form: str = ""
    so_far: tuple[Answered, ...] = ()
    language: str = ""
    """The ISO 639-1 code of the language they write in, "" for English."""
    urgent: str = ""
    """The kind of emergency that was recognised, a slug of knowledge/urgent; "" for none."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"reason": self.reason.name}


def handover_from(value: Mapping[str, Any]) -> Handover:
    """Read what `as_json` wrote. Raise KeyError on an unknown reason."""
    rows: Sequence[Mapping[str, Any]] = value.get("so_far") or ()
    return Handover(
        reason=Reason[value["reason"]],
        wants=str(value.get("wants") or ""),
        form=str(value.get("form") or ""),
        so_far=tuple(
            Answered(str(row["label"]), str(row["value"]), tuple(row.get("was") or ()))
            for row in rows
        ),
        language=str(value.get("language") or ""),
        urgent=str(value.get("urgent") or ""),
    )
