"""What every answer tells the browser: run nothing that is not ours, keep nothing, say little."""

from __future__ import annotations

from collections.abc import Sequence


def security_headers(embed_origins: Sequence[str]) -> dict[str, str]:
    """Return the headers of a page. Only our own site and these origins may show it in a frame."""
    policy = (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        " ".join(("frame-ancestors 'self'", *embed_origins)),
    )
    return {
        "Content-Security-Policy": "; ".join(policy),
        "X-Content-Type-Options": "nosniff",
        # Not no-referrer: with it a browser sends "Origin: null" with our own forms.
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "X-Robots-Tag": "noindex",
    }
