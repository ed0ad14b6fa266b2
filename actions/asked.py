"""What the open form asks, for those who must know before it goes on."""

from __future__ import annotations

from actions.filling import is_free
from actions.form import form_from
from actions.heard import Heard
from actions.memory import Memory
from actions.naming import field_of
from actions.reading import limits_of
from actions.step import Step
from knowledge.choosing import names_of, pattern
from knowledge.library import Library
from knowledge.services import Field


def answers_exactly(heard: Heard, memory: Memory, library: Library) -> bool:
    """Whether the message is one of the choices of the question that is asked, and nothing else."""
    step, field = _asked(heard, memory, library)
    if step is None or field is None or field.type != "choice":
        return False
    form = form_from(memory.request or {})
    names = names_of(field, limits_of(form, step.service, heard, library))
    return pattern(tuple(names)).fullmatch(heard.text.strip(" .,!")) is not None


def is_asked_in_words(memory: Memory, library: Library) -> bool:
    """Whether the open form asks for something in the person's own words."""
    return is_free(_asked(None, memory, library)[1])


def _asked(
    heard: Heard | None, memory: Memory, library: Library
) -> tuple[Step | None, Field | None]:
    form = form_from(memory.request) if memory.request else None
    try:
        service = library.service(form.service) if form else None
    except KeyError:
        service = None
    if form is None or service is None:
        return None, None
    step = Step(heard, memory, library, service) if heard else None
    return step, field_of(service, form.asking)
