"""The demo connects every council to emulated platforms, unless the operator has accounts."""

from __future__ import annotations

import stat
from datetime import datetime, timezone
from pathlib import Path

import pytest

from assistant.accounts_file import read_accounts
from assistant.demo import make_demo_accounts
from assistant.settings import Settings
from assistant.wiring import KINDS, Parts

TODAY = datetime(2026, 11, 20, 12, 0, tzinfo=timezone.utc)


def parts(folder: Path, channels: str = "") -> Parts:
    set_up = {"data_dir": folder, "council": "kelmarsh", "channels": channels}
    return Parts(Settings.parse_obj(set_up), lambda: TODAY)


@pytest.fixture
def demo(tmp_path: Path) -> Parts:
    return parts(tmp_path)


def accounts_in(file: Path | None, demo: Parts) -> dict[str, set[str]]:
    assert file is not None
    councils = [authority.slug for authority in demo.library.authorities.all()]
    return {slug: set(its) for slug, its in read_accounts(file, councils, KINDS, {}).items()}


def test_every_council_that_serves_today_has_every_channel(demo: Parts) -> None:
    made = accounts_in(make_demo_accounts(demo), demo)
    serving = {a.slug for a in demo.library.authorities.all() if a.serves(TODAY.date())}
    assert set(made) == serving
    others = {"whatsapp", "telegram", "messenger"}
    assert {slug: its - others for slug, its in made.items()} == {
        slug: {"twilio"} if slug == "kelmarsh" else {"notify"} for slug in serving
    }


def test_nobody_but_us_can_read_the_made_up_secrets(demo: Parts) -> None:
    file = make_demo_accounts(demo)
    assert file is not None
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_each_start_makes_them_anew_because_emulators_forget(demo: Parts) -> None:
    first = make_demo_accounts(demo)
    assert first is not None
    before = first.read_text()
    again = make_demo_accounts(demo)
    assert again == first
    assert again.read_text() != before


def test_accounts_of_the_operator_are_left_alone(tmp_path: Path) -> None:
    own = tmp_path / "channels.yml"
    own.write_text("kelmarsh: {}\n")
    assert make_demo_accounts(parts(tmp_path)) is None
    assert own.read_text() == "kelmarsh: {}\n"


def test_so_is_a_file_that_the_operator_named(tmp_path: Path) -> None:
    own = tmp_path / "own.yml"
    own.write_text("")
    assert make_demo_accounts(parts(tmp_path, str(own))) is None
