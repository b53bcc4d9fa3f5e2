"""What the quality benchmarks share: an index by the ingest command, topics, figures."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks import pairs
from benchmarks.record import record
from config import wiring
from config.settings import Settings, load
from search.evaluation.collection import Collection
from search.evaluation.judgements import Judgements
from search.evaluation.report import Report, differences, differences_document, report
from search.evaluation.report import report_document as whole_document
from search.evaluation.run import run
from search.evaluation.topics import Topic
from search.request import Balance, Mode, Request

COMMAND = str(Path(sys.executable).parent / "polywire")
SHARED = Path(__file__).parents[2] / "shared"
VARIANTS: Mapping[str, tuple[Mode, Balance]] = {
    "lexical": (Mode.LEXICAL, Balance.RELEVANCE),
    "vector": (Mode.VECTOR, Balance.RELEVANCE),
    "hybrid": (Mode.HYBRID, Balance.RELEVANCE),
    "even": (Mode.HYBRID, Balance.EVEN),
    "quota": (Mode.HYBRID, Balance.QUOTA),
}
"""What is measured: each leg alone, both fused, and both with the languages balanced."""

COMPARED = (("lexical", "hybrid"), ("vector", "hybrid"), ("hybrid", "even"), ("hybrid", "quota"))
"""Which variant is held against which other one, the former first."""


def ingest(articles: Path, index: Path, model: str = "compact") -> Settings:
    """Index a file of articles with the ingest command; return settings that search it."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("POLYWIRE_")}
    subprocess.run(
        [COMMAND, "ingest", "--index", str(index), "--model", model, "--json", str(articles)],
        check=True,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    return load({"index": str(index), "model": model}).settings


def measured(
    settings: Settings,
    topics: Sequence[Topic],
    judgements: Judgements,
    variants: Mapping[str, tuple[Mode, Balance]] = VARIANTS,
) -> dict[str, Report]:
    """Run all topics in every variant."""
    index = wiring.open_index(settings)
    collection = Collection.of(topics, judgements, index)
    index.close()
    reports = {}
    for name, (mode, balance) in variants.items():
        search = wiring.hybrid_search(replace(settings, mode=mode))
        found = run(search.ranking, collection.topics, Request("", mode=mode, balance=balance))
        setting = {"mode": str(mode), "balance": str(balance), "index": "benchmark"}
        reports[name] = report(collection, found, setting)
    return reports


def figures(reports: Mapping[str, Report]) -> dict[str, Any]:
    """Return a document per variant, and what fusing and balancing gain, as in `COMPARED`."""
    documents: dict[str, Any] = {}
    for name, found in reports.items():
        document = whole_document(found)
        for key in ("setting", "by_topic"):
            del document[key]
        documents[name] = document
    for former, latter in COMPARED:
        gains = differences(reports[former], reports[latter])
        documents[f"{latter}_against_{former}"] = differences_document(gains)
    return documents


def store(name: str, data: str, found: Mapping[str, Any]) -> None:
    """Write `results/NAME.json` and the tables by language pair beside it; print the overview."""
    path = record(name, data, found)
    table = path.with_suffix(".md")
    table.write_text(pairs.markdown(name, data, found), encoding="utf-8")
    overall = {variant: f["overall"] for variant, f in found.items() if "overall" in f}
    print(json.dumps(overall, indent=2))
    print(f"written to {path.name} and {table.name}")
