"""A text's Markdown, taken apart once however often it is looked at."""

from __future__ import annotations

from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token


@lru_cache(maxsize=2048)
def tokens(markdown: str) -> tuple[Token, ...]:
    """Return the blocks, in order; what stands in a line is the `children` of its block. They are
    shared: nobody may change them."""
    return tuple(_parser().parse(markdown))


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark")
