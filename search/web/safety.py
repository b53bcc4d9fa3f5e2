"""What others wrote, made safe to show; headers of every page; tokens of forms."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from search.printable import printable

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    # `no-referrer` would make browsers send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Vary": "Accept-Language, Cookie",
}

_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Controls that embed, override or isolate a direction (Unicode Standard Annex 9). A text gets its
direction from its element, which also keeps it from what stands beside it; these could only make
letters stand where they are not."""


def visible(text: str | None) -> str:
    """Return text without what controls the order of letters, or anything else."""
    return _REORDERING.sub("", printable(text or "").replace("\ufeff", ""))


def safe_address(address: str | None) -> str | None:
    """Return an address that may be linked to: one of the web, None for any other."""
    if not address or _REORDERING.search(address) or printable(address) != address:
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme.lower() in ("http", "https") and parts.hostname else None


def forms_token(secret: bytes, visit: str) -> str:
    """Return the token that forms of a visit carry, so that no other site can send them."""
    return hmac.new(secret, f"form {visit}".encode(), hashlib.sha256).hexdigest()


def same_token(expected: str, given: str) -> bool:
    """Compare in a time that does not tell where they differ."""
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))


def inside(address: str | None) -> str:
    """Return where to go on within this site; the start for what leads anywhere else."""
    # One slash only: `//host` and `/\\host` are other hosts to a browser.
    ours = re.fullmatch(r"/(?![/\\])[^\x00-\x20\\]*", address or "")
    return ours[0] if ours else "/"
