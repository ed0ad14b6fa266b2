"""What Messenger's Send API takes as a message, and how it complains of the rest.

Sources: developers.facebook.com/docs/messenger-platform/reference/send-api and, for quick replies,
developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Extra, Field, StrictBool, StrictStr, ValidationError, root_validator


class Complaint(Exception):
    """Why a call is not taken: Meta's code, and its words."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Strict(BaseModel):
    class Config:
        extra = Extra.forbid


class QuickReply(Strict):
    content_type: Literal["text"]
    title: StrictStr = Field(min_length=1, max_length=20)
    payload: StrictStr = Field(min_length=1, max_length=1000)
    image_url: StrictStr | None = None


class File(Strict):
    url: StrictStr = Field(regex="^https?://")
    is_reusable: StrictBool = False


class Attachment(Strict):
    type: Literal["image", "audio", "video", "file"]
    payload: File


class Message(Strict):
    text: StrictStr | None = Field(None, min_length=1, max_length=2000)
    attachment: Attachment | None = None
    quick_replies: list[QuickReply] = Field([], max_items=13)
    metadata: StrictStr = Field("", max_length=1000)

    @root_validator(skip_on_failure=True)
    def words_or_a_file(cls, values: dict[str, Any]) -> dict[str, Any]:
        if (values["text"] is None) == (values["attachment"] is None):
            raise ValueError("must provide valid attachment or text")
        return values


class Recipient(Strict):
    id: StrictStr = Field(min_length=1)


class Call(Strict):
    recipient: Recipient
    message: Message
    messaging_type: Literal["RESPONSE", "UPDATE", "MESSAGE_TAG"]
    tag: Literal["ACCOUNT_UPDATE", "CONFIRMED_EVENT_UPDATE", "HUMAN_AGENT"] | None = None

    @root_validator(skip_on_failure=True)
    def a_tag_when_it_says_so(cls, values: dict[str, Any]) -> dict[str, Any]:
        if (values["messaging_type"] == "MESSAGE_TAG") != (values["tag"] is not None):
            raise ValueError("a tag goes with MESSAGE_TAG, and only with it")
        return values


def read(body: Any) -> Call:
    """Return what a call asks to send. Raise Complaint."""
    if not isinstance(body, dict):
        raise Complaint(100, "The body is no JSON object")
    try:
        return Call.parse_obj(body)
    except ValidationError as error:
        first = error.errors()[0]
    where, *rest = first["loc"]
    param = f"param {where}{''.join(f'[{part}]' for part in rest)}"
    if first["type"] == "value_error.any_str.max_length":
        limit = first["ctx"]["limit_value"]
        raise Complaint(100, f"Length of {param} must be less than or equal to {limit}")
    if first["type"] == "value_error.list.max_items":
        raise Complaint(105, f"{param} has too many elements.")
    raise Complaint(100, f"{param}: {first['msg']}")
