"""A resident's file on a line of the transcript: what it is, and whether it can be opened."""

from __future__ import annotations

from dataclasses import dataclass

from channels.transcript import Attachment
from handoff.reasons import why

PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp")
"""What every browser draws by itself, and nothing in it runs."""
_KINDS = {
    "image/jpeg": "Photo (JPEG)",
    "image/png": "Picture (PNG)",
    "image/gif": "Picture (GIF)",
    "image/webp": "Picture (WebP)",
    "image/heic": "Photo (HEIC)",
    "application/pdf": "PDF document",
    "text/plain": "Text",
    "audio/ogg": "Voice message",
}


@dataclass(frozen=True)
class FileCard:
    """`fate` is what to say of it, often "". `failed` tells that it can never be opened."""

    id: str
    kind: str
    size: str
    fate: str
    failed: bool
    opens: bool
    picture: bool


def file_card(attachment: Attachment | None) -> FileCard | None:
    """Return the card to show, None where there is no file."""
    if attachment is None:
        return None
    kept = attachment.state == "kept"
    return FileCard(
        id=attachment.id,
        kind=kind_of(attachment.media_type),
        size=size_of(attachment.size) if attachment.size else "",
        fate=_fate(attachment),
        failed=attachment.state in ("refused", "given_up"),
        opens=kept,
        picture=kept and attachment.media_type in PICTURES,
    )


def kind_of(media_type: str) -> str:
    """Return the kind of file in a word or two."""
    if media_type in _KINDS:
        return _KINDS[media_type]
    family = media_type.partition("/")[0]
    return {"image": "Picture", "audio": "Sound", "video": "Video"}.get(family, "File")


def size_of(size: int) -> str:
    """Return a size in bytes as people say it: 900 bytes, 240 KB, 3.1 MB."""
    if size < 1000:
        return f"{size} bytes"
    if size < 1_000_000:
        return f"{round(size / 1000)} KB"
    return f"{size / 1_000_000:.1f} MB"


def _fate(attachment: Attachment) -> str:
    reason = why(attachment.reason)
    because = f": {reason}" if reason else ""
    return {
        "waiting": "Being fetched",
        "kept": "Not scanned for viruses" if attachment.reason == "unscanned" else "",
        "refused": f"Refused{because}",
        "given_up": f"Could not be fetched{because}",
    }.get(attachment.state, "")
