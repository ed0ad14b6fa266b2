"""Read a content file into a checked value, or say which file, field and line is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError, validator
from pydantic.fields import ModelField
from pydantic.utils import ROOT_KEY

from knowledge.lines import composed, line_named, line_of

Model = TypeVar("Model", bound="Written")


class BadContent(ValueError):
    """A content file that cannot be used. The message names the file, the field and the fault, and
    the line where that is known, counted from 1."""


class Written(BaseModel):
    """A value that somebody wrote in a file: unknown fields are mistakes, and it never changes."""

    class Config:
        extra = "forbid"
        frozen = True
        allow_population_by_field_name = True

    @validator("*", pre=True)
    def _is_no_truth(cls, written: Any, field: ModelField) -> Any:
        # YAML reads the word off as false, and we would say "False".
        values = written if isinstance(written, list) else [written]
        if field.type_ is str and any(isinstance(value, bool) for value in values):
            raise ValueError("on, off, yes and no are words only in quotes")
        return written


def read_yaml(path: Path, model: type[Model]) -> Model:
    """Return what the file says. A `slug` that is not written is the file's name.

    Raises BadContent, with one line per fault.
    """
    try:
        text = path.read_text(encoding="utf-8")
        loaded = parsed(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadContent(f"{_name(path)}: cannot be read: {plainly(error)}") from error
    return checked(path, model, loaded, text)


def parsed(text: str) -> Any:
    """Return what the YAML says. Raises yaml.YAMLError.

    The loader in C, where there is one, opens the library three times as fast.
    """
    try:
        return yaml.load(text, Loader=yaml.CSafeLoader)
    except AttributeError:
        return yaml.safe_load(text)


def checked(path: Path, model: type[Model], loaded: Any, text: str = "", above: int = 0) -> Model:
    """Return `loaded` as the model, blaming `path` for what does not fit. Raises BadContent.

    `text` is the YAML that it was loaded from, to name lines; `above` are the lines over it.
    """
    if not isinstance(loaded, dict):
        raise BadContent(f"{_name(path)}: is not a list of `name: value` fields")
    if "slug" in model.__fields__:
        loaded = {"slug": path.stem, **loaded}
        if loaded["slug"] != path.stem:
            raise BadContent(f"{_name(path)}: slug: is {loaded['slug']!r}, not the file's name")
    try:
        return model.parse_obj(loaded)
    except ValidationError as error:
        root = composed(text) if text else None
        raise BadContent(
            "\n".join(f"{_name(path)}: {_fault(fault, root, above)}" for fault in error.errors())
        ) from error


def _fault(fault: Mapping[str, Any], root: yaml.Node | None, above: int) -> str:
    where, says = fault["loc"], fault["msg"]
    together = where == (ROOT_KEY,)  # Fields that do not fit together: it names the one to look at.
    written = says if together else f"{'.'.join(str(part) for part in where)}: {says}"
    if root is None:
        return written
    line = line_named(root, says.partition(":")[0]) if together else line_of(root, where)
    return f"{written} (line {line + above})"


def plainly(error: Exception, above: int = 0) -> str:
    """Return what went wrong in one line: YAML's own words are several. `above`: see checked."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return f"{error.problem} (line {error.problem_mark.line + 1 + above})"
    return " ".join(str(error).split())


def _name(path: Path) -> str:
    """The folder and the file: enough to find it, and nothing of the machine it is on."""
    return f"{path.parent.name}/{path.name}"
