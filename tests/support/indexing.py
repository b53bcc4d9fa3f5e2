"""Small real parts for tests of the indexer: an embedder and an index that live in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from indexer.article.draft import Origin, RawArticle
from indexer.text.language import Guess
from search.embedding.port import Vectors
from search.index.admission import admit
from search.index.model import ArticleState, EmbeddedArticle, IndexIdentity, WriteReport

DIMENSION = 32


class WordHashes:
    """Embeds a text as the normalised sum of one random unit vector a word; counts its work."""

    name = "word-hashes"
    fingerprint = "0123456789abcdef"
    dimension = DIMENSION

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def embed_paragraphs(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        return self.embed_queries(texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        vectors = np.stack([sum(map(_word_vector, text.split() or [""])) for text in texts])
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / lengths, dtype=np.float32)


def _word_vector(word: str) -> Any:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).standard_normal(DIMENSION)


class StoredArticles:
    """The part of the `SearchIndex` port that the indexer uses, over a dictionary."""

    def __init__(self) -> None:
        self.articles: dict[str, EmbeddedArticle] = {}
        self.writes = 0

    @property
    def identity(self) -> IndexIdentity:
        return IndexIdentity("word-hashes", WordHashes.fingerprint, DIMENSION)

    def write(self, batch: Sequence[EmbeddedArticle]) -> WriteReport:
        self.writes += 1
        states = self.states([embedded.article.id for embedded in batch])
        admission = admit(batch, states, DIMENSION, datetime.now(UTC))
        for embedded in admission.to_write:
            self.articles[embedded.article.id] = embedded
        return admission.report

    def delete(self, article_ids: Sequence[str]) -> int:
        return sum(self.articles.pop(name, None) is not None for name in article_ids)

    def states(self, article_ids: Sequence[str]) -> Mapping[str, ArticleState]:
        return {
            name: ArticleState(
                one.article.content_hash,
                one.article.version,
                one.article.lang,
                one.draft_hash,
                one.article.source,
            )
            for name, one in self.get(article_ids).items()
        }

    def get(self, article_ids: Sequence[str]) -> Mapping[str, EmbeddedArticle]:
        return {name: self.articles[name] for name in article_ids if name in self.articles}


class MarkedLanguages:
    """Identifies a text by what it begins with: "de:0.95 ..." is German, 95 % sure.

    `texts` are those that it was given.
    """

    fingerprint = "marked 1"
    languages = frozenset("de en fr it uk ru und sw".split())  # noqa: SIM905

    def __init__(self) -> None:
        self.texts: list[str] = []

    def identify(self, text: str) -> Guess:
        self.texts.append(text)
        lang, _, rest = text.partition(":")
        return Guess(lang, float(rest.split()[0])) if rest else Guess("und", 0.0)


def raw(line: int = 1, /, **record: Any) -> RawArticle:
    """A raw article as a JSONL source gives it."""
    return RawArticle(Origin("feed.jsonl", line), record)


def numbered(count: int, **common: Any) -> Iterator[RawArticle]:
    """Different articles with the ids a0, a1, ..."""
    for i in range(count):
        yield raw(i + 1, id=f"a{i}", title=f"Title {i}", text=f"Text number {i}.", **common)
