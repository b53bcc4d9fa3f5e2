"""What a person names an article by: its id, or the address that its id was made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from search.index.port import SearchIndex


def named(index: SearchIndex, written: str) -> str:
    """Return the id of the article that is meant, or what was written where there is none."""
    ids = meant(written)
    if len(ids) == 1:
        return written
    there = index.history(ids)
    return next((name for name in ids if name in there), written)


def meant(written: str) -> tuple[str, ...]:
    """Return the ids that an article may have which is named so, the likeliest first.

    An address is looked up as ids are made of it, whichever tracking parameters it has. Spaces
    around a pasted id do not count.
    """
    return tuple(dict.fromkeys((written, written.strip(), *_of_address(written))))


def no_article(place: str, written: str) -> str:
    """Return the sentence on what names no article of an index."""
    if not written.strip():
        return "The id is empty."
    also = ", nor one that was made of this address" if _is_address(written) else ""
    return f"No article in {place} has the id {written}{also}."


def _is_address(written: str) -> bool:
    return written.strip().lower().startswith(("http://", "https://"))


def _of_address(written: str) -> Iterable[str]:
    if not _is_address(written):
        return ()
    from indexer.article.addresses import canonical_url
    from indexer.article.identity import article_id

    if canonical_url(written) is None:
        return ()
    return (article_id(None, written, "", "", None),)
