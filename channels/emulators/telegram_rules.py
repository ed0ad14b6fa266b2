"""What Telegram refuses in a call, in its own words: lengths, buttons, and too many at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from channels.emulators.telegram_html import CannotParse, Formatted, length, link_url, parse_html

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
LONGEST_DATA = 64
MOST_BUTTONS = 100
PORTS = (None, 80, 88, 443, 8443)
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


class Complaint(Exception):
    """A call is not taken. `words` are Telegram's, with its own word for the status before them."""

    def __init__(self, code: int, words: str, retry_after: int | None = None) -> None:
        super().__init__(words)
        self.code = code
        self.words = words
        self.retry_after = retry_after

    def body(self) -> Mapping[str, Any]:
        said: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.words}
        if self.retry_after is not None:
            said["parameters"] = {"retry_after": self.retry_after}
        return said


def bad(words: str) -> Complaint:
    return Complaint(400, f"Bad Request: {words}")


def too_many(seconds: int) -> Complaint:
    return Complaint(429, f"Too Many Requests: retry after {seconds}", seconds)


def formatted(arguments: Mapping[str, Any], name: str) -> Formatted:
    """Return the text of a call, its entities read when it is HTML. It may be empty."""
    text, mode = str(arguments.get(name) or ""), str(arguments.get("parse_mode") or "")
    if not mode:
        return Formatted(text.strip())
    if mode.lower() != "html":
        raise bad("unsupported parse_mode")
    try:
        return parse_html(text)
    except CannotParse as error:
        raise bad(f"can't parse entities: {error}") from None


def checked_text(arguments: Mapping[str, Any]) -> Formatted:
    text = formatted(arguments, "text")
    if not text.text:
        raise bad("message text is empty")
    if length(text.text) > LONGEST_TEXT:
        raise bad("message is too long")
    return text


def checked_caption(arguments: Mapping[str, Any]) -> Formatted:
    caption = formatted(arguments, "caption")
    if length(caption.text) > LONGEST_CAPTION:
        raise bad("message caption is too long")
    return caption


def checked_markup(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the reply markup, {} when there is none."""
    markup = given_object(arguments, "reply_markup")
    if "inline_keyboard" in markup:
        buttons = _buttons(markup["inline_keyboard"], "inline keyboard")
        for button in buttons:
            _check_inline(button)
    elif "keyboard" in markup:
        buttons = _buttons(markup["keyboard"], "keyboard")
    else:
        return markup
    if len(buttons) > MOST_BUTTONS:
        raise bad("reply markup is too long")
    return markup


def given_object(arguments: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return an argument that is an object; {} when it is left out."""
    given = _decoded(arguments, name)
    if not isinstance(given, dict):
        raise bad(f"object expected as {name.replace('_', ' ')}")
    return given


def given_list(arguments: Mapping[str, Any], name: str) -> Sequence[Any]:
    given = _decoded(arguments, name) or []
    if not isinstance(given, list):
        raise bad(f"can't parse {name.replace('_', ' ')}: field must be of type Array")
    return given


def given_number(arguments: Mapping[str, Any], name: str, default: int) -> int:
    """Return an argument that is a whole number; what is none counts as left out."""
    try:
        return int(arguments.get(name, default))
    except (TypeError, ValueError, OverflowError):
        return default


def _decoded(arguments: Mapping[str, Any], name: str) -> Any:
    """A form has objects and lists written out in JSON, a call in JSON has them as they are."""
    given = arguments.get(name)
    if isinstance(given, str) and given:
        try:
            return json.loads(given)
        except ValueError:
            raise bad(f"can't parse {name.replace('_', ' ')} JSON object") from None
    return given or {}


def checked_webhook(url: str, secret: str) -> None:
    """Telegram wants https on one of four ports. Here http will do too, for this machine alone."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise bad("bad webhook: invalid webhook URL specified") from None
    local = host in ("127.0.0.1", "localhost", "::1")
    if parts.scheme != "https" and not local:
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if port not in PORTS and not local:
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if secret and not _SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")


class Flood:
    """How often one chat, and all together, may be written to. Telegram lets short bursts pass and
    publishes no more than the rates: core.telegram.org/bots/faq."""

    def __init__(self, burst: int = 5, per_second: float = 1.0, all_per_second: int = 30) -> None:
        self.burst = burst
        self.per_second = per_second
        self.all_per_second = all_per_second
        self._chats: dict[str, tuple[float, datetime]] = {}

    def check(self, chat: str, now: datetime) -> None:
        """Count one message to a chat. Raise Complaint when it is one too many."""
        self._take("", self.all_per_second, self.all_per_second, now)
        self._take(chat, self.burst, self.per_second, now)

    def _take(self, chat: str, burst: float, per_second: float, now: datetime) -> None:
        left, at = self._chats.get(chat, (burst, now))
        left = min(burst, left + (now - at).total_seconds() * per_second)
        if left < 1:
            self._chats[chat] = (left, now)
            raise too_many(max(1, round((1 - left) / per_second)))
        self._chats[chat] = (left - 1, now)


def _buttons(rows: Any, of: str) -> list[Mapping[str, Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad(f"can't parse {of}: field must be of type Array")
    # A key of a reply keyboard may be written as its text alone.
    buttons = [{"text": one} if isinstance(one, str) else one for row in rows for one in row]
    for button in buttons:
        if not isinstance(button, dict):
            raise bad(f"can't parse {of} button: expected an Object")
        if not isinstance(button.get("text"), str) or not button["text"].strip():
            raise bad(f"{of} button text must be non-empty")
    return buttons


def _check_inline(button: Mapping[str, Any]) -> None:
    if "url" in button:
        if not link_url(str(button["url"])):
            raise bad("BUTTON_URL_INVALID")
    elif "callback_data" not in button:
        raise bad(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    elif not 0 < len(str(button["callback_data"]).encode()) <= LONGEST_DATA:
        raise bad("BUTTON_DATA_INVALID")
