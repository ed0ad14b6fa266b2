"""More of what people say when they mean an article than its own file has room for.

An article keeps the 10 to 25 wordings that show best what it is about; `further/<slug>.yml` holds
the rest. The search reads both alike.
"""

from __future__ import annotations

from pydantic import Field, conlist, constr

from knowledge.reading import Written

Said = constr(min_length=3, max_length=300, strip_whitespace=True)


class Further(Written):
    """The wordings of one article, whose slug is the file's name."""

    slug: str = Field(regex=r"^[a-z0-9-]+$")
    ask: conlist(Said, min_items=1)  # type: ignore[valid-type]  # pydantic 1 makes types by calls
