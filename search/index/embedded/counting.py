"""Facets, histograms and counts over one version of the table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from search.index.clauses import Matching
from search.index.embedded.matching import Selection, passages
from search.index.embedded.retrieval import articles
from search.index.embedded.table import Dataset
from search.index.model import Bucket, Facet
from search.index.port import FacetField, Interval

COLUMNS: dict[FacetField, str] = {
    "lang": "lang",
    "source": "source",
    "section": "section",
    "tag": "tags",
}


def facets(
    dataset: Dataset,
    fields: Sequence[FacetField],
    selection: Selection,
    clause: Matching | None,
) -> tuple[Facet, ...]:
    """Count articles of each value, most frequent first, then by value."""
    columns = list(dict.fromkeys(COLUMNS[field] for field in fields))
    if not columns:
        return ()
    return facets_of(_matching_articles(dataset, columns, selection, clause), fields)


def facets_of(articles: pa.Table, fields: Sequence[FacetField]) -> tuple[Facet, ...]:
    """Count articles, one row each, of each value."""
    return tuple(Facet(field, _counted(articles[COLUMNS[field]])) for field in fields)


def histogram(
    dataset: Dataset, interval: Interval, selection: Selection, clause: Matching | None
) -> tuple[Bucket, ...]:
    """Count dated articles per day or month (UTC), oldest first."""
    return histogram_of(_matching_articles(dataset, ["published"], selection, clause), interval)


def histogram_of(articles: pa.Table, interval: Interval) -> tuple[Bucket, ...]:
    """Count dated articles, one row each, per day or month (UTC), oldest first."""
    published = articles["published"].drop_null().to_numpy()
    unit = "D" if interval == "day" else "M"
    spans = published.astype("datetime64[us]").astype(f"datetime64[{unit}]")
    starts, counts = np.unique(spans, return_counts=True)
    return tuple(
        Bucket(_start(start), int(count)) for start, count in zip(starts, counts, strict=True)
    )


def size_on_disk(folder: Path) -> int:
    """Bytes of all files below a folder; files that vanish meanwhile count nothing."""
    return sum(_bytes(path) for path in folder.rglob("*"))


def _matching_articles(
    dataset: Dataset, columns: Sequence[str], selection: Selection, clause: Matching | None
) -> pa.Table:
    found = None if clause is None else passages(dataset, clause, selection)
    return articles(dataset, columns, selection, found)


def _counted(column: pa.ChunkedArray) -> tuple[tuple[str, int], ...]:
    counts: Counter[str] = Counter()
    if pa.types.is_list(column.type):
        for tags in column.to_pylist():
            counts.update(set(tags))
    else:
        for value in pc.value_counts(column.drop_null()).to_pylist():
            counts[value["values"]] = value["counts"]
    return _most_frequent_first(counts.items())


def _most_frequent_first(counts: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts, key=lambda pair: (-pair[1], pair[0])))


def _start(span: np.datetime64) -> datetime:
    day = span.astype("datetime64[D]").astype(object)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _bytes(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except FileNotFoundError:
        return 0
