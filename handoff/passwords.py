"""Passwords of agents: argon2id, and the same work whether or not the agent exists."""

from __future__ import annotations

import secrets
from functools import lru_cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 200
# The second recommended option of RFC 9106: 64 MiB, three passes.
HASHER = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=4, type=Type.ID)


def hashed(password: str, hasher: PasswordHasher = HASHER) -> str:
    """Return what may be stored. Raise ValueError for fewer than 12 or more than 200 characters."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise ValueError(f"a password has {SHORTEST} to {LONGEST} characters")
    return hasher.hash(password)


def matches(stored: str | None, password: str, hasher: PasswordHasher = HASHER) -> bool:
    """Whether the password is the stored one. For `stored` None: the same work, and False."""
    try:
        hasher.verify(stored or _of_nobody(hasher), password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None and len(password) <= LONGEST


def outdated(stored: str, hasher: PasswordHasher = HASHER) -> bool:
    """Whether it was hashed with other parameters than we use now."""
    return hasher.check_needs_rehash(stored)


def readable() -> str:
    """Return a random password that is easy to read out and type: four groups of four."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


@lru_cache(maxsize=4)
def _of_nobody(hasher: PasswordHasher) -> str:
    return hasher.hash(secrets.token_urlsafe(16))
