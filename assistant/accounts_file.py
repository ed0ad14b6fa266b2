"""Reads the file that says which council has which account at which platform."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

FROM_ENVIRONMENT = "env:"
Values = Mapping[str, Mapping[str, Mapping[str, str]]]
"""What was set, by council, kind of channel and name."""


class AccountsWrong(Exception):
    """The file cannot be used; the text says every mistake and shows no secret."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("\n".join(f"  {re.sub(chr(10), ' ', line)}" for line in mistakes))
        self.mistakes = tuple(mistakes)


def read_accounts(
    file: Path, councils: Collection[str], kinds: Collection[str], environment: Mapping[str, str]
) -> Values:
    """Read {council: {kind: {name: value}}}; {} when there is no such file. A value `env:NAME` is
    that of the environment. Raise AccountsWrong."""
    accounts, mistakes = accounts_and_mistakes(file, councils, kinds, environment)
    if mistakes:
        raise AccountsWrong(mistakes)
    return accounts


def accounts_and_mistakes(
    file: Path, councils: Collection[str], kinds: Collection[str], environment: Mapping[str, str]
) -> tuple[Values, list[str]]:
    """Return the accounts without a mistake, and the mistakes of the others."""
    if not file.is_file():
        return {}, []
    try:
        written = yaml.load(file.read_text(encoding="utf-8"), Loader=AsWritten) or {}  # noqa: S506 - it is a BaseLoader
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        # The error's own words would quote the line, which may hold a secret.
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        place = "" if line is None else f" at line {line + 1}"
        twice = isinstance(error, Twice)
        return {}, [f"the same name stands twice{place}" if twice else f"it is not YAML{place}"]
    except OSError as error:
        return {}, [f"it cannot be read: {error.strerror}"]
    if not isinstance(written, Mapping):
        return {}, ["it must name councils"]
    mistakes: list[str] = []
    accounts: dict[str, dict[str, dict[str, str]]] = {}
    for council, its in written.items():
        if council not in councils:
            mistakes.append(f"{council}: no council is called so")
        elif not isinstance(its, Mapping):
            mistakes.append(f"{council}: must name channels")
        else:
            for kind, values in its.items():
                where, before = f"{council} {kind}", len(mistakes)
                if kind not in kinds:
                    known = ", ".join(sorted(kinds))
                    mistakes.append(f"{where}: there is no such channel. There are: {known}")
                elif not isinstance(values, Mapping):
                    mistakes.append(f"{where}: must be names and values")
                else:
                    found = _values(where, values, environment, mistakes)
                    if len(mistakes) == before:
                        accounts.setdefault(council, {})[kind] = found
    return accounts, mistakes


class Twice(yaml.MarkedYAMLError):
    """A name stands twice in one place: YAML would silently take the last."""


class AsWritten(yaml.BaseLoader):
    """Leaves every value the text that was written: a number with its +, a token of digits."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = [name.value for name, _ in node.value if isinstance(name, yaml.ScalarNode)]
        if len(names) != len(set(names)):
            raise Twice(problem_mark=node.start_mark)
        return super().construct_mapping(node, deep)


def _values(
    where: str, values: Mapping[Any, Any], environment: Mapping[str, str], mistakes: list[str]
) -> dict[str, str]:
    found = {}
    for name, value in values.items():
        if not isinstance(value, str):
            mistakes.append(f"{where}: {name} must be a text")
        elif value.startswith(FROM_ENVIRONMENT):
            variable = value.removeprefix(FROM_ENVIRONMENT).strip()
            if variable not in environment:
                mistakes.append(f"{where}: {name} is to come from {variable}, which is not set")
            # A file that a secret was read from often ends with a line break.
            found[str(name)] = environment.get(variable, "").strip()
        else:
            found[str(name)] = value
    return found
