"""The few words that channels themselves say around a reply. They are written in data/domain."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wording:
    """`choose_by_number` follows numbered choices, `choose_by_letter` lettered ones. `choose` opens
    a list of choices, in 20 characters. `read_more` stands before a link, `source` ({responsible},
    {date}) under an answer, and `share_location` on the button that sends a place, in 20
    characters."""

    choose_by_number: str
    choose: str
    read_more: str
    source: str
    share_location: str
    choose_by_letter: str = ""
