"""Which class plays which platform: a new platform is one line here."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from channels.emulators.platform import Emulator

_CLASSES = {
    "twilio": "TwilioEmulator",
    "notify": "NotifyEmulator",
    "whatsapp": "WhatsAppEmulator",
    "telegram": "TelegramEmulator",
    "messenger": "MessengerEmulator",
}


def all_kinds() -> Mapping[str, type[Emulator]]:
    """Return the emulators by kind, in the order of their phones on the page."""
    return {
        kind: getattr(import_module(f"channels.emulators.{kind}"), name)
        for kind, name in _CLASSES.items()
    }
