"""What the check of the content has found, and how it is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

KINDS = ("broken", "stale", "ownerless", "contradictory", "unreadable", "unsourced")
FIELDS = {"valid_until": "stale", "owner": "ownerless", "sources": "unsourced"}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. `about` is the file, such as articles/pothole; `kind` one of KINDS.

    A finding that `warns` is no fault yet.
    """

    about: str
    kind: str
    says: str
    warns: bool = False

    def __str__(self) -> str:
        return f"{self.about}: {self.says}"


def told(lines: Iterable[str]) -> list[Finding]:
    """Return a finding for each line such as "elsewhere/buses: valid_until: was 2026-11-01".

    The field says of what kind it is; most are broken.
    """
    found = []
    for line in lines:
        about, _, says = line.partition(": ")
        field = says.partition(":")[0]
        found.append(Finding(about, FIELDS.get(field, "broken"), says or about))
    return found


def fails(findings: Iterable[Finding]) -> bool:
    """Whether any of them is a fault."""
    return any(not finding.warns for finding in findings)


def report(findings: Sequence[Finding]) -> str:
    """Return the findings for a person to read, file by file, and how many there are."""
    lines = []
    ordered = sorted(findings, key=lambda f: (f.about, KINDS.index(f.kind), f.warns, f.says))
    for about, several in groupby(ordered, key=lambda finding: finding.about):
        lines.append(about)
        lines += [f"  {_kind(finding):<15} {finding.says}" for finding in several]
    faults = sum(not finding.warns for finding in findings)
    if not faults:
        lines.append("The knowledge base is in order.")
    if findings:
        lines.append(f"{_many(faults, 'finding')}, {_many(len(findings) - faults, 'warning')}.")
    return "\n".join(lines)


def as_data(findings: Sequence[Finding]) -> dict[str, Any]:
    """Return the same for a program: whether it `fails`, how many of each kind, and each one."""
    return {
        "fails": fails(findings),
        "counts": {kind: sum(f.kind == kind for f in findings) for kind in KINDS},
        "findings": [asdict(finding) for finding in findings],
    }


def _kind(finding: Finding) -> str:
    return f"({finding.kind})" if finding.warns else finding.kind


def _many(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
