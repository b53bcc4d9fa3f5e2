"""Facets, histograms and counts over one version of the table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search.index.clauses import Matching
from search.index.embedded.articles import UNDATED
from search.index.embedded.found import Numbers
from search.index.embedded.matching import Selection, passages
from search.index.model import Bucket, Facet
from search.index.port import FacetField, Interval


def facets(
    selection: Selection, fields: Sequence[FacetField], clause: Matching | None
) -> tuple[Facet, ...]:
    """Count articles of each value, most frequent first, then by value."""
    if not fields:
        return ()
    view, articles = selection.view, _matching(selection, clause)
    return tuple(Facet(field, view.counts(field, articles)) for field in fields)


def histogram(
    selection: Selection, interval: Interval, clause: Matching | None
) -> tuple[Bucket, ...]:
    """Count dated articles per day or month (UTC), oldest first."""
    return histogram_of(selection.view.published(_matching(selection, clause)), interval)


def histogram_of(published: NDArray[np.int64], interval: Interval) -> tuple[Bucket, ...]:
    """Count dates (microseconds since 1970) per day or month (UTC), oldest first."""
    unit = "D" if interval == "day" else "M"
    dated = published[published != UNDATED]
    spans = dated.astype("datetime64[us]").astype(f"datetime64[{unit}]")
    starts, counts = np.unique(spans, return_counts=True)
    return tuple(
        Bucket(_start(start), int(count)) for start, count in zip(starts, counts, strict=True)
    )


def size_on_disk(folder: Path) -> int:
    """Bytes of all files below a folder; files that vanish meanwhile count nothing."""
    return sum(_bytes(path) for path in folder.rglob("*"))


def _matching(selection: Selection, clause: Matching | None) -> Numbers:
    """Return the articles that pass, and of which a passage matches."""
    if clause is None:
        return selection.passing()
    return np.unique(selection.view.articles(passages(selection, clause).rows))


def _start(span: np.datetime64) -> datetime:
    day = span.astype("datetime64[D]").astype(object)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _bytes(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except FileNotFoundError:
        return 0
