"""Which files we take from residents, by what their bytes are and not by what they are called.

Photos, voice messages, short films and documents that an officer can open. Nothing that runs: no
HTML, SVG or archive, and no document with macros.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import filetype

KINDS: Mapping[str, tuple[str, str]] = {
    "image/jpeg": ("photo", "jpg"),
    "image/png": ("picture", "png"),
    "image/gif": ("picture", "gif"),
    "image/webp": ("picture", "webp"),
    "image/heic": ("photo", "heic"),
    "application/pdf": ("document", "pdf"),
    "audio/mpeg": ("sound", "mp3"),
    "audio/mp4": ("sound", "m4a"),
    "audio/ogg": ("sound", "ogg"),
    "audio/amr": ("sound", "amr"),
    "audio/aac": ("sound", "aac"),
    "video/mp4": ("video", "mp4"),
    "video/3gpp": ("video", "3gp"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("document", "docx"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("table", "xlsx"),
    "application/vnd.oasis.opendocument.text": ("document", "odt"),
    "text/plain": ("text", "txt"),
}
"""What a file of each media type is called when it is saved, and how that name ends."""

_MACROS = (b"vbaProject.bin", b"Basic/script-lc.xml")
"""Names inside a document's archive that say that it brings a program."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_PROGRAM = re.compile(r"\s*(<|#!|%!|\{\\rtf)")


def media_type_of(data: bytes) -> str | None:
    """Return the media type of a file that we take, None for any other."""
    guessed = filetype.guess_mime(data)
    if guessed is None:
        return "text/plain" if _is_plain_text(data) else None
    if guessed not in KINDS or any(name in data for name in _MACROS):
        return None
    return str(guessed)


def name_of(media_type: str, position: int) -> str:
    """Return a name to save the file under, such as "photo-3.jpg"."""
    kind, ending = KINDS.get(media_type, ("file", "bin"))
    return f"{kind}-{position}.{ending}"


def _is_plain_text(data: bytes) -> bool:
    """Whether it is words, and neither markup nor a script."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return bool(text.strip()) and not _CONTROLS.search(text) and not _PROGRAM.match(text)
