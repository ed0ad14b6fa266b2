"""One form driver for every service in the catalogue: asks, checks, corrects, reads back."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from actions.addresses import address_in
from actions.answer import answer_aside, respond
from actions.asking import ask, ask_again, ask_what_to_change
from actions.form import CONFIRM, Form, form_from
from actions.heard import Heard
from actions.home import named_postcode
from actions.memory import Memory
from actions.outcome import Line, Outcome, say
from actions.outside import not_ours
from actions.person import hand_over
from actions.reading import (
    Read,
    checked_date,
    chosen,
    limits_of,
    postcode_field,
    read_all,
)
from actions.skill import Skill
from actions.step import Step, field_of, named_in, place_of, place_shown, with_place
from actions.waiting import then_waiting
from knowledge.library import Library
from knowledge.services import Field, Service

UNSURE = 0.5
"""Up to this probability an intent does not take the conversation away from the question."""

ASIDES = {
    "greet": "utter_greet_again",
    "thank": "utter_welcome",
    "bot_challenge": "utter_i_am_a_bot",
    "capabilities": "utter_capabilities_short",
    "complain": "utter_sorry",
    "feedback": "utter_thank_for_feedback",
    "chat": "utter_chat_short",
    "insult": "utter_insult_short",
    "injection": "utter_injection_short",
    "not_helpful": "utter_not_helpful_short",
    "track": "utter_track_later",
}
"""What is answered before the question is asked again."""

QUESTION = re.compile(
    r"^\s*(?:and |but |also |so )?"
    r"(?:how|what|when|where|who|which|can|do|does|is|are|will|should)\b",
    re.IGNORECASE,
)
WHY = re.compile(r"^\s*(?:why|what for|how come|help|what do you mean|what does that mean)\b", re.I)


class Request(Skill):
    """Goes on with the form that is open, or opens the one that the message asks for."""

    def name(self) -> str:
        return "action_request"

    def decide(self, heard: Heard, memory: Memory, library: Library) -> Outcome:
        if memory.request is None:
            return _open(heard, memory, library)
        form = form_from(memory.request)
        try:
            service = library.service(form.service)
        except KeyError:
            # The catalogue changed while the form was open.
            cleared = replace(memory, doing=None, request=None)
            return Outcome((say("utter_stopped"),), cleared)
        return _continue(Step(heard, memory, library, service), form)


def start(heard: Heard, memory: Memory, library: Library, service: Service) -> Outcome:
    """Open the service's form with what is known: the place from earlier, and this message."""
    step = Step(heard, replace(memory, misses=0, topic=service.slug), library, service)
    form = with_place(Form(service.slug), step)
    known = bool(form.given)
    if not heard.is_choice:
        # Somebody who has only begun is not told what was wrong with it.
        form, _ = _apply(step, form)
    form = form.asked(service)
    lines = [Line(text=step.text(service.intro, form))] if service.intro else []
    if known and form.value(postcode_field(service)):
        lines.append(say("utter_same_place", place=place_shown(form, service)))
    return ask(step, form, *lines)


def _open(heard: Heard, memory: Memory, library: Library) -> Outcome:
    slug = heard.chosen.get("service", "") or _service_meant(heard, library)
    try:
        service = library.service(slug)
    except KeyError:
        return respond(heard, memory, library)
    return start(heard, memory, library, service)


def _service_meant(heard: Heard, library: Library) -> str:
    """Return the service that the message is about, empty when it is not clear."""
    about = heard.topic()
    # A place in the message tells apart "bins" and a report that says where, however unsure.
    if about is None and heard.topics and (heard.entities("postcode") or heard.entities("street")):
        about = heard.topics[0]
    if about is None or about.kind == "service":
        return about.slug if about else ""
    try:
        return library.article(about.slug).service or ""
    except KeyError:
        return ""


def _continue(step: Step, form: Form) -> Outcome:
    heard = step.heard
    if heard.is_choice:
        return _pressed(step, form)
    pieces = read_all(heard, form, step.service, step.library)
    got = any(read.value for read in pieces.found.values())
    sure = heard.confidence > UNSURE
    if heard.intent == "person" and sure and not got:
        return hand_over(heard, step.memory, step.library)
    if heard.intent in ("stop", "goodbye") and sure and not got:
        return _stop(step)
    if form.asking == CONFIRM and not got:
        if heard.intent == "yes":
            return _lodge(step, form)
        if heard.intent in ("no", "change") and named_in(heard.text, step.service) is None:
            return ask_what_to_change(step, form)
    # "How much is the garden bin?" names a bin and is no answer; a postcode beside it is one.
    firm = any(
        pieces.found[f.name].value
        for f in step.service.fields
        if f.name in pieces.found and f.type in ("postcode", "address", "phone", "email", "text")
    )
    if not got or (_is_question(heard) and not firm):
        aside = _aside(step, form)
        if aside is not None:
            return aside
    before = form
    form, problems = _apply(step, form)
    if form == before and not problems:
        field = named_in(heard.text, step.service)
        if field is not None and (heard.intent in ("change", "no") or before.value(field.name)):
            return ask(step, replace(form.without(field.name), asking=field.name, tries=0))
        return ask_again(step, form, problem="")
    corrected = [
        (f, before.given[f.name].shown, form.given[f.name].shown)
        for f in step.service.fields
        if f.name in before.given
        and before.value(f.name)
        and form.value(f.name)
        and form.value(f.name) != before.value(f.name)
    ]
    said = [say("utter_changed", label=f.label, old=old, new=new) for f, old, new in corrected]
    if not problems:
        return ask(step, form.asked(step.service), *said)
    # What did not fit is asked first, whatever was asked before.
    field, read = problems[0]
    tries = form.tries + 1 if field.name == form.asking else 1
    postcode = named_postcode(heard) if field.type == "postcode" else None
    theirs = not_ours(step.service, postcode, step.library) if postcode else ()
    if theirs:
        said, read = [*said, *theirs], Read(problem=field.prompt)
    return ask(step, replace(form, asking=field.name, tries=tries), *said, problem=read)


def _pressed(step: Step, form: Form) -> Outcome:
    """A choice was pressed: one of this form's, or one that was offered long ago."""
    heard, service = step.heard, step.service
    name = heard.chosen.get("field", "")
    field = next((f for f in service.fields if f.name == name), None)
    if heard.intent == "inform" and field is not None:
        read = chosen(field, heard.chosen.get("value", ""), form, service, step.library)
        if not read.value:
            return ask_again(step, form, problem=read.problem, read=read)
        before = form.given.get(name)
        changed = before is not None and before.value not in ("", read.value)
        lines = (
            [say("utter_changed", label=field.label, old=before.shown, new=read.shown)]
            if before is not None and changed
            else []
        )
        return ask(step, form.with_answer(name, read.value, read.shown).asked(service), *lines)
    if heard.intent == "change" and field is not None:
        return ask(step, replace(form.without(name), asking=name, tries=0))
    if heard.intent == "stop":
        return _stop(step)
    if heard.intent == "person":
        return hand_over(heard, step.memory, step.library)
    if form.asking == CONFIRM and heard.intent == "yes":
        return _lodge(step, form)
    if form.asking == CONFIRM and heard.intent in ("no", "change"):
        return ask_what_to_change(step, form)
    if heard.intent in ("ask", "request"):
        if heard.chosen.get("service") == form.service:
            return ask(step, form)
        topic = heard.chosen.get("topic") or heard.chosen.get("service", "")
        return ask(step, form, *answer_aside(topic, heard, step.memory, step.library))
    return ask(step, form)


def _apply(step: Step, form: Form) -> tuple[Form, list[tuple[Field, Read]]]:
    """Put what the message says into the form; return what was said and does not fit."""
    service = step.service
    problems: list[tuple[Field, Read]] = []
    pieces = read_all(step.heard, form, service, step.library)
    for field in service.fields:
        read = pieces.found.get(field.name)
        if read is None:
            continue
        if field.type == "date" and read.value:
            limits = limits_of(form, service, step.heard, step.library)
            read = checked_date(field, date.fromisoformat(read.value), step.heard.today, limits)
        if not read.value:
            problems.append((field, read))
            continue
        form = form.with_answer(field.name, read.value, read.shown)
    form = _without_stray_address(step, form)
    if postcode_field(service) and not form.value(postcode_field(service)):
        heard = address_in(pieces.rest)
        form = replace(form, heard=heard or form.heard)
    return form, problems


def _without_stray_address(step: Step, form: Form) -> Form:
    """Drop an address of another postcode than the one that is given now; what it was is kept."""
    for field in step.service.fields:
        if field.type != "address" or not form.value(field.name):
            continue
        home = step.library.gazetteer.property(form.value(field.name))
        if form.value(postcode_field(step.service)) not in ("", home.postcode):
            form = form.without(field.name)
    return form


def _aside(step: Step, form: Form) -> Outcome | None:
    """Answer what is no answer to the question, and ask it again; None when it is neither."""
    heard = step.heard
    field = field_of(step.service, form.asking)
    if field is not None and (WHY.match(heard.text) or heard.text.strip() == "?"):
        return ask(step, form, *([Line(text=step.text(field.help, form))] if field.help else []))
    if (
        heard.intent in ASIDES
        and heard.confidence > UNSURE
        and not named_in(heard.text, step.service)
    ):
        return ask(step, form, say(ASIDES[heard.intent]))
    about = heard.topic()
    if heard.follow_up and not QUESTION.match(heard.text):
        about = None
    asks = heard.intent in ("ask", "out_of_scope", "request", "track") or "?" in heard.text
    if asks and about is not None:
        return ask(step, form, *answer_aside(about.slug, heard, step.memory, step.library))
    if "?" in heard.text:
        return ask(step, form, say("utter_ask_later"))
    return None


def _is_question(heard: Heard) -> bool:
    asks = heard.text.rstrip().endswith("?") or QUESTION.match(heard.text) is not None
    return asks and heard.intent in (
        "ask",
        "out_of_scope",
        "track",
        "capabilities",
        "bot_challenge",
    )


def _lodge(step: Step, form: Form) -> Outcome:
    service, heard = step.service, step.heard
    place = place_of(form, step) or {}
    council = step.library.authorities.responsible(
        service.tier, heard.door, place.get("district"), heard.today
    )
    fields = {name: given.value for name, given in form.given.items() if given.value}
    address = next((f.name for f in service.fields if f.type == "address"), "")
    if form.value(address):
        fields |= {address: form.given[address].shown, "uprn": form.value(address)}
    lodge = {
        "key": heard.key,
        "service": service.slug,
        "authority": council.slug,
        "fields": fields,
    }
    done = step.text(service.done, form, reference="{{ reference }}").strip()
    memory = replace(step.memory, doing=None, request=None, place=place or None, misses=0)
    lodged = Outcome((Line(text=done, custom={"lodge": lodge}),), memory)
    if memory.waiting:
        return then_waiting(lodged, heard, step.library)
    return lodged.then(say("utter_anything_else"))


def _stop(step: Step) -> Outcome:
    stopped = replace(step.memory, doing=None, request=None, waiting=None, misses=0)
    return Outcome((say("utter_stopped"),), stopped)
