"""The HTTP API under load: requests a second, latencies and memory, on one engine.

    python -m benchmarks.http_load                                  # embedded, in a new folder
    python -m benchmarks.http_load --index http://localhost:9200/load

It ingests ../shared/news/wmt-news (the sample corpus where that is absent), serves it by
`polywire serve`, and lets 1, 8 and 50 clients ask hybrid questions (the headlines), each with
one connection, then 50 clients ask and write for `--seconds`. Clients run in a process of their
own on the same machine and take a part of its cores: `clients_cpu` says how much.

At the end every article that was acknowledged must be there, and no request may have failed.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import httpx
import numpy as np

from benchmarks.http_clients import READ, WRITE, Load, Outcome, run
from benchmarks.record import record
from search.client import PolywireClient

COMMAND = str(Path(sys.executable).parent / "polywire")
NEWS = Path(__file__).parents[2] / "shared" / "news" / "wmt-news.jsonl.xz"
CLIENTS = (1, 8, 50)
WRITES = 0.1
WARM_S = 3.0


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, and keep the figures in `results/http_load_ENGINE.json`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--index", help="folder or http(s)://host:port/name; else a new folder")
    parser.add_argument("--seconds", type=float, default=60, help="of reading and writing")
    parser.add_argument("--step", type=float, default=15, help="seconds a number of readers")
    parser.add_argument("--threads", type=int, help="api.threads")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        index = given.index or str(Path(folder) / "index")
        engine = "elasticsearch" if index.startswith("http") else "embedded"
        _ingest(index)
        with _served(index, Path(folder), given.threads) as (address, pid):
            figures = _measured(address, pid, given.step, given.seconds)
    print(json.dumps(figures, indent=2))
    path = record(f"http_load_{engine}", NEWS.name if NEWS.exists() else "sample", figures)
    print(f"kept in {path.name}")


def _measured(address: str, pid: int, step: float, seconds: float) -> dict[str, Any]:
    port = int(address.rpartition(":")[2])
    with PolywireClient(address) as client:
        status = client.status()
        questions = [hit["title"] for hit in client.export(format="articles") if hit["title"]]
    load = Load("127.0.0.1", port, 1, WARM_S, questions[:: max(1, len(questions) // 500)])
    figures: dict[str, Any] = {
        "articles": status.articles,
        "passages": status.passages,
        "memory_idle_mb": _memory(pid),
    }
    _in_a_process(load)
    floor = _in_a_process(replace(load, seconds=step / 3, options="&limit=1&mode=lexical"))
    figures["read_1_client_lexical"] = _figures(floor)
    for clients in CLIENTS:
        figures[f"read_{clients}_clients"] = _watched(load, clients, step, pid)
    figures["memory_after_reading_mb"] = _memory(pid)
    with PolywireClient(address) as client:
        client.put("load-warm", {"text": "The first write loads the pipeline.", "source": "load"})
    mixed = replace(load, clients=50, seconds=seconds, writes=WRITES)
    before = _cpu(pid)
    outcome, cpu = _in_a_process(mixed)
    figures["mixed_50_clients"] = {
        **_figures((outcome, cpu)),
        "server_cpu": round((_cpu(pid) - before) / outcome.wall_s, 2),
    }
    figures["memory_after_writing_mb"] = _memory(pid)
    figures["lost"] = _lost(address, outcome)
    return figures


def _watched(load: Load, clients: int, seconds: float, pid: int) -> dict[str, Any]:
    before = _cpu(pid)
    outcome, cpu = _in_a_process(replace(load, clients=clients, seconds=seconds))
    busy = round((_cpu(pid) - before) / outcome.wall_s, 2)
    return {**_figures((outcome, cpu)), "server_cpu": busy}


def _figures(run_: tuple[Outcome, float]) -> dict[str, Any]:
    outcome, cpu = run_
    figures: dict[str, Any] = {
        "requests_a_second": round(sum(map(len, outcome.seconds.values())) / outcome.wall_s, 1),
        "clients_cpu": round(cpu / outcome.wall_s, 2),
        "errors": len(outcome.faults),
    }
    for kind in (READ, WRITE):
        if outcome.seconds.get(kind):
            times = np.asarray(outcome.seconds[kind]) * 1000
            figures[kind] = {
                "count": len(times),
                **{f"p{p}_ms": round(float(np.percentile(times, p)), 1) for p in (50, 95, 99)},
            }
    if outcome.faults:
        figures["first_error"] = outcome.faults[0]
    return figures


def _lost(address: str, outcome: Outcome) -> int:
    """Count articles that were acknowledged and are not there."""
    with PolywireClient(address) as client:
        kept = {each["id"] for each in client.export(format="articles", source="load")}
    return len(set(outcome.acknowledged) - kept)


def _in_a_process(load: Load) -> tuple[Outcome, float]:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(_run, load).result()


def _run(load: Load) -> tuple[Outcome, float]:
    began = resource.getrusage(resource.RUSAGE_SELF)
    outcome = run(load)
    ended = resource.getrusage(resource.RUSAGE_SELF)
    return outcome, ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime


def _ingest(index: str) -> None:
    source = [str(NEWS)] if NEWS.exists() else ["--sample"]
    subprocess.run([COMMAND, "ingest", "--index", index, *source], check=True, env=_environment())


@contextlib.contextmanager
def _served(index: str, folder: Path, threads: int | None) -> Iterator[tuple[str, int]]:
    further = {"POLYWIRE_API__THREADS": str(threads)} if threads else {}
    process = subprocess.Popen(
        [COMMAND, "serve", "--index", index, "--port", "0", "--json"],
        stdout=subprocess.PIPE,
        env=_environment() | further | {"POLYWIRE_API__KEYS": str(folder / "keys")},
        text=True,
    )
    assert process.stdout is not None  # noqa: S101  it is a pipe
    try:
        address = _announced(process.stdout)
        while httpx.get(f"{address}/readyz").status_code != 200:
            time.sleep(0.1)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait(60)
        process.stdout.close()


def _announced(announced: IO[str]) -> str:
    text = ""
    for line in announced:
        text += line
        if line == "}\n":
            return str(json.loads(text)["address"])
    raise SystemExit("The server has not started.")


def _environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("POLYWIRE_API")}
    return kept | {
        "POLYWIRE_API__RATE": "0",
        "POLYWIRE_API__ACCESS_LOG": "false",
        "POLYWIRE_ELASTICSEARCH__REPLICAS": "0",
    }


def _memory(pid: int) -> float:
    """Resident size in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


def _cpu(pid: int) -> float:
    """Seconds of processor time so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
