"""Queries of several threads in one pass: right vectors for each, errors for the right one."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from search.api.work.batching import TOGETHER, BatchedQueries
from search.embedding.errors import BadVectors
from search.embedding.port import Vectors


class OneByOne:
    """A model that takes one pass at a time; the first does not begin before `gate` is open."""

    name, fingerprint, dimension = "one by one", "00000000000000bb", 2

    def __init__(self) -> None:
        self.passes: list[int] = []
        self.gate = threading.Event()
        self._inside = threading.Lock()

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        assert self._inside.acquire(blocking=False), "two passes at once"
        try:
            assert self.gate.wait(30)
            self.passes.append(len(texts))
            if "bad" in texts:
                raise BadVectors("The model has no vector for this.")
            return np.asarray([[len(text), float(text)] for text in texts], dtype=np.float32)
        finally:
            self._inside.release()

    embed_paragraphs = embed_queries


@pytest.fixture
def model() -> OneByOne:
    """Return a model whose gate is open."""
    model = OneByOne()
    model.gate.set()
    return model


def open_when_all_wait(model: OneByOne, batched: BatchedQueries, callers: int) -> None:
    """Let the first pass begin once every caller but the one in it waits for the next."""
    deadline = time.monotonic() + 30
    while len(batched._waiting) < callers - 1:
        assert time.monotonic() < deadline
        time.sleep(0.001)
    model.gate.set()


def test_each_thread_gets_its_own_vectors_in_few_passes() -> None:
    model, callers = OneByOne(), 96
    batched = BatchedQueries(model)
    with ThreadPoolExecutor(callers) as threads:
        asked = [
            threads.submit(batched.embed_queries, [str(n), str(n + 1)]) for n in range(callers)
        ]
        open_when_all_wait(model, batched, callers)
    for n, vectors in enumerate(asked):
        assert vectors.result()[:, 1].tolist() == [n, n + 1]
    # The first call goes alone; the other 190 questions fill two passes and a part of a third.
    assert model.passes == [2, TOGETHER, TOGETHER, 190 - 2 * TOGETHER]


def test_one_question_goes_alone_and_at_once(model: OneByOne) -> None:
    assert BatchedQueries(model).embed_queries(["7"]).tolist() == [[1, 7]]
    assert model.passes == [1]


def test_an_error_reaches_only_who_caused_it() -> None:
    model = OneByOne()
    batched = BatchedQueries(model)

    def ask(text: str) -> float | str:
        try:
            return float(batched.embed_queries([text])[0, 1])
        except BadVectors:
            return "refused"

    asked = [str(n) for n in range(20)]
    asked[5] = asked[11] = "bad"
    with ThreadPoolExecutor(20) as threads:
        answers = threads.map(ask, asked)
        open_when_all_wait(model, batched, 20)
    assert list(answers) == ["refused" if text == "bad" else float(text) for text in asked]


def test_paragraphs_and_what_the_model_is_pass_through(model: OneByOne) -> None:
    batched = BatchedQueries(model)
    assert batched.embed_paragraphs(["3"]).tolist() == [[1, 3]]
    assert (batched.name, batched.fingerprint, batched.dimension) == (
        model.name,
        model.fingerprint,
        model.dimension,
    )
    with pytest.raises(BadVectors):
        batched.embed_queries(["bad"])
