"""Polywire beside what people would pick instead: the same articles, model and queries, in one run.

    python -m benchmarks.peers.run                          # all systems, three rounds
    python -m benchmarks.peers.run --systems polywire_embedded,txtai_hybrid --rounds 1
    python -m benchmarks.peers.run --passages 110000        # of benchmarks.scale_articles

Each system gets an environment of its own, with what its file needs and nothing else; the model is
the compact one, which is an ordinary sentence-transformers folder. Every measurement is a process
of its own, and systems take turns: what disturbs one disturbs all. Medians of the rounds, processor
time beside that of the clock; that of the systems on Elasticsearch has the server's with it.
Headlines of wmt-news are the queries; its versions in other languages are right (as in
`benchmarks.retrieval_news`). Needs ../shared/news; the systems on Elasticsearch need a server that
nobody else uses meanwhile, whose address is in PEERS_SERVER, and are left out without one.

With `--record`, what is found is stored in `results/peers.json` (or `peers_PASSAGES.json`) after
every system, beside what is stored there of systems that take no part this time;
`python -m benchmarks.tables` makes tables and pictures of it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers.measuring import Measured
from benchmarks.peers.questions import corpus, quality, queries
from benchmarks.peers.report import rows
from benchmarks.peers.server import SERVER
from benchmarks.peers.systems import PEERS, installed
from benchmarks.record import RESULTS, commit, record


def main() -> None:
    """Measure, print, and store."""
    chosen = _options()
    articles = corpus(chosen.passages)
    asked, right = queries()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        systems = [
            Measured(peer, installed(peer, chosen.environments or work), work, 60 * chosen.minutes)
            for peer in PEERS
            if peer.module in chosen.systems.split(",")
            and (SERVER in os.environ or not peer.on_server)
        ]
        files = [
            _written(work / "articles.jsonl", articles),
            _written(work / "queries.jsonl", asked),
        ]
        for number in range(1, chosen.rounds + 1):
            for system in systems:
                if system.gone is None:
                    system.round(number, *files)
                said = f"round {number}: {system.peer.name} {system.gone or ''}"
                sys.stderr.write(f"{said.strip()}\n")
                found = figures(systems, articles, right) | {"beside": chosen.beside}
                if chosen.record:
                    data = "wmt-news" if chosen.passages is None else "benchmarks.scale_articles"
                    suffix = "" if chosen.passages is None else f"_{chosen.passages}"
                    stored = RESULTS / f"peers{suffix}.json"
                    former = json.loads(stored.read_text()) if stored.exists() else {}
                    record(stored.stem, data, beside_others(found, former.get("figures", {})))
    head, body = rows(found)
    sys.stdout.write("".join("\t".join(cells) + "\n" for cells in [head, *body]))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--systems", default=",".join(peer.module for peer in PEERS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--passages", type=int, help="of synthetic articles; without, wmt-news")
    parser.add_argument("--environments", type=Path, help="a folder to keep them in")
    parser.add_argument("--minutes", type=float, default=60, help="that one measurement may take")
    parser.add_argument("--beside", default="", help="what else ran on the machine, in words")
    parser.add_argument("--record", action="store_true")
    return parser.parse_args()


def _written(path: Path, records: Sequence[Mapping[str, Any]]) -> Path:
    lines = (json.dumps(one, ensure_ascii=False) + "\n" for one in records)
    path.write_text("".join(lines), encoding="utf-8")
    return path


def beside_others(found: Mapping[str, Any], former: Mapping[str, Any]) -> dict[str, Any]:
    """Add what was stored of systems that take no part this time, in the order of all."""
    same = all(found[key] == former.get(key) for key in ("passages", "queries"))
    systems = (former["systems"] if same else {}) | found["systems"]
    return {
        **found,
        "systems": {one.name: systems[one.name] for one in PEERS if one.name in systems},
    }


def figures(
    systems: Sequence[Measured],
    articles: Sequence[Mapping[str, Any]],
    right: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:
    """Return what is known of every system, and why one did not finish."""
    count = sum(1 + len(article["paragraphs"]) for article in articles)
    langs = {article["id"]: article["lang"] for article in articles}
    found: dict[str, Any] = {}
    for system in systems:
        rankings = system.rankings
        found[system.peer.name] = {
            **system.figures(count),
            **(quality(rankings, right, langs) if rankings else {}),
            "gone": system.gone,
            "commit": commit(),
        }
    return {"passages": count, "queries": len(right), "systems": found}


if __name__ == "__main__":
    main()
