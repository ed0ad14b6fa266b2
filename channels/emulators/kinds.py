"""Which class plays which platform: a new platform is one line here."""

from __future__ import annotations

from importlib import import_module

from channels.emulators.platform import Emulator

_CLASSES = {
    "twilio": "twilio.TwilioEmulator",
    "notify": "notify.NotifyEmulator",
    "whatsapp": "whatsapp.WhatsAppEmulator",
    "telegram": "telegram.TelegramEmulator",
    "messenger": "messenger.MessengerEmulator",
}
"""In the order of their phones on the page."""

ORDER = tuple(_CLASSES)


def kind_of(kind: str) -> type[Emulator] | None:
    """Return the emulator of that kind of account; None when there is none. Only what is asked for
    is imported."""
    if kind not in _CLASSES:
        return None
    module, name = _CLASSES[kind].split(".")
    found: type[Emulator] = getattr(import_module(f"channels.emulators.{module}"), name)
    return found
