"""Read a content file into a checked value, or say which file and which field is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

Model = TypeVar("Model", bound="Written")


class BadContent(ValueError):
    """A content file that cannot be used. The message names the file, the field and the fault."""


class Written(BaseModel):
    """A value that somebody wrote in a file: unknown fields are mistakes, and it never changes."""

    class Config:
        extra = "forbid"
        frozen = True
        allow_population_by_field_name = True


def read_yaml(path: Path, model: type[Model]) -> Model:
    """Return what the file says. A `slug` that is not written is the file's name.

    Raises BadContent, with one line per fault.
    """
    try:
        loaded = parsed(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadContent(f"{_name(path)}: cannot be read: {error}") from error
    return checked(path, model, loaded)


def parsed(text: str) -> Any:
    """Return what the YAML says. Raises yaml.YAMLError.

    The loader in C, where there is one, opens the library three times as fast.
    """
    try:
        return yaml.load(text, Loader=yaml.CSafeLoader)
    except AttributeError:
        return yaml.safe_load(text)


def checked(path: Path, model: type[Model], loaded: Any) -> Model:
    """Return `loaded` as the model, blaming `path` for what does not fit. Raises BadContent."""
    if not isinstance(loaded, dict):
        raise BadContent(f"{_name(path)}: is not a list of `name: value` fields")
    if "slug" in model.__fields__:
        loaded = {"slug": path.stem, **loaded}
        if loaded["slug"] != path.stem:
            raise BadContent(f"{_name(path)}: slug: is {loaded['slug']!r}, not the file's name")
    try:
        return model.parse_obj(loaded)
    except ValidationError as error:
        raise BadContent(
            "\n".join(
                f"{_name(path)}: {'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
                for fault in error.errors()
            )
        ) from error


def _name(path: Path) -> str:
    """The folder and the file: enough to find it, and nothing of the machine it is on."""
    return f"{path.parent.name}/{path.name}"
