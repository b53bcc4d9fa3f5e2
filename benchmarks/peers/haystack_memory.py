"""Haystack: the store in memory, BM25 and embedding retrievers, joined by reciprocal rank."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.peers.harness import articles_of, passages, run


class Haystack:
    """A document store that is saved to a file."""

    def __init__(self, folder: Path, model: Path) -> None:
        from haystack.components.joiners import DocumentJoiner
        from haystack.components.retrievers.in_memory import (
            InMemoryBM25Retriever,
            InMemoryEmbeddingRetriever,
        )
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from haystack_integrations.components.embedders.sentence_transformers import (
            SentenceTransformersDocumentEmbedder,
            SentenceTransformersTextEmbedder,
        )

        self.path = folder / "store.json"
        self.store = (
            InMemoryDocumentStore.load_from_disk(str(self.path))
            if self.path.exists()
            else InMemoryDocumentStore()
        )
        self.of_documents = SentenceTransformersDocumentEmbedder(
            model=str(model), progress_bar=False
        )
        self.of_queries = SentenceTransformersTextEmbedder(model=str(model), progress_bar=False)
        self.of_queries.warm_up()
        self.bm25 = InMemoryBM25Retriever(document_store=self.store)
        self.nearest = InMemoryEmbeddingRetriever(document_store=self.store)
        self.joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion")

    def ingest(self, articles: list[dict[str, Any]]) -> None:
        """Embed and write documents, and save."""
        from haystack import Document
        from haystack.document_stores.types import DuplicatePolicy

        documents = [
            Document(id=one, content=text)
            for article in articles
            for one, text in passages(article)
        ]
        self.of_documents.warm_up()
        embedded = self.of_documents.run(documents)["documents"]
        self.store.write_documents(embedded, DuplicatePolicy.OVERWRITE)
        self.store.save_to_disk(str(self.path))

    def search(self, query: str, count: int) -> list[str]:
        """Ask both retrievers, and join."""
        vector = self.of_queries.run(query)["embedding"]
        lexical = self.bm25.run(query, top_k=3 * count)["documents"]
        near = self.nearest.run(vector, top_k=3 * count)["documents"]
        found = self.joiner.run([lexical, near])["documents"]
        return articles_of((one.id for one in found), count)


if __name__ == "__main__":
    run(Haystack)
