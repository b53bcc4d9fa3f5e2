"""How to reach and lay out an index on Elasticsearch, and what the server can do: values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from search.index.history import KEEP

Refresh = Literal["false", "wait_for", "true"]
VectorIndexKind = Literal["int8_hnsw", "hnsw", "bbq_hnsw", "flat"]

PATIENCE_S = 300.0
"""Seconds. A single node was seen to need 96 to 163 of them after a kill, on two busy cores, until
it took writes again."""

OLDEST_SERVER = (8, 19)
"""The oldest server that the client's 8.19 line is made for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ElasticOptions:
    """Connection and layout; secrets never show in its `repr`.

    - `hosts`: further nodes of the same cluster, each `http(s)://host:port`.
    - `timeout_s`: longest wait for one answer, in seconds.
    - `patience_s`: how long a write waits for a server that is busy or away, in seconds.
    - `refresh`: when a written batch becomes visible: `false` within a second or at `refresh()`,
      `wait_for` before `write` returns (at the next refresh), `true` at once (costly).
    - `shards`, `replicas`, `vector_index`: used when a generation is created. `bbq_hnsw` (one bit
      a dimension) is for models of 384 dimensions and more.
    - `keep`: former versions that are stored of an article.
    """

    api_key: str | None = field(default=None, repr=False)
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    verify_tls: bool = True
    cloud_id: str | None = None
    hosts: tuple[str, ...] = ()
    timeout_s: float = 30.0
    patience_s: float = PATIENCE_S
    refresh: Refresh = "false"
    shards: int = 1
    replicas: int = 1
    vector_index: VectorIndexKind = "int8_hnsw"
    keep: int = KEEP


@dataclass(frozen=True, slots=True)
class ServerTraits:
    """What a server says of itself: its version as (major, minor), and its analysis plugins."""

    version: tuple[int, int]
    number: str
    plugins: frozenset[str] = frozenset()

    @property
    def excludes_source_vectors(self) -> bool:
        """From 9.2 on, vectors are kept out of `_source` and put back on demand."""
        return self.version >= (9, 2)

    @property
    def reads_packed_vectors(self) -> bool:
        """From 9.3 on, a vector may be sent as base64 of big-endian float32."""
        return self.version >= (9, 3)


def plugins_of(nodes: Mapping[str, Any]) -> frozenset[str]:
    """Names of the plugins that every node has, from the answer of `GET _nodes/plugins`."""
    installed = [
        {str(plugin["name"]) for plugin in node.get("plugins", ())}
        for node in nodes.get("nodes", {}).values()
    ]
    return frozenset(set.intersection(*installed)) if installed else frozenset()
