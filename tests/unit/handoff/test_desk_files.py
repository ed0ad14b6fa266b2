"""Residents' files, as they leave the desk."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.handoff.rooms import Desk, running_desk

PHOTO = "00000000-0000-4000-8000-0000000000f1"
PAGE = "00000000-0000-4000-8000-0000000000f2"
NOWHERE = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def with_files(open_desk: Desk) -> Desk:
    open_desk.files.keep(PHOTO, b"\xff\xd8\xff" + b"x" * 200_000, "image/jpeg", "photo-1.jpg")
    open_desk.files.keep(PAGE, b"<script>alert(1)</script>", "text/html", "page-1.html")
    return open_desk


def test_a_file_is_saved_and_never_opened_in_the_page(with_files: Desk) -> None:
    with with_files.sign_in() as priya:
        answer = priya.get(f"/desk/attachments/{PAGE}")

    assert answer.content == b"<script>alert(1)</script>"
    assert answer.headers["content-disposition"] == 'attachment; filename="page-1.html"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "private, no-store"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "script-src" not in answer.headers["content-security-policy"]


def test_a_picture_can_be_looked_at(with_files: Desk) -> None:
    with with_files.sign_in() as priya:
        answer = priya.get(f"/desk/attachments/{PHOTO}/picture")

    assert len(answer.content) == 200_003
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-disposition"] == "inline"
    assert answer.headers["content-length"] == "200003"
    assert (
        "default-src 'none'; img-src 'self'; sandbox" in (answer.headers["content-security-policy"])
    )


@pytest.mark.parametrize(
    "path",
    [f"{PAGE}/picture", NOWHERE, f"{NOWHERE}/picture", "..%2f..%2fdesk.db", "1"],
    ids=["no picture", "no file", "no picture there", "a path", "no id"],
)
def test_what_is_no_such_file_is_not_found(with_files: Desk, path: str) -> None:
    with with_files.sign_in() as priya:
        assert priya.get(f"/desk/attachments/{path}").status_code == 404


def test_a_file_that_is_gone_from_the_disk_is_not_found(with_files: Desk) -> None:
    with_files.files.kept[PHOTO][1].path.unlink()
    with with_files.sign_in() as priya:
        assert priya.get(f"/desk/attachments/{PHOTO}").status_code == 404


def test_another_councils_file_looks_as_if_it_did_not_exist(with_files: Desk) -> None:
    with_files.files.kept[PHOTO] = ("kelmarsh", with_files.files.kept[PHOTO][1])
    with with_files.sign_in() as priya:
        answers = [priya.get(f"/desk/attachments/{key}") for key in (PHOTO, NOWHERE)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].text == answers[1].text


def test_nobody_gets_a_file_without_signing_in(with_files: Desk) -> None:
    with with_files.browser() as stranger:
        answer = stranger.get(f"/desk/attachments/{PHOTO}")

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/desk/sign-in")


def test_a_desk_without_files_post_and_people_is_still_a_desk(tmp_path: Path) -> None:
    with running_desk(tmp_path, whole=False) as desk, desk.sign_in() as priya:
        key = desk.do(desk.floor.queued())
        pages = [priya.get(path) for path in ("/desk", f"/desk/c/{key}")]
        missing = [
            priya.get(path).status_code
            for path in (
                "/desk/undelivered",
                f"/desk/attachments/{PHOTO}",
                f"/desk/c/{key}/contacts",
            )
        ]

    assert [page.status_code for page in pages] == [200, 200]
    assert all("Undelivered" not in page.text for page in pages)
    assert missing == [404, 404, 404]
