"""Texts that an item of a feed has beside its own: captions of its pictures, notes of a podcast.

feedparser takes a second description for the content of an item, whatever module it is of; so the
caption of a picture (Media RSS) becomes the article. Here they get names of their own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_SIDE = {
    "media": (
        "search.yahoo.com/mrss",
        "video.search.yahoo.com/mrss",
        "tools.search.yahoo.com/mrss",
    ),
    "itunes": ("itunes.com/dtds/podcast-", "example.com/dtds/podcast-"),
    "dc": ("purl.org/dc/",),
}
"""Modules of feeds as feedparser calls them, and how the addresses of their namespaces begin."""

_PREFIX = re.compile(r"""\sxmlns:([\w-]+)\s*=\s*["']\s*https?://(?:www\.)?([^"'\s]+)""")
_OWN = ("itunes_side_summary", "itunes_side_description", "dc_side_description")
_OF_PICTURES = ("media_side_description", "media_side_text")


def with_side_texts(text: str) -> str:
    """Rename the descriptions of these modules: `media:description` is `media:side-description`."""
    prefixes = {module: module for module in _SIDE}
    for prefix, address in _PREFIX.findall(text):
        for module, begins in _SIDE.items():
            if address.lower().startswith(begins):
                prefixes[prefix] = module
    names = "|".join(map(re.escape, prefixes))
    return re.sub(rf"<(/?)({names}):(description|summary|text)(?=[\s>/])", r"<\1\2:side_\3", text)


def summary_beside(entry: Mapping[str, Any]) -> str:
    """Return the longest description of an item that is in other modules than its own, "" if none.

    Captions are left out.
    """
    return max((_text(entry, name) for name in _OWN), key=len)


def caption(entry: Mapping[str, Any]) -> str:
    """Return what an item says of its picture or video, "" if nothing."""
    return next(filter(None, (_text(entry, name) for name in _OF_PICTURES)), "")


def _text(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    return value if isinstance(value, str) else ""


_HEAD = re.compile(
    r".{0,120}\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\.?,? - \d\d:\d\d(?:\s?[APap]\.?[Mm]\.?)?"
)
"""Who wrote something, and when, as Drupal's feeds have it between title and text."""


def without_head(title: str, paragraphs: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out a first paragraph that has the title again, alone or with author and date."""
    if not title or not paragraphs:
        return paragraphs
    first, *rest = paragraphs
    after = first.removeprefix(title)
    repeats = _letters(first) == _letters(title)
    if repeats or (after != first and _HEAD.fullmatch(after)):
        return tuple(rest)
    return paragraphs


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()
