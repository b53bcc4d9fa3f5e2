"""LanceDB: a table with vectors and a full-text index, and its hybrid search (reciprocal rank)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.peers.harness import articles_of, passages, run


class LanceDb:
    """One table, a row per passage."""

    def __init__(self, folder: Path, model: Path) -> None:
        import lancedb
        from sentence_transformers import SentenceTransformer

        self.model = SentenceTransformer(str(model), device="cpu")
        self.db = lancedb.connect(str(folder / "db"))
        names = self.db.list_tables().tables
        self.table: Any = self.db.open_table("passages") if "passages" in names else None

    def ingest(self, articles: list[dict[str, Any]]) -> None:
        """Add or replace rows, and bring the full-text index up to date."""
        from lancedb.index import IvfPq

        found = [one for article in articles for one in passages(article)]
        vectors = self.model.encode([text for _, text in found], normalize_embeddings=True)
        rows = [
            {"id": one, "text": text, "vector": vector}
            for (one, text), vector in zip(found, vectors, strict=True)
        ]
        if self.table is None:
            self.table = self.db.create_table("passages", rows)
            self.table.create_fts_index("text")
            if len(rows) > 100_000:  # where its documentation advises one
                self.table.create_index("vector", config=IvfPq(distance_type="cosine"))
            return
        change = self.table.merge_insert("id")
        change.when_matched_update_all().when_not_matched_insert_all().execute(rows)
        self.table.optimize()

    def search(self, query: str, count: int) -> list[str]:
        """Search by both."""
        from lancedb.query import MatchQuery

        vector = self.model.encode(query, normalize_embeddings=True)
        asked = (
            self.table.search(query_type="hybrid").vector(vector).text(MatchQuery(query, "text"))
        )
        found = asked.distance_type("cosine").limit(3 * count).to_list()
        return articles_of((one["id"] for one in found), count)


if __name__ == "__main__":
    run(LanceDb)
