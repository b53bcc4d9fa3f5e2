"""The figures of `benchmarks.peers.run` as tables and as two pictures. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from benchmarks.peers.pictures import Mark, scatter

Figures = Mapping[str, Any]

_ROWS = (
    ("nDCG@10, headline to versions in other languages", "ndcg_10", "{:.3f}"),
    ("recall@100", "recall_100", "{:.3f}"),
    ("rank of the seed article, asked in en, de, fr, uk", "seed_rank", "{}"),
    ("warm search of ten articles, median", "search_p50_ms", "{:,.1f} ms"),
    ("- 95th percentile", "search_p95_ms", "{:,.1f} ms"),
    ("- processor time", "search_processor_ms", "{:,.1f} ms"),
    ("answers per second over HTTP, 8 clients", "http_answers_s", "{:,.0f}"),
    ("cold start, process start to first answer", "cold_s", "{:,.1f} s"),
    ("- processor time", "cold_processor_s", "{:,.1f} s"),
    ("ingest, passages per second", "ingest_passages_s", "{:,}"),
    ("- processor time", "ingest_processor_s", "{:,.0f} s"),
    ("the same articles again, processor time", "again_processor_s", "{:,.1f} s"),
    ("peak memory of ingest", "peak_ingest_mb", "{:,} MB"),
    ("- of searching", "peak_search_mb", "{:,} MB"),
    ("on disk", "disk_mb", "{:,.0f} MB"),
    ("installed", "install_mb", "{:,} MB"),
    ("lines of code to use it", "lines", "{}"),
)
"""Rows: what, where it stands among the figures of a system, and how it is written."""

_MARKS = ("circle", "square", "up", "down", "diamond", "cross", "bar")


def rows(figures: Figures) -> tuple[list[str], list[list[str]]]:
    """Return the head and the rows of a table with a column per system."""
    systems = figures["systems"]
    body = [
        [label, *(_cell(system, key, form) for system in systems.values())]
        for label, key, form in _ROWS
    ]
    return [f"{figures['passages']:,} passages", *systems], body


def pair_rows(figures: Figures) -> tuple[list[str], list[list[str]]]:
    """Return nDCG@10 x 100 by language pair: a row per pair, a column per system."""
    systems = {name: one for name, one in figures["systems"].items() if "pairs" in one}
    pairs = sorted({pair for one in systems.values() for pair in one["pairs"]})
    body = [
        [pair, *(f"{100 * one['pairs'][pair]:.0f}" for one in systems.values())] for pair in pairs
    ]
    return ["query > article", *systems], body


def told(figures: Figures) -> str:
    """Return in words how it was measured, and what did not finish."""
    rounds = _rounds({one["rounds"] for one in figures["systems"].values() if one.get("rounds")})
    parts = [f"{figures['passages']:,} passages, {figures['queries']} queries, {rounds}"]
    parts += [figures["beside"]] if figures["beside"] else []
    parts += [
        f"{name} took no further part: {one['gone']}"
        for name, one in figures["systems"].items()
        if one.get("gone")
    ]
    return ". ".join(parts) + "."


def _rounds(counts: Collection[int]) -> str:
    if not counts:
        return "no round"
    least, most = min(counts), max(counts)
    if least < most:
        return f"{least} to {most} rounds"
    return f"{most} round{'s' if most > 1 else ''}"


def _cell(system: Figures, key: str, form: str) -> str:
    value = system.get(key)
    if value is None:
        return "-"
    if key == "seed_rank":
        return ", ".join(str(rank or "-") for rank in value.values())
    return form.format(value)


def quality_picture(figures: Figures) -> str:
    """Draw how good answers are against how long they take."""
    marks = [
        Mark(name, shape, [(one["search_p50_ms"], one["ndcg_10"])])
        for name, shape, one in _drawn(figures)
    ]
    title = f"{figures['passages']:,} passages"
    return scatter(marks, (title, "warm search, median, ms", "nDCG@10"), log_y=False)


def growth_picture(sizes: Sequence[Figures]) -> str:
    """Draw how long answers take against how much is stored."""
    points: dict[str, list[tuple[float, float]]] = {}
    shapes: dict[str, str] = {}
    for figures in sizes:
        for name, shape, one in _drawn(figures):
            points.setdefault(name, []).append((figures["passages"], one["search_p50_ms"]))
            shapes[name] = shape
    marks = [Mark(name, shapes[name], some) for name, some in points.items()]
    return scatter(marks, ("", "passages", "warm search, median, ms"), log_y=True)


def _drawn(figures: Figures) -> list[tuple[str, str, Figures]]:
    shaped = zip(figures["systems"].items(), _MARKS, strict=False)
    return [(name, shape, one) for (name, one), shape in shaped if one.get("rounds")]
