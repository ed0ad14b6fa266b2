"""What is published is understood within a second, by every process, without a restart.

Five times a second a thread looks at the content's files and at the wordings that officers added.
When something has changed it makes a new edition of the library beside the old one, with its index,
and then shows it to everybody at once. A turn that began on the old edition ends on it.

To learn anew what tells the topics apart takes seconds. So the new index carries on what the old
one learnt, and learns anew, in a thread of its own, when nothing has changed for a while.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import structlog

from knowledge.edition import Edition
from knowledge.library import Files, Library

log = structlog.get_logger()

LOOK = 0.2
"""Seconds between two looks."""
SETTLE = 0.05
"""Seconds in which a file that has changed must stay as it is: editors write in several steps."""
PATIENCE = 20
"""How many times it is waited for. A file that never rests is read all the same."""
QUIET = 10.0
"""Seconds without a change after which everything is learnt anew."""

Wordings = Callable[[Any], tuple[Any, Mapping[str, tuple[str, ...]] | None]]
"""Is given the mark that it returned last, None at first; returns the mark that holds now, and the
wordings by article, None when they are as they were."""


def no_wordings(mark: Any) -> tuple[Any, None]:
    """There is no database to look at."""
    return mark, None


@dataclass
class Publisher:
    """Keeps one library as its files and the wordings are. `wordings` may raise: then they stay as
    they were. There is one for a process, and only its own thread looks."""

    library: Library
    files: Files
    wordings: Wordings = no_wordings
    look_every: float = LOOK
    quiet: float = QUIET
    rest: Callable[[float], None] = time.sleep
    _mark: Any = field(default=None, init=False)
    _could_look: bool = field(default=True, init=False)
    _changed_at: float = field(default=0.0, init=False)
    _stop: threading.Event = field(default_factory=threading.Event, init=False)
    _thread: threading.Thread | None = field(default=None, init=False)
    _learning: threading.Thread | None = field(default=None, init=False)

    def start(self) -> None:
        """Look once, make the index, then go on looking beside everything else."""
        self.refresh()
        _prepare(self.library.edition)
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)
        self._thread.start()
        log.info("knowledge.ready", articles=len(self.library.edition.articles))

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(5)

    def refresh(self) -> bool:
        """Publish what has changed; False when nothing has."""
        began = time.monotonic()
        changed = self._read_files()
        added = self._read_wordings()
        if not changed and added is None:
            return False
        before = self.library.edition
        new = self.files.edition(before)
        if added is not None:
            new = replace(new, wordings=added)
        if new == before:
            return False
        if "index" in vars(before):
            new = replace(new, before=before.index)
            _prepare(new)
        self.library.publish(new)
        self._changed_at = time.monotonic()
        took = round((self._changed_at - began) * 1000)
        log.info("knowledge.published", articles=len(new.articles), ms=took)
        return True

    def learn_anew(self) -> bool:
        """Publish the same with an index that carries nothing on; False when there is no need, or
        something else was published meanwhile."""
        edition = self.library.edition
        if edition.before is None:
            return False
        learnt = replace(edition, before=None)
        _prepare(learnt)
        return self.library.publish(learnt, instead_of=edition)

    def _run(self) -> None:
        while not self._stop.wait(self.look_every):
            try:
                if not self.refresh():
                    self._learn_when_quiet()
            except Exception as error:
                log.error("knowledge.not_published", error=type(error).__name__)

    def _learn_when_quiet(self) -> None:
        under_way = self._learning is not None and self._learning.is_alive()
        long_ago = time.monotonic() - self._changed_at > self.quiet
        if self.library.edition.before is not None and long_ago and not under_way:
            self._learning = threading.Thread(target=self.learn_anew, name="learner", daemon=True)
            self._learning.start()

    def _read_files(self) -> bool:
        changed = False
        for folder in self.files.all():
            marks = folder.marks()
            if not folder.is_as(marks):
                for _ in range(PATIENCE):
                    self.rest(SETTLE)
                    marks, earlier = folder.marks(), marks
                    if marks == earlier:
                        break
                changed |= folder.take_up(marks)
        return changed

    def _read_wordings(self) -> Mapping[str, tuple[str, ...]] | None:
        try:
            self._mark, added = self.wordings(self._mark)
        except Exception as error:
            if self._could_look:
                log.warning("knowledge.wordings_unread", error=type(error).__name__)
            self._could_look = False
            return None
        self._could_look = True
        return added


def _prepare(edition: Edition) -> None:
    """Make what the first question would otherwise wait for."""
    _ = edition.index, edition.words
