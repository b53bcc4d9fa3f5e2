"""tantivy for words, usearch for vectors, fused by hand: the least that one can build."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.peers.harness import articles_of, fused, passages, run


class TantivyUsearch:
    """Two indexes and a list of ids."""

    def __init__(self, folder: Path, model: Path) -> None:
        import tantivy
        from sentence_transformers import SentenceTransformer
        from usearch.index import Index

        self.folder = folder
        self.model = SentenceTransformer(str(model), device="cpu")
        (folder / "words").mkdir(parents=True, exist_ok=True)
        schema = tantivy.SchemaBuilder()
        schema.add_text_field("id", stored=True, tokenizer_name="raw")
        schema.add_text_field("text")
        self.words = tantivy.Index(schema.build(), str(folder / "words"))
        self.words.reload()
        dimension = self.model.get_sentence_embedding_dimension()
        self.vectors = Index(ndim=dimension, metric="cos", dtype="f16")
        self.ids: list[str] = []
        if (folder / "ids.json").exists():
            self.vectors.load(str(folder / "vectors"))
            self.ids = json.loads((folder / "ids.json").read_text())

    def ingest(self, articles: list[dict[str, Any]]) -> None:
        """Replace what is there, add what is not, and save."""
        import numpy as np
        import tantivy

        found = [one for article in articles for one in passages(article)]
        places = {one: n for n, one in enumerate(self.ids)}
        writer = self.words.writer()
        for one, text in found:
            if one in places:
                writer.delete_documents("id", one)
            writer.add_document(tantivy.Document(id=one, text=text))
        writer.commit()
        keys = []
        for one, _ in found:
            if one in places:
                self.vectors.remove(places[one])
            else:
                places[one] = len(self.ids)
                self.ids.append(one)
            keys.append(places[one])
        vectors = self.model.encode([text for _, text in found], normalize_embeddings=True)
        self.vectors.add(np.array(keys), vectors)
        self.vectors.save(str(self.folder / "vectors"))
        (self.folder / "ids.json").write_text(json.dumps(self.ids))

    def search(self, query: str, count: int) -> list[str]:
        """Ask both, and fuse."""
        asked, _ = self.words.parse_query_lenient(query, ["text"])
        searcher = self.words.searcher()
        hits = searcher.search(asked, 3 * count).hits
        lexical = [searcher.doc(place)["id"][0] for _, place in hits]
        vector = self.model.encode(query, normalize_embeddings=True)
        near = [self.ids[key] for key in self.vectors.search(vector, 3 * count).keys]
        return articles_of(fused([lexical, near]), count)


if __name__ == "__main__":
    run(TantivyUsearch)
