"""What Twilio takes and refuses.

From its pages docs/messaging/api/message-resource, docs/api/errors, docs/usage/security and its
support article on opt-out keywords.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

LONGEST_BODY = 1600
LARGEST_MEDIA = 5 * 1024 * 1024

OPT_OUT = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"})
OPT_IN = frozenset({"START", "YES", "UNSTOP"})
HELP = frozenset({"HELP", "INFO"})
"""A message that is nothing but one of these words is answered by Twilio itself, as well as handed
on to the webhook."""

STOPPED = (
    "You have successfully been unsubscribed. You will not receive any more messages from this"
    " number. Reply START to resubscribe."
)
STARTED = (
    "You have successfully been re-subscribed to messages from this number. Reply HELP for help."
    " Reply STOP to unsubscribe. Msg&Data Rates May Apply."
)
HELPED = "Reply STOP to unsubscribe. Msg&Data Rates May Apply."

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_UK_MOBILE = re.compile(r"\+447\d{9}")


@dataclass(frozen=True)
class Refusal:
    """One of Twilio's errors."""

    code: int
    message: str
    status: int = 400

    def as_json(self) -> dict[str, object]:
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


UNKNOWN = Refusal(20404, "The requested resource was not found", 404)
UNAUTHORISED = Refusal(20003, "Authenticate", 401)
TOO_MANY = Refusal(20429, "Too Many Requests", 429)
BROKEN = Refusal(20500, "An internal server error has occurred", 500)


def refusal(
    form: Mapping[str, str], values: Mapping[str, str], opted_out: Collection[str]
) -> Refusal | None:
    """Return why Twilio would not make that message, None when it would."""
    to, body, callback = form.get("To", ""), form.get("Body", ""), form.get("StatusCallback", "")
    if not to:
        return Refusal(21604, "A 'To' phone number is required.")
    if not _E164.fullmatch(to) or (to.startswith("+44") and len(to) != 13):
        return Refusal(21211, f"Invalid 'To' Phone Number: {to[:4]}XXXX")
    if to.startswith("+44") and not _UK_MOBILE.fullmatch(to):
        return Refusal(21614, "'To' number is not a valid mobile number")
    refused = _of_sender(form, values)
    if refused is not None:
        return refused
    if not body.strip():
        return Refusal(21602, "Message body is required.")
    if len(body) > LONGEST_BODY:
        return Refusal(21617, "The concatenated message body exceeds the 1600 character limit.")
    if callback and not urlsplit(callback).hostname:
        return Refusal(21609, "The 'StatusCallback' URL is not a valid URL.")
    if to in opted_out:
        return Refusal(21610, "Attempt to send to unsubscribed recipient")
    return None


def _of_sender(form: Mapping[str, str], values: Mapping[str, str]) -> Refusal | None:
    service, sender = form.get("MessagingServiceSid", ""), form.get("From", "")
    if service:
        if service == values.get("messaging_service_sid"):
            return None
        return Refusal(21701, "The Messaging Service does not exist.")
    if not sender:
        return Refusal(21603, "A 'From' phone number is required.")
    if not _E164.fullmatch(sender):
        return Refusal(21212, "Invalid 'From' Phone Number")
    if sender != values.get("number"):
        return Refusal(21606, "The 'From' phone number provided is not a valid Twilio number.")
    return None


def is_authorised(header: str, sid: str, token: str) -> bool:
    """Whether an Authorization header is HTTP basic authentication with that account and token."""
    expected = "Basic " + base64.b64encode(f"{sid}:{token}".encode()).decode()
    return hmac.compare_digest(header.encode("utf-8", "replace"), expected.encode())


def signed(url: str, form: Mapping[str, str], token: str) -> str:
    """Return the value of X-Twilio-Signature: base64 of HMAC-SHA1, by the account's token, of the
    URL and then each field in the order of the names, name and value without anything between."""
    text = url
    for name in sorted(form):
        text += name + form[name]
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()
