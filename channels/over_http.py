"""What a call over HTTP means that went wrong on the way, for every platform that is called so."""

from __future__ import annotations

from datetime import timedelta

import httpx

from channels.channel import Transient, Unsure

LONGEST_WAIT = timedelta(hours=1)
"""The longest Retry-After that is believed."""


def failed_on_the_way(error: httpx.HTTPError) -> Transient:
    """Return what to raise for a call that sends something: Unsure when it may have arrived."""
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return Transient("connect")
    return Unsure("timeout" if isinstance(error, httpx.TimeoutException) else "lost")


def retry_after(response: httpx.Response) -> timedelta | None:
    """Read Retry-After in seconds; None when there is none, or a date, which no platform sends."""
    seconds = response.headers.get("retry-after", "")
    if not (seconds.isascii() and seconds.isdigit()):
        return None
    # No more digits than a timedelta can hold.
    return min(timedelta(seconds=int(seconds[:9])), LONGEST_WAIT)
