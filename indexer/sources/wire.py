"""What items of agencies have in common, whatever format they come in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

STATUSES = {
    "usable": "usable",
    "embargoed": "usable",
    "withheld": "withheld",
    "canceled": "canceled",
    "cancelled": "canceled",
    "kill": "canceled",
    "killed": "canceled",
    "withdrawn": "canceled",
}
"""What agencies say of an item, and the three states of the IPTC's `pubstatus` vocabulary."""

_COMPACT = re.compile(
    r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?)?"
)


def bare(code: str) -> str:
    """Return a code without the vocabulary before it: `stat:usable`, `http://.../usable`."""
    return re.split(r"[:/#]", code)[-1].strip()


def wire_record(  # noqa: PLR0913
    *,
    guid: str,
    version: str,
    status: str,
    embargo: str,
    title: str,
    paragraphs: list[str],
    lang: str,
    source: str,
    authors: Sequence[str],
    published: str,
    updated: str,
    genres: Sequence[str] = (),
    tags: Sequence[str] = (),
    url: str = "",
) -> dict[str, Any]:
    """Return a record in the keys of the JSON Lines format, with what makes it an event."""
    meta = {"genres": [one for one in genres if one]}
    record: dict[str, Any] = {
        "id": guid,
        "url": url,
        "version": version,
        "status": STATUSES.get(status.lower(), status.lower()),
        "embargo": iso(embargo),
        "title": title,
        # Many agencies repeat the headline as the first line of the text.
        "paragraphs": list(
            paragraphs[1:] if paragraphs[:1] == [title] and paragraphs[1:] else paragraphs
        ),
        "lang": lang,
        "source": source,
        "authors": [one for one in authors if one],
        "published": iso(published),
        "updated": iso(updated),
        "tags": [one for one in tags if one],
        "meta": {key: value for key, value in meta.items() if value},
    }
    return {key: value for key, value in record.items() if value}


def iso(written: str) -> str:
    """Return a date of the compact form that agencies use (20190121T104233+0000) as ISO 8601."""
    found = _COMPACT.fullmatch(written.strip())
    if not found:
        return written.strip()
    year, month, day, hour, minute, second, zone = found.groups()
    if hour is None:
        return f"{year}-{month}-{day}"
    return f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}{zone or ''}"
