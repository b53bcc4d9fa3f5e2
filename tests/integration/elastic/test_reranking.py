"""Reranking what a real server finds, through the installed command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.integration.search.test_reranking import QUERY, fits
from tests.support.command import Run
from tests.support.elastic import ENVIRONMENT

pytestmark = [pytest.mark.elasticsearch, pytest.mark.slow]


def search(polywire: Run, *words: str | Path) -> dict[str, Any]:
    done = polywire("search", QUERY, "--limit", "30", *words, "--json", env=ENVIRONMENT)
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_the_model_reads_what_the_server_found(
    polywire: Run, sample_url: str, reranker: Path
) -> None:
    plain = search(polywire, "--index", sample_url)
    again = search(polywire, "--index", sample_url, "--rerank", reranker)
    assert again["rerank"]["articles"] > 30
    fitting = [fits(hit) for hit in again["hits"]]
    assert fitting == sorted(fitting, reverse=True)
    assert 2 < sum(fitting) < 30
    assert [fits(hit) for hit in plain["hits"]] != fitting
    before = {hit["id"]: rank for rank, hit in enumerate(plain["hits"], start=1)}
    for hit in again["hits"]:
        if hit["id"] in before:
            assert hit["rerank"]["rank_before"] == before[hit["id"]]


def test_the_scores_are_those_of_the_embedded_engine(
    polywire: Run, sample_url: str, reranker: Path
) -> None:
    there, here = (
        {hit["id"]: hit["rerank"]["score"] for hit in search(polywire, *where)["hits"]}
        for where in (("--index", sample_url, "--rerank", reranker), ("--rerank", reranker))
    )
    shared = there.keys() & here.keys()
    assert len(shared) >= 20
    same = [there[one] == pytest.approx(here[one], abs=1e-3) for one in shared]
    # Which passages are read is up to the legs, and so to the analysis of words.
    assert sum(same) >= 0.8 * len(shared)
