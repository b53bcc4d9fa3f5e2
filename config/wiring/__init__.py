"""The one place where settings become objects: engine, embedding model, search, pipeline."""

from __future__ import annotations

from config.wiring.alerting import (
    alert_channels,
    alert_desk,
    alert_equipment,
    alert_runner,
    links_of,
)
from config.wiring.indexing import fetcher, workers
from config.wiring.models import embedder, reranking
from config.wiring.places import location, on_server, open_index, open_or_create_index, safekeeping
from config.wiring.searching import copies, defaults, hybrid_search, search_over

__all__ = [
    "alert_channels",
    "alert_desk",
    "alert_equipment",
    "alert_runner",
    "copies",
    "defaults",
    "embedder",
    "fetcher",
    "hybrid_search",
    "links_of",
    "location",
    "on_server",
    "open_index",
    "open_or_create_index",
    "reranking",
    "safekeeping",
    "search_over",
    "workers",
]
