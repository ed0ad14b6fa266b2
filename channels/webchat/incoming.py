"""What a page sends: read with suspicion, cleaned, and refused in plain English."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from channels.messages import Chose, Said

LONGEST = 2000
LARGEST_BODY = 64 * 1024
_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_SURROGATE = re.compile("[\ud800-\udfff]")
# Unicode's control characters (Cc) but line breaks and tabs.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class BadInput(Exception):
    """The page sent something that cannot be taken. `reason` is for the resident to read.

    With `retry_after`, the same can be taken after so many seconds.
    """

    def __init__(self, status: int, reason: str, retry_after: int = 0) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.retry_after = retry_after

    @property
    def headers(self) -> dict[str, str]:
        """The HTTP headers that say when to try again, if that helps."""
        return {"Retry-After": str(self.retry_after)} if self.retry_after else {}


def read_json(body: bytes, content_type: str) -> Mapping[str, Any]:
    """Return the object in the body. Raise BadInput 400, 413 or 415."""
    _expect("application/json", body, content_type)
    try:
        value = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise BadInput(400, "We could not read this message. Try sending it again.") from None
    if not isinstance(value, dict):
        raise BadInput(400, "We could not read this message. Try sending it again.")
    return value


def read_form(body: bytes, content_type: str) -> Mapping[str, str]:
    """Return the first value of each field of a form. Raise BadInput 400, 413 or 415."""
    _expect("application/x-www-form-urlencoded", body, content_type)
    try:
        fields = parse_qs(
            body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=20
        )
    except ValueError:
        raise BadInput(400, "We could not read this form. Go back and try again.") from None
    return {name: values[0] for name, values in fields.items()}


def read_message(fields: Mapping[str, Any]) -> tuple[str, Said | Chose]:
    """Return the id that the page gave the message, and what it says. Raise BadInput 413 or 422.

    A choice comes back without its label: only the service knows whether it was offered.
    """
    identifier = fields.get("id")
    if not isinstance(identifier, str) or not _ID.fullmatch(identifier):
        raise BadInput(422, "The message needs an id of 8 to 64 letters, digits and hyphens.")
    if ("text" in fields) == ("choice" in fields):
        raise BadInput(422, "Send either a text or a choice.")
    if "text" in fields:
        return identifier, Said(clean(fields["text"]))
    value = fields["choice"]
    if not isinstance(value, str) or not value or not _is_unicode(value) or len(value) > LONGEST:
        raise BadInput(422, "This choice was not offered. Choose another, or write a message.")
    return identifier, Chose(value)


def clean(text: object) -> str:
    """Return the text in NFC, without control characters and without space around it.

    Raise BadInput: 422 when nothing is left or it is no Unicode text, 413 when it is too long.
    """
    if not isinstance(text, str):
        raise BadInput(422, "The text of a message must be text.")
    if not _is_unicode(text):
        raise BadInput(422, "The message has characters that we cannot read. Try other words.")
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    cleaned = unicodedata.normalize("NFC", _CONTROLS.sub("", unified)).strip()
    if not cleaned:
        raise BadInput(422, "Write a message first, then choose Send.")
    if len(cleaned) > LONGEST:
        raise BadInput(
            413,
            f"This message is too long. The most is {LONGEST:,} characters, and yours has "
            f"{len(cleaned):,}. Shorten it, or send it in parts.",
        )
    return cleaned


def _is_unicode(text: str) -> bool:
    # JSON can spell half of a surrogate pair, which no database or page can hold.
    return _SURROGATE.search(text) is None


def _expect(media_type: str, body: bytes, content_type: str) -> None:
    named, *parameters = [part.strip().lower() for part in content_type.split(";")]
    charset = next((p.partition("=")[2].strip('" ') for p in parameters if "charset" in p), "utf-8")
    if named != media_type or charset not in ("utf-8", "utf8"):
        raise BadInput(415, f"Send this as {media_type} in UTF-8.")
    if len(body) > LARGEST_BODY:
        raise BadInput(413, f"This is too large. The most is {LONGEST:,} characters.")
