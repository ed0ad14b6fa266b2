"""Read answers from what somebody typed: all that one message holds, each by its field's type."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from actions.addresses import address_in, find_addresses
from actions.dates import read_any_date, read_date, spoken
from actions.form import Form
from actions.heard import Heard
from actions.home import home_at, place_at
from knowledge.authorities import NeedsPlace
from knowledge.library import Library
from knowledge.places import Property, normal_postcode
from knowledge.rendering import values_of
from knowledge.services import Field, Service

LONGEST_TEXT = 500

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
    found: dict[str, Read] = {}
    rest = heard.text
    for one in service.fields:
        if one.type == "postcode":
            rest = _take_postcode(one, rest, found, library)
        elif one.type == "date":
            rest = _take_date(one, heard, rest, found, asked=one.name == form.asking)
        elif one.type == "choice":
            streets = [s.text for s in heard.entities("street")]
            rest = _take_choice(one, rest, found, streets, asked=one.name == form.asking)
        elif one.type in ("phone", "email"):
            rest = _take_contact(one, rest, found)
    for one in service.fields:
        if one.type == "address":
            _take_address(one, rest, found, form, service, library)
        elif one.type == "text" and one.name == form.asking and heard.text.strip():
            said = heard.text.strip()[:LONGEST_TEXT]
            found[one.name] = Read(said, said)
        elif one.type == "yes_no" and one.name == form.asking and heard.intent in ("yes", "no"):
            found[one.name] = Read(heard.intent, heard.intent.capitalize())
    return Pieces(found, rest)


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


def chosen(one: Field, value: str, form: Form, service: Service, library: Library) -> Read:
    """Read a choice that was pressed. Anything that was never offered is a problem."""
    if one.type == "choice":
        option = next((o for o in one.choices if o.value == value), None)
        return Read(option.value, option.label) if option else Read(problem=one.retry)
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
    one: Field, said: str, found: dict[str, Read], streets: Sequence[str], asked: bool
) -> str:
    # "Green End" is no bin: what stands in a street's name is hidden from the choices.
    hidden = [street for street in streets if street in said]
    for place, street in enumerate(hidden):
        said = said.replace(street, f"\0{place}\0")
    rest = _read_choice(one, said, found, asked)
    for place, street in enumerate(hidden):
        rest = rest.replace(f"\0{place}\0", street)
    return rest


def _read_choice(one: Field, said: str, found: dict[str, Read], asked: bool) -> str:
    words = sorted(
        ((name, o) for o in one.choices for name in {o.label, o.value, *o.synonyms}),
        key=lambda pair: -len(pair[0]),
    )
    rest, hits = said, []
    for name, option in words:
        pattern = rf"\b{re.escape(name)}s?\b"
        for match in re.finditer(pattern, rest, flags=re.IGNORECASE):
            denied = _DENIED.search(rest[: match.start()]) is not None
            hits.append((match.start(), option, denied))
            rest = rest[: match.start()] + "," * len(match.group()) + rest[match.end() :]
    kept = [option for _, option, denied in sorted(hits, key=lambda hit: hit[0]) if not denied]
    if len({option.value for option in kept}) == 1:
        found[one.name] = Read(kept[0].value, kept[0].label)
    elif kept and asked:
        found[one.name] = Read(problem=one.retry)
    # The noun that the choice leaves behind is no part of an address.
    return re.sub(r"\b(?:the|my|a)?\s*,+\s*(?:one|bins?)?\b", " , ", rest) if hits else said


def _take_contact(one: Field, said: str, found: dict[str, Read]) -> str:
    if one.type == "email":
        match = re.search(r"[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+", said)
        if match:
            found[one.name] = Read(match.group().rstrip("."), match.group().rstrip("."))
            return said.replace(match.group(), " , ")
        return said
    import phonenumbers

    for number in phonenumbers.PhoneNumberMatcher(said, "GB", leniency=0):
        national = phonenumbers.format_number(
            number.number, phonenumbers.PhoneNumberFormat.NATIONAL
        )
        found[one.name] = Read(national, national)
        return said[: number.start] + " , " + said[number.end :]
    return said


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
