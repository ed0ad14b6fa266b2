"""Ask the next thing of a form, or ask it again; at the end, read everything back."""

from __future__ import annotations

from dataclasses import replace

from actions.booking import free_times, giver, offered
from actions.dates import spoken
from actions.form import ALREADY, CONFIRM, Form
from actions.lodging import already_reported
from actions.memory import Memory
from actions.naming import field_of
from actions.outcome import Line, Outcome, joined, payload, say
from actions.reading import Read, postcode_field
from actions.slots import label, narrowed
from actions.step import Step, place_of, who
from knowledge.london import in_london
from knowledge.places import Property
from knowledge.services import Field

TRIES = 2
"""After so many answers that did not fit, a person is offered beside the question."""

MOST_ADDRESSES = 12
LONGEST_WISH = 200

SKIP, SKIP_LABEL = "skip", "Skip this"
"""The choice beside a question that need not be answered."""


def ask(step: Step, form: Form, *lines: Line, problem: Read | None = None) -> Outcome:
    """Say the lines, then ask what the form asks: one thing, with its choices."""
    form = _in_reach(step, replace(form, last=step.heard.today.isoformat()))
    first = step.may_say(step.service.first, form) if form.untold else ""
    if first:
        form, lines = replace(form, untold=False), (Line(text=first), *lines)
    memory = replace(
        step.memory,
        doing="request",
        request=form.as_json(),
        place=place_of(form, step),
        me=who(form, step),
        misses=0,
    )
    if form.asking == CONFIRM:
        return Outcome((*lines, *_read_back(step, form)), memory)
    if form.asking == ALREADY:
        return Outcome((*lines, *_already(step, form)), memory)
    field = step.service.field(form.asking)
    if field.type == "slot":
        return _ask_slot(step, form, field, memory, *lines)
    words = problem.problem if problem and problem.problem else field.prompt
    choices = _choices(step, form, field, problem.options if problem else ())
    return Outcome((*lines, *_question(step, form, field, words, choices)), memory)


def _question(
    step: Step, form: Form, field: Field, words: str, choices: tuple[tuple[str, str], ...]
) -> tuple[Line, ...]:
    """Ask in these words; who is stuck is also offered a way out."""
    plain = step.may_say(field.plain, form) if words == field.prompt else ""
    asked = Line(
        text=step.may_say(words, form) or f"{field.label}?",
        choices=choices,
        custom={"short": plain} if plain else None,
    )
    stuck = form.tries >= TRIES or (field.too_old and words == field.too_old)
    return (asked, joined(say("utter_way_out"))) if stuck else (asked,)


def _in_reach(step: Step, form: Form) -> Form:
    """Ask for the postcode before the address: without it there is none to choose from."""
    asked, postcode = field_of(step.service, form.asking), postcode_field(step.service)
    if asked is None or asked.type != "address" or form.value(postcode):
        return form
    return replace(form, asking=postcode, tries=0)


def _ask_slot(step: Step, form: Form, field: Field, memory: Memory, *lines: Line) -> Outcome:
    """Offer a few times; say so when there are none, and offer a person."""
    every = free_times(form, step.service, step.heard, step.library)
    council = giver(form, step.service, step.heard, step.library)
    if council is None:
        none = Line(text=step.text(field.none_found or field.retry, form))
        return Outcome((*lines, none, joined(say("utter_way_out"))), memory)
    if not every:
        none = say("utter_no_time_at_all", council=council.name, phone=council.phone)
        return Outcome((*lines, none, joined(say("utter_way_out"))), memory)
    few = offered(form, every, step.heard)
    if form.wish and not narrowed(every, form.wish, step.heard.today):
        lines = (*lines, say("utter_no_time_then"))
    choices = tuple(
        (label(slot, step.library, few), payload("inform", field=field.name, value=slot.value))
        for slot in few
    )
    return Outcome((*lines, *_question(step, form, field, field.prompt, choices)), memory)


def ask_time(step: Step, form: Form) -> Outcome:
    """Nothing that was said is one of the times: offer those that fit it better."""
    return ask(step, replace(form, wish=step.heard.text[:LONGEST_WISH], tries=form.tries + 1))


def _choices(
    step: Step, form: Form, field: Field, options: tuple[Property, ...]
) -> tuple[tuple[str, str], ...]:
    offered = [(o.label, o.value) for o in field.choices]
    if field.type == "address":
        here = options or step.library.gazetteer.addresses(form.value(postcode_field(step.service)))
        offered = [(_short_address(home.address), home.uprn) for home in here[:MOST_ADDRESSES]]
    elif field.type == "yes_no":
        offered = [("Yes", "yes"), ("No", "no")]
    if not field.required:
        offered.append((SKIP_LABEL, SKIP))
    return tuple(
        (label, payload("inform", field=field.name, value=value)) for label, value in offered
    )


def _already(step: Step, form: Form) -> tuple[Line, ...]:
    """Tell of the open report of the same thing, without a word of who made it."""
    found = already_reported(step, form)
    if not found:
        return _read_back(step, replace(form, asking=CONFIRM))
    day = spoken(in_london(found[0].received_at).date(), step.heard.today)
    return (say("utter_already_reported", day=day),)


def _read_back(step: Step, form: Form) -> tuple[Line, ...]:
    rows = [
        say("utter_row", label=f.label, value=form.given[f.name].shown).values
        for f in form.answered(step.service)
    ]
    summary = "\n".join(f"- {row['label']}: {row['value']}" for row in rows)
    return (
        Line(text=f"{summary}\n\n{step.text(step.service.confirm, form)}"),
        say("utter_confirm_or_news" if step.service.updates else "utter_confirm_choices"),
    )


def ask_what_to_change(step: Step, form: Form) -> Outcome:
    choices = [(f.label, payload("change", field=f.name)) for f in form.answered(step.service)]
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
