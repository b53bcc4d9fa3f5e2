"""Everything, in order: from one version, which is held as long as its object is there."""

from __future__ import annotations

from collections.abc import Generator
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc

from search import deadline
from search.index.embedded.conditions import both, literal
from search.index.embedded.matching import Selection
from search.index.embedded.retrieval import hits, rank
from search.index.embedded.rows import (
    EMBARGO,
    WHOLE_COLUMNS,
    microseconds,
    microseconds_of,
    moment,
    whole_articles,
)
from search.index.embedded.table import Dataset, last_embargo, there
from search.index.embedded.view import View
from search.index.filters import Filters
from search.index.legs import LatestLeg, LexicalLeg
from search.index.model import Arrival, Article, ArticleHit, ArticleState, stored_version

ARTICLES_A_READ = 500
"""Articles in memory at a time; besides them, the ids of all that pass are held."""

STATES_A_READ = 10_000

_FIRST = -(2**63)
"""Where those stand of which nobody noted when they came."""


def scan(view: View, filters: Filters) -> Generator[Article]:
    """Read articles by id, as they are in this version, whatever is written meanwhile."""
    dataset = view.dataset
    ids = view.ids(Selection.of(view, filters).passing())
    # Arrow orders strings by their UTF-8 bytes, which is the order of code points.
    ids = ids.take(pc.sort_indices(ids))
    for start in range(0, len(ids), ARTICLES_A_READ):
        deadline.check()
        wanted = ids.slice(start, ARTICLES_A_READ)
        first, last = literal(wanted[0].as_py()), literal(wanted[-1].as_py())
        rows = dataset.to_table(
            columns=there(dataset, [*WHOLE_COLUMNS, EMBARGO.name]),
            filter=f"article_id >= {first} AND article_id <= {last}",
        )
        rows = rows.filter(pc.is_in(rows["article_id"], value_set=wanted))
        yield from whole_articles(
            rows.sort_by([("article_id", "ascending"), ("position", "ascending")])
        )


def scan_states(dataset: Dataset) -> Generator[tuple[str, ArticleState]]:
    """Read what is written of every article, by id; all of it is in memory meanwhile."""
    columns = ["article_id", "content_hash", "version", "updated"]
    table = dataset.to_table(columns=columns, filter="lead").sort_by("article_id")
    for batch in table.to_batches(STATES_A_READ):
        yield from (
            (one, ArticleState(content_hash, stored_version(version, updated)))
            for one, content_hash, version, updated in zip(
                *(batch[name].to_pylist() for name in columns), strict=True
            )
        )


def arrivals(dataset: Dataset, since: datetime | None) -> Generator[Arrival]:
    """Read when articles were written; what is read of all of them is in memory meanwhile."""
    columns = ["article_id", "seen", "content_hash", "version", "updated"]
    embargoed = last_embargo(dataset) is not None
    found = dataset.to_table(
        columns=[*columns, EMBARGO.name] if embargoed else columns,
        filter=_arrived(since, embargoed=embargoed),
    )
    if embargoed:  # an article comes when its embargo ends
        came = pc.max_element_wise(found["seen"], found[EMBARGO.name])
        found = found.set_column(found.schema.get_field_index("seen"), "seen", came)
    order = pa.table({"seen": pc.fill_null(found["seen"], _FIRST), "id": found["article_id"]})
    rows = found.take(pc.sort_indices(order, [("seen", "ascending"), ("id", "ascending")]))
    for batch in rows.to_batches(STATES_A_READ):
        yield from (
            Arrival(one, moment(seen), content_hash, stored_version(version, updated))
            for one, seen, content_hash, version, updated in zip(
                *(batch[name].to_pylist() for name in columns), strict=True
            )
        )


def _arrived(since: datetime | None, *, embargoed: bool) -> str | None:
    name, seen = EMBARGO.name, None
    if since is not None:
        seen = f"seen >= {microseconds(since)}"
        seen += f" OR {name} >= {microseconds(since)}" if embargoed else ""
    ended = f"{name} IS NULL OR {name} <= {microseconds_of(datetime.now(UTC))}"
    return both("lead", seen, ended if embargoed else None)


def matches(
    view: View, leg: LexicalLeg | LatestLeg, filters: Filters, shown: int
) -> Generator[ArticleHit]:
    """Read all that a leg finds in its order; scores and row ids of all are held meanwhile."""
    yield from hits(view, rank(Selection.of(view, filters), leg, None, shown))
