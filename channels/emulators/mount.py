"""Puts a platform's API at its address: /<council>/<kind>."""

from __future__ import annotations

from sanic import Blueprint

from channels.emulators.platform import Emulator


def mounted(emulator: Emulator, council: str) -> Blueprint:
    """Return the platform's API, to be served at /<council>/<kind>."""
    # Sanic takes no hyphen in a blueprint's name, and a council may have one: west-wenshire.
    name = f"{council}_{emulator.kind}".replace("-", "_")
    blueprint = Blueprint(name, url_prefix=f"/{council}/{emulator.kind}")
    emulator.add_routes(blueprint)
    return blueprint
