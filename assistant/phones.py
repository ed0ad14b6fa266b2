"""The phones of the demonstration: the emulators' process, and the accounts that lead to it."""

from __future__ import annotations

import os
import secrets
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import yaml

from assistant.accounts_file import Values, read_accounts
from assistant.serving import end_with_parent
from assistant.settings import Settings
from channels.emulators.app import phones_app
from knowledge.authorities import load_authorities

FIRST_NUMBER = 447_700_900_000
"""Ofcom keeps 07700 900000 to 900999 free: nobody's telephone rings. Councils have the first."""

HEAD = """\
# Made for the phones of the demonstration. Nobody else takes these secrets.
# To connect a real account, see docs/how-to/connect-a-channel.md.
"""


def serve_phones(settings: Settings) -> None:
    """Serve the emulators and their page until a signal says stop. Raise AccountsWrong."""
    from assistant.wiring import KINDS

    authorities = load_authorities().all()
    names = {authority.slug: authority.name for authority in authorities}
    accounts = read_accounts(settings.channels_file, names, KINDS, os.environ)
    end_with_parent()
    app = phones_app(accounts, settings.address, names=names)
    app.run(
        host=settings.host,
        port=settings.port_of_phones,
        access_log=False,
        debug=False,
        motd=False,
    )


def demo_accounts(
    councils: Sequence[str], phones: str, secret: Callable[[], str] = lambda: secrets.token_hex(16)
) -> Values:
    """Return accounts with made-up secrets for these councils, at the emulators' address `phones`.

    The first council has its text messages from Twilio, the others from GOV.UK Notify.
    """
    accounts: dict[str, Mapping[str, Mapping[str, str]]] = {}
    for place, council in enumerate(councils):
        number = f"+{FIRST_NUMBER + 1 + place}"
        texts = (
            ("notify", _notify(number, secret)) if place else ("twilio", _twilio(number, secret))
        )
        its: dict[str, dict[str, str]] = {
            texts[0]: texts[1],
            "whatsapp": {
                "access_token": secret(),
                "app_secret": secret(),
                "verify_token": secret(),
                "phone_number_id": f"10{FIRST_NUMBER + place}",
                "template": "reply_waiting",
                "template_language": "en_GB",
            },
            "telegram": {
                "token": f"{7_700_900_000 + place}:{secret()}",
                "secret_token": secret(),
                "bot_username": f"{council.replace('-', '_')}_bot",
            },
            "messenger": {
                "page_token": secret(),
                "app_secret": secret(),
                "verify_token": secret(),
                "page_id": f"20{FIRST_NUMBER + place}",
            },
        }
        accounts[council] = {
            kind: {**values, "api": f"{phones}/{council}/{kind}"} for kind, values in its.items()
        }
    return accounts


def write_demo_accounts(file: Path, councils: Sequence[str], phones: str) -> bool:
    """Write demo_accounts to a file that only we can read; return False, and leave it as it is,
    when there is one already."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(HEAD)
        yaml.safe_dump(demo_accounts(councils, phones), opened, sort_keys=False)
    return True


def _twilio(number: str, secret: Callable[[], str]) -> dict[str, str]:
    return {
        "account_sid": f"AC{secret()[:32]}",
        "auth_token": secret(),
        "number": number,
        "price_per_part": "0.04",
    }


def _notify(number: str, secret: Callable[[], str]) -> dict[str, str]:
    # A key of Notify is its name, the service's id and the secret.
    return {
        "api_key": f"demo-{uuid.UUID(hex=secret()[:32])}-{uuid.UUID(hex=secret()[:32])}",
        "template_id": str(uuid.UUID(hex=secret()[:32])),
        "callback_token": secret(),
        "number": number,
    }
