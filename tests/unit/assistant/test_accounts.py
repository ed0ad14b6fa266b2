"""The accounts file is read as it was written; every mistake is said at once, and no secret."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from assistant.accounts import Channels, NotConnected, open_channels
from assistant.accounts_file import AccountsWrong, Values, read_accounts
from assistant.store import Store
from assistant.wiring import KINDS
from channels.account import Account, Incomplete
from channels.channel import Refused
from channels.messages import Address, Reply
from channels.webchat.channel import WebChat
from tests.channels.case import WORDING
from tests.fakes import Platform
from tests.unit.assistant.front_door import FrontDoor

COUNCILS = ("ashcombe", "kelmarsh")
SECRET = "5ecret-0f-the-test"
HTTP = httpx.AsyncClient()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "channels.yml"


def read(file: Path, written: str, **environment: str) -> Values:
    file.write_text(written, encoding="utf-8")
    return read_accounts(file, COUNCILS, ("telegram", "twilio"), environment)


def mistakes_of(file: Path, written: str | bytes) -> list[str]:
    file.write_bytes(written if isinstance(written, bytes) else written.encode())
    with pytest.raises(AccountsWrong) as wrong:
        read_accounts(file, COUNCILS, ("telegram", "twilio"), {})
    assert SECRET not in str(wrong.value)
    return list(wrong.value.mistakes)


def test_without_a_file_there_is_only_the_web(file: Path) -> None:
    assert read_accounts(file, COUNCILS, KINDS, {}) == {}


@pytest.mark.parametrize("written", ["", "# nothing yet\n", "{}"])
def test_an_empty_file_is_no_mistake(file: Path, written: str) -> None:
    assert read(file, written) == {}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        pytest.param("+447700900123", "+447700900123", id="a telephone number keeps its +"),
        pytest.param("0123456", "0123456", id="and its noughts"),
        pytest.param("1_000", "1_000", id="an underscore"),
        pytest.param("yes", "yes", id="a word that YAML takes for true"),
        pytest.param("12:30:45", "12:30:45", id="no time"),
        pytest.param("2026-11-20", "2026-11-20", id="no date"),
        pytest.param("1e3", "1e3", id="no number"),
        pytest.param('"a # b"', "a # b", id="in quotation marks"),
        pytest.param("", "", id="nothing"),
        pytest.param("env:TOKEN", "from outside", id="from the environment"),
        pytest.param('"env: TOKEN"', "from outside", id="with a space"),
        pytest.param("env:EMPTY", "", id="set to nothing"),
        pytest.param("environment", "environment", id="only a mark with its colon counts"),
    ],
)
def test_a_value_is_what_was_written(file: Path, written: str, value: str) -> None:
    accounts = read(
        file, f"ashcombe:\n  telegram:\n    token: {written}\n", TOKEN="from outside\n", EMPTY=""
    )
    assert accounts == {"ashcombe": {"telegram": {"token": value}}}


@pytest.mark.parametrize(
    ("written", "mistakes"),
    [
        pytest.param(f"a: [{SECRET}", ["it is not YAML at line 1"], id="not closed"),
        pytest.param(f"a:\n\t- {SECRET}", ["it is not YAML at line 2"], id="a tab"),
        pytest.param(b"\xff\xfe" + SECRET.encode(), ["it is not YAML"], id="not UTF-8"),
        pytest.param(f"!!python/object:os.{SECRET} {{}}", [], id="a tag runs nothing"),
        pytest.param(f"- {SECRET}", ["it must name councils"], id="a list"),
        pytest.param(SECRET, ["it must name councils"], id="a word"),
        pytest.param("nowhere: {}", ["nowhere: no council is called so"], id="no such council"),
        pytest.param(f"ashcombe: {SECRET}", ["ashcombe: must name channels"], id="no channels"),
        pytest.param(
            f"ashcombe:\n  telegram: {SECRET}",
            ["ashcombe telegram: must be names and values"],
            id="no values",
        ),
        pytest.param(
            f"ashcombe:\n  pigeon:\n    ring: {SECRET}",
            ["ashcombe pigeon: there is no such channel. There are: telegram, twilio"],
            id="no such channel",
        ),
        pytest.param(
            f"ashcombe:\n  telegram:\n    token: [{SECRET}]",
            ["ashcombe telegram: token must be a text"],
            id="a list for a value",
        ),
        pytest.param(
            "ashcombe:\n  telegram:\n    token: env:NOT_SET",
            ["ashcombe telegram: token is to come from NOT_SET, which is not set"],
            id="not in the environment",
        ),
        pytest.param(
            f"ashcombe:\n  telegram: {{token: {SECRET}}}\nashcombe:\n  twilio: {{}}",
            ["the same name stands twice at line 1"],
            id="a council twice",
        ),
    ],
)
def test_a_mistake_is_said_without_what_was_written(
    file: Path, written: str | bytes, mistakes: list[str]
) -> None:
    if not mistakes:
        assert read(file, str(written)) == {}
        return
    assert mistakes_of(file, written) == mistakes


def test_a_file_that_may_not_be_read_says_so(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("ashcombe: {}")

    def refuse(self: Path, encoding: str) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(AccountsWrong, match="it cannot be read: Permission denied"):
        read_accounts(file, COUNCILS, KINDS, {})


@dataclass
class Named(Platform):
    """A kind of channel that needs a token."""

    @classmethod
    def built(cls, name: str, account: Account) -> Named:
        if account.need("token") == "wrong":
            raise Incomplete("token is not one")
        return cls(name)


NAMED = {
    "twilio": lambda account: Named.built("sms", account),
    "notify": lambda account: Named.built("sms", account),
    "telegram": lambda account: Named.built("telegram", account),
}


def opened(file: Path, written: str, environment: Mapping[str, str] | None = None) -> Channels:
    file.write_text(written, encoding="utf-8")
    return open_channels(
        file,
        COUNCILS,
        NAMED,
        environment or {},
        {"webchat": WebChat()},
        public_url="https://front-door.example",
        http=HTTP,
        wording=WORDING,
    )


def test_every_mistake_of_every_account_is_said_at_once(file: Path) -> None:
    with pytest.raises(AccountsWrong) as wrong:
        opened(
            file,
            f"""
            nowhere: {{}}
            ashcombe:
              twilio: {{token: a}}
              notify: {{token: b}}
              telegram: {{token: env:NOT_SET}}
            kelmarsh:
              twilio: {{name: {SECRET}}}
              telegram: {{token: wrong}}
              pigeon: {{}}
            """,
        )
    assert wrong.value.mistakes == (
        "nowhere: no council is called so",
        "ashcombe telegram: token is to come from NOT_SET, which is not set",
        "kelmarsh pigeon: there is no such channel. There are: notify, telegram, twilio",
        "ashcombe: notify and twilio both are its sms",
        "kelmarsh twilio: token is missing",
        "kelmarsh telegram: token is not one",
    )
    assert SECRET not in str(wrong.value)
    assert len(str(wrong.value).splitlines()) == 6


def test_a_mistake_in_several_lines_is_said_in_one(file: Path) -> None:
    [mistake] = mistakes_of(file, '"no\\n such": {}')
    assert mistake.startswith("no")
    assert len(str(AccountsWrong([mistake])).splitlines()) == 1


def test_each_council_has_its_own_channels_by_kind_and_by_name(file: Path) -> None:
    channels = opened(
        file,
        "ashcombe: {twilio: {token: a}}\nkelmarsh: {notify: {token: b}, telegram: {token: c}}",
    )
    assert channels.of("ashcombe", "sms") is channels.at("ashcombe", "twilio")
    assert channels.of("kelmarsh", "sms") is channels.at("kelmarsh", "notify")
    assert (channels.names("ashcombe"), channels.names("kelmarsh")) == (
        ("sms",),
        ("sms", "telegram"),
    )
    assert isinstance(channels.of("ashcombe", "webchat"), WebChat)
    assert [channel.name for channel in channels.all()] == ["webchat", "sms", "sms", "telegram"]


@pytest.mark.parametrize(("council", "kind"), [("ashcombe", "notify"), ("nowhere", "twilio")])
def test_a_webhook_of_no_account_is_nobodys(file: Path, council: str, kind: str) -> None:
    channels = opened(file, "ashcombe:\n  twilio: {token: a}\n")
    with pytest.raises(KeyError):
        channels.at(council, kind)


async def test_what_is_said_after_an_account_is_gone_is_refused_where_staff_see_it(
    sqlite: Store,
) -> None:
    door = FrontDoor(sqlite, names=("sms",))
    ada = Address("telegram", "1001")
    channel = door.channels.of("ashcombe", "telegram")
    assert isinstance(channel, NotConnected)
    assert channel.render(Reply("Hello")) == ({"text": "Hello"},)
    with pytest.raises(Refused, match="not_connected"):
        await channel.send(ada, {"text": "Hello"}, "key")
    await door.hear(ada, "hello")
    await door.deliver()
    assert {state for state, _ in door.parcels(ada)} == {"refused"}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_an_account_of_any_kind_that_is_empty_says_what_is_missing(file: Path, kind: str) -> None:
    file.write_text(f"ashcombe:\n  {kind}: {{}}\n")
    with pytest.raises(AccountsWrong, match=f"ashcombe {kind}: .* missing"):
        open_channels(file, COUNCILS, KINDS, {}, {}, public_url="", http=HTTP, wording=WORDING)


@pytest.fixture(scope="module", autouse=True)
async def _closed() -> AsyncIterator[None]:
    yield
    await HTTP.aclose()
