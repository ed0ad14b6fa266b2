"""The door of the desk."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.handoff.rooms import Desk, hidden, running_desk

WRONG = "That user name and password do not match"


@pytest.mark.parametrize(
    "path", ["/desk", "/desk/mine", "/desk/c/00000000-0000-4000-8000-000000000000"]
)
def test_who_is_not_signed_in_is_sent_to_the_door(open_desk: Desk, path: str) -> None:
    with open_desk.browser() as browser:
        answer = browser.get(path)

    assert answer.status_code == 303
    assert answer.headers["location"] == f"/desk/sign-in?next={path}"


def test_a_script_that_is_not_signed_in_is_told_so(open_desk: Desk) -> None:
    with open_desk.browser() as browser:
        answer = browser.get("/desk/list", headers={"Accept": "application/json"})

    assert answer.status_code == 401
    assert answer.json()["title"] == "You are signed out"


def test_signing_in_leads_to_where_one_wanted_to_go(open_desk: Desk) -> None:
    with open_desk.browser() as browser:
        door = hidden(browser.get("/desk/sign-in?next=/desk/mine").text, "door")
        answer = browser.post(
            "/desk/sign-in",
            data={
                "door": door,
                "next": "/desk/mine",
                "username": "priya",
                "password": open_desk.password,
            },
        )
        page = browser.get("/desk/mine")

    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/mine")
    assert "Priya" in page.text


@pytest.mark.parametrize(
    "elsewhere", ["https://bad.example", "//bad.example", "/desk/../x", "/desk/sign-out", "/x"]
)
def test_the_door_never_leads_to_another_place(open_desk: Desk, elsewhere: str) -> None:
    with open_desk.browser() as browser:
        page = browser.get("/desk/sign-in", params={"next": elsewhere})

    assert hidden(page.text, "next") == "/desk"


def test_the_cookie_is_out_of_reach_of_scripts(open_desk: Desk) -> None:
    with open_desk.browser() as browser:
        answer = open_desk.try_to_sign_in(browser, "priya", open_desk.password)

    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("desk="))
    assert {"HttpOnly", "SameSite=Lax", "Path=/desk"} <= set(cookie.split("; "))
    assert "Secure" not in cookie


def test_behind_https_the_cookie_is_for_https_only(tmp_path: Path) -> None:
    with running_desk(tmp_path, secure=True) as desk, desk.browser() as browser:
        page = browser.get("/desk/sign-in")
        ticket = page.headers["set-cookie"].split(";")[0]
        answer = browser.post(
            "/desk/sign-in",
            data={
                "door": hidden(page.text, "door"),
                "username": "priya",
                "password": desk.password,
            },
            headers={"Cookie": ticket},
        )

    cookies = answer.headers.get_list("set-cookie")
    assert any(c.startswith("__Secure-desk=") and "Secure" in c.split("; ") for c in cookies)


def test_signing_in_again_changes_the_token(open_desk: Desk) -> None:
    with open_desk.sign_in() as browser, open_desk.browser() as thief:
        old = browser.cookies["desk"]
        page = browser.get("/desk/sign-in")  # signed in: led on to the desk
        assert page.status_code == 303
        door = hidden(thief.get("/desk/sign-in").text, "door")
        thief.post(
            "/desk/sign-in",
            data={"door": door, "username": "priya", "password": open_desk.password},
            headers={"Cookie": f"desk-door={thief.cookies['desk-door']}; desk={old}"},
        )

        assert thief.cookies["desk"] != old
        assert browser.get("/desk").status_code == 303


@pytest.mark.parametrize(
    ("username", "password"), [("priya", "not the password"), ("nobody", "not the password")]
)
def test_a_wrong_name_and_a_wrong_password_look_the_same(
    open_desk: Desk, username: str, password: str
) -> None:
    with open_desk.browser() as browser:
        answer = open_desk.try_to_sign_in(browser, username, password)

    assert answer.status_code == 401
    assert WRONG in answer.text
    assert f'value="{username}"' in answer.text
    assert password not in answer.text


def test_an_empty_form_says_what_is_missing(open_desk: Desk) -> None:
    with open_desk.browser() as browser:
        answer = open_desk.try_to_sign_in(browser, "priya", "")

    assert answer.status_code == 400
    assert "Enter your user name and your password." in answer.text


def test_the_sixth_try_has_to_wait_even_with_the_right_password(open_desk: Desk) -> None:
    with open_desk.browser() as browser:
        for _ in range(5):
            open_desk.try_to_sign_in(browser, "priya", "not the password")
        refused = open_desk.try_to_sign_in(browser, "priya", open_desk.password)
        open_desk.pass_time(minutes=15)
        welcome = open_desk.try_to_sign_in(browser, "priya", open_desk.password)

    assert refused.status_code == 429
    assert "Too many attempts. Try again in 15 minutes." in refused.text
    assert welcome.status_code == 303


@pytest.mark.parametrize("door", ["", "0" * 64, "é"])
def test_another_site_cannot_sign_anybody_in(open_desk: Desk, door: str) -> None:
    with open_desk.browser() as browser:
        browser.get("/desk/sign-in")
        answer = browser.post(
            "/desk/sign-in",
            data={"door": door, "username": "priya", "password": open_desk.password},
        )

    assert answer.status_code == 403
    assert "Open the sign-in page again" in answer.text


def test_signing_out_ends_the_session(open_desk: Desk) -> None:
    with open_desk.sign_in() as browser:
        token = browser.cookies["desk"]
        answer = open_desk.send(browser, "/desk/sign-out")
        again = browser.get("/desk", headers={"Cookie": f"desk={token}"})

    assert answer.headers["location"] == "/desk/sign-in"
    assert again.status_code == 303


def test_half_an_hour_away_from_the_desk_signs_out(open_desk: Desk) -> None:
    with open_desk.sign_in() as browser:
        open_desk.pass_time(minutes=31)

        assert browser.get("/desk").status_code == 303


@pytest.mark.parametrize("cookie", ["x", "é" * 50, "a" * 5000, "' OR 1=1 --"])
def test_a_forged_cookie_is_nobody(open_desk: Desk, cookie: str) -> None:
    with open_desk.browser() as browser:
        answer = browser.get("/desk", headers={b"Cookie": f"desk={cookie}".encode()})

    assert answer.status_code == 303
