"""The four kinds of Markdown that a reply may hold, as safe HTML for the desk."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup, escape


def as_html(text: str) -> Markup:
    """Return paragraphs, lists, bold and links as HTML; everything else, HTML too, as text."""
    return Markup(_reader().render(text))  # noqa: S704  # HTML in the text is escaped


def plain(text: str) -> Markup:
    """Return the text as it was typed. The page keeps its line ends with CSS."""
    return Markup("<p>") + escape(text) + Markup("</p>")


@lru_cache(maxsize=1)
def _reader() -> MarkdownIt:
    reader = MarkdownIt("zero", {"breaks": True, "html": False})
    reader.enable(["emphasis", "list", "link", "newline", "escape"])
    reader.add_render_rule("link_open", _in_a_new_tab)
    return reader


def _in_a_new_tab(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any
) -> str:
    tokens[at].attrSet("target", "_blank")
    tokens[at].attrSet("rel", "noopener noreferrer")
    return renderer.renderToken(tokens, at, options, env)
