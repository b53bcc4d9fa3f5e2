"""Versions of an article: by number, and as JSON for `polywire history --json` and the HTTP API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from search.errors import PolywireError
from search.index.history import ArticleVersion
from search.index.model import HEADLINE, Passage
from search.query.dates import moment
from search.versions.difference import Change, changes


class VersionMissing(PolywireError):
    """The article is there, but no version of this number is stored."""


def numbered(article_id: str, versions: Sequence[ArticleVersion], number: int) -> ArticleVersion:
    """Return the version of this number. Raises `VersionMissing`."""
    for version in versions:
        if version.number == number:
            return version
    stored = ", ".join(str(version.number) for version in reversed(versions))
    raise VersionMissing(
        f"The article {article_id} has no version {number}; its versions are {stored}."
    )


def predecessor(
    versions: Sequence[ArticleVersion], version: ArticleVersion
) -> ArticleVersion | None:
    """Return the version that this one replaced, None if it was the first or is not stored."""
    return next((v for v in versions if v.number == version.number - 1), None)


def listed(versions: Sequence[ArticleVersion]) -> list[dict[str, Any]]:
    """Say of each version when it was current and its headline, without its text."""
    return [_head(version) for version in versions]


def version_document(
    article_id: str, version: ArticleVersion, against: ArticleVersion | None
) -> dict[str, Any]:
    """Return one version whole, and what changed since another one (or since nothing)."""
    body = [passage for passage in version.passages if passage.position != HEADLINE]
    return {
        "id": article_id,
        **_head(version),
        "paragraphs": [passage.text for passage in body],
        "languages": [passage.lang for passage in body],
        **difference_document(against, version),
    }


def difference_document(before: ArticleVersion | None, after: ArticleVersion) -> dict[str, Any]:
    """Return the changes between two versions; `against` is the number of the first."""
    if before is None:
        return {"against": None, "changes": []}
    found = [_change(change) for change in changes(before, after)]
    return {"against": before.number, "changes": found}


def _head(version: ArticleVersion) -> dict[str, Any]:
    return {
        "number": version.number,
        "title": version.title,
        "content_hash": version.content_hash,
        "version": version.version,
        "updated": moment(version.updated),
        "seen": moment(version.seen),
        "replaced": moment(version.replaced),
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "change": str(change.kind),
        "before": _passage(change.before),
        "after": _passage(change.after),
    }


def _passage(passage: Passage | None) -> dict[str, Any] | None:
    if passage is None:
        return None
    return {"position": passage.position, "text": passage.text, "lang": passage.lang}
