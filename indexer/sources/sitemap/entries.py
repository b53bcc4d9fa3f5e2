"""What a sitemap lists: pages, or further sitemaps; and what a robots.txt names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from html import unescape
from typing import Any
from urllib.parse import urljoin

from indexer.article.dates import parse_date
from indexer.text.fragments import line_of
from search.analysis.language_codes import normalise_code

_PARTING = re.compile("[,;\u060c\u3001\uff0c\uff1b]")
"""What stands between keywords: the comma of Arabic and those of East Asia, too."""


class Kind(StrEnum):
    """What the entries of a sitemap are."""

    PAGES = "pages"
    SITEMAPS = "sitemaps"


@dataclass(frozen=True, slots=True)
class Entry:
    """One address that is listed; the rest is as it stands there, "" or None where it does not.

    `title`, `published`, `source`, `lang` and `keywords` are those of a news sitemap.
    """

    url: str
    lastmod: str | None = None
    title: str = ""
    published: str | None = None
    source: str = ""
    lang: str = ""
    keywords: str = ""
    images: tuple[str, ...] = ()
    videos: int = 0
    alternates: Mapping[str, str] = field(default_factory=dict)

    def record(self) -> Mapping[str, Any]:
        """Return what is known of the article, in the keys of the JSON Lines format.

        What was escaped twice, and tags, are read as they were meant.
        """
        tags = [tag for one in _PARTING.split(unescape(self.keywords)) if (tag := one.strip())]
        known = {
            "url": self.url,
            "title": line_of(self.title),
            "published": _moment(self.published),
            "updated": _moment(self.lastmod),
            "source": line_of(self.source),
            "lang": self.lang if self.lang and normalise_code(self.lang) else None,
            "tags": list(dict.fromkeys(tags)),
            "meta": {"summary": True},
        }
        return {key: value for key, value in known.items() if value}


@dataclass(frozen=True, slots=True)
class Sitemap:
    """Its entries, in order, one at a time."""

    kind: Kind
    entries: Iterator[Entry]


def resolved(url: str, base: str | None) -> str | None:
    """Return an address that is listed, None if it is no web address.

    Relative ones, which are against the rules, belong to where the sitemap is.
    """
    bare = "".join(url.split())
    try:
        whole = urljoin(base, bare) if base else bare
    except ValueError:
        return None
    return whole if whole.lower().startswith(("http://", "https://")) else None


def _moment(text: str | None) -> str | None:
    """Return a date as it was given where it can be read."""
    try:
        return text if text and parse_date(text) else None
    except ValueError:
        return None
