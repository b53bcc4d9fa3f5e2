"""The state of an index as a person reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from search.calibration.offsets import Offsets
from search.index.model import IndexStats

if TYPE_CHECKING:
    from rich.console import Console


def show_stats(stats: IndexStats, offsets: Offsets | None, console: Console) -> None:
    """Print a short table and the articles per language."""
    from rich.table import Table

    identity = stats.identity
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("index", f"{stats.location} ({stats.engine})")
    table.add_row("articles", f"{stats.articles:,}")
    table.add_row("passages", f"{stats.passages:,} (headlines and paragraphs)")
    table.add_row("size", readable_size(stats.size_bytes))
    table.add_row(
        "model",
        f"{identity.model_name}, {identity.dimension} dimensions, {identity.model_fingerprint}",
    )
    table.add_row("schema", str(identity.schema_version))
    table.add_row("vectors", stats.vector_index)
    table.add_row("not indexed", f"{stats.unindexed_passages:,} passages (searched one by one)")
    table.add_row("languages", _languages(stats))
    if offsets is not None:
        table.add_row("offsets", _offsets(offsets, identity.model_fingerprint))
    console.print(table)


def readable_size(size: int) -> str:
    """Return bytes in the unit that gives a small number: 1,234,567 is 1.2 MB."""
    amount, units = float(size), ("bytes", "kB", "MB", "GB", "TB")
    for unit in units:
        if amount < 1000 or unit == units[-1]:
            break
        amount /= 1000
    return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"


def _offsets(offsets: Offsets, model: str) -> str:
    shown = f"{offsets.digest}, for {len(offsets.shifts)} languages, fitted on {offsets.source}"
    if offsets.fingerprint != model:
        return f"{shown}, of another model: not used"
    return shown


def _languages(stats: IndexStats) -> str:
    most_first = sorted(stats.languages.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{lang} {count:,}" for lang, count in most_first) or "none yet"
