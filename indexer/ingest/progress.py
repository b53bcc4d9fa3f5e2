"""The live progress bar of an ingest, on a terminal only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from indexer.ingest.run import Progress
    from indexer.ingest.tally import IngestSummary
    from indexer.sources.reader import Reader


@contextmanager
def progress_bar(reader: Reader, console: Console | None) -> Iterator[Progress]:
    """Show how much of the input has been read, and what became of it, until the block ends.

    `console` is that of the person watching; without one nothing is shown.
    With standard input among the inputs the end is not known, and the bar only pulses.
    """
    if console is None:
        yield lambda _: None
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[counts]}"),
        console=console,
        transient=True,
    )
    with bar:
        task = bar.add_task("Loading the model", total=None, counts="")

        def on_progress(summary: IngestSummary) -> None:
            bar.update(
                task,
                description=description(reader.files_read, files),
                total=total,
                completed=reader.bytes_read,
                counts=counts(summary),
            )

        total, files = reader.total_bytes(), reader.total_files()
        yield on_progress


def description(file: int, files: int) -> str:
    """Say which file is being read, where there are several."""
    return f"Indexing file {min(max(file, 1), files):,} of {files:,}" if files > 1 else "Indexing"


def counts(summary: IngestSummary) -> str:
    """One short line: articles, paragraphs, pace, rejects."""
    pace = f"{summary.paragraphs_per_second:,.0f}/s"
    line = f"{summary.articles:,} articles, {summary.paragraphs:,} paragraphs ({pace})"
    return f"{line}, {summary.rejected:,} rejected" if summary.rejected else line
