"""Takes out of a photo what tells where, when and with what it was taken: nobody meant to send it.

A photo that tells nothing of that is kept byte for byte. HEIC becomes JPEG: iPhones send it, and
most of the browsers that agents use do not show it.
"""

from __future__ import annotations

import io
import warnings

from pi_heif import register_heif_opener
from PIL import Image, ImageOps, UnidentifiedImageError

JPEG, HEIC = "image/jpeg", "image/heic"
FORMATS = {JPEG: "JPEG", HEIC: "HEIF", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF"}
MOST_PIXELS = 60_000_000
"""More than any telephone's camera makes: unpacked, a picture takes some bytes for each."""
QUALITY = 90
_TELLING = frozenset({"exif", "xmp", "XML:com.adobe.xmp", "comment", "photoshop", "Raw profile"})

# Of a file of several pictures, the first is the photo; small ones beside it are not read.
register_heif_opener(thumbnails=False)


class NoPhoto(ValueError):
    """The bytes are no picture that can be shown, or one that is far too large."""


def without_metadata(data: bytes, media_type: str) -> tuple[bytes, str]:
    """Return the picture without its metadata, upright, and its media type; other files as they
    are. Colours stay: a colour profile says nothing of a person. Raise NoPhoto."""
    kind = FORMATS.get(media_type)
    if kind is None:
        return data, media_type
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=[kind]) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise NoPhoto("too many pixels")
                if media_type == HEIC:
                    return _saved(picture.convert("RGB"), FORMATS[JPEG]), JPEG
                if _tells(picture):
                    return _saved(picture, kind), media_type
                picture.load()
                return data, media_type
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError,
            Image.DecompressionBombWarning) as error:  # fmt: skip
        raise NoPhoto(type(error).__name__) from error


def _tells(picture: Image.Image) -> bool:
    texts = getattr(picture, "text", None)
    known = {name for name in picture.info if any(str(name).startswith(t) for t in _TELLING)}
    return bool(picture.getexif()) or bool(texts) or bool(known)


def _saved(picture: Image.Image, kind: str) -> bytes:
    upright = ImageOps.exif_transpose(picture)
    profile = picture.info.get("icc_profile")
    upright.info.clear()
    made = io.BytesIO()
    more = {"icc_profile": profile} if profile else {}
    if kind in ("JPEG", "WEBP"):
        more["quality"] = QUALITY
    upright.save(made, format=kind, **more)
    return made.getvalue()
