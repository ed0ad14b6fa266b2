"""Whether a bin was to be emptied at all on the day on which somebody missed it."""

from __future__ import annotations

from datetime import date, timedelta

from actions.dates import spoken
from actions.form import Form
from actions.outcome import Line, say
from actions.step import Step
from knowledge.collections import last_collection, next_collections

LOOKS_AHEAD = 40
"""Collections of a round within which each of its bins comes round again."""


def not_due(step: Step, form: Form) -> Line | None:
    """Return what to say when none of the bins was due at the address on the day that was told;
    None when one was, or when not all of that is known."""
    field = next((f for f in step.service.fields if f.check == "collection"), None)
    home = _home(step, form)
    if field is None or not form.value(field.name) or not home:
        return None
    day, bins = date.fromisoformat(form.value(field.name)), form.values(field.bin)
    try:
        known = {name: last_collection(home, name, day + timedelta(days=1)) for name in bins}
        coming = next_collections(home, step.heard.today, LOOKS_AHEAD)
    except KeyError:
        return None
    last = max((on for on in known.values() if on is not None), default=None)
    following = next((c for c in coming if c.bin in bins), None)
    if last is None or last == day or following is None:
        return None
    today = step.heard.today
    return say("utter_not_due", last=spoken(last, today), next=spoken(following.on, today))


def _home(step: Step, form: Form) -> str:
    """The round of the address, empty when none is known."""
    address = next((f.name for f in step.service.fields if f.type == "address"), "")
    if not form.value(address):
        return ""
    return step.library.gazetteer.property(form.value(address)).round
