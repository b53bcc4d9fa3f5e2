"""Fifty clients at once, reading and writing, on both engines: no error, nothing lost.

The same for a minute, with figures, is `python -m benchmarks.http_load`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.http_clients import READ, WRITE, Load, run
from tests.support.serving import Served, article, sample, serving

SECONDS = 8.0


def load(served: Served, clients: int = 50, writes: float = 0.2, seconds: float = SECONDS) -> Load:
    titles = [each["title"] for each in sample() if each.get("title")]
    return Load("127.0.0.1", served.port, clients, seconds, titles, writes)


def test_fifty_clients_read_and_write(desk: Served) -> None:
    outcome = run(load(desk))
    assert outcome.faults == []
    assert set(outcome.statuses) <= {200, 201}
    assert len(outcome.seconds[READ]) > 50
    assert len(outcome.acknowledged) == len(outcome.seconds[WRITE]) > 5
    exported = desk.http.get("/v1/export", params={"format": "articles", "source": "load"})
    kept = {json.loads(line)["id"] for line in exported.text.splitlines()}
    assert kept == set(outcome.acknowledged)


def test_more_than_fits_is_refused_with_a_time_to_come_again(
    new_index: Callable[[str], str], folder: Path
) -> None:
    with serving(folder, new_index("embedded"), threads=1, waiting=2) as served:
        served.ok("PUT", "/v1/articles/there", json=article())
        outcome = run(load(served, clients=30, writes=0.0, seconds=3))
        assert set(outcome.statuses) == {200, 503}
        assert all("server-busy" in fault for fault in outcome.faults)
        refused = threading.Event()

        def ask() -> None:
            while not refused.is_set():
                response = served.http.get("/v1/search?q=ferry")
                if response.status_code == 503:
                    assert response.headers["retry-after"] == "1"
                    refused.set()

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        assert refused.wait(20)
        for thread in threads:
            thread.join()
        assert served.ok("GET", "/v1/search?q=ferry")["hits"]  # and serves on


def test_health_answers_while_all_threads_are_busy(
    new_index: Callable[[str], str], folder: Path
) -> None:
    """The event loop is never blocked: what needs no thread is answered at once."""
    import time

    with serving(folder, new_index("embedded"), threads=2, waiting=200) as served:
        for start in range(0, 400, 200):
            many = [article(id=f"m{n}", title=f"Ferry {n}") for n in range(start, start + 200)]
            served.ok("POST", "/v1/articles", json=many)
        thread = threading.Thread(target=run, args=(load(served, 40, 0.1, 4),))
        thread.start()
        times = []
        while thread.is_alive():
            began = time.perf_counter()
            assert served.http.get("/healthz").status_code == 200
            times.append(time.perf_counter() - began)
        thread.join()
        assert sorted(times)[len(times) // 2] < 0.5


@pytest.mark.parametrize("rate", [5.0])
def test_a_rate_is_kept(new_index: Callable[[str], str], folder: Path, rate: float) -> None:
    with serving(folder, new_index("embedded"), rate=rate, burst=5) as served:
        outcome = run(load(served, clients=4, writes=0.0, seconds=2))
        assert set(outcome.statuses) == {200, 429}
        assert 5 <= outcome.statuses[200] <= 5 + rate * outcome.wall_s + 1
        assert all("rate-exceeded" in fault for fault in outcome.faults)
