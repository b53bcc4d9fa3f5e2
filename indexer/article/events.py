"""What a record says of an article besides its text: whether, and from when on, it may be shown.

| key       | form                                                                              |
|-----------|-----------------------------------------------------------------------------------|
| status    | usable, withheld or canceled, or what agencies say for these (`STATUSES`); another |
|           | word means something else and goes to `meta`                                      |
| embargo   | when the article may be found; true, or blank in an agency's item: until further   |
|           | notice                                                                            |
| version   | number of the version, beside `updated`                                           |
| why       | why it is withdrawn                                                               |
| withdraws | ids of other articles that are withdrawn by the same message                      |

A record that is canceled or withheld is a `Notice` and no article. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from indexer.article.dates import parse_date
from indexer.article.draft import Notice, RawArticle
from indexer.article.identity import article_id
from indexer.errors import BadArticle
from indexer.text.cleaning import clean_line
from indexer.text.markup import seen_line
from search.index.filters import EVER
from search.index.model import source_version
from search.index.withdrawals import Withdrawal, Withdrawn

WIRE_FORMATS = frozenset({"NewsML-G2", "NewsML 1", "NITF", "ninjs", "IPTC 7901"})
"""Formats of agencies."""

STATUSES = {
    "usable": "usable",
    "embargoed": "usable",
    "withheld": "withheld",
    "canceled": "canceled",
    "cancelled": "canceled",
    "cancel": "canceled",
    "kill": "canceled",
    "killed": "canceled",
    "withdrawn": "canceled",
    "deleted": "canceled",
}
"""What agencies say of an item, and the three states of the IPTC's `pubstatus` vocabulary."""

_EMBARGO = ("embargo", "embargoed", "embargoed_until", "embargoedUntil", "embargo_until")

_GLOBAL = re.compile(r"urn:|tag:", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)

MOST_WHY = 1000
"""Characters of a reason."""


def status_of(record: Mapping[str, Any]) -> str:
    """Return `usable`, `withheld` or `canceled`."""
    given = record.get("status")
    return STATUSES.get(given.strip().lower(), "usable") if isinstance(given, str) else "usable"


def not_of_events(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what is left of a record without the keys that are understood here."""
    status = record.get("status")
    known = isinstance(status, str) and status.strip().lower() in STATUSES
    understood = {*_EMBARGO, "status"} if known else {*_EMBARGO}
    return {key: value for key, value in record.items() if key not in understood}


def embargo_of(raw: RawArticle, record: Mapping[str, Any], lang: str | None) -> datetime | None:
    """Return when the article may be found, None for at once; `EVER` until further notice.

    Raises `BadArticle` for an embargo that cannot be read.
    """
    given = next((record[key] for key in _EMBARGO if record.get(key) not in (None, "")), None)
    if given is True:
        return EVER
    if given is None or given is False:
        announced = str(record.get("status")).strip().lower() == "embargoed"
        return EVER if announced and raw.read_as in WIRE_FORMATS else None
    try:
        if isinstance(given, str | int | float):
            return parse_date(given, lang)
    except ValueError:
        pass
    raise BadArticle(
        f"The embargo {str(given)[:60]!r} cannot be read as a date, so that nobody knows from when "
        "on the article may be found; write it as in 2026-01-31T12:00:00Z."
    )


def notice_of(
    raw: RawArticle, record: Mapping[str, Any], given: str | None, source: str | None
) -> Notice | None:
    """Return what a record withdraws, None for an article. `given` is its id.

    Raises `BadArticle` for a withdrawal of nobody knows what.
    """
    status = status_of(record)
    if status == "usable":
        return None
    url = record.get("url")
    if not given and not isinstance(url, str):
        raise BadArticle(f"The record is {status}, and names no id that could be withdrawn.")
    updated = _moment(record.get("updated"))
    why = _line(record, "why") or _line(record, "reason") or None
    made = Withdrawal(
        id=article_id(given, url, "", "", source),
        status=Withdrawn(status),
        version=source_version(updated, record.get("version")),
        number=_number(record),
        when=updated or _moment(record.get("published")),
        why=None if why is None else why[:MOST_WHY],
        source=source,
        title=_line(record, "title") or None if status == Withdrawn.WITHHELD else None,
        paragraphs=_texts(record) if status == Withdrawn.WITHHELD else (),
    )
    listed = record.get("withdraws")
    names = [listed] if isinstance(listed, str) else listed if isinstance(listed, list) else []
    others = tuple(
        Withdrawal(
            id=clean_line(name),
            status=made.status,
            version=source_version(updated, None),
            when=made.when,
            why=made.why,
            source=source,
            by=made.id,
        )
        for name in names
        if isinstance(name, str) and clean_line(name) not in ("", made.id)
    )
    return Notice(raw.origin, made, others, scope_of(raw, given, source))


def scope_of(raw: RawArticle, given: str | None, source: str | None) -> str | None:
    """Return the source that a given id belongs to; None where the id is the same for everybody.

    URNs (RFC 8141) and tags (RFC 4151) belong to nobody else anywhere, and an agency that writes
    its name in another way has not become another one.
    """
    if not given or raw.addressed or _GLOBAL.match(given):
        return None
    return None if raw.read_as in WIRE_FORMATS and _ADDRESS.match(given) else source


def _moment(value: object) -> datetime | None:
    try:
        return parse_date(value) if isinstance(value, str | int | float) and value else None
    except ValueError:
        return None


def _number(record: Mapping[str, Any]) -> str | None:
    number = record.get("version")
    return str(number)[:40] if isinstance(number, str | int) and number != "" else None


def _line(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    return clean_line(seen_line(value)) if isinstance(value, str) else ""


def _texts(record: Mapping[str, Any]) -> tuple[str, ...]:
    listed, text = record.get("paragraphs"), record.get("text")
    parts = listed if isinstance(listed, list) else re.split(r"\n\s*\n", text) if text else []
    return tuple(line for part in parts if isinstance(part, str) and (line := clean_line(part)))
