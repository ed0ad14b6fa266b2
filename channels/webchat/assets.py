"""Style sheets, scripts and pictures, at addresses that change when any of them does."""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
_IMPORT = re.compile(rb'^import .+ from "\./([\w.]+)";$', re.MULTILINE)
_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}


@dataclass(frozen=True)
class Asset:
    """One file, read once."""

    body: bytes
    content_type: str


class Assets:
    """All files of one folder, in memory. One digest for all: modules import their neighbours."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._files = {
            path.name: Asset(path.read_bytes(), _type(path))
            for path in sorted(folder.iterdir())
            if path.is_file()
        }
        whole = sha256()
        for name, asset in self._files.items():
            whole.update(name.encode() + b"\0" + asset.body + b"\0")
        self.digest = whole.hexdigest()[:12]

    def url(self, name: str) -> str:
        """Return the address of a file. Raise KeyError when there is none of that name."""
        if name not in self._files:
            raise KeyError(name)
        return f"/chat/static/{self.digest}/{name}"

    def imports(self, name: str) -> list[str]:
        """Return the addresses that a script imports: a page asks for all of them at once."""
        return [self.url(found.decode()) for found in _IMPORT.findall(self._files[name].body)]

    def get(self, name: str) -> Asset:
        """Return a file. Raise KeyError when there is none of that name."""
        return self._files[name]


def _type(path: Path) -> str:
    guessed = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    return guessed or "application/octet-stream"
