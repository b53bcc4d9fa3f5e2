"""The versions of an article: what each write stores of those before it. Pure.

Both engines store former versions inside the article's own record, text without vectors, where no
search looks. So they are written, replaced and deleted in the same step as the article itself:
there is no moment, and no crash, at which one is there without the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from search.index.model import Article, Passage
from search.values import dataclass

KEEP = 20
"""Former versions stored per article, unless the settings say otherwise (`history.keep`)."""


@dataclass(frozen=True, slots=True)
class ArticleVersion:
    """An article as it was (or is) stored for a time.

    `number` counts the versions of an article from 1 and stays with the version. `version` and
    `content_hash` are those of the `Article`; `seen` is when it was written to the index, None
    where that is not known; `replaced` is when the next one took its place, None for the one that
    is in the index now.
    """

    number: int
    content_hash: str
    version: int
    title: str
    passages: tuple[Passage, ...]
    updated: datetime | None = None
    seen: datetime | None = None
    replaced: datetime | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """What stands with an article: when it was written, and its former versions, newest first."""

    seen: datetime | None
    former: tuple[ArticleVersion, ...] = ()


def version_of(article: Article, number: int, seen: datetime | None) -> ArticleVersion:
    """Return an article as one of its versions, not replaced yet."""
    return ArticleVersion(
        number=number,
        content_hash=article.content_hash,
        version=article.version,
        title=article.title,
        passages=article.passages,
        updated=article.updated,
        seen=seen,
    )


def next_number(former: Sequence[ArticleVersion]) -> int:
    """Return the number of the version after these, which are ordered newest first."""
    return former[0].number + 1 if former else 1


def past_of_new(
    before: Sequence[ArticleVersion], skipped: Sequence[Article], now: datetime, keep: int
) -> Past:
    """Say what is stored with a version that is written now.

    `before` are the versions in the index, newest first, the one to replace among them; `skipped`
    those that the same batch brought before the one that is written, in order. They were
    versions as well: what is stored does not depend on how articles are cut into batches.
    """
    versions = list(before)
    for article in skipped:
        versions.insert(0, version_of(article, next_number(versions), now))
    former = [replace(version, replaced=version.replaced or now) for version in versions]
    return Past(now, tuple(former[:keep]))


def past_of_copy(versions: Sequence[ArticleVersion], keep: int) -> Past:
    """Say what a copy of an article from another index keeps, given its versions there."""
    return Past(versions[0].seen, tuple(versions[1 : keep + 1])) if versions else Past(None)


def to_json(version: ArticleVersion) -> dict[str, Any]:
    """Return JSON values; `from_json` reads them."""
    return {
        "number": version.number,
        "content_hash": version.content_hash,
        "version": version.version,
        "title": version.title,
        "passages": [[p.position, p.text, p.lang] for p in version.passages],
        "updated": _written(version.updated),
        "seen": _written(version.seen),
        "replaced": _written(version.replaced),
    }


def from_json(value: Mapping[str, Any]) -> ArticleVersion:
    """Read what `to_json` wrote."""
    return ArticleVersion(
        number=int(value["number"]),
        content_hash=str(value["content_hash"]),
        version=int(value["version"]),
        title=str(value["title"]),
        passages=tuple(Passage(*passage) for passage in value["passages"]),
        updated=_read(value["updated"]),
        seen=_read(value["seen"]),
        replaced=_read(value["replaced"]),
    )


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _read(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
