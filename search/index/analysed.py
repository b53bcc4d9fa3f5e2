"""What the full-text index has of the passages of an article: most of the work of writing it."""

from __future__ import annotations

from typing import NamedTuple

from search.analysis.indexing import indexed
from search.index.model import EmbeddedArticle, Passage
from search.names.tokens import name_keys


class Analysed(NamedTuple):
    """Terms, words and keys of names of a passage, joined by spaces; None where there are none."""

    terms: str | None
    words: str | None
    names: str | None


def analysed(embedded: EmbeddedArticle) -> tuple[Analysed, ...]:
    """Analyse the passages of an article, in their order. Pure."""
    return tuple(_of_passage(passage) for passage in embedded.article.passages)


def _of_passage(passage: Passage) -> Analysed:
    found = indexed(passage.text, passage.lang)
    return Analysed(
        terms=" ".join(found.terms) or None,
        # The space in front lets a prefix be found as ` pre`, wherever its word stands.
        words=" " + " ".join(found.words) if found.words else None,
        names=" ".join(name_keys(passage.text, passage.lang)) or None,
    )
