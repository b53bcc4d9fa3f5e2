"""What runs of alerts in one process remember, so that the next one need not find it out again.

All of it can be lost at any time: it saves work and decides nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from search.alerts.alert import Alert
from search.alerts.backgrounds import backgrounds
from search.calibration.logistic import Numbers
from search.embedding.port import Embedder, Vectors
from search.index.model import Arrival
from search.index.port import SearchIndex

LASTS_S = 900.0
"""How long a background is taken for what it was; it is one of the latest articles of a language,
and changes slowly."""

Marks = frozenset[tuple[str, str, str]]
"""Alerts as they were when they looked at something."""


@dataclass(eq=False)
class Memory:
    """`clock` counts seconds."""

    clock: Callable[[], float] = time.monotonic
    _vectors: dict[str, Vectors] = field(default_factory=dict)
    _backgrounds: dict[str, tuple[float, dict[str, float], int]] = field(default_factory=dict)
    _looked: dict[tuple[str, str], tuple[datetime | None, Marks]] = field(default_factory=dict)

    def vectors(self, texts: Sequence[str], model: Embedder) -> Vectors:
        """Return the vectors of queries, shape (n, dimension); forgets those of all others."""
        new = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        made = dict(zip(new, model.embed_queries(new), strict=True)) if new else {}
        known = self._vectors | made
        self._vectors = {text: known[text] for text in texts}
        return np.stack([known[text] for text in texts])

    def background(
        self, index: SearchIndex, texts: Sequence[str], queries: Vectors, lang: str
    ) -> tuple[Numbers, int]:
        """Return what `backgrounds` returns for these queries, measured now or lately."""
        since, known, count = self._backgrounds.get(lang, (0.0, {}, 0))
        if self.clock() - since > LASTS_S or not known.keys() >= set(texts):
            measured, count = backgrounds(index, queries, lang)
            known = dict(zip(texts, measured.tolist(), strict=True))
            self._backgrounds[lang] = (self.clock(), known, count)
        return np.asarray([known[text] for text in texts]), count

    def unseen(self, arrivals: Iterable[Arrival], alerts: Sequence[Alert]) -> list[Arrival]:
        """Leave out the arrivals at which all these alerts, as they are, have looked already."""
        marks = marks_of(alerts)
        return [
            one
            for one in arrivals
            if not marks <= self._looked.get(_version(one), (None, frozenset()))[1]
        ]

    def note(self, arrivals: Iterable[Arrival], alerts: Sequence[Alert]) -> None:
        """Remember that these alerts have looked at these arrivals."""
        marks = marks_of(alerts)
        merged: dict[Marks, Marks] = {}  # one set for all that were looked at by the same alerts
        for one in arrivals:
            _, before = self._looked.get(_version(one), (None, frozenset()))
            self._looked[_version(one)] = one.seen, merged.setdefault(before, before | marks)

    def forget(self, before: datetime) -> None:
        """Forget what arrived before a moment."""
        self._looked = {
            key: value
            for key, value in self._looked.items()
            if value[0] is not None and value[0] >= before
        }


def marks_of(alerts: Iterable[Alert]) -> Marks:
    """Say which alerts these are; one that was changed or made anew is another."""
    return frozenset((one.id, str(one.created), str(one.edited)) for one in alerts)


def _version(arrival: Arrival) -> tuple[str, str]:
    return arrival.id, arrival.content_hash
