"""What an Elasticsearch server says of itself: processor time, bytes on disk, and its indexes.

Only the standard library, since systems are measured in environments of their own.
"""

from __future__ import annotations

import json
import os
from typing import Any
from urllib.request import Request, urlopen

SERVER = "PEERS_SERVER"
"""The variable with the address of the server."""


def processor_s() -> float:
    """Return the processor time of all nodes since they started, 0 without a server."""
    if SERVER not in os.environ:
        return 0.0
    nodes = _ask("GET", "/_nodes/stats/process")["nodes"].values()
    return float(sum(node["process"]["cpu"]["total_in_millis"] for node in nodes)) / 1000


def indexes(part: str) -> list[str]:
    """Return the indexes that have `part` in their names."""
    every = _ask("GET", "/_cat/indices/peers-*?format=json&h=index&expand_wildcards=all")
    return [each["index"] for each in every if part in each["index"]]


def size_mb(part: str) -> float:
    """Return what these indexes take on disk, all of it written."""
    names = ",".join(indexes(part))
    _ask("POST", f"/{names}/_flush")
    stats = _ask("GET", f"/{names}/_stats/store")
    return float(stats["_all"]["total"]["store"]["size_in_bytes"]) / 2**20


def remove(part: str) -> None:
    """Delete these indexes."""
    for name in indexes(part):
        _ask("DELETE", f"/{name}")


def _ask(method: str, path: str) -> Any:  # noqa: ANN401  JSON
    request = Request(os.environ[SERVER].rstrip("/") + path, method=method)  # noqa: S310
    with urlopen(request, timeout=120) as answer:  # noqa: S310  the address that was given
        return json.load(answer)
