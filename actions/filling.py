"""Put what a message says into a form, and say what changed by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from actions.addresses import address_in
from actions.due import not_due
from actions.form import Form
from actions.home import named_postcode
from actions.naming import field_of
from actions.outcome import Line, say
from actions.outside import not_ours
from actions.reading import FREE_WORDS, Pieces, Read, checked_date, limits_of, postcode_field
from actions.step import Step
from actions.turns_of_phrase import is_said_to_us
from actions.values import pin_in
from knowledge.services import Field


def filled(step: Step, form: Form, pieces: Pieces) -> tuple[Form, list[tuple[Field, Read]]]:
    """Put what the message says into the form; return what was said and does not fit."""
    service = step.service
    problems: list[tuple[Field, Read]] = []
    for field in service.fields:
        read = pieces.found.get(field.name)
        if read is None:
            continue
        if field.type == "date" and read.value:
            limits = limits_of(form, service, step.heard, step.library)
            read = checked_date(field, date.fromisoformat(read.value), step.heard.today, limits)
        if not read.value:
            if not (field.for_council and _is_needless(step, form, field)):
                problems.append((field, read))
            continue
        form = form.with_answer(field.name, read.value, read.shown)
        if field.type == "location":
            form = replace(form, pin=pin_in(read.value))
    form = _without_stray_address(step, form)
    if postcode_field(service) and not form.value(postcode_field(service)):
        heard = address_in(pieces.rest)
        form = replace(form, heard=heard or form.heard)
    return form, problems


def is_answer(step: Step, form: Form, pieces: Pieces) -> bool:
    """Whether the message answers anything. Where any words are an answer, it is one unless it is
    plainly said to us."""
    names = {name for name, read in pieces.found.items() if read.value}
    asked = field_of(step.service, form.asking)
    if asked is not None and is_free(asked) and names == {form.asking}:
        return not is_said_to_us(step.heard, asked)
    return bool(names)


def is_free(field: Field | None) -> bool:
    return field is not None and field.type in FREE_WORDS


def changes(step: Step, before: Form, after: Form) -> list[Line]:
    """Read back each answer that is another one now, and say when a bin was not due."""
    changed = [
        say(
            "utter_changed",
            label=f.label,
            old=before.given[f.name].shown,
            new=after.given[f.name].shown,
        )
        for f in step.service.fields
        if before.value(f.name) and after.value(f.name)
        if after.value(f.name) != before.value(f.name)
    ]
    due = not_due(step, after)
    return [*changed, due] if due and due != not_due(step, before) else changed


def noted(step: Step, before: Form, after: Form) -> list[Line]:
    """Say what was taken from a message that does not answer the question, before that is asked
    again: who gives a postcode early is not to think that nobody has read it."""
    if before.asking != after.asking or before.asking in after.given:
        return []
    new = [f for f in step.service.fields if after.value(f.name) and not before.value(f.name)]
    what = ". ".join(f"{field.label}: {after.given[field.name].shown}" for field in new)
    return [say("utter_noted", what=what)] if what else []


def _is_needless(step: Step, form: Form, field: Field) -> bool:
    """Whether nobody asked for that postcode, and it is no other council's either."""
    postcode = named_postcode(step.heard)
    theirs = postcode is not None and not_ours(step.service, postcode, step.library)
    return form.asking != field.name and not theirs


def _without_stray_address(step: Step, form: Form) -> Form:
    """Drop an address of another postcode than the one that is given now; what it was is kept."""
    for field in step.service.fields:
        if field.type != "address" or not form.value(field.name):
            continue
        home = step.library.gazetteer.property(form.value(field.name))
        if form.value(postcode_field(step.service)) not in ("", home.postcode):
            form = form.without(field.name)
    return form
