"""txtai: dense vectors and BM25 with equal weights, as its page on hybrid search says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.peers.harness import articles_of, passages, run


class Txtai:
    """An embeddings database with a content store, which updates need."""

    def __init__(self, folder: Path, model: Path) -> None:
        from txtai import Embeddings

        self.path = str(folder / "index")
        settings = {
            "path": str(model),
            "method": "sentence-transformers",
            "hybrid": True,
            "content": True,
        }
        self.embeddings = Embeddings(**settings)
        if (folder / "index").exists():
            self.embeddings.load(self.path)

    def ingest(self, articles: list[dict[str, Any]]) -> None:
        """Add or replace passages, and save."""
        self.embeddings.upsert(p for article in articles for p in passages(article))
        self.embeddings.save(self.path)

    def search(self, query: str, count: int) -> list[str]:
        """Search by both."""
        found = self.embeddings.search(query, 3 * count)
        return articles_of((one["id"] for one in found), count)


if __name__ == "__main__":
    run(Txtai)
