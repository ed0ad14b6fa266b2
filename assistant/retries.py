"""When a call that failed is made again, and when no more."""

from __future__ import annotations

from datetime import timedelta

from channels.channel import DeliveryFailed, Transient, Unsure

ATTEMPTS = 12
"""Failed calls of one parcel, while its platform works for others: the last comes about an hour
after the first."""
LONGEST = timedelta(hours=72)
"""A parcel this old is given up at its next failure: GOV.UK Notify's networks try as long. One that
staff send again after that has one try at a time."""
LONGEST_WAIT = timedelta(minutes=10)
LONGEST_ASKED = timedelta(hours=1)
"""A platform that asks for more is asked again after this."""
SETTLES = timedelta(seconds=10)
"""A call whose answer did not come may still be under way: nobody asks after it sooner."""


def next_try(
    attempts: int, age: timedelta, failure: DeliveryFailed, dice: float
) -> timedelta | None:
    """How long to wait before trying again, or None to give up.

    The wait is `dice` (0 to 1) times two seconds, four, eight and so on, so that parcels that
    failed together do not come back together; and never shorter than the platform asks for.
    """
    if not isinstance(failure, Transient) or attempts >= ATTEMPTS or age >= LONGEST:
        return None
    wait = min(timedelta(seconds=2**attempts), LONGEST_WAIT) * dice
    least = min(failure.retry_after or timedelta(0), LONGEST_ASKED)
    if isinstance(failure, Unsure):
        least = max(least, SETTLES)
    return max(wait, least)
