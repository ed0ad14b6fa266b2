"""What a person reads when a page cannot be shown, and a program when a call cannot be taken."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import jinja2

TEMPLATES = Path(__file__).parent / "templates"

MEANINGS = {
    400: ("We could not read that", "Something in the request was not in the form we expect."),
    403: ("You cannot do that here", "Go back, reload the page and try again."),
    404: ("Page not found", "If you typed the address, check that it is right."),
    405: ("That is not possible here", "This address does not take that kind of request."),
    408: ("That took too long", "Check your connection, then try again."),
    413: ("That is too long", "Send less in one message, then try again."),
    415: ("We could not read that", "This address takes another kind of content."),
    422: ("We could not use that", "Something in the request was not right."),
    429: ("Too many requests", "Wait a minute, then try again."),
    503: ("We are not ready", "Try again in a minute."),
}
FAULT = ("Sorry, there is a problem", "It is our fault, and we have been told. Try again later.")


def meaning(status: int) -> tuple[str, str]:
    """Return what happened and what to do, in two short sentences."""
    return MEANINGS.get(status, FAULT)


def error_page(status: int) -> str:
    """Return the page for a status."""
    title, advice = meaning(status)
    return _template().render(title=title, advice=advice, status=status)


@lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template("error.html")
