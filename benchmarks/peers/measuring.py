"""Runs one system in its environment: a process per measurement, a folder of its own per round."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
from collections import defaultdict
from collections.abc import Iterable
from http.client import HTTPException
from pathlib import Path
from typing import Any

from benchmarks.peers import server
from benchmarks.peers.over_http import answers_per_s
from benchmarks.peers.systems import ROOT, Installed, Peer, lines_of
from search.embedding.static import COMPACT_FOLDER

_UNSET = ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE")
_SET = {
    "HF_HUB_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
}


class Gone(Exception):
    """A system failed, or took longer than it may; says what it said last."""


class Measured:
    """A system, and what its rounds so far have given."""

    def __init__(self, peer: Peer, installed: Installed, work: Path, most_s: float) -> None:
        self.peer = peer
        self.gone: str | None = None
        """Why it takes part no more."""
        self._installed = installed
        self._work = work
        self._most_s = most_s
        self._runs: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        self._disk_mb: list[float] = []
        self._answers: list[float] = []

    @property
    def rankings(self) -> dict[str, list[str]] | None:
        """The answers of the last round, None where there was none."""
        found: dict[str, list[str]] | None = (self._runs["search"] or [{}])[-1].get("rankings")
        return found

    def round(self, number: int, articles: Path, queries: Path) -> None:
        """Ingest, start cold, search, serve, and ingest again: the last may take longest."""
        folder = self._work / f"{self.peer.module}-{os.getpid()}-{number}"
        folder.mkdir()
        try:
            self._do("ingest", folder, articles)
            self._disk_mb.append(self._size_mb(folder))
            self._do("cold", folder, queries)
            self._do("search", folder, queries)
            rate = answers_per_s(self.peer, self._installed.python, folder, queries, _environment())
            self._answers += [] if rate is None else [rate]
            self._do("again", folder, articles)
        except (Gone, OSError, HTTPException) as reason:
            self.gone = str(reason)
        finally:
            if self.peer.on_server:
                server.remove(folder.name)
            shutil.rmtree(folder)

    def _size_mb(self, folder: Path) -> float:
        if self.peer.on_server:
            return server.size_mb(folder.name)
        return sum(one.stat().st_size for one in folder.rglob("*") if one.is_file()) / 2**20

    def _do(self, action: str, folder: Path, file: Path) -> None:
        words = ["-m", f"benchmarks.peers.{self.peer.module}", action]
        began = os.times()
        try:
            done = subprocess.run(
                [str(self._installed.python), *words, str(folder), str(COMPACT_FOLDER), str(file)],
                cwd=ROOT,
                env=_environment(with_server=self.peer.on_server),
                capture_output=True,
                text=True,
                check=False,
                timeout=self._most_s,
            )
        except subprocess.TimeoutExpired:
            raise Gone(f"{action} took more than {self._most_s / 60:.0f} minutes") from None
        ended = os.times()
        if done.returncode:
            said = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
            raise Gone(f"{action}: {said[-1]}")
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        used = (ended.children_user - began.children_user) + (
            ended.children_system - began.children_system
        )
        found |= {"process_s": ended.elapsed - began.elapsed, "process_processor_s": used}
        self._runs[action].append(found)

    def figures(self, passages: int) -> dict[str, Any]:
        """Return medians over the rounds, None of what was not reached."""
        ingest, again = self._runs["ingest"], self._runs["again"]
        cold, warm = self._runs["cold"], self._runs["search"]
        every = sorted(ms for one in warm for ms in one["ms"])
        took = _median((one["seconds"] for one in ingest), 6)
        return {
            "rounds": len(warm),
            "lines": lines_of(self.peer),
            "install_mb": round(self._installed.size_mb),
            "ingest_s": _median((one["seconds"] for one in ingest), 1),
            "ingest_passages_s": round(passages / took) if took else None,
            "ingest_processor_s": _median((one["processor_s"] for one in ingest), 1),
            "again_s": _median((one["seconds"] for one in again), 1),
            "again_processor_s": _median((one["processor_s"] for one in again), 1),
            "peak_ingest_mb": _median((one["peak_mb"] for one in ingest), None),
            "peak_search_mb": _median((one["peak_mb"] for one in warm), None),
            "disk_mb": _median(self._disk_mb, 1),
            "cold_s": _median((one["process_s"] for one in cold), 2),
            "cold_processor_s": _median((one["process_processor_s"] for one in cold), 2),
            "search_p50_ms": round(every[len(every) // 2], 1) if every else None,
            "search_p95_ms": round(every[len(every) * 95 // 100], 1) if every else None,
            "search_processor_ms": _median((one["processor_ms"] for one in warm), 1),
            "http_answers_s": _median(self._answers, 1),
        }


def _environment(*, with_server: bool = True) -> dict[str, str]:
    gone = {*_UNSET} if with_server else {*_UNSET, server.SERVER}
    return {name: value for name, value in os.environ.items() if name not in gone} | _SET


def _median(values: Iterable[float], digits: int | None) -> float | None:
    every = list(values)
    return round(statistics.median(every), digits) if every else None
