"""What the application is made of: ready parts.

They are put together at the edge, in `search.serve.wiring`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from search.alerts.desk import AlertDesk
from search.coverage.stories.shelf import StoryShelf
from search.embedding.port import Embedder
from search.index.model import Article, WriteResult
from search.index.port import SearchIndex
from search.index.state import IndexState
from search.query.options import Defaults
from search.retrieval.hybrid import HybridSearch

Record = Mapping[str, Any]
"""One article in the keys of the JSONL format, not checked yet."""


class Addressed(dict[str, Any]):
    """A record that was sent to the address of its article: it is stored under just that id."""


Ingest = Callable[[Sequence[Record]], Sequence[WriteResult]]
"""Checks, splits, embeds and writes articles; one result per record, in their order.

A record that is no article is `rejected` with a sentence. Raises a `PolywireError` when nothing
of the batch could be written.
"""


Read = Callable[[Record, bool], Article]
"""Makes an article of a record without writing it; with True, its language is identified.

Raises a `PolywireError` for a record that is no article.
"""


@dataclass(frozen=True, slots=True)
class Services:
    """The parts that the routers call. All of them may be used from several threads.

    `load_ingest` loads the indexing pipeline; it may take seconds and is called once, before the
    first write. None: this server takes no writes.
    """

    index: SearchIndex
    state: IndexState
    search: HybridSearch
    embedder: Embedder
    read: Read
    load_ingest: Callable[[], Ingest] | None
    close: Callable[[], None]
    defaults: Defaults = field(default_factory=Defaults)
    erase: Callable[[str], bool] | None = None
    """Takes out an article, with what is noted of it; tells whether it was there, or was noted.
    None: it is deleted from the index, and no more."""
    alerts: AlertDesk | None = None
    """None: this process serves no alerts."""
    less_certain_below: float = 0.0
    """Confidence under which the page lists hits as less certain."""
    searches_here: bool = False
    """Whether this process does the work of a search itself, and does not wait for a server."""
    stories: StoryShelf = field(init=False)

    def __post_init__(self) -> None:
        """Stories are listed from the state."""
        object.__setattr__(self, "stories", StoryShelf(self.state))
