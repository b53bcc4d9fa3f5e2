"""Which version of an article is meant."""

from __future__ import annotations

from collections.abc import Sequence

from search.errors import PolywireError
from search.index.history import ArticleVersion


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
