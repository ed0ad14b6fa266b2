"""Takes out of a photo what tells where, when and with what it was taken: nobody meant to send it.

A photo that tells nothing of that is kept byte for byte. HEIC, which Pillow does not read, is kept
as it came.
"""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF"}
MOST_PIXELS = 60_000_000
"""More than any telephone's camera makes: unpacked, a picture takes some bytes for each."""
QUALITY = 90
_TELLING = frozenset({"exif", "xmp", "XML:com.adobe.xmp", "comment", "photoshop", "Raw profile"})


class NoPhoto(ValueError):
    """The bytes are no picture that can be shown, or one that is far too large."""


def without_metadata(data: bytes, media_type: str) -> bytes:
    """Return the picture without its metadata, upright; other files as they are. Colours stay: a
    colour profile says nothing of a person. Raise NoPhoto."""
    kind = FORMATS.get(media_type)
    if kind is None:
        return data
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=[kind]) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise NoPhoto("too many pixels")
                return _saved(picture, kind) if _tells(picture) else _checked(picture, data)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError,
            Image.DecompressionBombWarning) as error:  # fmt: skip
        raise NoPhoto(type(error).__name__) from error


def _tells(picture: Image.Image) -> bool:
    texts = getattr(picture, "text", None)
    known = {name for name in picture.info if any(str(name).startswith(t) for t in _TELLING)}
    return bool(picture.getexif()) or bool(texts) or bool(known)


def _checked(picture: Image.Image, data: bytes) -> bytes:
    picture.load()
    return data


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
