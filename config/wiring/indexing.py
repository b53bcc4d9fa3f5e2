"""What fetches and prepares articles, as the settings say."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

from config.wiring.models import embedder
from config.wiring.places import on_server

if TYPE_CHECKING:
    from config.settings import Settings
    from indexer.ingest.workers import Preparing, Workers
    from indexer.sources.fetching.fetcher import Fetcher
    from search.embedding.port import Embedder
    from search.index.model import EmbeddedArticle


def fetcher(settings: Settings, patience: float | None = None) -> Fetcher:
    """Return what fetches documents from addresses, as politely as the settings say.

    `patience` counts instead of that of the settings: 0 never waits for a server.
    """
    from indexer.sources.fetching.fetcher import Fetcher
    from indexer.sources.fetching.politeness import Politeness, default_user_agent

    chosen = settings.fetch
    return Fetcher(
        Politeness(
            user_agent=chosen.user_agent or default_user_agent(),
            delay=chosen.delay_s,
            timeout=chosen.timeout_s,
            longest=chosen.longest_s,
            max_bytes=int(chosen.max_mb * 1_000_000),
            patience=chosen.patience_s if patience is None else patience,
            allow_private=chosen.allow_private,
        )
    )


def workers(settings: Settings, model: Embedder, starts_with: int | None = None) -> Workers | None:
    """Return processes that prepare articles beside this one; None where one does it all.

    Only where `processes` is set: on two cores an ingest of 2,375 articles with one more took
    21.6 s in place of 22.4, with a fifth more processor time and 0.7 GB. A transformer uses all
    cores by itself.
    `starts_with` is how many new articles there are before they are started.
    """
    from indexer.ingest.workers import MOST, STARTS_WITH, Workers
    from search.embedding.static import StaticEmbedder

    count = min((settings.processes or 1) - 1, MOST)
    if count < 1 or not isinstance(model, StaticEmbedder):
        return None
    equip = functools.partial(_preparing, settings)
    first = STARTS_WITH if starts_with is None else starts_with
    return Workers(count, equip, _preparing(settings, model), first)


def _preparing(settings: Settings, model: Embedder | None = None) -> Preparing:
    """Return what articles are prepared with: here, and in other processes."""
    from indexer.ingest.workers import Preparing
    from indexer.text.language import default_identifier
    from search.coverage.duplicates.records import record_of
    from search.coverage.stories.features import featured

    of_engine: Callable[[EmbeddedArticle], object]
    if on_server(settings):
        from search.index.elastic import documents

        of_engine = documents.analysed
    else:
        from search.index import analysed

        of_engine = analysed.analysed
    chosen = embedder(settings) if model is None else model
    return Preparing(default_identifier(), chosen, (of_engine, record_of, featured))
