"""Facets and histogram as a person reads them at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from search.answer import Answer, Counted
from search.index.model import Facet
from search.index.time_zones import time_zone
from search.terminal.text import isolated, paragraph, styled

if TYPE_CHECKING:
    from rich.console import Console

LABEL = 12
"""Columns of the label before a facet or a row."""

NAMES = {"lang": "languages", "source": "sources", "section": "sections", "tag": "tags"}

VALUES = 12
"""Values of a facet that are shown; `--json` has all."""

ROWS = 31
"""Rows of a histogram that are shown, the latest ones: the days of a month; `--json` has all."""


def show_counts(answer: Answer, console: Console) -> None:
    """Print a line per facet and a row per day or month, and say what is counted."""
    counted = "matches" if answer.counted is Counted.MATCHES else "candidates"
    console.print(f"Counted over all {answer.total:,} {counted}:", style="dim", soft_wrap=True)
    for facet in answer.facets:
        if facet.counts:
            _show_facet(facet, console)
    if answer.histogram:
        _show_histogram(answer, console)
    console.print()


def _show_facet(facet: Facet, console: Console) -> None:
    counts = [
        f"{isolated(value, console)}\u00a0({count:,})" for value, count in facet.counts[:VALUES]
    ]
    more = len(facet.counts) - VALUES
    if more > 0:
        counts.append(f"{more:,}\u00a0more")
    paragraph(console, styled(" · ".join(counts), ""), label=f"{NAMES[facet.field]:<{LABEL}}")


def _show_histogram(answer: Answer, console: Console) -> None:
    histogram, months = answer.histogram, answer.request.histogram == "month"
    zone = time_zone(answer.request.timezone)
    unit = "month" if months else "day"
    console.print(f"Per {unit} ({answer.request.timezone}):", style="dim", soft_wrap=True)
    rows = histogram[-ROWS:]
    if len(histogram) > len(rows):
        earlier = sum(bucket.count for bucket in histogram[: -len(rows)])
        paragraph(console, styled(f"{earlier:,}", ""), label=f"{'earlier':<{LABEL}}")
    most = max(bucket.count for bucket in rows)
    room = max(8, min(40, console.width - 22))
    for bucket in rows:
        day = bucket.start.astimezone(zone).date().isoformat()
        bar = styled("█" * max(1, round(bucket.count / most * room)), "cyan")
        bar.append(f" {bucket.count:,}", style="default")
        paragraph(console, bar, label=f"{day[:7] if months else day:<{LABEL}}")
