"""A photo is kept without what tells where it was taken."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from assistant.photos import NoPhoto, without_metadata

GPS, MODEL, ORIENTATION = 0x8825, 0x0110, 0x0112


def picture(kind: str, size: tuple[int, int] = (40, 20), **saved: Any) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(made, format=kind, **saved)
    return made.getvalue()


def telling(**more: int) -> Image.Exif:
    exif = Image.Exif()
    exif[MODEL] = "A telephone"
    exif.get_ifd(GPS)[2] = (51.0, 19.0, 48.0)
    exif[ORIENTATION] = more.get("orientation", 1)
    return exif


@pytest.mark.parametrize(("kind", "media_type"), [("JPEG", "image/jpeg"), ("WEBP", "image/webp")])
def test_where_and_with_what_it_was_taken_is_taken_out(kind: str, media_type: str) -> None:
    data = picture(kind, exif=telling())
    kept, _ = without_metadata(data, media_type)
    with Image.open(io.BytesIO(kept)) as shown:
        assert (shown.format, shown.size) == (kind, (40, 20))
        assert not shown.getexif()
    assert b"A telephone" in data
    assert b"A telephone" not in kept


def test_words_in_a_picture_file_are_taken_out() -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "Ada Lovelace")
    kept, _ = without_metadata(picture("PNG", pnginfo=words), "image/png")
    assert b"Ada" not in kept
    with Image.open(io.BytesIO(kept)) as shown:
        assert shown.getpixel((0, 0)) == (200, 30, 30)


def test_a_photo_that_was_taken_sideways_stands_upright() -> None:
    kept, _ = without_metadata(picture("JPEG", exif=telling(orientation=6)), "image/jpeg")
    with Image.open(io.BytesIO(kept)) as shown:
        assert shown.size == (20, 40)


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("GIF", "image/gif"), ("WEBP", "image/webp")],
)
def test_what_tells_nothing_is_kept_as_it_is(kind: str, media_type: str) -> None:
    data = picture(kind)
    assert without_metadata(data, media_type) == (data, media_type)


def test_other_files_are_left_alone() -> None:
    plan = (b"%PDF-1.7 a plan", "application/pdf")
    assert without_metadata(*plan) == plan


def test_a_photo_of_an_iphone_becomes_one_that_every_browser_shows() -> None:
    """The file is of 64 by 32 pixels, with a place and "A telephone" in its metadata."""
    data = (Path(__file__).parent / "photo.heic").read_bytes()
    assert b"A telephone" in data
    kept, media_type = without_metadata(data, "image/heic")
    assert media_type == "image/jpeg"
    assert b"A telephone" not in kept
    with Image.open(io.BytesIO(kept)) as shown:
        assert (shown.format, shown.size) == ("JPEG", (64, 32))
        assert not shown.getexif()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\xff\xd8\xff\xe0" + bytes(64), id="no picture"),
        pytest.param(picture("JPEG", (400, 200))[:400], id="cut off"),
        pytest.param(picture("PNG"), id="another kind than it says"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_what_cannot_be_shown_is_refused(data: bytes) -> None:
    with pytest.raises(NoPhoto):
        without_metadata(data, "image/jpeg")


def test_a_picture_that_would_fill_the_memory_is_refused() -> None:
    with pytest.raises(NoPhoto):
        without_metadata(picture("PNG", (12_000, 6_000)), "image/png")
