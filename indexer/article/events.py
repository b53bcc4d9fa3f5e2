"""What an agency says of an item besides its text: whether, and from when on, it may be shown.

Items that may not be shown are not stored: an index has no place yet for what is there and must not
be found, so a withdrawal is refused with its reason rather than taken for an article.
"""

from __future__ import annotations

from datetime import UTC, datetime

from indexer.article.dates import parse_date
from indexer.article.draft import RawArticle
from indexer.errors import BadArticle

WIRE_FORMATS = frozenset({"NewsML-G2", "NewsML 1", "NITF", "ninjs"})
"""Formats whose records have `status` (usable, withheld, canceled), `version` and `embargo`."""


def check_may_be_shown(raw: RawArticle, now: datetime | None = None) -> None:
    """Raise `BadArticle` for an item that its agency withholds, withdrew or embargoes."""
    if raw.read_as not in WIRE_FORMATS:
        return
    status = raw.record.get("status", "usable")
    name = raw.record.get("id", "without an id")
    if status == "canceled":
        raise BadArticle(
            f"The agency has withdrawn the item {name}; if it is in the index, remove it: polywire "
            f"delete '{name}'"
        )
    if status == "withheld":
        raise BadArticle(f"The agency withholds the item {name} for now.")
    embargo = raw.record.get("embargo")
    if isinstance(embargo, str) and _is_ahead(embargo, now or datetime.now(UTC)):
        raise BadArticle(f"The item {name} is under embargo until {embargo}; ingest it again then.")


def _is_ahead(written: str, now: datetime) -> bool:
    """Tell whether a moment is still to come; one that cannot be read counts as such."""
    try:
        return parse_date(written) > now
    except ValueError:
        return True
