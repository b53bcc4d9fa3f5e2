"""The port to embedding models: text in, unit vectors out.

Two adapters implement it: `search.embedding.static` (static models, the bundled one among them, no
torch) and `search.embedding.transformer` (any sentence-transformers folder or hub name).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""Shape (n, dimension), float32, every row of Euclidean length 1."""


class Embedder(Protocol):
    """Turns text into vectors that are comparable across languages by their dot product."""

    @property
    def name(self) -> str:
        """What the user named: `compact`, a folder, or a hub name. For messages only."""
        ...

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits over weights, tokenizer, prompts and dimension.

        Two embedders with one fingerprint give the same vectors, on any machine.
        """
        ...

    @property
    def dimension(self) -> int:
        """Length of every vector."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of queries, in order: shape (len(texts), dimension), unit length.

        Raises `search.embedding.errors.EmbeddingError` when the model returns a zero or
        non-finite vector; a text with nothing the model knows is embedded as the model's
        "unknown" vector, never as zero.
        """
        ...

    def embed_paragraphs(self, texts: Sequence[str]) -> Vectors:
        """Vectors of paragraphs, in order: shape (len(texts), dimension), unit length."""
        ...
