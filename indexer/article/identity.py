"""The id of an article: the one given, else one made from its address, else from its words.

The same article gets the same id on every machine and in every run, so that reading it again
changes nothing.
"""

from __future__ import annotations

import hashlib
import re

from indexer.article.addresses import canonical_url

_DIGITS = 24
"""Hex digits of a derived id: 96 bits, so that a billion articles do not collide."""

_PART = 100_000
"""Characters at a time: a text of single letters would take forty times its size at once."""

_SPACE = re.compile(r"\s+")


def article_id(
    given: str | None, url: str | None, title: str, body: str, source: str | None
) -> str:
    """Return the given id, else one derived from the URL, else one derived from the content.

    A URL that `canonical_url` does not understand counts as none. The source belongs to the
    content, since the same agency report in two newspapers is two articles. Derived ids are "u-"
    or "t-" and 24 hex digits of SHA-256.
    """
    if given:
        return given
    canonical = canonical_url(url) if url else None
    if canonical:
        # A page that is served over http and over https is one page.
        return "u-" + _digest(canonical.partition("://")[2])
    return "t-" + _digest("\x00".join((source or "", _letters(title), _letters(body))))


def _letters(text: str) -> str:
    """The text, which is in Unicode form NFC, without white space: its lines do not count."""
    parts = (text[start : start + _PART] for start in range(0, len(text), _PART))
    return "".join(_SPACE.sub("", part) for part in parts)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:_DIGITS]
