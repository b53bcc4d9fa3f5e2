"""Polywire on Elasticsearch, with its settings as they come."""

from __future__ import annotations

import os
from pathlib import Path

from benchmarks.peers.harness import run
from benchmarks.peers.polywire_embedded import Polywire


class PolywireServer(Polywire):
    """An index on the server that PEERS_SERVER names."""

    @staticmethod
    def place(folder: Path) -> str:
        """Return where the index is."""
        return f"{os.environ['PEERS_SERVER']}/peers-polywire-{folder.name}"


if __name__ == "__main__":
    run(PolywireServer)
