"""Runs of alerts over the newsroom of the contract suite, with a model and a curve made by hand."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from search.alerts.alert import Alert
from search.alerts.delivery.senders import Channels
from search.alerts.destinations import Destination, Kind
from search.alerts.evidence import FEATURES
from search.alerts.finding import Meaning
from search.alerts.meaning import Curve
from search.alerts.notice import Links
from search.alerts.runner import Equipment, Ran, Runner
from search.alerts.store import AlertStore
from search.calibration.logistic import Logistic
from search.embedding.port import Vectors
from search.index.port import IndexLocation, SearchIndex
from search.query.options import Defaults, Options, request_of
from tests.contract.place import OnePlace
from tests.support.newsroom import DIMENSION, IDENTITY, TOPICS, topic_vectors

CURVE = Curve(
    logistic=Logistic(
        middle=np.zeros(len(FEATURES)),
        spread=np.ones(len(FEATURES)),
        intercept=-10.0,
        weights=np.eye(1, len(FEATURES) * (len(FEATURES) + 3) // 2)[0] * 20,
        langs={},
    ),
    powers=np.asarray([-5.0, 5.0]),
    chances=np.asarray([0.0, 0.9]),
    precisions=np.asarray([0.5, 0.9]),
    values=np.asarray([0.0, 5.0]),
    typical=0.4,
    near=0.1,
)
"""Right from a cosine of 0.75 on; nine in ten are."""

STDOUT = Destination(Kind.STDOUT)

BEGAN = datetime(2020, 1, 1, tzinfo=UTC)


class Handmade:
    """Embeds a text that is the name of a topic as this topic, any other as none of them."""

    name, fingerprint, dimension = "handmade", IDENTITY.model_fingerprint, DIMENSION

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        last = np.zeros(DIMENSION, np.float32)
        last[-1] = 1
        known = [text if text in TOPICS else None for text in texts]
        return np.stack([last if one is None else topic_vectors(one, [""])[0] for one in known])

    def embed_paragraphs(self, texts: Sequence[str]) -> Vectors:
        return self.embed_queries(texts)


MEANING = Meaning(Handmade(), CURVE)


def alert(name: str, query: str, *to: Destination, **more: Any) -> Alert:
    """Return an alert that looks at everything that ever arrived."""
    request = request_of(query, Options(), datetime.now(UTC), Defaults())
    given: dict[str, Any] = {"created": BEGAN, "destinations": to or (Destination(Kind.STDOUT),)}
    return Alert(name=name, request=request, **(given | more))


class AlertRuns(OnePlace):
    """Runs alerts over the newsroom of the contract suite."""

    @pytest.fixture
    def store(self, location: IndexLocation) -> Iterator[AlertStore]:
        with closing(location.state()) as state:
            yield AlertStore(state)

    def run(
        self,
        store: AlertStore,
        index: SearchIndex,
        stream: io.StringIO | None = None,
        now: datetime | None = None,
        meaning: Meaning = MEANING,
        **options: Any,
    ) -> tuple[Ran, list[dict[str, Any]]]:
        out = io.StringIO() if stream is None else stream
        equipment = Equipment(
            index, meaning.model, meaning.curve, None, Links(), likely=meaning.likely
        )
        clock = (lambda: datetime.now(UTC)) if now is None else (lambda: now)
        runner = Runner(store, lambda _: equipment, Channels().senders(out), clock)
        ran = runner.run(lambda *_: True, **({"at_once": True} | options))
        return ran, [json.loads(line) for line in out.getvalue().splitlines()]
