"""What the documentation says exists, and what exists is in the documentation."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import UserDict
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import httpx
import pytest
import tomli

from assistant.accounts import Channels, build_channels
from assistant.accounts_file import Values, read_accounts
from assistant.settings import PROJECT, Settings
from assistant.wiring import KINDS
from assistant.words import read_words

DOCS = PROJECT / "docs"
REFERENCE = DOCS / "reference"
CONNECT = DOCS / "how-to" / "connect-a-channel.md"
SECRETS = {
    "ASHCOMBE_TELEGRAM_TOKEN": "123456:AAtoken",
    "THORNBRIDGE_NOTIFY_KEY": "live-26785a09-ab16-4eb0-8407-a37497a57506"
    "-3d844edf-8d35-48ac-975b-e847b4f122b0",
}
# Articles are residents' reading, with rules of their own.
IGNORED = {".venv", "articles", "models", "results", "var"}

# Where packages come from is the business of whoever installs them.
REGISTRY = re.compile(r"https?://[a-z0-9.-]*(pypi|pythonhosted|npmjs|debian|ubuntu)\.[a-z]+")
MACHINE = re.compile(r"(?<![\w.~})])/(work|root|home|Users)/[\w.]")

OF_THE_PROJECT = re.compile(
    r"(actions|assistant|bench|channels|data|docs|handoff|knowledge|scripts|tests)/[\w./-]*"
)


def pages() -> Iterator[Path]:
    for page in sorted(PROJECT.rglob("*.md")):
        folders = page.relative_to(PROJECT).parts[:-1]
        if not any(part in IGNORED or part.startswith(".") for part in folders):
            yield page


def tracked_texts() -> Iterator[tuple[str, str]]:
    """Every file that git keeps and that is text, with its content."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=True)
    for name in listed.stdout.decode().split("\0"):
        if not name or not (PROJECT / name).is_file():
            continue
        content = (PROJECT / name).read_bytes()
        if b"\0" not in content:
            yield name, content.decode("utf-8")


def name(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def shown(default: object) -> str:
    """A default as the page writes it: paths from the project's folder, nothing as a dash."""
    if isinstance(default, Path):
        default = default.relative_to(PROJECT)
    return f"`{default}`" if str(default) else "–"


def rows(page: Path) -> list[list[str]]:
    """The rows of a page's tables, as cells, without headings and rulers."""
    lines = [line for line in page.read_text(encoding="utf-8").splitlines() if line[:2] == "| "]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_setting_is_described_with_its_name_and_default() -> None:
    described = {row[0]: row[1] for row in rows(REFERENCE / "settings.md") if row[0][0] == "`"}

    settings = {
        f"`{min(field.field_info.extra['env_names']).upper()}`": shown(field.default)
        for field in Settings.__fields__.values()
    }

    assert described == settings


def test_every_command_is_described() -> None:
    program = Path(sys.executable).with_name("assistant")
    printed = subprocess.run([program, "--help"], capture_output=True, text=True, check=True)
    commands = set(re.findall(r"^    ([a-z]+)(?:  |$)", printed.stdout, re.MULTILINE))

    text = (REFERENCE / "commands.md").read_text(encoding="utf-8")

    described = set(re.findall(r"^### `assistant ([a-z_-]+)", text, re.MULTILINE))
    assert described == commands


def test_every_dependency_has_its_reason() -> None:
    project = tomli.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    names = {re.split(r"[\[<>=!~ ]", requirement)[0] for requirement in wanted}

    described = {row[0].strip("`") for row in rows(REFERENCE / "dependencies.md")}

    assert described - {"package"} == names


class Asked(UserDict[str, str]):
    """The values of an account, and the names that were asked for."""

    def __init__(self, values: Any) -> None:
        super().__init__(values)
        self.names: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        self.names.add(key)
        return super().get(key, default)


def example_accounts(folder: Path) -> Values:
    """The accounts of the page's example, as the program reads them."""
    [example] = re.findall(r"```yaml\n(.*?)```", CONNECT.read_text(encoding="utf-8"), re.DOTALL)
    file = folder / "channels.yml"
    file.write_text(example, encoding="utf-8")
    environment = dict.fromkeys(re.findall(r"env:(\w+)", example), "a-secret-of-this-test")
    councils = {page.stem for page in (PROJECT / "knowledge" / "authorities").glob("*.yml")}
    return read_accounts(file, councils, KINDS, environment | SECRETS)


def connected(accounts: Any) -> Channels:
    return build_channels(
        accounts,
        KINDS,
        {},
        public_url="https://chat.ashcombe.example",
        http=httpx.AsyncClient(),
        wording=read_words().wording(),
    )


def test_the_example_of_accounts_has_every_kind_and_is_right(tmp_path: Path) -> None:
    channels = connected(example_accounts(tmp_path))

    assert {kind for _, kind in channels.by_kind} == set(KINDS)


def test_every_value_of_an_account_is_described(tmp_path: Path) -> None:
    asked = {
        council: {kind: Asked(values) for kind, values in its.items()}
        for council, its in example_accounts(tmp_path).items()
    }
    connected(asked)
    table = {tuple(cell.strip("`") for cell in row[:2]) for row in rows(CONNECT)}
    everywhere = {value for kind, value in table if kind == "any"}
    of_meta = {value for kind, value in table if kind == "Meta's two"}

    described = {
        kind: {value for its, value in table if its == kind} | everywhere for kind in KINDS
    }
    for kind in ("whatsapp", "messenger"):
        described[kind] |= of_meta

    read = {kind: values.names for its in asked.values() for kind, values in its.items()}
    assert described == read


@pytest.mark.parametrize("page", pages(), ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)\s]+)\)", prose)
    local = [target.partition("#")[0] for target in targets if "://" not in target]

    broken = [target for target in local if target and not (page.parent / target).exists()]

    assert broken == []


@pytest.mark.parametrize("page", pages(), ids=name)
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    code = re.findall(r"`([^`\n]+)`", page.read_text(encoding="utf-8"))
    named = [path for path in code if OF_THE_PROJECT.fullmatch(path)]

    missing = [path for path in named if not (PROJECT / path).exists()]

    assert missing == []


@pytest.mark.parametrize("page", pages(), ids=name)
def test_every_test_that_a_page_names_exists(page: Path) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page.read_text(encoding="utf-8"))

    missing = [
        f"{file}::{function}"
        for file, function in named
        if f"def {function}(" not in (PROJECT / file).read_text(encoding="utf-8")
    ]

    assert missing == []


@pytest.mark.parametrize("page", pages(), ids=name)
def test_every_make_command_that_a_page_names_exists(page: Path) -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    text = page.read_text(encoding="utf-8")

    named = set(re.findall(r"(?:^|`|&& )make ([a-z]+)", text, re.MULTILINE))

    assert named <= targets


def test_every_page_of_the_documentation_is_reached_from_its_index() -> None:
    reached: set[Path] = set()
    waiting = [DOCS / "index.md"]
    while waiting:
        page = waiting.pop().resolve()
        if page in reached:
            continue
        reached.add(page)
        targets = re.findall(r"\]\(([^)\s#]+\.md)", page.read_text(encoding="utf-8"))
        waiting += [page.parent / target for target in targets if "://" not in target]

    assert set(DOCS.rglob("*.md")) - reached == set()


def test_no_tracked_file_names_a_package_host_or_somebodys_machine() -> None:
    found = [
        f"{file}: {hit.group(0)}"
        for file, text in tracked_texts()
        for pattern in (REGISTRY, MACHINE)
        for hit in pattern.finditer(text)
    ]

    assert found == []
