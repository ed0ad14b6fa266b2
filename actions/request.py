"""One form driver for every service in the catalogue: asks, checks, corrects, reads back."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from actions.answer import answer_aside, respond
from actions.form import CONFIRM, Form, form_from
from actions.heard import Heard
from actions.memory import Memory
from actions.outcome import Line, Outcome, joined, payload, say
from actions.person import hand_over
from actions.reading import (
    Read,
    address_in,
    checked_date,
    chosen,
    limits_of,
    postcode_field,
    read_all,
)
from actions.skill import Skill
from knowledge.library import Library
from knowledge.rendering import render
from knowledge.services import Field, Service

TRIES = 2
"""After so many answers that did not fit, a person is offered beside the question."""

MOST_ADDRESSES = 12
ASIDES = {
    "greet": "utter_greet_again",
    "thank": "utter_welcome",
    "bot_challenge": "utter_i_am_a_bot",
    "capabilities": "utter_capabilities_short",
    "complain": "utter_sorry",
    "feedback": "utter_thank_for_feedback",
    "track": "utter_track_later",
}
"""What is answered before the question is asked again."""

# Words that name a type of field besides its own label.
NAMES = {
    "postcode": ("postcode", "post code"),
    "address": ("address", "house", "house number", "number", "street", "road", "flat"),
    "date": ("date", "day", "when"),
    "phone": ("phone", "telephone", "mobile"),
    "email": ("email", "e-mail"),
}
QUESTION = re.compile(
    r"^\s*(?:and |but |also |so )?(?:how|what|when|where|who|which|can|do|does|is|are|will|should)\b",
    re.IGNORECASE,
)
WHY = re.compile(r"^\s*(?:why|what for|how come|help|what do you mean|what does that mean)\b", re.I)


@dataclass(frozen=True)
class Desk:
    """What every step of the driver needs, and does not change during a turn."""

    heard: Heard
    memory: Memory
    library: Library
    service: Service

    def text(self, written: str, form: Form, **more: str) -> str:
        """Return a text of the catalogue with the values of the council that gets the request."""
        return render(
            written, {**limits_of(form, self.service, self.heard, self.library), **more}
        )


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
        return _continue(Desk(heard, memory, library, service), form)


def start(heard: Heard, memory: Memory, library: Library, service: Service) -> Outcome:
    """Open the service's form with what is known: the place from earlier, and this message."""
    desk = Desk(heard, replace(memory, misses=0, topic=service.slug), library, service)
    form = _with_place(Form(service.slug), desk)
    known = bool(form.given)
    if not heard.is_choice:
        form, problems = _apply(desk, form)
        # Somebody who has only begun is not told what was wrong with it.
        problems = [p for p in problems if p.options]
    form = form.asked(service)
    lines = [Line(text=desk.text(service.intro, form))] if service.intro else []
    if known and form.value(postcode_field(service)):
        lines.append(say("utter_same_place", place=_place_shown(form, service)))
    return _ask(desk, form, *lines)


def _open(heard: Heard, memory: Memory, library: Library) -> Outcome:
    slug = heard.chosen.get("service", "")
    about = heard.topic()
    if not slug and about is not None:
        slug = about.slug
        if about.kind != "service":
            try:
                slug = library.article(about.slug).service or ""
            except KeyError:
                slug = ""
    try:
        service = library.service(slug)
    except KeyError:
        return respond(heard, memory, library)
    return start(heard, memory, library, service)


def _continue(desk: Desk, form: Form) -> Outcome:
    heard = desk.heard
    if heard.is_choice:
        return _pressed(desk, form)
    pieces = read_all(heard, form, desk.service, desk.library)
    got = any(read.value for read in pieces.found.values())
    if heard.intent == "person" and not got:
        return hand_over(heard, desk.memory, desk.library)
    if heard.intent in ("stop", "goodbye") and not got:
        return _stop(desk)
    if form.asking == CONFIRM and not got:
        if heard.intent == "yes":
            return _lodge(desk, form)
        if heard.intent in ("no", "change") and _named(heard.text, desk.service) is None:
            return _what_to_change(desk, form)
    # "How much is the garden bin?" names a bin and is no answer; a postcode beside it is one.
    firm = any(
        pieces.found[f.name].value
        for f in desk.service.fields
        if f.name in pieces.found and f.type in ("postcode", "address", "phone", "email", "text")
    )
    if not got or (_is_question(heard) and not firm):
        aside = _aside(desk, form)
        if aside is not None:
            return aside
    before = form
    form, problems = _apply(desk, form)
    if form == before and not problems:
        field = _named(heard.text, desk.service)
        if field is not None and (heard.intent in ("change", "no") or before.value(field.name)):
            return _ask(desk, replace(form.without(field.name), asking=field.name, tries=0))
        return _again(desk, form, problem="")
    if problems and form.given == before.given:
        return _again(desk, form, problem=problems[0].problem, read=problems[0])
    corrected = [
        (f, before.given[f.name].shown, form.given[f.name].shown)
        for f in desk.service.fields
        if f.name in before.given
        and before.value(f.name)
        and form.value(f.name)
        and form.value(f.name) != before.value(f.name)
    ]
    said = [say("utter_changed", label=f.label, old=old, new=new) for f, old, new in corrected]
    asked = form.asked(desk.service)
    if problems and asked.asking == form.asking:
        return _ask(desk, form, *said, problem=problems[0])
    return _ask(desk, asked, *said)


def _pressed(desk: Desk, form: Form) -> Outcome:
    """A choice was pressed: one of this form's, or one that was offered long ago."""
    heard, service = desk.heard, desk.service
    name = heard.chosen.get("field", "")
    field = next((f for f in service.fields if f.name == name), None)
    if heard.intent == "inform" and field is not None:
        read = chosen(field, heard.chosen.get("value", ""), form, service, desk.library)
        if not read.value:
            return _again(desk, form, problem=read.problem, read=read)
        before = form.given.get(name)
        changed = before is not None and before.value not in ("", read.value)
        lines = [
            say("utter_changed", label=field.label, old=before.shown, new=read.shown)
        ] if before is not None and changed else []
        return _ask(desk, form.with_answer(name, read.value, read.shown).asked(service), *lines)
    if heard.intent == "change" and field is not None:
        return _ask(desk, replace(form.without(name), asking=name, tries=0))
    if heard.intent == "stop":
        return _stop(desk)
    if heard.intent == "person":
        return hand_over(heard, desk.memory, desk.library)
    if form.asking == CONFIRM and heard.intent == "yes":
        return _lodge(desk, form)
    if form.asking == CONFIRM and heard.intent in ("no", "change"):
        return _what_to_change(desk, form)
    if heard.intent in ("ask", "request"):
        if heard.chosen.get("service") == form.service:
            return _ask(desk, form)
        topic = heard.chosen.get("topic") or heard.chosen.get("service", "")
        return _ask(desk, form, *answer_aside(topic, heard, desk.memory, desk.library))
    return _ask(desk, form)


def _apply(desk: Desk, form: Form) -> tuple[Form, list[Read]]:
    """Put what the message says into the form; return what was said and does not fit."""
    service, problems = desk.service, []
    pieces = read_all(desk.heard, form, service, desk.library)
    for field in service.fields:
        read = pieces.found.get(field.name)
        if read is None:
            continue
        if field.type == "date" and read.value:
            limits = limits_of(form, service, desk.heard, desk.library)
            read = checked_date(
                field, date.fromisoformat(read.value), desk.heard.today, limits
            )
        if not read.value:
            problems.append(read)
            continue
        moved = field.type == "postcode" and form.value(field.name) not in ("", read.value)
        form = form.with_answer(field.name, read.value, read.shown)
        if moved:
            # An address of another postcode is none here; what it was is remembered.
            for other in service.fields:
                if other.type == "address" and other.name not in pieces.found:
                    form = form.without(other.name)
    if postcode_field(service) and not form.value(postcode_field(service)):
        heard = address_in(pieces.rest)
        form = replace(form, heard=heard or form.heard)
    return form, problems


def _aside(desk: Desk, form: Form) -> Outcome | None:
    """Answer what is no answer to the question, and ask it again; None when it is neither."""
    heard = desk.heard
    field = _field(desk.service, form.asking)
    if field is not None and (WHY.match(heard.text) or heard.text.strip() == "?"):
        return _ask(desk, form, *([Line(text=desk.text(field.help, form))] if field.help else []))
    if heard.intent in ASIDES and not _named(heard.text, desk.service):
        return _ask(desk, form, say(ASIDES[heard.intent]))
    about = heard.topic()
    asks = heard.intent in ("ask", "out_of_scope", "request", "track") or "?" in heard.text
    if asks and about is not None:
        return _ask(desk, form, *answer_aside(about.slug, heard, desk.memory, desk.library))
    if "?" in heard.text:
        return _ask(desk, form, say("utter_ask_later"))
    return None


def _is_question(heard: Heard) -> bool:
    asks = heard.text.rstrip().endswith("?") or QUESTION.match(heard.text) is not None
    return asks and heard.intent in ("ask", "out_of_scope", "track", "capabilities", "bot_challenge")


def _again(desk: Desk, form: Form, problem: str, read: Read | None = None) -> Outcome:
    """The answer did not fit: say why, and offer a way out when it happens again."""
    field = _field(desk.service, form.asking)
    tried = replace(form, tries=form.tries + 1)
    if field is None:
        return _ask(desk, tried)
    return _ask(desk, tried, problem=read or Read(problem=problem or field.retry))


def _ask(desk: Desk, form: Form, *lines: Line, problem: Read | None = None) -> Outcome:
    """Say the lines, then ask what the form asks: one thing, with its choices."""
    memory = replace(
        desk.memory, doing="request", request=form.as_json(), place=_place(form, desk), misses=0
    )
    if form.asking == CONFIRM:
        return Outcome((*lines, *_read_back(desk, form)), memory)
    field = desk.service.field(form.asking)
    words = problem.problem if problem and problem.problem else field.prompt
    stuck = form.tries >= TRIES or (field.too_old and words == field.too_old)
    options = problem.options if problem else ()
    choices = [(o.label, payload("inform", field=field.name, value=o.value)) for o in field.choices]
    if field.type == "address":
        here = options or desk.library.gazetteer.addresses(form.value(postcode_field(desk.service)))
        choices = [
            (_short_address(p.address), payload("inform", field=field.name, value=p.uprn))
            for p in here[:MOST_ADDRESSES]
        ]
    asked = Line(text=desk.text(words, form), choices=tuple(choices))
    if not stuck:
        return Outcome((*lines, asked), memory)
    return Outcome((*lines, asked, joined(say("utter_way_out"))), memory)


def _read_back(desk: Desk, form: Form) -> tuple[Line, ...]:
    rows = [
        say("utter_row", label=f.label, value=form.given[f.name].shown).values
        for f in desk.service.fields
        if form.value(f.name)
    ]
    summary = "\n".join(f"- {row['label']}: {row['value']}" for row in rows)
    return (
        Line(text=f"{summary}\n\n{desk.text(desk.service.confirm, form)}"),
        say("utter_confirm_choices"),
    )


def _what_to_change(desk: Desk, form: Form) -> Outcome:
    choices = [
        (f.label, payload("change", field=f.name)) for f in desk.service.fields if form.value(f.name)
    ]
    outcome = _ask(desk, form)
    return Outcome((say("utter_what_to_change", choices),), outcome.memory)


def _lodge(desk: Desk, form: Form) -> Outcome:
    service, heard = desk.service, desk.heard
    place = _place(form, desk) or {}
    council = desk.library.authorities.responsible(
        service.tier, heard.door, place.get("district"), heard.today
    )
    lodge = {
        "key": heard.key,
        "service": service.slug,
        "authority": council.slug,
        "fields": {name: given.value for name, given in form.given.items() if given.value},
    }
    address = next((f.name for f in service.fields if f.type == "address"), "")
    if form.value(address):
        lodge["fields"] |= {address: form.given[address].shown, "uprn": form.value(address)}
    done = desk.text(service.done, form, reference="{{ reference }}").strip()
    memory = replace(desk.memory, doing=None, request=None, place=place or None, misses=0)
    return Outcome((Line(text=done, custom={"lodge": lodge}), say("utter_anything_else")), memory)


def _stop(desk: Desk) -> Outcome:
    return Outcome(
        (say("utter_stopped"),), replace(desk.memory, doing=None, request=None, misses=0)
    )


def _named(text: str, service: Service) -> Field | None:
    """Return the field that the words name: "change the date", "the bin is wrong"."""
    said = text.lower()
    for field in service.fields:
        names = {field.name.replace("_", " "), field.label.lower(), *NAMES.get(field.type, ())}
        if any(re.search(rf"\b{re.escape(name)}s?\b", said) for name in names):
            return field
    return None


def _field(service: Service, name: str) -> Field | None:
    return next((f for f in service.fields if f.name == name), None)


def _with_place(form: Form, desk: Desk) -> Form:
    """Fill in where the person lives, when the conversation knows it already."""
    place = desk.memory.place or {}
    for field in desk.service.fields:
        if field.type == "postcode" and place.get("postcode"):
            form = form.with_answer(field.name, place["postcode"], place["postcode"])
        if field.type == "address" and place.get("uprn"):
            try:
                home = desk.library.gazetteer.property(place["uprn"])
            except KeyError:
                continue
            form = form.with_answer(field.name, home.uprn, home.address)
    return form


def _place(form: Form, desk: Desk) -> dict[str, str] | None:
    """Return where the person lives as this form knows it, or what was known before."""
    postcode = form.value(postcode_field(desk.service))
    districts = desk.library.gazetteer.districts(postcode) if postcode else ()
    if not districts:
        return dict(desk.memory.place) if desk.memory.place else None
    place = {"postcode": postcode}
    address = next((form.value(f.name) for f in desk.service.fields if f.type == "address"), "")
    if address:
        home = desk.library.gazetteer.property(address)
        return place | {"uprn": address, "district": home.district}
    return place | ({"district": districts[0]} if len(districts) == 1 else {})


def _place_shown(form: Form, service: Service) -> str:
    kinds = {f.type: form.given[f.name].shown for f in service.fields if form.value(f.name)}
    return kinds.get("address") or kinds.get("postcode", "")


def _short_address(address: str) -> str:
    """Number and street: the postcode was just typed, and the town is the same for all."""
    return address.rsplit(",", 2)[0]
