"""A resident's file is fetched, looked at and scanned before anybody can open it."""

from __future__ import annotations

import io
import os
import stat
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image

from assistant import attachments
from assistant import conversations as book
from assistant.fetching import MOST, Fetching
from assistant.file_kinds import KINDS, media_type_of, name_of
from assistant.file_store import FileStore, StoredFiles
from assistant.scanning import Scanner, scanner_at
from assistant.store import Store
from assistant.tables import attachments as table
from channels.channel import DeliveryFailed, Refused, Transient
from channels.messages import Attached
from handoff.floor import Agent
from tests.clamd import EICAR, StandIn, clamd
from tests.fakes import Platform
from tests.parcels import Clock
from tests.paths import DOOR, NOON, accept


def picture(kind: str) -> bytes:
    """A small red picture that tells nothing of who took it."""
    made = io.BytesIO()
    Image.new("RGB", (8, 8), (200, 30, 30)).save(made, format=kind)
    return made.getvalue()


JPEG, PNG = picture("JPEG"), picture("PNG")
PDF = b"%PDF-1.7\n" + b"a plan" * 20
HTML = b"<!doctype html><script>alert(1)</script>"
PRIYA = Agent(1, "priya", "Priya", DOOR, (DOOR,))


def archive(*names: str) -> bytes:
    """A ZIP archive with files of these names, as an office document is one."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        for name in names:
            opened.writestr(name, "text " * 20)
    return made.getvalue()


DOCX = archive("[Content_Types].xml", "_rels/.rels", "docProps/app.xml", "word/document.xml")
DOCM = archive(
    "[Content_Types].xml",
    "_rels/.rels",
    "docProps/app.xml",
    "word/document.xml",
    "word/vbaProject.bin",
)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(JPEG, "image/jpeg", id="a photo"),
        pytest.param(PNG, "image/png", id="a picture"),
        pytest.param(b"GIF89a" + bytes(64), "image/gif", id="a moving picture"),
        pytest.param(b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(64), "image/webp", id="webp"),
        pytest.param(
            b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(64), "image/heic", id="heic"
        ),
        pytest.param(PDF, "application/pdf", id="a document"),
        pytest.param(b"OggS" + bytes(64), "audio/ogg", id="a voice message"),
        pytest.param(b"#!AMR\n" + bytes(64), "audio/amr", id="one from an old phone"),
        pytest.param(b"ID3\x03" + bytes(64), "audio/mpeg", id="mp3"),
        pytest.param(
            b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42" + bytes(64), "video/mp4", id="film"
        ),
        pytest.param(
            DOCX,
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            id="a letter",
        ),
        pytest.param(DOCM, None, id="a letter with a program in it"),
        pytest.param("Mae'r bin yn llawn ŵ\r\n".encode(), "text/plain", id="words"),
        pytest.param(HTML, None, id="a page"),
        pytest.param(b"  <svg onload='alert(1)'/>", None, id="a drawing that runs"),
        pytest.param(b"#!/bin/sh\nrm -rf /", None, id="a script"),
        pytest.param(b"MZ" + bytes(64), None, id="a program"),
        pytest.param(archive("a.txt"), None, id="an archive"),
        pytest.param(bytes(64), None, id="nothing that is known"),
        pytest.param(b"   ", None, id="only blanks"),
        pytest.param(b"caf\xe9", None, id="no UTF-8"),
    ],
)
def test_a_file_is_what_its_bytes_are(data: bytes, expected: str | None) -> None:
    assert media_type_of(data) == expected


@pytest.mark.parametrize("media_type", sorted(KINDS))
def test_every_kind_has_a_name_that_is_safe_anywhere(media_type: str) -> None:
    name = name_of(media_type, 3)
    assert name.replace("-", "").replace(".", "").isalnum()
    assert name.isascii()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "attachments")


@pytest.fixture
def fetching(
    store: Store, platform: Platform, files: FileStore, clock: Clock
) -> Callable[[Scanner | None], Fetching]:
    def make(scanner: Scanner | None = None) -> Fetching:
        return Fetching(store, lambda authority, name: platform, files, scanner, "worker:1", clock)

    return make


@pytest.fixture
def scanner() -> Iterator[StandIn]:
    with clamd() as made:
        yield made


def note(store: Store, url: str = "photo") -> None:
    conversation_id = accept(store, "Look", number=url[:40])
    with store.write() as connection:
        conversation = book.load(connection, conversation_id)
        attachments.note(connection, conversation, 3, "pushed", Attached(url, "image/png"), NOON)


def row(store: Store) -> Any:
    with store.read() as connection:
        return connection.execute(sa.select(table)).one()


def kept(files: FileStore) -> list[Path]:
    return [path for path in files.folder.rglob("*") if path.is_file()]


async def test_a_file_is_kept_under_a_random_name_that_only_we_can_read(
    store: Store, platform: Platform, files: FileStore, fetching: Callable[..., Fetching]
) -> None:
    platform.files["photo"] = JPEG
    note(store)
    assert [await fetching().fetch_one(), await fetching().fetch_one()] == [True, False]
    found = row(store)
    assert (found.state, found.media_type, found.size) == ("kept", "image/jpeg", len(JPEG))
    [path] = kept(files)
    assert path == files.folder / found.file[:2] / found.file
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (JPEG, 0o600)


async def test_without_a_scanner_a_file_is_marked_as_unscanned(
    store: Store, platform: Platform, fetching: Callable[..., Fetching]
) -> None:
    platform.files["photo"] = JPEG
    note(store)
    await fetching().fetch_one()
    assert row(store).failure == attachments.UNSCANNED


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param(HTML, "media_type", id="a page"),
        pytest.param(b"", "empty", id="nothing"),
        pytest.param(JPEG + bytes(MOST), "too_large", id="more than was asked for"),
        pytest.param(Refused("gone"), "gone", id="the platform no longer has it"),
    ],
)
async def test_what_we_do_not_take_is_not_kept(
    store: Store,
    platform: Platform,
    files: FileStore,
    fetching: Callable[..., Fetching],
    answer: bytes | DeliveryFailed,
    reason: str,
) -> None:
    platform.files["photo"] = answer
    note(store)
    await fetching().fetch_one()
    assert (row(store).state, row(store).failure, kept(files)) == ("refused", reason, [])


async def test_an_address_that_is_too_long_to_keep_is_refused(store: Store) -> None:
    note(store, "https://files.example/" + "x" * 3000)
    assert (row(store).state, row(store).url) == ("refused", "")


async def test_a_platform_that_fails_is_asked_again_for_three_days(
    store: Store, platform: Platform, clock: Clock, fetching: Callable[..., Fetching]
) -> None:
    platform.files["photo"] = Transient("http_503")
    note(store)
    await fetching().fetch_one()
    assert not await fetching().fetch_one()
    clock.turn(seconds=5)
    assert await fetching().fetch_one()
    clock.turn(hours=72)
    await fetching().fetch_one()
    assert (row(store).state, row(store).failure) == ("given_up", "http_503")


async def test_a_fault_of_ours_is_tried_again(
    store: Store, platform: Platform, clock: Clock, fetching: Callable[..., Fetching]
) -> None:
    note(store)  # the platform has no such file, and its channel raises a KeyError
    await fetching().fetch_one()
    platform.files["photo"] = JPEG
    clock.turn(seconds=5)
    await fetching().fetch_one()
    assert row(store).state == "kept"


async def test_a_worker_that_dies_leaves_no_second_copy(
    store: Store, platform: Platform, files: FileStore, fetching: Callable[..., Fetching]
) -> None:
    platform.files["photo"] = JPEG
    note(store)
    with store.write() as connection:
        wanted = attachments.claim(connection, "worker:1", NOON)
    assert wanted is not None
    files.write(wanted.file, JPEG)  # and then it dies
    with store.write() as connection:
        attachments.free_all(connection, "worker")
    await fetching().fetch_one()
    assert (row(store).state, [path.name for path in kept(files)]) == ("kept", [wanted.file])


async def test_a_file_that_is_refused_at_the_second_look_is_deleted(
    store: Store, platform: Platform, files: FileStore, fetching: Callable[..., Fetching]
) -> None:
    note(store)
    with store.write() as connection:
        wanted = attachments.claim(connection, "worker:1", NOON)
        attachments.free_all(connection, "worker")
    assert wanted is not None
    files.write(wanted.file, JPEG)
    platform.files["photo"] = Refused("gone")
    await fetching().fetch_one()
    assert (row(store).file, kept(files)) == (None, [])


# The scanner


async def test_a_clean_file_is_kept_and_a_virus_is_not(
    store: Store,
    platform: Platform,
    files: FileStore,
    scanner: StandIn,
    fetching: Callable[..., Fetching],
) -> None:
    platform.files |= {"photo": JPEG, "virus": b"Read this: " + EICAR}
    note(store)
    note(store, "virus")
    clamav = scanner_at(scanner.address)
    while await fetching(clamav).fetch_one():
        pass
    with store.read() as connection:
        found = connection.execute(sa.select(table.c.state, table.c.failure)).all()
    assert sorted(map(tuple, found), key=str) == [("kept", None), ("refused", "virus")]
    assert [path.read_bytes() for path in kept(files)] == [JPEG]
    assert len(scanner.seen) == 2


@pytest.mark.parametrize("says", [b"Can't allocate memory ERROR", b"gibberish"])
async def test_nothing_is_kept_unless_the_scanner_says_that_it_is_clean(
    store: Store,
    platform: Platform,
    files: FileStore,
    scanner: StandIn,
    clock: Clock,
    fetching: Callable[..., Fetching],
    says: bytes,
) -> None:
    platform.files["photo"] = JPEG
    note(store)
    scanner.says = says
    await fetching(scanner_at(scanner.address)).fetch_one()
    assert (row(store).state, row(store).failure, kept(files)) == ("waiting", "scanner", [])
    scanner.says = b""
    clock.turn(minutes=1)
    await fetching(scanner_at(scanner.address)).fetch_one()
    assert row(store).state == "kept"


async def test_nothing_is_kept_while_the_scanner_is_down(
    store: Store,
    platform: Platform,
    files: FileStore,
    clock: Clock,
    fetching: Callable[..., Fetching],
) -> None:
    platform.files["photo"] = JPEG
    note(store)
    with clamd() as was_here:
        address = was_here.address
    for where in (address, "unix:/nowhere/clamd.sock"):
        await fetching(scanner_at(where)).fetch_one()
        assert (row(store).state, kept(files)) == ("waiting", [])
        clock.turn(minutes=10)


async def test_a_file_that_the_scanner_finds_too_long_is_not_kept(
    store: Store,
    platform: Platform,
    files: FileStore,
    scanner: StandIn,
    fetching: Callable[..., Fetching],
) -> None:
    scanner.most = 10
    platform.files["photo"] = JPEG
    note(store)
    await fetching(scanner_at(scanner.address)).fetch_one()
    assert (row(store).state, kept(files)) == ("waiting", [])


@pytest.mark.parametrize("address", ["clamd", ":3310", "host:", "unix:relative", "host:port"])
def test_an_address_of_a_scanner_that_cannot_be_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="unix:/path or host:port"):
        scanner_at(address)


def test_no_address_is_no_scanner() -> None:
    assert scanner_at("") is None


# What agents get


async def test_agents_of_the_council_can_open_it_and_nobody_else(
    store: Store, platform: Platform, files: FileStore, fetching: Callable[..., Fetching]
) -> None:
    platform.files["photo"] = JPEG
    note(store)
    desk = StoredFiles(store, files)
    number = row(store).id
    assert await desk.open(PRIYA, number) is None  # not fetched yet
    await fetching().fetch_one()
    found = await desk.open(PRIYA, number)
    assert found is not None
    assert (found.path.read_bytes(), found.media_type, found.size, found.name) == (
        JPEG,
        "image/jpeg",
        len(JPEG),
        "photo-3.jpg",
    )
    assert await desk.open(Agent(2, "sam", "Sam", "kelmarsh", ("kelmarsh",)), number) is None
    assert await desk.open(PRIYA, "no such file") is None
    found.path.unlink()
    assert await desk.open(PRIYA, number) is None


@pytest.mark.parametrize("name", ["../../front-door.db", "", "a" * 31, "A" * 32, "a" * 31 + "/"])
def test_nothing_else_on_the_disk_can_be_reached(files: FileStore, name: str) -> None:
    with pytest.raises(ValueError, match="no name of ours"):
        files.path(name)


def test_half_written_files_are_tidied_away_after_a_day(files: FileStore) -> None:
    files.write("a" * 32, JPEG)
    for name in ("old.part", "new.part"):
        (files.folder / "aa" / name).write_bytes(b"half")
    day_before = time.time() - 25 * 3600
    for name in ("old.part", "a" * 32):
        os.utime(files.folder / "aa" / name, (day_before, day_before))
    assert files.tidy() == 1
    assert sorted(path.name for path in kept(files)) == ["a" * 32, "new.part"]
