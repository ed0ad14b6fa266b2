"""The desk's style sheet and scripts, under an address that changes when any of them does."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sanic import response
from sanic.response import HTTPResponse

FOLDER = Path(__file__).parent / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True)
class StaticFiles:
    """The files, read once. `prefix` carries their digest, so a browser may keep them for good."""

    prefix: str
    files: Mapping[str, bytes]

    def file(self, digest: str, name: str) -> HTTPResponse:
        """Answer with the file. An old digest gets today's file, which it may not keep."""
        body = self.files.get(name)
        if body is None:
            return response.text("There is no such file.", status=404)
        fresh = self.prefix.endswith(f"/{digest}")
        return HTTPResponse(
            body,
            headers={
                "Cache-Control": "public, max-age=31536000, immutable" if fresh else "no-cache",
                "X-Content-Type-Options": "nosniff",
            },
            content_type=TYPES[Path(name).suffix],
        )


def read_static_files(folder: Path = FOLDER) -> StaticFiles:
    files = {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.suffix in TYPES}
    digest = hashlib.sha256()
    for name, body in files.items():
        digest.update(name.encode() + b"\0" + body)
    return StaticFiles(f"/desk/static/{digest.hexdigest()[:12]}", files)
