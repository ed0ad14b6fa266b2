"""GOV.UK Notify, from its documentation.

docs.notifications.service.gov.uk/rest-api.html; the limit of a text message is from
notifications.service.gov.uk/pricing/text-messages
"""

from __future__ import annotations

from collections.abc import Iterator

from channels.channel import DeliveryFailed, Payload, Refused, Transient, Unreachable
from tests.channels.case import Answer, Case, Failure

TOKEN = "notify-callback-token"
LONGEST_CONTENT = 918
"""'Your message is too long': six fragments of 153 characters."""


def refused(payload: Payload) -> Iterator[str]:
    if set(payload) != {"text"}:
        yield "not words"
    if not str(payload["text"]).strip():
        yield "Your message is empty"
    if len(str(payload["text"])) > LONGEST_CONTENT:
        yield "Text messages cannot be longer than 918 characters"


def failure(
    name: str, status: int, error: str, message: str, meaning: type[DeliveryFailed]
) -> Failure:
    said = {"status_code": status, "errors": [{"error": error, "message": message}]}
    return Failure(name, Answer.of(status, said), meaning)


CASE = Case(
    kind="notify",
    values={
        "api_key": "front_door-26785a09-ab16-4eb0-8407-a37497a57506-"
        "3d844edf-8d35-48ac-975b-e847b4f122b0",
        "template_id": "f33517ff-2a88-4f6e-b855-c550268ce08a",
        "callback_token": TOKEN,
    },
    user="+447700900123",
    sign=lambda url, body: {"authorization": f"Bearer {TOKEN}"},
    signature="authorization",
    signs_body=False,
    refused=lambda payload: list(refused(payload)),
    shown=lambda payload: str(payload["text"]),
    taken=Answer.of(
        201,
        {
            "id": "740e5834-3a29-46b4-9a6f-16142fde533a",
            "reference": "key",
            "content": {"body": "Hello", "from_number": "ASHCOMBE"},
            "uri": "https://notify.example/v2/notifications/740e5834",
            "template": {"id": "f33517ff", "version": 1, "uri": "https://notify.example/t"},
        },
    ),
    failures=[
        failure(
            "no such number",
            400,
            "ValidationError",
            "phone_number Number is not valid – double check the phone number you entered",
            Unreachable,
        ),
        failure(
            "not on the team's list",
            400,
            "BadRequestError",
            "Can't send to this recipient using a team-only API key",
            Refused,
        ),
        failure(
            "too long",
            400,
            "BadRequestError",
            "Content for template has a character count greater than the limit of 918",
            Refused,
        ),
        failure("wrong key", 403, "AuthError", "Invalid token: API key not found", Transient),
        failure(
            "too many calls",
            429,
            "RateLimitError",
            "Exceeded rate limit for key type LIVE of 3000 requests per 60 seconds",
            Transient,
        ),
        failure(
            "too many in a day",
            429,
            "TooManyRequestsError",
            "Exceeded send limits (sms: 250000) for today",
            Transient,
        ),
        failure("trouble at Notify", 500, "Exception", "Internal server error", Transient),
    ],
    counts_parts=True,
)
