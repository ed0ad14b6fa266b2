"""What the Cloud API takes as a message, and how it complains of the rest.

Sources: Meta's OpenAPI description (github.com/facebook/openapi, business-messaging-api_v23.0.yaml,
schemas TextMessage, ImageMessage, InteractiveObject, ActionObject, SectionObject, TemplateObject),
and for `recipient`, `biz_opaque_callback_data` and the location request, which it leaves out,
developers.facebook.com/documentation/business-messaging/whatsapp/messages.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import (
    BaseModel,
    Extra,
    Field,
    StrictBool,
    StrictStr,
    ValidationError,
    root_validator,
    validator,
)


class Complaint(Exception):
    """Why a message is not taken: Meta's code, its words for that code, and what it is about."""

    def __init__(self, code: int, message: str, details: str) -> None:
        super().__init__(details)
        self.code = code
        self.message = message
        self.details = details


class Strict(BaseModel):
    class Config:
        extra = Extra.forbid


class Text(Strict):
    body: StrictStr = Field(min_length=1, max_length=4096)
    preview_url: StrictBool = False


class Media(Strict):
    id: StrictStr | None = None
    link: StrictStr | None = Field(None, regex="^https?://")
    caption: StrictStr = Field("", max_length=1024)

    @root_validator
    def one_of_both(cls, values: dict[str, Any]) -> dict[str, Any]:
        if bool(values.get("id")) == bool(values.get("link")):
            raise ValueError("either id or link")
        return values


class Body(Strict):
    text: StrictStr = Field(min_length=1, max_length=1024)


class Footer(Strict):
    text: StrictStr = Field(min_length=1, max_length=60)


class ReplyOfButton(Strict):
    id: StrictStr = Field(min_length=1, max_length=256)
    title: StrictStr = Field(min_length=1, max_length=20)

    @validator("id")
    def no_spaces_around(cls, value: str) -> str:
        if value != value.strip():
            raise ValueError("no leading or trailing spaces")
        return value


class Button(Strict):
    type: Literal["reply"]
    reply: ReplyOfButton


class Buttons(Strict):
    buttons: list[Button] = Field(min_items=1, max_items=3)

    @validator("buttons")
    def all_different(cls, buttons: list[Button]) -> list[Button]:
        _different([button.reply.id for button in buttons], "ids")
        _different([button.reply.title for button in buttons], "titles")
        return buttons


class Row(Strict):
    id: StrictStr = Field(min_length=1, max_length=200)
    title: StrictStr = Field(min_length=1, max_length=24)
    description: StrictStr = Field("", max_length=72)


class Section(Strict):
    title: StrictStr = Field("", max_length=24)
    rows: list[Row] = Field(min_items=1, max_items=10)


class Sections(Strict):
    button: StrictStr = Field(min_length=1, max_length=20)
    sections: list[Section] = Field(min_items=1, max_items=10)

    @validator("sections")
    def ten_rows_in_all(cls, sections: list[Section]) -> list[Section]:
        rows = [row.id for section in sections for row in section.rows]
        if len(rows) > 10:
            raise ValueError("at most 10 rows in all sections")
        _different(rows, "ids")
        if len(sections) > 1 and not all(section.title for section in sections):
            raise ValueError("a title for each of several sections")
        return sections


class SendLocation(Strict):
    name: Literal["send_location"]


class Interactive(Strict):
    body: Body
    footer: Footer | None = None


class ReplyButtons(Interactive):
    type: Literal["button"]
    action: Buttons


class List(Interactive):
    type: Literal["list"]
    action: Sections


class LocationRequest(Interactive):
    type: Literal["location_request_message"]
    action: SendLocation


class Language(Strict):
    code: StrictStr = Field(min_length=2, max_length=15)
    policy: Literal["deterministic"] = "deterministic"


class Template(Strict):
    name: StrictStr = Field(min_length=1, max_length=512)
    language: Language
    components: list[dict[str, Any]] = []


class Message(Strict):
    """What all messages have. `to` is a number and wins over `recipient`, a business-scoped id."""

    messaging_product: Literal["whatsapp"]
    recipient_type: Literal["individual"] = "individual"
    to: StrictStr = ""
    recipient: StrictStr = ""
    biz_opaque_callback_data: StrictStr = Field("", max_length=512)

    @property
    def user(self) -> str:
        return self.to.lstrip("+") or self.recipient


class TextMessage(Message):
    type: Literal["text"]
    text: Text


class ImageMessage(Message):
    type: Literal["image"]
    image: Media


class InteractiveMessage(Message):
    type: Literal["interactive"]
    interactive: ReplyButtons | List | LocationRequest = Field(discriminator="type")


class TemplateMessage(Message):
    type: Literal["template"]
    template: Template


Sendable = TextMessage | ImageMessage | InteractiveMessage | TemplateMessage


class _Called(BaseModel):
    message: Sendable = Field(discriminator="type")


def read(body: Any) -> Sendable:
    """Return the message that a call asks to send. Raise Complaint."""
    if not isinstance(body, dict):
        raise Complaint(100, "Invalid parameter", "The body is no JSON object")
    try:
        message = _Called.parse_obj({"message": body}).message
    except ValidationError as error:
        raise _complaint(error) from None
    if not message.user:
        raise Complaint(100, "The parameter to is required.", "to")
    return message


def _complaint(error: ValidationError) -> Complaint:
    first = error.errors()[0]
    # The first parts are ours: "message", and the kind of message.
    where = ".".join(str(part) for part in first["loc"][2:]) or "type"
    details = f"{where}: {first['msg']}"
    if first["type"] == "value_error.missing":
        return Complaint(131008, "Required parameter is missing", details)
    if first["type"] == "value_error.extra" or where in ("type", "text.body"):
        return Complaint(100, f"Invalid parameter: {details}", details)
    return Complaint(131009, "Parameter value is not valid", details)


def _different(values: Sequence[str], what: str) -> None:
    if len(set(values)) < len(values):
        raise ValueError(f"duplicated {what}")
