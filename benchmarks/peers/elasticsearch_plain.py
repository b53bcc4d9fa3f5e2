"""Elasticsearch as its guide says: a document per passage, kNN and BM25, fused on the client.

The free licence has no fusion on the server. PEERS_SERVER is its address.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from benchmarks.peers.harness import articles_of, fused, passages, run


class Elasticsearch:
    """One index with the standard analyzer, which is for all languages."""

    def __init__(self, folder: Path, model: Path) -> None:
        from elasticsearch import Elasticsearch as Client
        from sentence_transformers import SentenceTransformer

        self.model = SentenceTransformer(str(model), device="cpu")
        self.client = Client(os.environ["PEERS_SERVER"], request_timeout=120)
        self.index = f"peers-plain-{folder.name}"
        if not self.client.indices.exists(index=self.index):
            self.client.indices.create(
                index=self.index,
                mappings={
                    "properties": {
                        "text": {"type": "text"},
                        "vector": {
                            "type": "dense_vector",
                            "dims": self.model.get_sentence_embedding_dimension(),
                            "similarity": "cosine",
                        },
                    }
                },
                settings={"number_of_replicas": 0},
            )

    def ingest(self, articles: list[dict[str, Any]]) -> None:
        """Write documents in bulk, then let them be seen."""
        from elasticsearch.helpers import bulk

        found = [one for article in articles for one in passages(article)]
        vectors = self.model.encode([text for _, text in found], normalize_embeddings=True)
        actions = (
            {"_index": self.index, "_id": one, "text": text, "vector": vector.tolist()}
            for (one, text), vector in zip(found, vectors, strict=True)
        )
        bulk(self.client, actions, refresh=True)

    def search(self, query: str, count: int) -> list[str]:
        """Ask both in one request, and fuse."""
        vector = self.model.encode(query, normalize_embeddings=True).tolist()
        near = {"field": "vector", "query_vector": vector, "k": 3 * count}
        answers = self.client.msearch(
            index=self.index,
            searches=[
                {},
                {"query": {"match": {"text": query}}, "size": 3 * count, "_source": False},
                {},
                {
                    "knn": {**near, "num_candidates": 3 * count},
                    "size": 3 * count,
                    "_source": False,
                },
            ],
        )["responses"]
        rankings = [[hit["_id"] for hit in answer["hits"]["hits"]] for answer in answers]
        return articles_of(fused(rankings), count)


if __name__ == "__main__":
    run(Elasticsearch)
