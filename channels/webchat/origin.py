"""Whether a request that changes something comes from our own page."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit


def from_our_page(headers: Mapping[str, str], host: str) -> bool:
    """Believe Sec-Fetch-Site when it is sent, else compare Origin's host with ours.

    A page cannot set either header. A client that sends neither is not a browser that somebody
    else's page could misuse, so it passes.
    """
    site = headers.get("sec-fetch-site")
    if site:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    if not origin:
        return True
    try:
        return bool(host) and urlsplit(origin).netloc.lower() == host.lower()
    except ValueError:
        return False
