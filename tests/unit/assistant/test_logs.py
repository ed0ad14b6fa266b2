"""Logs that go on when standard error is another one."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from assistant.logs import set_up_logs

log = structlog.get_logger()


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    structlog.reset_defaults()
    root.handlers, root.level = handlers, level


def test_a_line_goes_to_the_standard_error_that_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", first)
    set_up_logs("production", "info")
    log.info("before")
    monkeypatch.setattr(sys, "stderr", second)
    said = first.getvalue()
    first.close()
    log.info("after")

    assert '"event": "before"' in said
    assert '"event": "after"' in second.getvalue()


def test_words_of_libraries_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    set_up_logs("production", "info")
    logging.getLogger("some.library").error("Ada lives at 22 Heath Road")

    assert "some.library" in stream.getvalue()
    assert "Heath Road" not in stream.getvalue()
