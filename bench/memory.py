"""How much memory processes hold."""

from __future__ import annotations

from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class Held:
    """Bytes: resident, and of these what no other process shares (0 where it is not told)."""

    resident: int
    own: int = 0


def held_by(process: psutil.Process) -> Held:
    """Return what one process holds."""
    try:
        full = process.memory_full_info()
    except psutil.AccessDenied:  # macOS tells only root about other processes' pages.
        return Held(process.memory_info().rss)
    return Held(full.rss, full.uss)


def held_by_all(pid: int) -> Held:
    """Return what a process and everything that it started hold together."""
    parent = psutil.Process(pid)
    every = [held_by(process) for process in [parent, *parent.children(recursive=True)]]
    return Held(sum(held.resident for held in every), sum(held.own for held in every))


def held_by_children(pid: int, word: str) -> list[Held]:
    """Return what each child holds that has that word on its command line."""
    children = psutil.Process(pid).children(recursive=True)
    return [held_by(child) for child in children if word in child.cmdline()]
