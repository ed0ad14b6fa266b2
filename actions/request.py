"""One form driver for every service in the catalogue: asks, checks, corrects, reads back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from actions.answer import answer_aside, respond
from actions.asking import SKIP, ask, ask_again, ask_time, ask_what_to_change
from actions.booking import giver, slot_field, slot_of
from actions.filling import changes, filled, is_answer, is_free, noted
from actions.form import ALREADY, CONFIRM, Form, form_from
from actions.heard import Heard
from actions.home import named_postcode
from actions.lodging import already_reported, lodging
from actions.meant import aside as told_aside
from actions.memory import Memory
from actions.naming import field_of, named_in
from actions.outcome import Line, Outcome, say
from actions.outside import not_ours
from actions.person import hand_over
from actions.reading import (
    Pieces,
    Read,
    chosen,
    postcode_field,
    read_all,
    told_instead,
)
from actions.skill import Skill
from actions.step import WHO, Step, at_home, place_of, place_shown, with_known
from actions.turns_of_phrase import (
    UNSURE,
    asks_something,
    asks_why,
    begins_as_question,
    leaves,
    skips,
    wants_it_done,
    wants_news,
)
from actions.values import pin_words
from actions.waiting import then_waiting
from knowledge.library import Library
from knowledge.services import UPDATES, Field, Service

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
    home = (memory.place or {}).get("district", "")
    form = with_known(Form(service.slug, district=home), step)
    known = form.given
    if not heard.is_choice:
        # Somebody who has only begun is not told what was wrong with it.
        form, _ = filled(step, form, read_all(heard, form, service, library))
    form = _next(step, form)
    first, intro = (step.may_say(text, form) for text in (service.first, service.intro))
    form = replace(form, untold=bool(service.first) and not first)
    lines = [Line(text=text) for text in (first, intro) if text]
    if at_home(service) and postcode_field(service) in known:
        lines.append(say("utter_same_place", place=place_shown(form, service)))
    who = [known[name].shown for name in WHO if name in known]
    if who:
        lines.append(say("utter_same_person", who=", ".join(who)))
    return ask(step, form, *lines)


def begun(heard: Heard, memory: Memory, library: Library) -> Outcome | None:
    """Open the form of what somebody says that they want to do; None when that is not clear."""
    about = heard.topic()
    if about is None or about.kind != "service" or not wants_it_done(heard):
        return None
    try:
        return start(heard, memory, library, library.service(about.slug))
    except KeyError:
        return None


def _next(step: Step, form: Form) -> Form:
    """Ask the next field; after the last, whether it is what somebody else has reported."""
    form = form.asked(step.service, council_known=step.council(form) is not None)
    if form.asking == CONFIRM and already_reported(step, form):
        return replace(form, asking=ALREADY, tries=0)
    return form


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
    if _is_too_old(step, form):
        cleared = replace(step.memory, doing=None, request=None)
        again = Outcome((say("utter_form_too_old", title=step.service.title),), cleared)
        return again if step.heard.is_choice else respond_after(again, step)
    outcome = _answered(step, form)
    if form.last and form.last != step.heard.today.isoformat() and outcome.memory.request:
        back = say("utter_welcome_back", title=step.service.title)
        return Outcome((back, *outcome.lines), outcome.memory)
    return outcome


def respond_after(before: Outcome, step: Step) -> Outcome:
    """Say that, and then answer the message as if no form had been open."""
    answered = respond(step.heard, before.memory, step.library)
    return Outcome((*before.lines, *answered.lines), answered.memory)


def _is_too_old(step: Step, form: Form) -> bool:
    if not form.last:
        return False
    kept = timedelta(days=step.service.resume_days)
    return step.heard.today - date.fromisoformat(form.last) > kept


def _answered(step: Step, form: Form) -> Outcome:
    heard = step.heard
    if heard.is_choice:
        return _sent(step, form) if heard.photo or heard.pin else _pressed(step, form)
    pieces = read_all(heard, form, step.service, step.library)
    got = is_answer(step, form, pieces)
    sure = heard.confidence > UNSURE
    if heard.intent == "person" and sure and not got:
        return hand_over(heard, step.memory, step.library)
    if heard.intent in ("stop", "goodbye") and sure and not got and not leaves(heard):
        return _stop(step)
    if leaves(heard) and not got:
        return _leave(step, form)
    if form.asking == ALREADY and not got and heard.intent in ("yes", "no"):
        return _decided(step, form, join=heard.intent == "yes")
    if form.asking == CONFIRM and not got:
        if heard.intent == "yes":
            return _lodge(step, replace(form, updates=wants_news(heard)))
        if heard.intent in ("no", "change") and named_in(heard.text, step.service) is None:
            return ask_what_to_change(step, form)
    field = field_of(step.service, form.asking)
    if field is not None and not field.required and not got and skips(heard):
        return ask(step, _next(step, form.without_answer_to(field.name)))
    # "How much is the garden bin?" names a bin and is no answer; a postcode beside it is one.
    firm = any(
        pieces.found[f.name].value
        for f in step.service.fields
        if f.name in pieces.found and f.type in ("postcode", "address", "phone", "email", "vehicle")
    )
    if not got or (asks_something(heard) and not firm and not is_free(field)):
        aside = _aside(step, form)
        if aside is not None:
            return aside
    return _taken(step, form, pieces)


def _taken(step: Step, form: Form, pieces: Pieces) -> Outcome:
    """Go on with what the message says, or say what was wrong with it."""
    heard, before = step.heard, form
    form, problems = filled(step, form, pieces)
    told = told_instead(heard.text, step.service) if form == before else None
    if told is not None and form.applies(told[0]):
        form = form.with_answer(told[0].name, told[1], told[1])
    if form == before and not problems and _asks_for_time(step, form):
        return ask_time(step, form)
    if form == before and not problems:
        field = named_in(heard.text, step.service)
        if field is not None and not form.applies(field):
            field = None
        if field is not None and (heard.intent in ("change", "no") or before.value(field.name)):
            return ask(step, replace(form.without(field.name), asking=field.name, tries=0))
        return ask_again(step, form, problem="")
    said = changes(step, before, form)
    if not problems:
        following = _next(step, form)
        return ask(step, following, *said, *noted(step, before, following))
    # What did not fit is asked first, whatever was asked before.
    field, read = problems[0]
    form = form.without(field.name)
    tries = form.tries + 1 if field.name == form.asking else 1
    postcode = named_postcode(heard) if field.type == "postcode" else None
    theirs = not_ours(step.service, postcode, step.library) if postcode else ()
    if theirs:
        said, read = [*said, *theirs], Read(problem=field.prompt)
    return ask(step, replace(form, asking=field.name, tries=tries), *said, problem=read)


def _asks_for_time(step: Step, form: Form) -> bool:
    field = field_of(step.service, form.asking)
    return field is not None and field.type == "slot"


def _sent(step: Step, form: Form) -> Outcome:
    """A picture or a pin came, without words."""
    heard, service = step.heard, step.service
    kind = "location" if heard.pin else "photo"
    field = next((f for f in service.fields if f.type == kind and form.applies(f)), None)
    if field is None:
        return ask(step, form, say(f"utter_no_{kind}_needed"))
    if heard.pin:
        form = replace(form.with_answer(field.name, *pin_words(heard.pin)), pin=heard.pin)
    else:
        form = form.with_answer(field.name, heard.photo, "1 photo")
    return ask(step, _next(step, form))


def _decided(step: Step, form: Form, *, join: bool) -> Outcome:
    """They say whether theirs is what was reported already."""
    found = already_reported(step, form)
    joins = found[0].reference if join and found else ""
    return ask(step, _next(step, replace(form, joins=joins, apart=not joins)))


def _leave(step: Step, form: Form) -> Outcome:
    kept = ask(step, form).memory
    return Outcome((say("utter_form_kept", days=str(step.service.resume_days)),), kept)


def _pressed(step: Step, form: Form) -> Outcome:
    """A choice was pressed: one of this form's, or one that was offered long ago."""
    heard, service = step.heard, step.service
    field = field_of(service, heard.chosen.get("field", ""))
    if field is not None and not form.applies(field):
        return ask(step, form)
    if heard.intent == "inform" and field is not None:
        return _chose(step, form, field, heard.chosen.get("value", ""))
    if heard.intent == "change" and field is not None:
        return ask(step, replace(form.without(field.name), asking=field.name, tries=0))
    if heard.intent == "stop":
        return _stop(step)
    if heard.intent == "person":
        return hand_over(heard, step.memory, step.library)
    if form.asking == ALREADY and heard.intent in ("yes", "no"):
        return _decided(step, form, join=heard.intent == "yes")
    if form.asking == CONFIRM and heard.intent == "yes":
        return _lodge(step, replace(form, updates=heard.chosen.get("value") == UPDATES))
    if form.asking == CONFIRM and heard.intent in ("no", "change"):
        return ask_what_to_change(step, form)
    if heard.intent in ("ask", "request"):
        if heard.chosen.get("service") == form.service:
            return ask(step, form)
        topic = heard.chosen.get("topic") or heard.chosen.get("service", "")
        return ask(step, form, *answer_aside(topic, heard, step.memory, step.library))
    return ask(step, form)


def _chose(step: Step, form: Form, field: Field, value: str) -> Outcome:
    if value == SKIP and not field.required:
        return ask(step, _next(step, form.without_answer_to(field.name)))
    read = chosen(field, value, form, step.service, step.heard, step.library)
    if not read.value:
        return ask_again(step, form, problem=read.problem, read=read)
    after = form.with_answer(field.name, read.value, read.shown)
    return ask(step, _next(step, after), *changes(step, form, after))


def _aside(step: Step, form: Form) -> Outcome | None:
    """Answer what is no answer to the question, and ask it again; None when it is neither."""
    heard = step.heard
    field = field_of(step.service, form.asking)
    if field is not None and asks_why(heard):
        why = step.may_say(field.help, form)
        return ask(step, form, *([Line(text=why)] if why else []))
    if heard.intent == "track" and heard.confidence > UNSURE:
        known = told_aside(heard, step.library)
        if known:
            return ask(step, form, *known)
    if (
        heard.intent in ASIDES
        and heard.confidence > UNSURE
        and not named_in(heard.text, step.service)
    ):
        return ask(step, form, say(ASIDES[heard.intent]))
    about = heard.topic()
    if heard.follow_up and not begins_as_question(heard):
        about = None
    asks = heard.intent in ("ask", "out_of_scope", "request", "track") or "?" in heard.text
    if asks and about is not None:
        return ask(step, form, *answer_aside(about.slug, heard, step.memory, step.library))
    if "?" in heard.text:
        return ask(step, form, say("utter_ask_later"))
    return None


def _lodge(step: Step, form: Form) -> Outcome:
    service, heard = step.service, step.heard
    council = step.council(form)
    timed, slot = slot_field(service), None
    if timed is not None:
        council = giver(form, service, heard, step.library)
        slot = slot_of(form, service, heard, step.library)
        if slot is None:
            again = replace(form.without(timed.name), asking=timed.name, tries=0)
            return ask(step, again, say("utter_no_time_then"))
    if council is None:
        # Whose work it is, is for a person to find out.
        return hand_over(heard, step.memory, step.library)
    read_back = {field.name: form.given[field.name].shown for field in form.answered(service)}
    done = step.text(service.done, form, **read_back, reference="{{ reference }}").strip()
    place = place_of(form, step)
    memory = replace(step.memory, doing=None, request=None, place=place, misses=0)
    custom = {"lodge": lodging(step, form, council, slot)}
    lodged = Outcome((Line(text=done, custom=custom),), memory)
    if service.verified:
        # Who they are, is for a person to ask.
        asked = hand_over(heard, step.memory, step.library)
        return Outcome((*lodged.lines, say("utter_who_are_you"), *asked.lines), asked.memory)
    if memory.waiting:
        return then_waiting(lodged, heard, step.library)
    return lodged.then(say("utter_anything_else"))


def _stop(step: Step) -> Outcome:
    stopped = replace(step.memory, doing=None, request=None, waiting=None, misses=0)
    return Outcome((say("utter_stopped"),), stopped)
