"""Sitemaps that are lists of addresses, one per line; and the sitemaps that a robots.txt names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.sources.sitemap.entries import Entry, Kind, Sitemap, resolved
from indexer.text.encoding import marked_encoding, wide_encoding

_HTTP = b"http"
_BEGINNING = 1000
_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_DIRECTIVE = re.compile(r"([a-z][a-z-]{2,20})\s*:", re.IGNORECASE)
_FIRST = ("user-agent", "sitemap", "disallow", "allow", "crawl-delay", "host")
_SITEMAP = re.compile(r"\s*sitemap\s*:\s*(\S+)", re.IGNORECASE)
_ADDRESSES = 0.9
"""Share of the lines of a list that are addresses; others may be comments."""

_DIRECTIVES = 0.4
"""Share of the lines of a robots.txt that name what they say; others have forgotten a colon."""


def text_sitemap(data: bytes, base: str | None = None) -> Sitemap:
    """Return the pages of a list of addresses."""
    found = (line for line in _lines(_text(data)) if _ADDRESS.fullmatch(line))
    return Sitemap(Kind.PAGES, _unique(found, base))


def robots_sitemaps(data: bytes, base: str | None = None) -> Sitemap:
    """Return the sitemaps that a robots.txt names, wherever it does."""
    named = (_SITEMAP.match(line) for line in _text(data).splitlines())
    return Sitemap(Kind.SITEMAPS, _unique((one[1] for one in named if one), base))


def is_list(head: bytes) -> bool:
    """Tell whether a file with this head has addresses in its lines, and hardly anything else."""
    if _HTTP not in head.replace(b"\0", b"")[:_BEGINNING].lower():
        return False  # most files, and quickly
    text = _text(head)
    # The last line may be cut.
    whole = text if text.count("\n") < 2 else text.rpartition("\n")[0]
    lines = [line for line in _lines(whole) if not line.startswith("#")]
    addresses = sum(_ADDRESS.fullmatch(line) is not None for line in lines)
    return bool(lines) and addresses >= _ADDRESSES * len(lines)


def is_robots(head: bytes) -> bool:
    """Tell whether a file with this head says what robots may do."""
    if b"user-agent" not in (bare := head.replace(b"\0", b"").lower()) and b"sitemap" not in bare:
        return False
    lines = [line for line in _lines(_text(head)) if not line.startswith("#")]
    named = [_DIRECTIVE.match(line) for line in lines]
    if not named or named[0] is None or named[0][1].lower() not in _FIRST:
        return False
    return sum(one is not None for one in named) >= _DIRECTIVES * len(lines)


def _text(data: bytes) -> str:
    encoding = marked_encoding(data) or wide_encoding(data) or "utf-8"
    return data.decode(encoding, "replace").lstrip("\ufeff")


def _lines(text: str) -> Iterator[str]:
    return (line for one in text.splitlines() if (line := one.strip()))


def _unique(urls: Iterator[str], base: str | None) -> Iterator[Entry]:
    whole = dict.fromkeys(resolved(url, base) for url in urls)
    return (Entry(url) for url in whole if url)
