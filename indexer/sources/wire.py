"""What items of agencies have in common, whatever format they come in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from indexer.article.events import STATUSES
from indexer.article.stories import is_note

_SIGNALS = {
    **dict.fromkeys(
        ("kill", "killed", "mandatorykill", "killfile", "delete", "deletion", "elimination"),
        "canceled",
    ),
    **dict.fromkeys(("withdraw", "withdrawal", "withdrawn", "takedown", "annulation"), "canceled"),
    **dict.fromkeys(("withhold", "withheld", "hold"), "withheld"),
}
"""Signals, instructions and editorial types that withdraw an item whose status says nothing."""

FURTHER_NOTICE = "until further notice"

_COMPACT = re.compile(
    r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?)?"
)


def bare(code: str) -> str:
    """Return a code without the vocabulary before it: `stat:usable`, `http://.../usable`."""
    return re.split(r"[:/#]", code)[-1].strip()


def wire_record(  # noqa: PLR0913
    *,
    guid: str,
    known_by: str,
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
    kinds: Sequence[str] = (),
    tags: Sequence[str] = (),
    url: str = "",
    notes: Sequence[str] = (),
    withdraws: Sequence[str] = (),
) -> dict[str, Any]:
    """Return a record in the keys of the JSON Lines format, with what makes it an event.

    `guid` is as the source writes it, `known_by` the id of the item (`indexer.sources.wire_ids`).
    `kinds` are types and signals that say beside the genres what an item is, `notes` what editors
    are told, which is stored of a withdrawal alone: it says why. `withdraws` are other items. An
    embargo that is there and has no date lasts until further notice (`FURTHER_NOTICE`).
    """
    meta: dict[str, Any] = {
        "guid": guid if guid != known_by else "",
        "genres": [one for one in genres if one],
        "kinds": [one for one in kinds if is_note(one)],
    }
    state = STATUSES.get(status.lower(), status.lower())
    if state in ("usable", ""):
        state = next(filter(None, map(_signalled, kinds)), state)
    is_withdrawn = state not in ("usable", "")
    lasting = embargo == FURTHER_NOTICE or (status.lower() == "embargoed" and not embargo)
    record: dict[str, Any] = {
        "id": known_by,
        "url": url,
        "version": version,
        "status": state,
        "embargo": True if lasting else iso(embargo),
        "why": " ".join(dict.fromkeys(one for one in notes if one)) if is_withdrawn else "",
        "withdraws": list(dict.fromkeys(withdraws)) if is_withdrawn else [],
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


def _signalled(kind: str) -> str:
    """Return the state that a signal or an editorial type stands for, "" for none."""
    return _SIGNALS.get(re.sub(r"[\W_]+", "", kind).lower(), "")


def iso(written: str) -> str:
    """Return a date of the compact form that agencies use (20190121T104233+0000) as ISO 8601."""
    found = _COMPACT.fullmatch(written.strip())
    if not found:
        return written.strip()
    year, month, day, hour, minute, second, zone = found.groups()
    if hour is None:
        return f"{year}-{month}-{day}"
    return f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}{zone or ''}"
