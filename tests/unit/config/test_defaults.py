"""Every default stands once: where it stands twice for the sake of start-up time, both agree."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any

from config.settings import Settings
from search.index.elastic.options import ElasticOptions
from search.index.embedded.memory import Holding
from search.index.history import KEEP
from search.query.options import Defaults, Options
from search.ranking.fusion import Fusion
from search.request import Request
from search.reranking.port import Reranking
from search.retrieval.legs import LEGS

SETTINGS = Settings()


def defaults_of(values: type[Any]) -> dict[str, Any]:
    """Return the defaults of a dataclass."""
    made: dict[str, Any] = {}
    for field in fields(values):
        if field.default is not MISSING:
            made[field.name] = field.default
        elif field.default_factory is not MISSING:
            made[field.name] = field.default_factory()
    return made


def test_fusion() -> None:
    fusion = SETTINGS.fusion
    assert (
        Fusion(
            k=fusion.k,
            pool=fusion.pool,
            method=fusion.method,
            offset_share=fusion.offset_share,
            feedback_share=fusion.feedback_share,
            confidence_share=fusion.confidence_share,
        )
        == Fusion()
    )


def test_every_leg_has_a_weight_in_the_settings() -> None:
    for leg, kind in LEGS.items():
        assert getattr(SETTINGS.fusion, f"{leg}_weight") == kind.weight


def test_requests() -> None:
    request, options = defaults_of(Request), defaults_of(Options)
    for name in ("mode", "limit", "balance", "names"):
        assert request[name] == getattr(SETTINGS, name) == defaults_of(Defaults)[name], name
    for name in ("passages", "sort", "facets", "histogram"):
        assert request[name] == options[name], name
    assert {name for name, value in options.items() if value is None} >= defaults_of(
        Defaults
    ).keys()


def test_reranking() -> None:
    reranking = defaults_of(Reranking)
    assert reranking == {"top": SETTINGS.rerank.top, "passages": SETTINGS.rerank.passages}


def test_engines() -> None:
    assert Holding().most_bytes == SETTINGS.embedded.memory_mb * 2**20
    assert SETTINGS.history.keep == KEEP == ElasticOptions().keep
    shared = {
        "timeout_s",
        "patience_s",
        "refresh",
        "shards",
        "replicas",
        "vector_index",
        "verify_tls",
    }
    elastic = SETTINGS.elasticsearch
    for name in shared & {field.name for field in fields(ElasticOptions)}:
        assert getattr(ElasticOptions(), name) == getattr(elastic, name), name
