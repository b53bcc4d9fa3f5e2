"""The HTTP API under load: answers a second, latencies and memory, by number of workers.

    python -m benchmarks.http_load                                  # embedded, in a new folder
    python -m benchmarks.http_load --workers 1 2 4
    python -m benchmarks.http_load --index http://localhost:9200/load

It ingests ../shared/news/wmt-news (the sample corpus where that is absent), serves it by
`polywire serve`, and lets 1, 8 and 50 clients send hybrid queries (the headlines), each over one
connection, then 50 clients read and write for `--seconds`; all of that for each number of
workers. Clients run in a process of their own on the same machine and take a part of its cores:
`clients_cpu` says how much. `server_cpu` and memory are those of all processes of the server.

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
WORKERS = (1, 2)
CLIENTS = (1, 8, 50)
COMPARED = 8
"""Clients that numbers of workers are compared with."""
WRITES = 0.1
WARM_S = 15.0
"""Enough for each worker to have seen most words, which the first time cost half again as much."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, and store the figures in `results/http_load_ENGINE.json`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--index", help="folder or http(s)://host:port/name; else a new folder")
    parser.add_argument("--workers", type=int, nargs="+", default=WORKERS, help="numbers of them")
    parser.add_argument("--seconds", type=float, default=60, help="of reading and writing")
    parser.add_argument("--step", type=float, default=15, help="seconds per number of readers")
    parser.add_argument("--threads", type=int, help="api.threads")
    parser.add_argument("--no-ingest", action="store_true", help="the index is there already")
    given = parser.parse_args(arguments)
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        index = given.index or str(Path(folder) / "index")
        engine = "elasticsearch" if index.startswith("http") else "embedded"
        if not given.no_ingest:
            _ingest(index)
        for workers in given.workers:
            served = _served(index, Path(folder), workers, given.threads)
            with served as (address, pid):
                measured = _measured(address, pid, given.step, given.seconds)
                figures[f"{workers}_workers"] = measured
            print(json.dumps(figures[f"{workers}_workers"], indent=2))
    figures["compared"] = _compared(figures)
    print(json.dumps(figures["compared"], indent=2))
    path = record(f"http_load_{engine}", NEWS.name if NEWS.exists() else "sample", figures)
    print(f"stored in {path.name}")


def _compared(figures: dict[str, Any]) -> dict[str, Any]:
    """Answers a second with 8 clients for each number of workers, and as a ratio to the first.

    Where others use the cores, too, answers per second of the server's own processor time say
    what more workers cost.
    """
    reads = {name: each[f"read_{COMPARED}_clients"] for name, each in figures.items()}
    rates = {name: read["requests_a_second"] for name, read in reads.items()}
    first = next(iter(rates.values()))
    return {
        "clients": COMPARED,
        "answers_a_second": rates,
        "ratio": {name: round(rate / first, 2) for name, rate in rates.items()},
        "answers_per_processor_second": {
            name: round(read["requests_a_second"] / read["server_cpu"], 1)
            for name, read in reads.items()
        },
    }


def _measured(address: str, pid: int, step: float, seconds: float) -> dict[str, Any]:
    port = int(address.rpartition(":")[2])
    with PolywireClient(address) as client:
        status = client.status()
        titles = [hit["title"] for hit in client.export(format="articles") if hit["title"]]
    # A headline may have a quotation mark that is never closed, which is no query.
    queries = [title.replace('"', " ") for title in titles]
    load = Load("127.0.0.1", port, 1, WARM_S, queries[:: max(1, len(queries) // 500)])
    figures: dict[str, Any] = {
        "articles": status.articles,
        "passages": status.passages,
        "memory_idle_mb": _memory(pid),
    }
    # As many clients as there may be workers, so that each of them is warm.
    _in_a_process(replace(load, clients=COMPARED))
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
        stored = {each["id"] for each in client.export(format="articles", source="load")}
        for name in stored:  # for the next number of workers
            client.delete(name)
    return len(set(outcome.acknowledged) - stored)


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
def _served(
    index: str, folder: Path, workers: int, threads: int | None
) -> Iterator[tuple[str, int]]:
    further = {"POLYWIRE_API__THREADS": str(threads)} if threads else {}
    process = subprocess.Popen(
        [COMMAND, "serve", "--index", index, "--port", "0", "--workers", str(workers), "--json"],
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
    others = {k: v for k, v in os.environ.items() if not k.startswith("POLYWIRE_API")}
    return others | {
        "POLYWIRE_API__RATE": "0",
        "POLYWIRE_API__ACCESS_LOG": "false",
        "POLYWIRE_ELASTICSEARCH__REPLICAS": "0",
    }


def _memory(pid: int) -> float:
    """Resident size of the process and its children in MB; pages that they share count twice."""
    pages = sum(
        int(Path(f"/proc/{each}/statm").read_text().split()[1]) for each in (pid, *_children(pid))
    )
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


def _cpu(pid: int) -> float:
    """Seconds of processor time of the process and its children so far."""
    ticks = 0
    for each in (pid, *_children(pid)):
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _children(pid: int) -> list[int]:
    threads = Path(f"/proc/{pid}/task").iterdir()
    return [int(each) for thread in threads for each in (thread / "children").read_text().split()]


if __name__ == "__main__":
    main()
