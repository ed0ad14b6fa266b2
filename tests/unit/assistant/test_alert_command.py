"""An operator makes, lists and withdraws alerts on the command line."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from assistant.alert_command import CannotAlert, run
from assistant.alert_options import alert_commands
from assistant.nudge import Nudges
from assistant.settings import Settings
from assistant.wiring import Parts
from knowledge import alerts
from tests.databases import sqlite_store

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=timezone.utc)
SNOW = "Snow: bins are a day late in Ashcombe until Friday."


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    with sqlite_store(tmp_path):
        pass
    made = Parts(Settings.parse_obj({"data_dir": tmp_path, "council": "kelmarsh"}), lambda: NOW)
    yield made
    made.store.close()


def say(parts: Parts, *words: str) -> str:
    parser = argparse.ArgumentParser()
    alert_commands(parser.add_subparsers())
    return run(parts, parser.parse_args(["alert", *words]))


def held(parts: Parts, after: timedelta = timedelta()) -> list[alerts.Alert]:
    with parts.store.read() as connection:
        return list(alerts.current(connection, NOW + after))


def test_an_alert_is_made_of_what_is_said(parts: Parts) -> None:
    said = say(
        parts,
        *("add", "--council", "ashcombe", "--topic", "bin-collection-day"),
        *("--until", "2026-11-24 18:00", "--by", "Ada", SNOW),
    )

    (made,) = held(parts)
    assert (made.authority, made.topics, made.text) == ("ashcombe", ("bin-collection-day",), SNOW)
    assert (made.starts_at, made.made_by) == (NOW, "Ada")
    assert made.ends_at == datetime(2026, 11, 24, 18, 0, tzinfo=timezone.utc)
    assert f"Alert {made.id} is made." in said


def test_without_more_it_is_about_everything_until_the_end_of_tomorrow(parts: Parts) -> None:
    say(parts, "add", SNOW)

    (made,) = held(parts)
    assert (made.authority, made.topics) == ("kelmarsh", ())
    assert made.ends_at == datetime(2026, 11, 24, 23, 59, tzinfo=timezone.utc)
    assert made.made_by


def test_times_are_those_of_a_clock_in_the_uk(parts: Parts) -> None:
    say(parts, "add", "--from", "2027-06-01 09:00", "--until", "2027-06-02 09:00", SNOW)

    (made,) = held(parts, timedelta(days=190))
    assert made.starts_at == datetime(2027, 6, 1, 8, 0, tzinfo=timezone.utc)


def test_the_list_says_what_holds_what_comes_and_what_is_over(parts: Parts) -> None:
    assert say(parts, "list") == "Now: none\n\nComing: none\n\nOver: none"
    say(parts, "add", "--council", "ashcombe", SNOW)
    say(parts, "add", "--from", "2026-11-24 09:00", "--by", "Ada", "The offices open late.")
    say(parts, "withdraw", "1", "--by", "Sam")

    listed = say(parts, "list")
    now, coming, over = listed.split("\n\n")
    assert now == "Now: none"
    assert "   2  The offices open late." in coming
    assert "kelmarsh, about everything; 2026-11-24 09:00 to 2026-11-24 23:59; made by Ada" in coming
    assert "withdrawn by Sam at 2026-11-23 10:00" in over
    assert SNOW not in say(parts, "list", "--council", "kelmarsh")


def test_a_withdrawn_alert_holds_no_more(parts: Parts) -> None:
    say(parts, "add", SNOW)

    assert "Alert 1 is withdrawn." in say(parts, "withdraw", "1")
    assert held(parts) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["add", "Snow"], "The text: Write 10 to 200 characters.", id="short"),
        pytest.param(
            ["add", "--until", "2026-01-01 10:00", SNOW], "--until: Choose an end", id="past"
        ),
        pytest.param(
            ["add", "--from", "2028-01-01 10:00", SNOW], "--from: Choose a start", id="far"
        ),
        pytest.param(["add", "--council", "x", SNOW], "No council is called x.", id="no council"),
        pytest.param(
            ["add", "--topic", "bin-day", SNOW], "Did you mean bin-collection-day?", id="no topic"
        ),
        pytest.param(["withdraw", "7"], "No alert 7 holds or is to come.", id="nothing there"),
        pytest.param(["withdraw", "9" * 40], "holds or is to come", id="a long number"),
        pytest.param(["withdraw", "-1"], "holds or is to come", id="below zero"),
        pytest.param(["list", "--council", "x"], "No council is called x.", id="list of nobody"),
    ],
)
def test_a_mistake_is_named_and_changes_nothing(parts: Parts, words: list[str], said: str) -> None:
    with pytest.raises(CannotAlert) as cannot:
        say(parts, *words)

    assert said in str(cannot.value)
    assert held(parts) == []


def test_a_council_that_has_ended_makes_none(parts: Parts) -> None:
    later = Parts(parts.settings, lambda: datetime(2027, 4, 1, 12, 0, tzinfo=timezone.utc))

    with pytest.raises(CannotAlert, match="After it comes east-wenshire"):
        say(later, "add", "--council", "ashcombe", SNOW)
    later.store.close()


def test_what_is_no_time_is_said_with_an_example(
    parts: Parts, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        say(parts, "add", "--until", "friday", SNOW)

    assert 'such as "2026-11-24 18:00", not "friday"' in capsys.readouterr().err


def test_pages_that_are_open_are_woken(parts: Parts) -> None:
    web = Nudges(parts.settings.data_dir, "web")
    say(parts, "add", SNOW)

    assert [nudge.kind for nudge in web.receive()] == ["alert"]
    web.close()
