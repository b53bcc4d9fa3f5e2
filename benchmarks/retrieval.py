"""What the quality benchmarks share: an index by the ingest command, questions, figures."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from config import wiring
from config.settings import Settings, load
from search.answer import Mode, Request
from search.evaluation.collection import Collection
from search.evaluation.judgements import Judgements
from search.evaluation.report import Report, differences, differences_document, report
from search.evaluation.report import report_document as whole_document
from search.evaluation.run import run
from search.evaluation.topics import Topic

COMMAND = str(Path(sys.executable).parent / "polywire")
SHARED = Path(__file__).parents[2] / "shared"
LEGS = (Mode.LEXICAL, Mode.VECTOR, Mode.HYBRID)


def ingest(articles: Path, index: Path) -> Settings:
    """Index a file of articles with the ingest command; return settings that search it."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("POLYWIRE_")}
    subprocess.run(
        [COMMAND, "ingest", "--index", str(index), "--json", str(articles)],
        check=True,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    return load({"index": str(index)}).settings


def measured(
    settings: Settings,
    topics: Sequence[Topic],
    judgements: Judgements,
    modes: Sequence[Mode] = LEGS,
) -> dict[Mode, Report]:
    """Ask all topics in every mode."""
    index = wiring.open_index(settings)
    collection = Collection.of(topics, judgements, index)
    index.close()
    reports = {}
    for mode in modes:
        changed = settings.model_copy(update={"mode": str(mode)})
        search = wiring.hybrid_search(changed)
        found = run(search.search, collection.topics, Request("", mode=mode))
        reports[mode] = report(collection, found, {"mode": str(mode), "index": "benchmark"})
    return reports


def figures(reports: dict[Mode, Report]) -> dict[str, Any]:
    """Return a document a mode, and what fusing gains over each leg alone."""
    documents: dict[str, Any] = {}
    for mode, found in reports.items():
        document = whole_document(found)
        for key in ("setting", "by_topic"):
            del document[key]
        documents[str(mode)] = document
    hybrid = reports.get(Mode.HYBRID)
    for mode, found in reports.items():
        if hybrid is not None and mode is not Mode.HYBRID:
            gains = differences_document(differences(found, hybrid))
            documents[f"hybrid_against_{mode}"] = gains
    return documents
