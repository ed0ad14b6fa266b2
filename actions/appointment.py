"""Change or cancel an appointment that the person booked: only what is their own can be meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from actions.booking import now_of
from actions.heard import Heard
from actions.memory import Memory
from actions.outcome import Line, Outcome, payload, say
from actions.person import hand_over
from actions.skill import Skill
from actions.slots import (
    booked,
    free,
    known_again,
    label,
    narrowed,
    read_slot,
    shown,
    spread,
)
from actions.when import ANY, wish_of
from knowledge.appointments import Appointment
from knowledge.book import open_book
from knowledge.library import Library
from knowledge.references import reference_in
from knowledge.slots import Slot

SERVICE = "book-appointment"
WHICH_TO_CANCEL, WHICH_TO_MOVE = "which_to_cancel", "which_to_move"
CANCELLING, CHOOSING, MOVING = "cancel_appointment", "new_time", "move_appointment"
"""The steps of a change. `tracked` holds the step, the reference of the appointment, and the new
time by its value while that is to be confirmed."""
APPOINTMENT = "appointment"
"""What the bot waits for during all of them."""

_CHANGES = re.compile(
    r"\b(?:change|move|rearrange|reschedule|swap|cancel|call(?:ing)? off|bring forward|put back|"
    r"(?:can'?t|cannot|can not|won'?t) (?:make|come|attend|get)|no longer need)\b"
    r".{0,30}\b(?:appointment|appt|appointmnt|booking|slot)\b",
    re.IGNORECASE | re.DOTALL,
)

_CANCELS = re.compile(
    r"\bcancel|\bcall(?:ing)? off\b|\bno longer (?:need|want)|\bdo(?:n['’]?t| not) (?:need|want)\b"
    r"|\bget rid of\b|\bdelete\b|\bscrap\b",
    re.IGNORECASE,
)
_NEW = re.compile(r"\b(?:to|for|until|till|instead)\b", re.IGNORECASE)


class ChangeAppointment(Skill):
    """Goes on with the change of an appointment that was begun."""

    def name(self) -> str:
        return "action_appointment"

    def decide(self, heard: Heard, memory: Memory, library: Library) -> Outcome:
        if heard.intent == "person":
            return hand_over(heard, memory, library)
        return go_on(heard, memory, library)


class NothingToStop(Skill):
    """Nothing is going on that could be stopped."""

    def name(self) -> str:
        return "action_nothing_to_stop"

    def decide(self, heard: Heard, memory: Memory, library: Library) -> Outcome:
        return Outcome((say("utter_all_right"),), memory)


def is_meant(said: str) -> bool:
    """Whether the words are about changing or cancelling an appointment."""
    return _CHANGES.search(said) is not None


def is_to_cancel(said: str) -> bool:
    """Whether the words wish an appointment away, and not to another time."""
    return _CANCELS.search(said) is not None


def manage(heard: Heard, memory: Memory, library: Library, *, cancel: bool) -> Outcome:
    """Begin to change an appointment or to cancel it: the one of the person's own that is meant,
    or ask which."""
    mine = open_book().appointments(now_of(heard))
    if not mine:
        return _none(heard, memory, library)
    one = _meant(heard, mine)
    if one is None:
        choices = [
            (
                label(a.slot, library, [other.slot for other in mine]),
                payload("inform", reference=a.reference),
            )
            for a in mine
        ]
        doing = WHICH_TO_CANCEL if cancel else WHICH_TO_MOVE
        asks = replace(memory, doing=APPOINTMENT, tracked={"step": doing}, misses=0)
        return Outcome((say("utter_which_appointment", choices),), asks)
    if cancel:
        when = shown(one.slot, library, heard.today)
        return Outcome(
            (say("utter_cancel_appointment", when=when),), _about(one, memory, CANCELLING)
        )
    return _ask_for_time(one, heard, memory, library, _new_time_in(heard.text))


def go_on(heard: Heard, memory: Memory, library: Library) -> Outcome:
    """Go on with what was begun, while `memory.doing` is APPOINTMENT."""
    step = (memory.tracked or {}).get("step", "")
    if step in (WHICH_TO_CANCEL, WHICH_TO_MOVE):
        if heard.intent in ("stop", "no", "goodbye"):
            return Outcome((say("utter_all_right"),), _over(memory))
        return manage(heard, memory, library, cancel=step == WHICH_TO_CANCEL)
    reference = (memory.tracked or {}).get("reference", "")
    mine = open_book().appointments(now_of(heard))
    one = next((a for a in mine if a.reference == reference), None)
    if one is None:
        return _none(heard, memory, library)
    if heard.intent in ("stop", "no", "goodbye") and not _says_when(heard):
        return _kept(one, heard, memory, library)
    if step == CANCELLING:
        return _cancel(one, heard, memory, library)
    if step == MOVING and heard.intent == "yes":
        return _move(one, heard, memory, library)
    return _ask_for_time(one, heard, memory, library, heard.text)


def _cancel(one: Appointment, heard: Heard, memory: Memory, library: Library) -> Outcome:
    when = shown(one.slot, library, heard.today)
    if heard.intent != "yes":
        return Outcome((say("utter_cancel_appointment", when=when),), memory)
    line = say("utter_appointment_cancelled", when=when)
    return Outcome((_doing(line, one, None),), _over(memory))


def _move(one: Appointment, heard: Heard, memory: Memory, library: Library) -> Outcome:
    every = _free(one, heard, library)
    slot = known_again((memory.tracked or {}).get("slot", ""), every)
    if slot is None:
        return _offer(one, every, heard, memory, library, say("utter_no_time_then"))
    when = shown(slot, library, heard.today)
    line = say("utter_appointment_moved", when=when, reference=one.reference)
    return Outcome((_doing(line, one, slot),), _over(memory))


def _ask_for_time(
    one: Appointment, heard: Heard, memory: Memory, library: Library, said: str
) -> Outcome:
    """Ask whether the time that is chosen or `said` is the new one; else offer some."""
    every = _free(one, heard, library)
    slot = known_again(heard.chosen.get("value", ""), every) or _read(said, every, heard.today)
    if slot is not None:
        asks = _about(one, memory, MOVING, slot=slot.value)
        when = shown(slot, library, heard.today)
        return Outcome((say("utter_move_appointment", when=when),), asks)
    fitting = narrowed(every, said, heard.today)
    if said and not fitting:
        return _offer(one, every, heard, memory, library, say("utter_no_time_then"))
    when = shown(one.slot, library, heard.today)
    return _offer(one, fitting, heard, memory, library, say("utter_which_new_time", when=when))


def _offer(
    one: Appointment,
    fitting: Sequence[Slot],
    heard: Heard,
    memory: Memory,
    library: Library,
    line: Line,
) -> Outcome:
    offered = spread(fitting)
    if not offered:
        council = library.authorities.get(one.authority)
        full = say("utter_no_time_at_all", council=council.name, phone=council.phone)
        return Outcome((full,), _over(memory))
    choices = [
        (label(slot, library, offered), payload("inform", field="slot", value=slot.value))
        for slot in offered
    ]
    return Outcome((replace(line, choices=tuple(choices)),), _about(one, memory, CHOOSING))


def _kept(one: Appointment, heard: Heard, memory: Memory, library: Library) -> Outcome:
    when = shown(one.slot, library, heard.today)
    return Outcome((say("utter_appointment_kept", when=when),), _over(memory))


def _none(heard: Heard, memory: Memory, library: Library) -> Outcome:
    council = library.authorities.door(heard.door, heard.today)
    line = say("utter_no_appointment", council=council.name, phone=council.phone)
    return Outcome((line,), _over(memory))


def _meant(heard: Heard, mine: Sequence[Appointment]) -> Appointment | None:
    """Return the one of these that the message names, by its reference or its time; the only one,
    when it names none. Another reference is nobody's here."""
    reference = heard.chosen.get("reference") or reference_in(heard.text)
    if reference:
        return next((a for a in mine if a.reference == reference), None)
    if len(mine) == 1:
        return mine[0]
    old = _NEW.split(heard.text, maxsplit=1)[0]
    slot = read_slot(old, [a.slot for a in mine], heard.today)
    return next((a for a in mine if slot is not None and a.slot == slot), None)


def _new_time_in(said: str) -> str:
    """Return what is said of the new time: "to Thursday at 10", not of the old one before it."""
    parts = _NEW.split(said, maxsplit=1)
    return parts[1] if len(parts) == 2 else ""


def _read(said: str, every: Sequence[Slot], today: date) -> Slot | None:
    """Return the one time that the words leave of all that are offered, or of all that are free."""
    if wish_of(said, today) == ANY:
        return read_slot(said, spread(every), today) if said else None
    return read_slot(said, spread(every), today) or read_slot(said, every, today)


def _free(one: Appointment, heard: Heard, library: Library) -> Sequence[Slot]:
    """Return the free times for the same thing; its own is none of them."""
    council, now = library.authorities.get(one.authority), now_of(heard)
    every = free(library, council, one.about, now, booked(library, council, one.about, now))
    return [slot for slot in every if slot.value != one.slot.value]


def _says_when(heard: Heard) -> bool:
    """ "No, Thursday" does not keep it."""
    return not heard.is_choice and wish_of(heard.text, heard.today) != ANY


def _doing(line: Line, one: Appointment, slot: Slot | None) -> Line:
    """Return the line, with which the turn moves the appointment, or without a slot cancels it."""
    change = {"reference": one.reference, "slot": slot.as_json() if slot else None}
    return replace(line, custom={"appointment": change})


def _about(one: Appointment, memory: Memory, doing: str, **more: str) -> Memory:
    tracked = {"reference": one.reference, "service": SERVICE, "step": doing, **more}
    return replace(memory, doing=APPOINTMENT, tracked=tracked, misses=0)


def _over(memory: Memory) -> Memory:
    return replace(memory, doing=None, misses=0)
