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
from search.index.embedded.rows import microseconds_of
from search.index.model import Bucket, Facet
from search.index.port import FacetField, Interval
from search.index.time_zones import UTC_NAME, at_midnight, time_zone


def facets(
    selection: Selection, fields: Sequence[FacetField], clause: Matching | None
) -> tuple[Facet, ...]:
    """Count articles of each value, most frequent first, then by value."""
    if not fields:
        return ()
    view, articles = selection.view, _matching(selection, clause)
    return tuple(Facet(field, view.counts(field, articles)) for field in fields)


def histogram(
    selection: Selection, interval: Interval, clause: Matching | None, zone: str = UTC_NAME
) -> tuple[Bucket, ...]:
    """Count dated articles per day or month of a time zone, oldest first."""
    return histogram_of(selection.view.published(_matching(selection, clause)), interval, zone)


def histogram_of(
    published: NDArray[np.int64], interval: Interval, zone: str = UTC_NAME
) -> tuple[Bucket, ...]:
    """Count dates (microseconds since 1970) per day or month of a time zone, oldest first."""
    dated = published[published != UNDATED]
    if not dated.size:
        return ()
    starts = _starts(dated, interval, zone)
    edges = np.array([microseconds_of(start) for start in starts], dtype=np.int64)
    numbers, counts = np.unique(np.searchsorted(edges, dated, side="right") - 1, return_counts=True)
    return tuple(
        Bucket(starts[number], int(count))
        for number, count in zip(numbers.tolist(), counts, strict=True)
    )


def _starts(dated: NDArray[np.int64], interval: Interval, zone: str) -> list[datetime]:
    """Return when the days or months begin that may hold one of these dates, in order.

    Whatever the zone, a moment is on the day before, of or after its date in UTC.
    """
    days = np.unique(dated.astype("datetime64[us]").astype("datetime64[D]"))
    near = np.unique(np.concatenate([days - 1, days, days + 1]))
    if interval == "month":
        near = np.unique(near.astype("datetime64[M]")).astype("datetime64[D]")
    own = time_zone(zone)
    starts = []
    for day in near.astype(object):
        try:
            starts.append(at_midnight(day.year, day.month, day.day, own))
        except (AttributeError, ValueError, OverflowError):
            continue  # a day before year 1 or after year 9999, next to one of them
    if not starts or microseconds_of(starts[0]) > dated.min():
        starts.insert(0, datetime.min.replace(tzinfo=UTC))
    return starts


def size_on_disk(folder: Path) -> int:
    """Bytes of all files below a folder; files that vanish meanwhile count nothing."""
    return sum(_bytes(path) for path in folder.rglob("*"))


def _matching(selection: Selection, clause: Matching | None) -> Numbers:
    """Return the articles that pass, and of which a passage matches."""
    if clause is None:
        return selection.passing()
    return np.unique(selection.view.articles(passages(selection, clause).rows))


def _bytes(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except FileNotFoundError:
        return 0
