"""How long a thousand alerts take for a write of a hundred articles."""

from __future__ import annotations

import io
import json
import lzma
import resource
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.alerts.judged import NEWS
from benchmarks.retrieval import ingest
from config import wiring
from config.settings import Settings
from search.alerts.alert import Alert
from search.alerts.destinations import Destination, Kind
from search.alerts.store import ALERTS, AlertStore
from search.index.state import Change
from search.query.options import Defaults, Options, request_of

ALERTS_THERE, THERE, ARRIVING = 1000, 500, 100


def speed() -> dict[str, Any]:
    """Time the first run of a process, and one after it for as many articles that arrive then.

    The model is loaded before, as it is in a program that has just written these articles.
    """
    with lzma.open(NEWS, "rt", encoding="utf-8") as lines:
        articles = [json.loads(line) for line in lines]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parts = [
            articles[2 * ARRIVING : 2 * ARRIVING + THERE],
            articles[:ARRIVING],
            articles[ARRIVING : 2 * ARRIVING],
        ]
        first, *then = [_written(folder / f"{n}.jsonl", part) for n, part in enumerate(parts)]
        settings = ingest(first, folder / "index")
        _add_alerts(settings, articles[-ALERTS_THERE:], folder / "out.jsonl")
        model = wiring.embedder(settings)
        model.embed_queries([one["title"] for one in articles[:THERE]])
        figures: dict[str, Any] = {"alerts": ALERTS_THERE, "articles": ARRIVING}
        with (
            closing(wiring.location(settings).state()) as state,
            closing(wiring.open_index(settings, model)) as index,
        ):
            equipment = wiring.alert_equipment(settings, index, model)
            runner = wiring.alert_runner(settings, AlertStore(state), equipment, io.StringIO())
            for which, path in zip(("first", "next"), then, strict=True):
                before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
                ingest(path, folder / "index")
                index.refresh()
                ingested = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
                began, used = time.perf_counter(), time.process_time()
                ran = runner.run(lambda *_: True)
                took, used = time.perf_counter() - began, time.process_time() - used
                figures[which] = {
                    "looked_at": ran.articles,
                    "notices": ran.told,
                    "seconds": round(took, 2),
                    "processor_seconds": round(used, 2),
                    "ingest_processor_seconds": round(ingested, 2),
                }
    return figures


def _written(path: Path, articles: list[dict[str, Any]]) -> Path:
    path.write_text("\n".join(map(json.dumps, articles)), encoding="utf-8")
    return path


def _add_alerts(settings: Settings, articles: list[dict[str, Any]], out: Path) -> None:
    now = datetime.now(UTC)
    to = (Destination(Kind.FILE, str(out)),)
    with closing(wiring.location(settings).state()) as state:
        changes = []
        for n, one in enumerate(articles):
            words = " ".join(one["title"].split()[:4])
            request = request_of(words, Options(), now, Defaults())
            alert = Alert(f"{n}", request, created=now, destinations=to)
            changes.append(Change(ALERTS, alert.id, alert.document()))
        state.write(changes)
