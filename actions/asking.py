"""Ask the next thing of a form, or ask it again; at the end, read everything back."""

from __future__ import annotations

from dataclasses import replace

from actions.form import CONFIRM, Form
from actions.outcome import Line, Outcome, joined, payload, say
from actions.reading import Read, postcode_field
from actions.step import Step, field_of, place_of

TRIES = 2
"""After so many answers that did not fit, a person is offered beside the question."""

MOST_ADDRESSES = 12


def ask(step: Step, form: Form, *lines: Line, problem: Read | None = None) -> Outcome:
    """Say the lines, then ask what the form asks: one thing, with its choices."""
    memory = replace(
        step.memory, doing="request", request=form.as_json(), place=place_of(form, step), misses=0
    )
    if form.asking == CONFIRM:
        return Outcome((*lines, *_read_back(step, form)), memory)
    field = step.service.field(form.asking)
    words = problem.problem if problem and problem.problem else field.prompt
    stuck = form.tries >= TRIES or (field.too_old and words == field.too_old)
    options = problem.options if problem else ()
    choices = [(o.label, payload("inform", field=field.name, value=o.value)) for o in field.choices]
    if field.type == "address":
        here = options or step.library.gazetteer.addresses(form.value(postcode_field(step.service)))
        choices = [
            (_short_address(p.address), payload("inform", field=field.name, value=p.uprn))
            for p in here[:MOST_ADDRESSES]
        ]
    asked = Line(text=step.text(words, form), choices=tuple(choices))
    if not stuck:
        return Outcome((*lines, asked), memory)
    return Outcome((*lines, asked, joined(say("utter_way_out"))), memory)


def _read_back(step: Step, form: Form) -> tuple[Line, ...]:
    rows = [
        say("utter_row", label=f.label, value=form.given[f.name].shown).values
        for f in step.service.fields
        if form.value(f.name)
    ]
    summary = "\n".join(f"- {row['label']}: {row['value']}" for row in rows)
    return (
        Line(text=f"{summary}\n\n{step.text(step.service.confirm, form)}"),
        say("utter_confirm_choices"),
    )


def ask_what_to_change(step: Step, form: Form) -> Outcome:
    choices = [
        (f.label, payload("change", field=f.name))
        for f in step.service.fields
        if form.value(f.name)
    ]
    outcome = ask(step, form)
    return Outcome((say("utter_what_to_change", choices),), outcome.memory)


def ask_again(step: Step, form: Form, problem: str, read: Read | None = None) -> Outcome:
    """The answer did not fit: say why, and offer a way out when it happens again."""
    field = field_of(step.service, form.asking)
    tried = replace(form, tries=form.tries + 1)
    if field is None:
        return ask(step, tried)
    return ask(step, tried, problem=read or Read(problem=problem or field.retry))


def _short_address(address: str) -> str:
    """Number and street: the postcode was just typed, and the town is the same for all."""
    return address.rsplit(",", 2)[0]
