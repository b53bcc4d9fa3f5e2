"""Questions of several threads in one pass: right vectors for each, errors for the right one."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from search.api.batching import TOGETHER, BatchedQuestions
from search.embedding.errors import BadVectors
from search.embedding.port import Vectors


class Slow:
    """A model whose pass takes a while, whatever the number of texts, as on a GPU."""

    name, fingerprint, dimension = "slow", "00000000000000bb", 2

    def __init__(self) -> None:
        self.passes: list[int] = []
        self._inside = threading.Lock()

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        assert self._inside.acquire(blocking=False), "two passes at once"
        try:
            time.sleep(0.02)
            self.passes.append(len(texts))
            if "bad" in texts:
                raise BadVectors("The model has no vector for this.")
            return np.asarray([[len(text), float(text)] for text in texts], dtype=np.float32)
        finally:
            self._inside.release()

    embed_paragraphs = embed_queries


def test_each_thread_gets_its_own_vectors_in_few_passes() -> None:
    model = Slow()
    batched = BatchedQuestions(model)
    with ThreadPoolExecutor(32) as threads:
        found = list(threads.map(lambda n: batched.embed_queries([str(n), str(n + 1)]), range(96)))
    for n, vectors in enumerate(found):
        assert vectors[:, 1].tolist() == [n, n + 1]
    assert sum(model.passes) == 192
    # How many calls meet depends on the scheduler; alone, each of the 96 would be a pass.
    assert len(model.passes) < 80
    assert max(model.passes) <= TOGETHER


def test_one_question_goes_alone_and_at_once() -> None:
    model = Slow()
    assert BatchedQuestions(model).embed_queries(["7"]).tolist() == [[1, 7]]
    assert model.passes == [1]


def test_an_error_reaches_only_who_caused_it() -> None:
    batched = BatchedQuestions(Slow())

    def ask(text: str) -> float | str:
        try:
            return float(batched.embed_queries([text])[0, 1])
        except BadVectors:
            return "refused"

    asked = [str(n) for n in range(20)]
    asked[5] = asked[11] = "bad"
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(ask, asked))
    assert answers == ["refused" if text == "bad" else float(text) for text in asked]


def test_paragraphs_and_what_the_model_is_pass_through() -> None:
    model = Slow()
    batched = BatchedQuestions(model)
    assert batched.embed_paragraphs(["3"]).tolist() == [[1, 3]]
    assert (batched.name, batched.fingerprint, batched.dimension) == (
        model.name,
        model.fingerprint,
        model.dimension,
    )
    with pytest.raises(BadVectors):
        batched.embed_queries(["bad"])
