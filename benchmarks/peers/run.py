"""Polywire beside what people would pick instead: the same articles, model and queries, in one run.

    python -m benchmarks.peers.run                          # all systems, three rounds
    python -m benchmarks.peers.run --systems polywire_embedded,txtai_hybrid --rounds 1
    python -m benchmarks.peers.run --passages 110000        # of benchmarks.scale_articles

Each system gets an environment of its own, with what its file needs and nothing else; the model is
the compact one, which is an ordinary sentence-transformers folder. Every measurement is a process
of its own, and systems take turns: what disturbs one disturbs all. Medians of the rounds, processor
time beside that of the clock. Headlines of wmt-news are the queries; its versions in other
languages are right (as in `benchmarks.retrieval_news`). Needs ../shared/news; the systems on
Elasticsearch need a server, whose address is in PEERS_SERVER.

What is found is stored in `results/peers.json`, a table in `results/peers.md`, and two pictures.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import json
import lzma
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import venv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.record import RESULTS, record
from benchmarks.retrieval_news import NEWS, headlines
from search.embedding.static import COMPACT_FOLDER

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TORCH = "torch==2.13.0"


@dataclass(frozen=True, slots=True)
class Peer:
    """A system: its file, what people call it, what its environment has ("." is this project)."""

    module: str
    name: str
    packages: tuple[str, ...]
    on_server: bool = False


PEERS = (
    Peer("polywire_embedded", "Polywire", (".",)),
    Peer("polywire_server", "Polywire on Elasticsearch", (".",), on_server=True),
    Peer("txtai_hybrid", "txtai, hybrid", ("txtai==9.14.0", "sentence-transformers", TORCH)),
    Peer(
        "haystack_memory",
        "Haystack in memory",
        ("haystack-ai==3.4.1", "sentence-transformers-haystack==2.0.0", TORCH),
    ),
    Peer("lancedb_hybrid", "LanceDB, hybrid", ("lancedb==0.40.0", "sentence-transformers", TORCH)),
    Peer(
        "tantivy_usearch",
        "tantivy + usearch",
        ("tantivy==0.27.0", "usearch==2.26.6", "sentence-transformers", TORCH),
    ),
    Peer(
        "elasticsearch_plain",
        "Elasticsearch, kNN + BM25",
        ("elasticsearch==9.5.1", "sentence-transformers", TORCH),
        on_server=True,
    ),
)

EVERY = 9
"""Of the stories, every ninth is asked for: some 260 headlines."""

DEPTH, CUT = 100, 10

SEED = {
    "en": "NATO defence chiefs discuss security guarantees for Ukraine",
    "de": "NATO-Verteidigungschefs beraten über Sicherheitsgarantien für die Ukraine",
    "fr": "Les chefs militaires de l'OTAN discutent de garanties de sécurité pour l'Ukraine",
    "uk": "Військове керівництво НАТО обговорює гарантії безпеки для України",
}
"""What the article that the project started from is asked for by."""


def environment(peer: Peer, folder: Path) -> tuple[Path, float]:
    """Make an environment if it is not there; returns its Python, and MB on disk."""
    place = folder / ("polywire" if peer.packages == (".",) else peer.module)
    python = place / "bin" / "python"
    if not python.exists():
        venv.create(place, with_pip=True)
        packages = [str(ROOT) if one == "." else one for one in peer.packages]
        constraints = (
            ["--constraint", str(ROOT / "constraints.txt")] if "." in peer.packages else []
        )
        install = [str(python), "-m", "pip", "install", "--quiet", *constraints, *packages]
        subprocess.run(install, check=True)
    site = next((place / "lib").glob("python*/site-packages"))
    size = sum(one.stat().st_size for one in site.rglob("*") if one.is_file())
    return python, size / 2**20


def lines_of(peer: Peer) -> int:
    """Count the lines that a user writes: those of the class, without what explains it."""
    source = (HERE / f"{peer.module}.py").read_text(encoding="utf-8")
    (wanted,) = [one for one in ast.parse(source).body if isinstance(one, ast.ClassDef)]
    lines = inspect.cleandoc("\n".join(source.splitlines()[wanted.lineno - 1 : wanted.end_lineno]))
    return sum(bool(line.strip()) and '"""' not in line for line in lines.splitlines())


class Measured:
    """Runs a system in its environment, in a folder of its own per round."""

    def __init__(self, peer: Peer, python: Path, work: Path) -> None:
        self.peer = peer
        self._python = python
        self._work = work
        self.runs: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        self.disk_mb: list[float] = []

    def round(self, number: int, articles: Path, queries: Path) -> None:
        """Ingest, ingest again, start cold, and search."""
        folder = self._work / f"{self.peer.module}-{os.getpid()}-{number}"
        folder.mkdir()
        for action, file in (
            ("ingest", articles),
            ("again", articles),
            ("cold", queries),
            ("search", queries),
        ):
            self.runs[action].append(self._run(action, folder, file))
        if not self.peer.on_server:
            size = sum(one.stat().st_size for one in folder.rglob("*") if one.is_file())
            self.disk_mb.append(size / 2**20)
        shutil.rmtree(folder)

    def _run(self, action: str, folder: Path, file: Path) -> dict[str, Any]:
        words = ["-m", f"benchmarks.peers.{self.peer.module}", action]
        began = os.times()
        done = subprocess.run(
            [str(self._python), *words, str(folder), str(COMPACT_FOLDER), str(file)],
            cwd=ROOT,
            env={**os.environ, "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"},
            capture_output=True,
            text=True,
            check=False,
        )
        ended = os.times()
        if done.returncode:
            raise SystemExit(f"{self.peer.name}, {action}: {done.stderr[-2000:]}")
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        used = (ended.children_user - began.children_user) + (
            ended.children_system - began.children_system
        )
        return found | {"process_s": ended.elapsed - began.elapsed, "process_processor_s": used}

    def figures(self, count: int, right: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
        """Return medians over the rounds, and how good the answers are."""
        ingest, again = self.runs["ingest"], self.runs["again"]
        cold, warm = self.runs["cold"], self.runs["search"]
        every = sorted(ms for one in warm for ms in one["ms"])
        return {
            "ingest_passages_s": round(count / _median(one["seconds"] for one in ingest)),
            "ingest_processor_s": round(_median(one["processor_s"] for one in ingest), 2),
            "again_processor_s": round(_median(one["processor_s"] for one in again), 2),
            "peak_mb": round(_median(one["peak_mb"] for one in ingest)),
            "disk_mb": round(_median(self.disk_mb), 1) if self.disk_mb else None,
            "cold_s": round(_median(one["process_s"] for one in cold), 2),
            "cold_processor_s": round(_median(one["process_processor_s"] for one in cold), 2),
            "search_p50_ms": round(every[len(every) // 2], 1),
            "search_p95_ms": round(every[len(every) * 95 // 100], 1),
            "search_processor_ms": round(
                _median(ms for one in warm for ms in one["processor_ms"]), 1
            ),
            **quality(warm[-1]["rankings"], right),
        }


def quality(
    rankings: Mapping[str, Sequence[str]], right: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    """Return nDCG@10 and recall@100 of all queries, nDCG@10 per pair, and the seed's ranks.

    `right` has, per query, what is right with its language; the query itself is left out. A pair's
    ranking is the part of it in that language, where one article is right.
    """
    gains, recalls = [], []
    pairs: defaultdict[str, list[float]] = defaultdict(list)
    for query, wanted in right.items():
        lang = query.partition(" ")[0]
        own = query.partition(" ")[2]
        ranking = [one for one in rankings[query] if one != own]
        ideal = sum(1 / math.log2(n + 2) for n in range(min(CUT, len(wanted))))
        found = sum(1 / math.log2(n + 2) for n, one in enumerate(ranking[:CUT]) if one in wanted)
        gains.append(found / ideal)
        recalls.append(len(wanted.keys() & set(ranking[:DEPTH])) / len(wanted))
        for one, other in wanted.items():
            place = ranking.index(one) if one in ranking else None
            gain = 0.0 if place is None or place >= CUT else 1 / math.log2(place + 2)
            pairs[f"{lang}>{other}"].append(gain)
    return {
        "ndcg_10": round(statistics.mean(gains), 4),
        "recall_100": round(statistics.mean(recalls), 4),
        "pairs": {pair: round(statistics.mean(some), 3) for pair, some in sorted(pairs.items())},
        "seed_rank": {
            lang: rankings[f"seed {lang}"].index("seed") + 1
            if "seed" in rankings[f"seed {lang}"]
            else None
            for lang in SEED
        },
    }


def _median(values: Iterable[float]) -> float:
    return statistics.median(list(values))


def corpus(passages: int | None) -> list[dict[str, Any]]:
    """Return wmt-news and the seed, or so many passages that begin with it."""
    if passages is None:
        with lzma.open(NEWS, "rt", encoding="utf-8") as lines:
            articles = [json.loads(line) for line in lines]
    else:
        from benchmarks.scale_articles import documents, read

        articles = list(documents(read(NEWS), passages))
    seed = next((ROOT.parent / "shared" / "seed").glob("*.txt")).read_text(encoding="utf-8")
    title, _, body = seed.partition("\n")
    paragraphs = [line for line in body.splitlines() if line.strip()]
    return [*articles, {"id": "seed", "title": title, "paragraphs": paragraphs, "lang": "de"}]


def queries() -> tuple[list[dict[str, str]], dict[str, dict[str, str]]]:
    """Return headlines with what is right for each, by language and id; and the seed's."""
    topics, judgements = headlines(NEWS, EVERY)
    langs = {topic.id: topic.lang for topic in topics}
    named = {topic.id: f"{topic.lang} {topic.id}" for topic in topics}
    asked = [{"id": named[topic.id], "query": topic.query} for topic in topics]
    asked += [{"id": f"seed {lang}", "query": query} for lang, query in SEED.items()]
    right = {
        named[one]: {other: langs[other] for other in judgements[one] if other in langs}
        for one in named
        if judgements[one]
    }
    return asked, right


def main() -> None:
    """Measure, print, and store."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--systems", default=",".join(peer.module for peer in PEERS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--passages", type=int, help="of synthetic articles; without, wmt-news")
    parser.add_argument("--environments", type=Path, help="a folder to keep them in")
    parser.add_argument("--record", action="store_true")
    chosen = parser.parse_args()
    articles = corpus(chosen.passages)
    asked, right = queries()
    wanted = chosen.systems.split(",")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        lines = (json.dumps(article, ensure_ascii=False) + "\n" for article in articles)
        (work / "articles.jsonl").write_text("".join(lines), encoding="utf-8")
        lines = (json.dumps(query, ensure_ascii=False) + "\n" for query in asked)
        (work / "queries.jsonl").write_text("".join(lines), encoding="utf-8")
        systems, install = [], {}
        for peer in PEERS:
            if peer.module in wanted:
                python, install[peer.module] = environment(peer, chosen.environments or work)
                systems.append(Measured(peer, python, work))
        for number in range(chosen.rounds):
            for system in systems:
                system.round(number, work / "articles.jsonl", work / "queries.jsonl")
                sys.stderr.write(f"round {number + 1}: {system.peer.name}\n")
        count = sum(1 + len(article["paragraphs"]) for article in articles)
        figures = {
            "passages": count,
            "queries": len(right),
            "rounds": chosen.rounds,
            "systems": {
                system.peer.name: {
                    "lines": lines_of(system.peer),
                    "install_mb": round(install[system.peer.module]),
                    **system.figures(count, right),
                }
                for system in systems
            },
        }
    sys.stdout.write(table(figures))
    if chosen.record:
        data = "../shared/news/wmt-news.jsonl.xz" if chosen.passages is None else "synthetic"
        suffix = "" if chosen.passages is None else f"_{chosen.passages}"
        record(f"peers{suffix}", data, figures)
        (RESULTS / f"peers{suffix}.md").write_text(table(figures), encoding="utf-8")


COLUMNS = {
    "nDCG@10": "ndcg_10",
    "recall@100": "recall_100",
    "search p50 ms": "search_p50_ms",
    "p95": "search_p95_ms",
    "processor ms": "search_processor_ms",
    "cold start s": "cold_s",
    "passages/s": "ingest_passages_s",
    "again, processor s": "again_processor_s",
    "peak MB": "peak_mb",
    "disk MB": "disk_mb",
    "install MB": "install_mb",
    "lines": "lines",
}


def table(figures: Mapping[str, Any]) -> str:
    """Return the figures as Markdown."""
    header = f"| {figures['passages']:,} passages | {' | '.join([*COLUMNS, 'seed ranks'])} |\n"
    rows = [header, "|---" * (len(COLUMNS) + 2) + "|\n"]
    for name, system in figures["systems"].items():
        cells = ["" if system[key] is None else f"{system[key]:,}" for key in COLUMNS.values()]
        ranks = ", ".join(f"{lang} {rank or '-'}" for lang, rank in system["seed_rank"].items())
        rows.append(f"| {name} | {' | '.join(cells)} | {ranks} |\n")
    return "".join(rows)


if __name__ == "__main__":
    main()
