"""The trainer end to end on a toy language pair: it must learn which word means which."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tokenizers import models

from search.embedding.static import StaticEmbedder
from search.embedding.training import export, vocabulary
from search.embedding.training.examples import Bags, Stream

pytestmark = pytest.mark.slow

ENGLISH = "sun moon river city bread house tree bird stone fire".split()  # noqa: SIM905
GERMAN = "sonne mond fluss stadt brot haus baum vogel stein feuer".split()  # noqa: SIM905


def sentences(
    words: list[str], choices: np.ndarray[tuple[int, int], np.dtype[np.int64]]
) -> list[str]:
    return [" ".join(words[n] for n in row) for row in choices]


# The trainer forks; where an engine's tests ran before in this process, Lance warns of that.
# The workers never touch Lance.
@pytest.mark.filterwarnings("ignore:lance is not fork-safe:UserWarning")
@pytest.mark.parametrize("workers", [1, 2])
def test_translations_meet(tmp_path: Path, workers: int) -> None:
    import torch

    from search.embedding.training.schedule import Budget, train
    from search.embedding.training.student import Material, Recipe

    torch.set_num_threads(1)  # tiny batches: threads would only wait for one another
    rng = np.random.default_rng(1)
    choices = rng.integers(0, 10, size=(600, 3))
    texts = [*sentences(ENGLISH, choices), *sentences(GERMAN, choices)]
    tokenizer = vocabulary.pipeline()
    pieces = [(vocabulary.UNKNOWN, 0.0), *((f"▁{w}", -3.0) for w in ENGLISH + GERMAN)]
    tokenizer.model = models.Unigram(pieces, unk_id=0)
    words = rng.normal(size=(10, 24))
    meanings = words[choices].mean(axis=1)
    meanings /= np.linalg.norm(meanings, axis=1, keepdims=True)
    material = Material(
        bags=Bags.tokenized(tokenizer, texts),
        streams={
            "sentence": Stream.grouped({("t", "en", "de"): [(n, n + 600) for n in range(600)]})
        },
        teacher=meanings.astype(np.float16),
        known=np.concatenate([np.arange(600), np.full(600, -1)]).astype(np.int32),
    )
    recipe = Recipe(dimension=24, batch={"sentence": 64}, share={"sentence": 1})
    heard: list[str] = []
    weight = train(
        material, tokenizer.get_vocab_size(), recipe, Budget(200, None, workers), heard.append
    )
    export.write(tmp_path, tokenizer, weight, {})
    embedder = StaticEmbedder.load(tmp_path, "toy")
    english, german = embedder.embed_queries(ENGLISH), embedder.embed_queries(GERMAN)
    assert ((german @ english.T).argmax(axis=1) == np.arange(10)).all()
    taught = words / np.linalg.norm(words, axis=1, keepdims=True)
    assert np.einsum("ij,ij->i", german, taught).mean() > 0.8
    if workers == 1:
        assert heard
        again = train(
            material, tokenizer.get_vocab_size(), recipe, Budget(200, None, 1), heard.append
        )
        np.testing.assert_array_equal(weight, again)


def test_the_first_weights_put_topics_together() -> None:
    import torch

    from search.embedding.training.student import Material, averaged

    bags = Bags(np.asarray([0, 1, 2, 3, 4, 0, 4, 2], np.int32), np.asarray([0, 2, 4, 6, 8]))
    axes = np.asarray([[1, 0], [0, 1], [1, 0], [0, 1]], np.float16)
    material = Material(bags, {}, axes, np.arange(4, dtype=np.int32))
    start = averaged(material, torch.zeros(5, 2))
    same, other = start[0] @ start[1], start[0] @ start[3]
    assert same > 0 > other
