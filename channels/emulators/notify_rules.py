"""What GOV.UK Notify takes and refuses, and what becomes of words on their way to a phone.

From its documentation (docs.notifications.service.gov.uk/rest-api.html), and from its page on the
price of text messages, which lists the characters that are kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import jwt

LONGEST_TEXT = 918
OF_TOKEN = 30
"""For how many seconds from its `iat` a token is good, and how far in the future that may be."""

GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)
WELSH = frozenset("ÂâÊêÎîÔôÛûŴŵŶŷÁáÉéÍíÓóÚúẂẃÝýÀàÈèÌìÒòÙùẀẁỲỳÄäËëÏïÖöÜüẄẅŸÿ")
PLAINER = {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " "}

_NUMBER = re.compile(r"\+?[1-9]\d{6,14}|0\d{9,10}")
_UK_MOBILE = re.compile(r"(?:\+?44|0)7\d{9}")
_UK = re.compile(r"(?:\+?44|0)")
_TAKEN = frozenset({"phone_number", "template_id", "personalisation", "reference", "sms_sender_id"})


@dataclass(frozen=True)
class Refusal:
    """One of Notify's errors."""

    kind: str
    message: str
    status: int = 400

    def as_json(self) -> dict[str, Any]:
        return {
            "status_code": self.status,
            "errors": [{"error": self.kind, "message": self.message}],
        }


RATE = Refusal(
    "RateLimitError", "Exceeded rate limit for key type LIVE of 3000 requests per 60 seconds", 429
)
BROKEN = Refusal("Exception", "Internal server error", 500)
NOT_FOUND = Refusal("NoResultFound", "No result found", 404)
NO_TOKEN = Refusal("AuthError", "Unauthorized: authentication token must be provided", 401)
NO_KEY = Refusal("AuthError", "Invalid token: API key not found", 403)
BAD_CLOCK = Refusal(
    "AuthError", "Error: Your system clock must be accurate to within 30 seconds", 403
)
NOT_JSON = Refusal("BadRequestError", "Invalid JSON supplied in POST data")


def refusal_of_token(header: str, api_key: str, now: datetime) -> Refusal | None:
    """Return why a call is not let in. An API key is {its name}-{service id}-{secret}; a token is
    signed with the secret by HS256 and says the service and when it was made."""
    service, secret = api_key[-73:-37], api_key[-36:]
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        return NO_TOKEN
    try:
        claims = jwt.decode(
            token, secret, algorithms=["HS256"], options={"verify_iat": False, "verify_exp": False}
        )
    except jwt.PyJWTError:
        return NO_KEY
    if claims.get("iss") != service:
        return NO_KEY
    made = claims.get("iat")
    if not isinstance(made, int) or abs(now.timestamp() - made) > OF_TOKEN:
        return BAD_CLOCK
    return None


def refusal(asked: object, template_id: str) -> Refusal | None:
    """Return why Notify would not send that text, None when it would. The template is
    "((text))"."""
    if not isinstance(asked, dict):
        return NOT_JSON
    for name in ("phone_number", "template_id"):
        if name not in asked:
            return Refusal("ValidationError", f"{name} is a required property")
    for name in sorted(set(asked) - _TAKEN):
        return Refusal(
            "ValidationError", f"Additional properties are not allowed ({name} was unexpected)"
        )
    number = re.sub(r"[\s()\-]", "", str(asked["phone_number"]))
    if not _NUMBER.fullmatch(number) or (_UK.match(number) and not _UK_MOBILE.fullmatch(number)):
        return Refusal("ValidationError", "phone_number Not a UK mobile number")
    if not _UK.match(number):
        return Refusal("BadRequestError", "Cannot send to international mobile numbers")
    return _of_template(asked, template_id)


def _of_template(asked: Mapping[str, Any], template_id: str) -> Refusal | None:
    if not is_uuid(asked["template_id"]):
        return Refusal("ValidationError", "template_id is not a valid UUID")
    if asked["template_id"] != template_id:
        return Refusal("BadRequestError", "Template not found")
    personalisation = asked.get("personalisation") or {}
    if not isinstance(personalisation, dict) or "text" not in personalisation:
        return Refusal("BadRequestError", "Missing personalisation: text")
    length = len(sent(str(personalisation["text"])))
    if length > LONGEST_TEXT:
        return Refusal(
            "BadRequestError",
            f"Text messages cannot be longer than {LONGEST_TEXT} characters."
            f" Your message is {length} characters",
        )
    if not length:
        return Refusal("BadRequestError", "Your message is empty.")
    return None


def sent(text: str) -> str:
    """Return the words as they leave Notify: in the characters of text messages and of Welsh, with
    single spaces, and no more than one empty line."""
    text = "".join(_kept(character) for character in unicodedata.normalize("NFC", text))
    text = re.sub(r"[ \t]+", " ", text.replace("\r\n", "\n"))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r" ?\n ?", "\n", text)).strip()


def number_in_full(written: str) -> str:
    """Return a UK number in E.164."""
    digits = re.sub(r"\D", "", written)
    return f"+44{digits[1:]}" if digits.startswith("0") else f"+{digits}"


def is_uuid(written: object) -> bool:
    try:
        return str(UUID(str(written))) == str(written).lower()
    except ValueError:
        return False


def _kept(character: str) -> str:
    if character in GSM or character in WELSH:
        return character
    if character in PLAINER:
        return PLAINER[character]
    bare = unicodedata.normalize("NFD", character)[0]
    return bare if bare in GSM else "?"
