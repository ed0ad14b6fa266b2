"""Logs: events with names and numbers of ours, readable in development and JSON in production."""

from __future__ import annotations

import logging
import sys

import structlog

QUIET = ("rasa", "rasa_sdk", "sanic", "alembic", "apscheduler", "matplotlib", "urllib3", "asyncio")
"""Libraries whose lines may hold what a resident wrote: only their errors' names come through."""


def set_up_logs(environment: str, level: str) -> None:
    """Send our events to standard error, and keep other libraries' words out of them."""
    renderer = (
        structlog.processors.JSONRenderer()
        if environment == "production"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        # Looked up anew for each line: who replaced standard error may have closed this one.
        logger_factory=lambda *names: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    root = logging.getLogger()
    root.handlers = [_Names()]
    root.setLevel(logging.WARNING)


class _Names(logging.Handler):
    """Passes on which library logged at which line, without its words."""

    def emit(self, record: logging.LogRecord) -> None:
        structlog.get_logger().warning(
            "library.logged", library=record.name, line=record.lineno, of=record.levelname.lower()
        )
