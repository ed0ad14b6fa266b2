"""Read answers from what somebody typed: all that one message holds, each by its field's type."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from actions import values
from actions.addresses import address_in, find_addresses
from actions.booking import chosen_time, free_times, read_time
from actions.dates import read_any_date, read_date, spoken
from actions.form import SEVERAL, Form
from actions.heard import Heard
from actions.home import home_at, place_at
from actions.naming import field_of, named_in
from actions.values import Found
from knowledge.authorities import NeedsPlace
from knowledge.choosing import names_of, option_called, pattern
from knowledge.library import Library
from knowledge.places import Property, normal_postcode
from knowledge.references import is_right, reference_in
from knowledge.rendering import values_of
from knowledge.services import Field, Option, Service

FREE_WORDS = ("text", "location")
"""What may hold anything: words in it are no answers to what was answered before."""

UNMISTAKABLE = ("postcode", "email", "phone")
"""What is read first: "mail" in an e-mail address chooses nothing."""

NAME = "name"
"""The field of a person's name: "I am" and a telephone number beside it are no part of it."""

_CORRECTS = re.compile(
    r"\s*(?:no|nope|actually|sorry|wait|oops|correction|change|i meant|i mean)\b", re.IGNORECASE
)

_IS = re.compile(r"\b(?:is|are|was|should (?:be|have been)|to)\b\W*(.+)$", re.IGNORECASE)
_AND_MORE = re.compile(
    r"\s*[,;.]\s|\s*,|\b(?:and )?(?:please )?(?:ring|call|text|phone|tel|mobile|e-?mail|number|"
    r"contact|reach)\b",
    re.IGNORECASE,
)
"""What follows a name in the same message."""

_INTRODUCED = re.compile(
    r"^\W*(?:(?:hi|hello|yes|ok)\W+)?(?:my (?:full )?names?(?:'s| is)?|name is|i'?m|i am|it'?s|"
    r"this is|name)\b\W*",
    re.IGNORECASE,
)
# What may stand for what in a postcode, as knowledge/postcodes.py reads it.
_LOOKALIKES = {"O": "[O0]", "0": "[0O]", "I": "[I1]", "1": "[1IL]"}
_DENIED = re.compile(
    r"\b(?:not|isn'?t|wasn'?t|instead of|rather than)(?:\s+(?:the|my|a|it))*\s*$", re.IGNORECASE
)


@dataclass(frozen=True)
class Read:
    """What one message says about one field. Without a `value`, `problem` is what to say instead;
    `options` are addresses to choose from."""

    value: str = ""
    shown: str = ""
    problem: str = ""
    options: tuple[Property, ...] = ()


@dataclass(frozen=True)
class Pieces:
    """A message taken apart: what was read, and the words that nothing was read from."""

    found: Mapping[str, Read] = field(default_factory=dict)
    rest: str = ""


def read_all(heard: Heard, form: Form, service: Service, library: Library) -> Pieces:
    """Return what the message says about any field of the service.

    Only the field that is asked is read from bare words; the others need something that cannot be
    mistaken: a postcode, a date, a bin by its name, a number and a street.
    """
    asked = field_of(service, form.asking)
    if asked is not None and asked.type in FREE_WORDS and _CORRECTS.match(heard.text):
        pieces = _read(heard, replace(form, asking=""), service, library)
        if any(form.value(name) and read.value for name, read in pieces.found.items()):
            return pieces
    return _read(heard, form, service, library)


def _read(heard: Heard, form: Form, service: Service, library: Library) -> Pieces:
    found: dict[str, Read] = {}
    asked = field_of(service, form.asking)
    free = asked is not None and asked.type in FREE_WORDS
    rest = heard.text
    named = asked is not None and asked.name == NAME
    for one in sorted(service.fields, key=lambda field: field.type not in UNMISTAKABLE):
        if (free and form.value(one.name)) or not (form.applies(one) or _is_free_to(one, form)):
            continue
        now = one is asked
        if one.type == "postcode":
            rest = _take_postcode(one, rest, found, library)
        elif one.type == "date":
            rest = rest if free else _take_date(one, heard, rest, found, asked=now)
        elif one.type == "choice":
            streets = [s.text for s in heard.entities("street")]
            if not free or named or (asked is not None and asked.type == "location"):
                names = names_of(one, limits_of(form, service, heard, library))
                rest = _take_choice(one, rest, found, streets, names, asked=now)
        elif one.type in _READERS:
            rest = _take_value(one, rest, found, asked=now)
    for one in service.fields:
        if not form.applies(one) or (free and one is not asked and form.value(one.name)):
            continue
        if one.type == "address":
            _take_address(one, rest, found, form, service, library)
        elif one.type == "location":
            _take_location(one, heard, found, form.value(one.name), asked=one is asked)
        elif one.type == "slot" and one is asked:
            _take_slot(one, heard, found, form, service, library)
        elif one.type == "photo" and heard.photo:
            found[one.name] = Read(heard.photo, "1 photo")
        elif one.type == "text" and one is asked:
            _take_text(one, heard.text, rest, found)
        elif one.type == "yes_no" and one is asked and heard.intent in ("yes", "no"):
            found[one.name] = Read(heard.intent, heard.intent.capitalize())
    _fill_conditions(found, form, service)
    return Pieces(found, rest)


def _is_free_to(one: Field, form: Form) -> bool:
    """Whether the field would be asked for once other questions are answered in its favour."""
    unanswered = not any(form.value(name) for name in one.only_if)
    return one.type in ("phone", "email") and unanswered


def _fill_conditions(found: dict[str, Read], form: Form, service: Service) -> None:
    """Who gives an e-mail address need not be asked whether we should write to it."""
    for one in service.fields:
        if one.name not in found or not one.only_if or form.applies(one):
            continue
        for name, wanted in one.only_if.items():
            field = service.field(name)
            option = next((o for o in field.choices if o.value == wanted[0]), None)
            if option is not None:
                found[name] = Read(option.value, option.label)


def checked_date(
    one: Field, day: date, today: date, values: Mapping[str, object] | None = None
) -> Read:
    """Return the day, or what to say to one that is not possible."""
    if one.when == "past" and day > today:
        return Read(problem=one.future or one.retry)
    if one.within and values:
        limit = _value(values, one.within)
        if limit is not None and today - day > timedelta(days=limit):
            return Read(problem=one.too_old or one.retry)
    if one.when == "future" and day < today:
        return Read(problem=one.retry)
    return Read(day.isoformat(), spoken(day, today))


def chosen(
    one: Field, value: str, form: Form, service: Service, heard: Heard, library: Library
) -> Read:
    """Read a choice that was pressed. Anything that was never offered is a problem."""
    if one.type == "choice":
        option = next((o for o in one.choices if o.value == value), None)
        return Read(option.value, option.label) if option else Read(problem=one.retry)
    if one.type == "slot":
        read = chosen_time(value, form, service, heard, library)
        return Read(*read) if read else Read(problem=one.retry)
    if one.type == "yes_no" and value in ("yes", "no"):
        return Read(value, value.capitalize())
    if one.type == "address":
        here = library.gazetteer.addresses(form.value(postcode_field(service)))
        place = next((p for p in here if p.uprn == value), None)
        return Read(place.uprn, place.address) if place else Read(problem=one.retry)
    return Read(problem=one.retry)


def postcode_field(service: Service) -> str:
    """Return the name of the field that holds the postcode, empty when there is none."""
    return next((f.name for f in service.fields if f.type == "postcode"), "")


def home_of(form: Form, service: Service, library: Library) -> dict[str, str]:
    """Return what the form knows of where the person lives: postcode, district when that is
    certain, and uprn when the address is known. Empty without a postcode."""
    postcode = form.value(postcode_field(service))
    if not postcode:
        return {}
    address = next((form.value(f.name) for f in service.fields if f.type == "address"), "")
    if address:
        return home_at(library.gazetteer.property(address), library)
    return place_at(postcode, library)


def limits_of(form: Form, service: Service, heard: Heard, library: Library) -> Mapping[str, object]:
    """Return the values of the council that would get this request, those of the door until the
    place is known."""
    district = home_of(form, service, library).get("district")
    try:
        council = library.authorities.responsible(service.tier, heard.door, district, heard.today)
    except NeedsPlace:
        council = library.authorities.get(heard.door)
    return values_of(council, heard.today)


def _take_postcode(one: Field, said: str, found: dict[str, Read], library: Library) -> str:
    postcode = normal_postcode(said)
    if postcode is None:
        return said
    known = bool(library.gazetteer.addresses(postcode))
    found[one.name] = (
        Read(postcode, postcode) if known else Read(problem=one.none_found or one.retry)
    )
    letters = [_LOOKALIKES.get(c, c) for c in postcode if c != " "]
    return re.sub(r"[\s.\-]*".join(letters), " , ", said, count=1, flags=re.IGNORECASE)


def _take_date(one: Field, heard: Heard, said: str, found: dict[str, Read], asked: bool) -> str:
    spans = [s.text for s in heard.entities("date") if s.text.lower() in said.lower()]
    # "not Monday, Tuesday": the last one counts.
    for text in reversed(spans):
        day = read_date(text, heard.today, one.when)
        if day is not None:
            found[one.name] = Read(day.isoformat())
            for span in spans:
                said = re.sub(re.escape(span), " , ", said, flags=re.IGNORECASE)
            return said
    if asked and not address_in(said):
        day = read_any_date(said, heard.today, one.when)
        if day is not None:
            found[one.name] = Read(day.isoformat())
            return ""
    return said


def _take_choice(
    one: Field,
    said: str,
    found: dict[str, Read],
    streets: Sequence[str],
    names: Mapping[str, Option],
    asked: bool,
) -> str:
    # "Green End" is no bin: what stands in a street's name is hidden from the choices.
    hidden = [street for street in streets if street in said]
    for place, street in enumerate(hidden):
        said = said.replace(street, f"\0{place}\0")
    rest = _read_choice(one, said, found, names, asked)
    for place, street in enumerate(hidden):
        rest = rest.replace(f"\0{place}\0", street)
    return rest


def _read_choice(
    one: Field, said: str, found: dict[str, Read], names: Mapping[str, Option], asked: bool
) -> str:
    rest, kept = said, []
    for match in pattern(tuple(names)).finditer(said):
        if not _DENIED.search(said[: match.start()]):
            kept.append(option_called(match[1], names))
        rest = rest[: match.start()] + "," * len(match.group()) + rest[match.end() :]
    kept = [option for place, option in enumerate(kept) if option not in kept[:place]]
    if len(kept) == 1 or (kept and one.several):
        labels = [option.label for option in kept]
        shown = " and ".join([", ".join(labels[:-1]), labels[-1]] if kept[1:] else labels)
        found[one.name] = Read(SEVERAL.join(option.value for option in kept), shown)
    elif kept and asked:
        found[one.name] = Read(problem=one.retry)
    if rest == said:
        return said
    # The noun that the choice leaves behind is no part of an address.
    return re.sub(r"\b(?:the|my|a)?\s*,+\s*(?:one|bins?)?\b", " , ", rest)


def _reference_in(said: str) -> Found | None:
    reference = reference_in(said)
    if reference is None or not is_right(reference):
        return None
    return Found(reference, reference, 0, 0)


_READERS: Mapping[str, Callable[[str, bool], Found | None]] = {
    "phone": lambda said, asked: values.phone_in(said),
    "email": lambda said, asked: values.email_in(said),
    "vehicle": lambda said, asked: values.vehicle_in(said, asked=asked),
    "money": lambda said, asked: values.money_in(said, asked=asked),
    "reference": lambda said, asked: _reference_in(said),
}


def _take_value(one: Field, said: str, found: dict[str, Read], *, asked: bool) -> str:
    read = _READERS[one.type](said, asked)
    if read is None:
        return said
    found[one.name] = Read(read.value, read.shown)
    return said[: read.start] + " , " + said[read.end :]


def _take_location(
    one: Field, heard: Heard, found: dict[str, Read], before: str, *, asked: bool
) -> None:
    """A place in somebody's own words is kept as it was said. Another number goes with the street
    of `before`, the place that was said earlier."""
    pin = values.pin_in(heard.text)
    if pin is not None:
        found[one.name] = Read(*values.pin_words(pin))
        return
    read = values.place_in(heard.text)
    if read is None and asked:
        read = values.any_place(heard.text)
    if read is not None:
        place = values.with_street(read.value, before)
        found[one.name] = Read(place, place)


def _take_slot(
    one: Field,
    heard: Heard,
    found: dict[str, Read],
    form: Form,
    service: Service,
    library: Library,
) -> None:
    every = free_times(form, service, heard, library)
    read = read_time(heard.text, form, every, heard, library)
    if read is not None:
        found[one.name] = Read(*read)


def told_instead(said: str, service: Service) -> tuple[Field, str] | None:
    """Return the field of free words that a correction names, and the words that follow: "sorry,
    the name is Augusta King". None when it names none, or says nothing of it."""
    field, match = named_in(said, service), _IS.search(said)
    if field is None or field.type not in FREE_WORDS or match is None:
        return None
    words = match[1].strip(" ,.!")[: field.longest]
    return (field, words) if words else None


def _take_text(one: Field, typed: str, rest: str, found: dict[str, Read]) -> None:
    said = typed.strip()
    if one.name == NAME:
        said = _AND_MORE.split(_INTRODUCED.sub("", rest), maxsplit=1)[0].strip(" ,.-")
        if not re.search(r"[^\W\d_]", said):
            return
    if said:
        said = said[: one.longest]
        found[one.name] = Read(said, said)


def _take_address(
    one: Field,
    rest: str,
    found: dict[str, Read],
    form: Form,
    service: Service,
    library: Library,
) -> None:
    name = postcode_field(service)
    said_now = found.get(name)
    postcode = (said_now.value if said_now else "") or form.value(name)
    asked = one.name == form.asking
    # What was said before the postcode was known comes last.
    for said in (rest, form.heard):
        matches = (
            find_addresses(library.gazetteer, postcode, said, bare=asked or said == form.heard)
            if postcode and said
            else ()
        )
        if len(matches) == 1:
            found[one.name] = Read(matches[0].uprn, matches[0].address)
            return
        if matches and (asked or said_now):
            found[one.name] = Read(problem=one.prompt, options=matches)
            return
    if asked and postcode and any(char.isdigit() for char in rest):
        found[one.name] = Read(
            problem=one.none_found or one.retry, options=library.gazetteer.addresses(postcode)
        )


def _value(values: Mapping[str, object], path: str) -> int | None:
    found: object = values
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return int(str(found)) if found is not None and str(found).isdigit() else None
