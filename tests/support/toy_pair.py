"""A toy language pair with a teacher: what the trainer learns from it is known beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, models

from benchmarks.compact_model import export, vocabulary
from benchmarks.compact_model.examples import Bags, Stream
from search.embedding.static import StaticEmbedder

if TYPE_CHECKING:
    from benchmarks.compact_model.student import Material, Recipe

ENGLISH = "sun moon river city bread house tree bird stone fire".split()  # noqa: SIM905
GERMAN = "sonne mond fluss stadt brot haus baum vogel stein feuer".split()  # noqa: SIM905
SENTENCES = 600
DIMENSION = 24


@dataclass(frozen=True)
class ToyPair:
    """Sentences of three words each, their translations, and vectors of the words' meanings."""

    tokenizer: Tokenizer
    material: Material
    meanings: NDArray[np.float64]  # (words, DIMENSION)

    @classmethod
    def drawn(cls) -> Self:
        """The same pair on every call."""
        from benchmarks.compact_model.student import Material

        rng = np.random.default_rng(1)
        choices = rng.integers(0, len(ENGLISH), size=(SENTENCES, 3))
        texts = [" ".join(words[n] for n in row) for words in (ENGLISH, GERMAN) for row in choices]
        tokenizer = vocabulary.pipeline()
        pieces = [(vocabulary.UNKNOWN, 0.0), *((f"▁{word}", -3.0) for word in ENGLISH + GERMAN)]
        tokenizer.model = models.Unigram(pieces, unk_id=0)
        meanings = rng.normal(size=(len(ENGLISH), DIMENSION))
        taught = meanings[choices].mean(axis=1)
        taught /= np.linalg.norm(taught, axis=1, keepdims=True)
        material = Material(
            bags=Bags.tokenized(tokenizer, texts),
            streams={
                "sentence": Stream.grouped(
                    {("t", "en", "de"): [(n, n + SENTENCES) for n in range(SENTENCES)]}
                )
            },
            teacher=taught.astype(np.float16),
            known=np.concatenate([np.arange(SENTENCES), np.full(SENTENCES, -1)]).astype(np.int32),
        )
        return cls(tokenizer, material, meanings)

    @staticmethod
    def recipe() -> Recipe:
        """A recipe of its size."""
        from benchmarks.compact_model.student import Recipe

        return Recipe(dimension=DIMENSION, batch={"sentence": 64}, share={"sentence": 1})

    def lessons(self, weight: NDArray[np.float32], folder: Path) -> tuple[float, float]:
        """What a model with piece vectors `weight` knows, read as a user would from `folder`.

        Share of German words whose nearest English word is their translation; mean cosine of the
        German words to their meanings.
        """
        export.write(folder, self.tokenizer, weight, {})
        embedder = StaticEmbedder.load(folder, "toy")
        english, german = embedder.embed_queries(ENGLISH), embedder.embed_queries(GERMAN)
        found = (german @ english.T).argmax(axis=1) == np.arange(len(GERMAN))
        taught = self.meanings / np.linalg.norm(self.meanings, axis=1, keepdims=True)
        return float(found.mean()), float(np.einsum("ij,ij->i", german, taught).mean())
