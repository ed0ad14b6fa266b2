"""The accounts that lead to the emulated platforms."""

from __future__ import annotations

import stat
from pathlib import Path

import httpx

from assistant.accounts import build_channels
from assistant.accounts_file import read_accounts
from assistant.phones import demo_accounts, write_demo_accounts
from assistant.wiring import KINDS
from assistant.words import read_words
from channels.emulators.kinds import kind_of

PHONES = "http://127.0.0.1:8081"
COUNCILS = ("ashcombe", "west-wenshire")


async def test_every_council_gets_whole_accounts_at_the_emulators() -> None:
    accounts = demo_accounts(COUNCILS, PHONES)
    async with httpx.AsyncClient() as http:
        channels = build_channels(
            accounts, KINDS, {}, public_url="", http=http, wording=read_words().wording()
        )
    assert [set(channels.names(council)) for council in COUNCILS] == [
        {"sms", "whatsapp", "telegram", "messenger"}
    ] * 2
    assert {kind: values["api"] for kind, values in accounts["west-wenshire"].items()} == {
        kind: f"{PHONES}/west-wenshire/{kind}"
        for kind in ("notify", "whatsapp", "telegram", "messenger")
    }


async def test_every_made_up_account_has_an_emulator() -> None:
    async with httpx.AsyncClient() as http:
        for its in demo_accounts(COUNCILS, PHONES).values():
            for kind, values in its.items():
                plays = kind_of(kind)
                assert plays is not None
                assert plays(values, "http://127.0.0.1:8080", http).kind == kind


def test_no_two_accounts_share_a_secret() -> None:
    secret = [
        value
        for its in demo_accounts(COUNCILS, PHONES).values()
        for values in its.values()
        for name, value in values.items()
        if "token" in name or "secret" in name or "key" in name
    ]
    assert len(set(secret)) == len(secret)


def test_the_file_is_for_us_alone_and_what_is_there_stays(tmp_path: Path) -> None:
    file = tmp_path / "var" / "channels.yml"
    first = write_demo_accounts(file, COUNCILS, PHONES)
    written = file.read_bytes()
    second = write_demo_accounts(file, COUNCILS, PHONES)
    assert (first, second) == (True, False)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_bytes() == written
    assert set(read_accounts(file, COUNCILS, KINDS, {})) == set(COUNCILS)
