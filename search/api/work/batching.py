"""Queries of several clients in one pass through a transformer.

No query waits for others: while the model computes, queries gather, and the next pass takes
them all. With one client every query is embedded alone and at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from search.embedding.port import Embedder, Vectors

TOGETHER = 64
"""Most queries in one pass."""


@dataclass(slots=True, eq=False)
class _Ticket:
    texts: Sequence[str]
    vectors: Vectors | None = None


class BatchedQueries:
    """An `Embedder` around another, for several threads.

    The model is used by one thread at a time: on the CPU a second pass beside the first makes
    neither faster, and tokenizers refuse it. A batch that fails is taken apart, so that a
    query gets no error but its own.
    """

    def __init__(self, model: Embedder) -> None:
        self._model = model
        self._waiting: list[_Ticket] = []
        self._gathering = Lock()
        self._computing = Lock()

    @property
    def name(self) -> str:
        """The model's."""
        return self._model.name

    @property
    def fingerprint(self) -> str:
        """The model's."""
        return self._model.fingerprint

    @property
    def dimension(self) -> int:
        """The model's."""
        return self._model.dimension

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of queries, perhaps in one pass with those of other threads."""
        ticket = _Ticket(texts)
        with self._gathering:
            self._waiting.append(ticket)
        with self._computing:
            if ticket.vectors is None:
                self._compute(self._taken(ticket))
        if ticket.vectors is None:  # its batch failed
            with self._computing:
                return self._model.embed_queries(texts)
        return ticket.vectors

    def embed_paragraphs(self, texts: Sequence[str]) -> Vectors:
        """Vectors of paragraphs."""
        with self._computing:
            return self._model.embed_paragraphs(texts)

    def _taken(self, own: _Ticket) -> list[_Ticket]:
        """Take the tickets that wait, our own among them."""
        with self._gathering:
            if own not in self._waiting:  # was taken by a batch that failed
                return []
            others = [ticket for ticket in self._waiting if ticket is not own]
            taken = [own]
            for ticket in others:
                if sum(len(each.texts) for each in [*taken, ticket]) > TOGETHER:
                    break
                taken.append(ticket)
            self._waiting = [ticket for ticket in self._waiting if ticket not in taken]
        return taken

    def _compute(self, tickets: list[_Ticket]) -> None:
        texts = [text for ticket in tickets for text in ticket.texts]
        if not texts:
            return
        try:
            vectors = self._model.embed_queries(texts)
        except Exception:
            if len(tickets) == 1:
                raise
            return
        start = 0
        for ticket in tickets:
            ticket.vectors = vectors[start : start + len(ticket.texts)]
            start += len(ticket.texts)
