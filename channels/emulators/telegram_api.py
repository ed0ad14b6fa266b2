"""The Bot API's methods: what a bot may ask of Telegram, and what Telegram answers."""

from __future__ import annotations

import mimetypes
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from channels.emulators.phone import Phone, Shown
from channels.emulators.platform import Clock
from channels.emulators.telegram_html import Formatted, link_url
from channels.emulators.telegram_rules import (
    Complaint,
    Flood,
    bad,
    checked_caption,
    checked_markup,
    checked_text,
    checked_webhook,
    given_list,
    given_number,
)
from channels.emulators.telegram_shapes import photo_sizes
from channels.emulators.telegram_updates import EVERY_KIND, MOST_AT_ONCE, Hook, Updates

LARGEST_FILE = 20 * 1024 * 1024
LONGEST_POLL = 50
Arguments = Mapping[str, Any]


class Chats(Protocol):
    """The side of the phones, as the API needs it."""

    clock: Clock
    files: dict[str, tuple[bytes, str]]

    def wrote(self, user: str) -> Phone | None:
        """Return the phone of somebody who has written to the bot."""

    def put(self, user: str, message: Mapping[str, Any], shown: Shown) -> None:
        """Show a message of the bot's."""

    def chat(self, user: str) -> Mapping[str, Any]:
        """Return that person's chat, as it stands in messages."""

    def next_message(self) -> int:
        """Return a message's number, which no other has."""

    def answered(self, query: str, words: str) -> bool:
        """End the spinner of a button; False when no button waits for that."""

    def keep_file(self, data: bytes, media_type: str) -> str: ...

    def delivered(self, update: int) -> None:
        """The bot has an update."""

    async def hooked(self) -> None:
        """The webhook is new: send it what waits."""


class BotApi:
    """One bot. Each method takes the call's arguments and returns its result; raises Complaint."""

    def __init__(
        self, token: str, username: str, chats: Chats, updates: Updates, hook: Hook
    ) -> None:
        self.me = {
            "id": int(token.partition(":")[0] or 0),
            "is_bot": True,
            "first_name": "Council assistant",
            "username": username,
            "can_join_groups": False,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }
        self.flood = Flood()
        self._chats = chats
        self._updates = updates
        self._hook = hook
        self._methods: Mapping[str, Callable[[Arguments], Awaitable[Any]]] = {
            "getme": self._get_me,
            "sendmessage": self._send_message,
            "sendphoto": self._send_photo,
            "answercallbackquery": self._answer_callback_query,
            "getupdates": self._get_updates,
            "setwebhook": self._set_webhook,
            "deletewebhook": self._delete_webhook,
            "getwebhookinfo": self._get_webhook_info,
            "getfile": self._get_file,
        }

    async def call(self, method: str, arguments: Arguments) -> Any:
        """Do what a method does. Its name may be in any case."""
        handle = self._methods.get(method.lower())
        if handle is None:
            raise Complaint(404, "Not Found")
        return await handle(arguments)

    async def _get_me(self, arguments: Arguments) -> Any:
        return self.me

    async def _send_message(self, arguments: Arguments) -> Any:
        user = self._addressed(arguments)
        text = checked_text(arguments)
        markup = checked_markup(arguments)
        return self._sent(user, markup, Shown(self._chats.clock(), False, text.text), text)

    async def _send_photo(self, arguments: Arguments) -> Any:
        user = self._addressed(arguments)
        caption = checked_caption(arguments)
        markup = checked_markup(arguments)
        photo = arguments.get("photo")
        if isinstance(photo, tuple):  # uploaded: bytes and media type
            media = self._chats.keep_file(*photo)
        elif isinstance(photo, str) and (photo in self._chats.files or link_url(photo) == photo):
            media = photo
        else:
            raise bad("wrong file identifier/HTTP URL specified")
        return self._sent(
            user,
            markup,
            Shown(self._chats.clock(), False, caption.text, media=media),
            caption,
            photo=photo_sizes(media, len(self._chats.files.get(media, (b"", ""))[0])),
        )

    def _addressed(self, arguments: Arguments) -> str:
        """Return who a message is for, unless they may not be written to now."""
        user = str(arguments.get("chat_id") or "")
        if not user:
            raise bad("chat_id is empty")
        phone = self._chats.wrote(user)
        if phone is None:
            raise bad("chat not found")
        if phone.blocked:
            raise Complaint(403, "Forbidden: bot was blocked by the user")
        self.flood.check(user, self._chats.clock())
        return user

    def _sent(
        self,
        user: str,
        markup: Mapping[str, Any],
        shown: Shown,
        words: Formatted,
        photo: Any = None,
    ) -> Mapping[str, Any]:
        of_text, of_entities = ("caption", "caption_entities") if photo else ("text", "entities")
        message: dict[str, Any] = {
            "message_id": self._chats.next_message(),
            "from": {key: self.me[key] for key in ("id", "is_bot", "first_name", "username")},
            "chat": self._chats.chat(user),
            "date": int(shown.at.timestamp()),
        }
        if photo:
            message["photo"] = photo
        if words.text:
            message[of_text] = words.text
        if words.entities:
            message[of_entities] = list(words.entities)
        if "inline_keyboard" in markup:
            message["reply_markup"] = dict(markup)
        # What the keyboard of the person's app becomes is no part of the message that is returned.
        self._chats.put(user, message | ({"reply_markup": markup} if markup else {}), shown)
        return message

    async def _answer_callback_query(self, arguments: Arguments) -> Any:
        query, words = str(arguments.get("callback_query_id")), str(arguments.get("text") or "")
        if not self._chats.answered(query, words):
            raise bad("query is too old and response timeout expired or query ID is invalid")
        return True

    async def _get_updates(self, arguments: Arguments) -> Any:
        if self._hook.url:
            raise Complaint(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        self._allow(arguments)
        for number in self._updates.forget_before(given_number(arguments, "offset", 0)):
            self._chats.delivered(number)
        return await self._updates.wait(
            seconds=min(given_number(arguments, "timeout", 0), LONGEST_POLL),
            limit=min(max(given_number(arguments, "limit", MOST_AT_ONCE), 1), MOST_AT_ONCE),
        )

    async def _set_webhook(self, arguments: Arguments) -> Any:
        url, secret = str(arguments.get("url") or ""), str(arguments.get("secret_token") or "")
        if not url:
            return await self._delete_webhook(arguments)
        checked_webhook(url, secret)
        self._allow(arguments)
        self._drop(arguments)
        self._hook.url, self._hook.secret = url, secret
        self._hook.max_connections = given_number(arguments, "max_connections", 40)
        await self._chats.hooked()
        return True

    async def _delete_webhook(self, arguments: Arguments) -> Any:
        self._drop(arguments)
        self._hook.url = self._hook.secret = ""
        return True

    async def _get_webhook_info(self, arguments: Arguments) -> Any:
        info: dict[str, Any] = {
            "url": self._hook.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.waiting),
        }
        if self._hook.url:
            info["max_connections"] = self._hook.max_connections
        if self._updates.allowed != EVERY_KIND:
            info["allowed_updates"] = list(self._updates.allowed)
        if self._hook.last_error:
            info["last_error_date"] = self._hook.last_error_at
            info["last_error_message"] = self._hook.last_error
        return info

    async def _get_file(self, arguments: Arguments) -> Any:
        number = str(arguments.get("file_id") or "")
        if number not in self._chats.files:
            raise bad("wrong file_id or the file is temporarily unavailable")
        data, media_type = self._chats.files[number]
        if len(data) > LARGEST_FILE:
            raise bad("file is too big")
        return {
            "file_id": number,
            "file_unique_id": number[:8],
            "file_size": len(data),
            "file_path": f"files/{number}{mimetypes.guess_extension(media_type) or ''}",
        }

    def _allow(self, arguments: Arguments) -> None:
        """The kinds of updates stay as they are when a call does not name them; [] means all."""
        if "allowed_updates" in arguments:
            kinds = given_list(arguments, "allowed_updates")
            self._updates.allowed = tuple(str(kind) for kind in kinds) or EVERY_KIND

    def _drop(self, arguments: Arguments) -> None:
        if str(arguments.get("drop_pending_updates")).lower() in ("true", "1"):
            self._updates.waiting.clear()
