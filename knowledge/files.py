"""The files of a folder, each read again when it has changed and at no other time."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

import structlog

from knowledge.reading import BadContent

log = structlog.get_logger()

T = TypeVar("T")

Mark = tuple[int, int, int]
"""What tells that a file is not the one that was read: its time, its size and its number."""


class Folder(Generic[T]):
    """`read` makes a value of a file, or raises BadContent: then what the file said before goes on
    to stand, and `knowledge.rejected` is logged with the file and the field.

    A file that is gone takes its value with it, unless the folder `keeps` what it has read.
    """

    def __init__(
        self, folder: Path, ending: str, read: Callable[[Path], T], *, keeps: bool = False
    ) -> None:
        self._folder = folder
        self._ending = ending
        self._read = read
        self._keeps = keeps
        self._marks: dict[str, Mark] = {}
        self._values: dict[str, T] = {}

    def marks(self) -> dict[str, Mark]:
        """Return the mark of every file that is there now, by name."""
        try:
            with os.scandir(self._folder) as found:
                return {
                    file.name: (file.stat().st_mtime_ns, file.stat().st_size, file.inode())
                    for file in found
                    if file.name.endswith(self._ending) and not file.name.startswith(".")
                }
        except FileNotFoundError:
            # The folder is gone, or a file was while we looked: the next look finds out which.
            return {} if not self._folder.exists() else self._marks

    def is_as(self, marks: dict[str, Mark]) -> bool:
        """Whether these are the marks of the files that were read."""
        return marks == self._marks

    def take_up(self, marks: dict[str, Mark]) -> bool:
        """Read what is not as it was; return whether any value is another one now."""
        before = dict(self._values)
        for name, mark in marks.items():
            if self._marks.get(name) != mark:
                self._take_up(name)
        for name in self._values.keys() - marks.keys():
            if not self._keeps:
                del self._values[name]
        self._marks = marks
        return self._values != before

    def values(self) -> tuple[T, ...]:
        """Return what the files say, in the order of their names."""
        return tuple(self._values[name] for name in sorted(self._values))

    def _take_up(self, name: str) -> None:
        try:
            self._values[name] = self._read(self._folder / name)
        except BadContent as error:
            for file, wrong in _places(str(error)):
                log.error("knowledge.rejected", file=file, field=wrong)


def _places(fault: str) -> list[tuple[str, str]]:
    """Return file and field of each fault, and not what stands there. The field may be ""."""
    places = []
    for line in fault.splitlines():
        file, _, rest = line.partition(": ")
        name = re.match(r"([a-z_][\w.]*): ", rest)
        if re.fullmatch(r"[\w-]+/[\w.-]+", file):
            places.append((file, name[1] if name else ""))
    return places
