"""What the server counts, for Prometheus.

Where a server has several processes, they count in files of a folder that they share
(prometheus_client's multiprocess mode), and any of them answers with the sums. That mode is
chosen when the library is imported: `FOLDER_VARIABLE` must be in the environment by then.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Literal

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Metric,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
SAMPLED_EVERY_S = 1.0
"""How old the values of `watch` may be that another process answers with."""

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_LIVE_FILE = re.compile(r"gauge_livesum_(\d+)\.db")


class Metrics:
    """Counters of one server. Labels have few values: routes are templates, never paths.

    `folder` is the one that the processes of the server share; None: there is one process.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._own = CollectorRegistry()
        self._watched: list[tuple[Gauge, Callable[[], float]]] = []
        self._requests = Counter(
            "polywire_http_requests",
            "Requests that were answered",
            ("method", "route", "status"),
            registry=self._own,
        )
        self._seconds = Histogram(
            "polywire_http_request_seconds",
            "Time from the first byte of a request to the last of its answer",
            ("route",),
            buckets=_SECONDS,
            registry=self._own,
        )
        self.in_flight = self._gauge(
            "polywire_http_requests_in_flight", "Requests that are being answered"
        )
        self.articles = Counter(
            "polywire_articles_received",
            "Articles that clients sent, by what became of them",
            ("outcome",),
            registry=self._own,
        )
        self.commits = Histogram(
            "polywire_commit_articles",
            "Articles that were written together in one commit",
            buckets=(1, 2, 5, 10, 25, 50, 100, 250, 500),
            registry=self._own,
        )
        self._shown = _shown(self._own, folder)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        known = method if method in _METHODS else "other"
        self._requests.labels(known, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def watch(
        self, gauges: Mapping[str, tuple[str, Callable[[], float]]], *, summed: bool = True
    ) -> None:
        """Add values that `sample` reads: name -> (meaning, value).

        Those of several processes are added up or, with False, the largest is taken.
        """
        mode: Literal["livesum", "livemax"] = "livesum" if summed else "livemax"
        for name, (meaning, value) in gauges.items():
            self._watched.append((self._gauge(name, meaning, mode), value))

    def sample(self) -> None:
        """Read the values that are watched."""
        for gauge, value in self._watched:
            gauge.set(value())

    def page(self) -> bytes:
        """Return everything in the text format of Prometheus."""
        self.sample()
        return generate_latest(self._shown)

    def _gauge(
        self, name: str, meaning: str, mode: Literal["livesum", "livemax"] = "livesum"
    ) -> Gauge:
        return Gauge(name, meaning, registry=self._own, multiprocess_mode=mode)


def forget_process(pid: int, folder: Path) -> None:
    """Leave the gauges of a process that has ended out of the sums; its counts stay in."""
    mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]


def _shown(own: CollectorRegistry, folder: Path | None) -> CollectorRegistry:
    """Return what is answered with: the counters of one process, or the sums over all."""
    if folder is None:
        ProcessCollector(registry=own)
        return own
    shared = CollectorRegistry()
    MultiProcessCollector(shared, str(folder))  # type: ignore[no-untyped-call]
    shared.register(_Processes(folder))
    return shared


class _Processes(Collector):
    """Memory and processor time of each process, by its id."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterator[Metric]:
        found: dict[str, Metric] = {}
        for file in self._folder.iterdir():
            live = _LIVE_FILE.fullmatch(file.name)
            if live is None:
                continue
            pid = live[1]
            for metric in ProcessCollector(pid=partial(int, pid), registry=None).collect():
                family = found.setdefault(
                    metric.name, Metric(metric.name, metric.documentation, metric.type)
                )
                for sample in metric.samples:
                    family.add_sample(sample.name, {**sample.labels, "pid": pid}, sample.value)
        yield from found.values()
