"""People with Telegram's app: what they do, and what their phones show of the bot."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from channels.emulators.people import Person
from channels.emulators.phone import Phone, Shown
from channels.emulators.platform import CannotDo, Emulator
from channels.emulators.telegram_shapes import command, file, keys_of, links, marks, parts


class TelegramPhones(Emulator):
    """The side of the phones. Besides what every phone does, a message can be edited."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.bot: Mapping[str, Any] = {}
        """The bot, as a user of Telegram's."""
        self._last_message = 0
        self._last_query = 0
        self._pressed: dict[str, tuple[str, int]] = {}
        """Which message each pressed button stands under, while it spins."""

    @abstractmethod
    async def happened(
        self, kind: str, what: Mapping[str, Any], shown: tuple[str, int] | None = None
    ) -> None:
        """Let the bot hear of it: an update of that kind. `shown` is (user, number) of the message
        on a phone, whose ticks change when the bot has it."""

    # What people do.

    def address_of(self, person: Person) -> str:
        """Telegram gives every account a number, which says nothing of its telephone."""
        return f"5{person.digits[-9:]}"

    async def say(self, user: str, text: str) -> None:
        """A text that is too long is sent as several, as the app does."""
        for part in parts(text.strip()):
            await self._send(user, Shown(self.clock(), True, part), {"text": part, **command(part)})

    async def press(self, user: str, label: str) -> None:
        phone = self.phone(user)
        for number in sorted(phone.entries, reverse=True):
            if label in phone.entries[number].buttons:
                break
        else:
            raise CannotDo("There is no such button on this screen.")
        message = _kept(phone)[number]
        markup = message["reply_markup"]
        if "keyboard" in markup:
            self._used(phone)
            await self.say(user, label)
            return
        button = next(key for key in keys_of(markup) if key["text"] == label)
        self._last_query += 1
        query = str((int(user) << 20) + self._last_query)
        self._pressed[query] = (user, number)
        self.change(user, number, note="…")
        await self.happened(
            "callback_query",
            {
                "id": query,
                "from": self._person(user),
                "message": message,
                "chat_instance": str(int(user) * 7),
                "data": button["callback_data"],
            },
        )

    async def locate(self, user: str, latitude: float, longitude: float) -> None:
        self._used(self.phone(user))
        shown = Shown(self.clock(), True, f"📍 {latitude:.5f}, {longitude:.5f}")
        place = {"latitude": latitude, "longitude": longitude}
        await self._send(user, shown, {"location": place})

    async def attach(self, user: str, data: bytes, media_type: str, caption: str = "") -> None:
        number = self.keep_file(data, media_type)
        shown = Shown(self.clock(), True, caption, media=number)
        await self._send(user, shown, file(number, len(data), media_type, caption))

    async def edit(self, user: str, number: int, text: str) -> None:
        """The person corrects a message that their phone shows. Raise CannotDo for any other."""
        phone = self.phone(user)
        shown, message = phone.entries.get(number), _kept(phone).get(number)
        if shown is None or message is None or not shown.mine:
            raise CannotDo("Only one's own messages can be edited.")
        message = {**message, "edit_date": int(self.clock().timestamp())}
        message["caption" if "caption" in message else "text"] = text
        _kept(phone)[number] = message
        self.change(user, number, text=text, note="edited")
        await self.happened("edited_message", message)

    async def block(self, user: str, blocked: bool = True) -> None:
        self.phone(user).blocked = blocked
        member: Mapping[str, Any] = {"status": "member"}
        kicked: Mapping[str, Any] = {"status": "kicked", "until_date": 0}
        old, new = (member, kicked) if blocked else (kicked, member)
        await self.happened(
            "my_chat_member",
            {
                "chat": self.chat(user),
                "from": self._person(user),
                "date": int(self.clock().timestamp()),
                "old_chat_member": {"user": self.bot, **old},
                "new_chat_member": {"user": self.bot, **new},
            },
        )

    async def _send(self, user: str, shown: Shown, content: Mapping[str, Any]) -> None:
        if not user.isascii() or not user.isdecimal() or len(user) > 15:
            raise CannotDo("A Telegram account is a number.")
        phone = self.phone(user)
        if phone.blocked:
            raise CannotDo("This person has blocked the bot.")
        phone.wrote_at = self.clock()
        number = self.show(user, shown)
        message = {
            "message_id": self.next_message(),
            "from": self._person(user),
            "chat": self.chat(user),
            "date": int(shown.at.timestamp()),
            **content,
        }
        _kept(phone)[number] = message
        self.change(user, number, ticks="sent")
        await self.happened("message", message, (user, number))

    def _used(self, phone: Phone) -> None:
        """A keyboard that was made for one answer goes away with it."""
        number = phone.private.get("keyboard")
        if number in _kept(phone) and _kept(phone)[number]["reply_markup"].get("one_time_keyboard"):
            self._take_keyboard(phone)

    def _take_keyboard(self, phone: Phone) -> None:
        number = phone.private.pop("keyboard", None)
        if number is not None:
            self.change(phone.user, number, buttons=(), asks_location=False)

    def _person(self, user: str) -> Mapping[str, Any]:
        first, _, last = self.name_of(user).partition(" ")
        return {
            "id": int(user),
            "is_bot": False,
            "first_name": first,
            "last_name": last,
            "language_code": "en",
        }

    # What the API needs of the phones.

    def wrote(self, user: str) -> Phone | None:
        phone = self.phone(user) if user in self.users() else None
        return phone if phone is not None and phone.wrote_at is not None else None

    def chat(self, user: str) -> Mapping[str, Any]:
        first, _, last = self.name_of(user).partition(" ")
        return {"id": int(user), "first_name": first, "last_name": last, "type": "private"}

    def next_message(self) -> int:
        self._last_message += 1
        return self._last_message

    def put(self, user: str, message: Mapping[str, Any], shown: Shown) -> None:
        phone = self.phone(user)
        markup = message.get("reply_markup", {})
        keys = keys_of(markup)
        number = self.show(
            user,
            Shown(
                at=shown.at,
                mine=False,
                text=shown.text,
                marks=marks(message),
                media=shown.media,
                buttons=tuple(
                    key["text"]
                    for key in keys
                    if "url" not in key and not key.get("request_location")
                ),
                links=(
                    *links(message),
                    *((key["text"], key["url"]) for key in keys if "url" in key),
                ),
                asks_location=any(key.get("request_location") for key in keys),
            ),
        )
        _kept(phone)[number] = message
        if "keyboard" in markup:
            self._take_keyboard(phone)
            phone.private["keyboard"] = number
        elif markup.get("remove_keyboard"):
            self._take_keyboard(phone)

    def answered(self, query: str, words: str) -> bool:
        if query not in self._pressed:
            return False
        user, number = self._pressed.pop(query)
        self.change(user, number, note=words)
        return True


def _kept(phone: Phone) -> dict[int, Mapping[str, Any]]:
    """Return the messages behind what a phone shows, by their number on it."""
    kept: dict[int, Mapping[str, Any]] = phone.private.setdefault("messages", {})
    for number in [number for number in kept if number not in phone.entries]:
        del kept[number]
    return kept
