"""Everything, in order: from one version that is held while it is read."""

from __future__ import annotations

import time
import uuid
from collections.abc import Generator, Iterator
from contextlib import contextmanager

import pyarrow as pa
import pyarrow.compute as pc

from search.index.embedded.conditions import literal
from search.index.embedded.faults import kind_of
from search.index.embedded.found import is_in
from search.index.embedded.matching import Selection
from search.index.embedded.retrieval import View, articles, hits, rank
from search.index.embedded.rows import WHOLE_COLUMNS, whole_articles
from search.index.embedded.table import Dataset
from search.index.embedded.upkeep import HELD
from search.index.filters import Filters
from search.index.legs import LatestLeg, LexicalLeg
from search.index.model import Article, ArticleHit

ARTICLES_A_READ = 500
"""Articles in memory at a time; besides them, the ids of all that pass are held."""


def scan(dataset: Dataset, filters: Filters) -> Generator[Article]:
    """Read articles by id, as they are in this version, whatever is written meanwhile."""
    with _held(dataset):
        ids = articles(dataset, [], Selection.of(dataset, filters), None)["article_id"]
        # Arrow orders strings by their UTF-8 bytes, which is the order of code points.
        ids = ids.combine_chunks().take(pc.sort_indices(ids))
        for start in range(0, len(ids), ARTICLES_A_READ):
            wanted = ids.slice(start, ARTICLES_A_READ)
            first, last = literal(wanted[0].as_py()), literal(wanted[-1].as_py())
            rows = dataset.to_table(
                columns=list(WHOLE_COLUMNS),
                filter=f"article_id >= {first} AND article_id <= {last}",
            )
            rows = rows.filter(pa.array(is_in(rows["article_id"], wanted)))
            yield from whole_articles(
                rows.sort_by([("article_id", "ascending"), ("position", "ascending")])
            )


def matches(
    dataset: Dataset, leg: LexicalLeg | LatestLeg, filters: Filters, shown: int
) -> Generator[ArticleHit]:
    """Read all that a leg finds in its order; scores and row ids of all are held meanwhile."""
    with _held(dataset):
        ranked, _ = rank(dataset, leg, Selection.of(dataset, filters), None, shown)
        yield from hits(View(dataset), ranked)


@contextmanager
def _held(dataset: Dataset) -> Iterator[None]:
    """Keep the files of a version from being cleaned away, where this user may write there."""
    tag = f"{HELD}{int(time.time())}-{uuid.uuid4().hex}"
    try:
        dataset.tags.create(tag, dataset.version)
    except OSError as error:
        if kind_of(error) != "denied":
            raise
        yield
        return
    try:
        yield
    finally:
        dataset.tags.delete(tag)
