"""`polywire reindex`: move an index to another model or mapping while it is in use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from config.options import IndexOption, JsonOption, ModelOption, settings
from search.errors import UsageError

if TYPE_CHECKING:
    from indexer.migration.migrate import MigrationReport, Progress
    from search.index.port import IndexLocation


def reindex(
    index: IndexOption = None,
    model: ModelOption = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Continue a run that was interrupted.")
    ] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Go back to the former generation, brought up to date.")
    ] = False,
    hold: Annotated[
        bool,
        typer.Option(
            "--hold", help="Fill and compare the new generation, but do not make it live yet."
        ),
    ] = False,
    keep: Annotated[
        int,
        typer.Option("--keep", min=0, help="Former generations to keep; all others are deleted."),
    ] = 1,
    as_json: JsonOption = False,
) -> None:
    """Move an index to another model or mapping, while it is searched and written."""
    if resume and undo:
        raise UsageError("Give --resume or --undo, not both.")
    from config import wiring
    from indexer.migration.migrate import Migration, prune

    chosen = settings(index, model)
    location = wiring.location(chosen)
    into = _chosen(location, chosen.index, resume, undo)
    if into is not None and model is None:
        chosen = settings(index, _model_of(location, into))
    with _progress() as progress:
        report = Migration(location, wiring.embedder(chosen), progress).run(into, not hold)
    dropped = () if hold else prune(location, keep, begun=not undo)
    _show(report, dropped, as_json)
    if report.rejected:
        from config.terminal import leave

        leave(3)


def _chosen(location: IndexLocation, place: str, resume: bool, undo: bool) -> str | None:
    """Return the generation to go on with; None for a new one. Raises `UsageError`."""
    from indexer.migration.migrate import replaced, unfinished

    if not (resume or undo):
        return None
    former, begun = replaced(location), unfinished(location)
    if resume and begun is None:
        further = " To go back to the former one, use --undo." if former else ""
        raise UsageError(
            f"{place} has no second generation to continue with: no reindexing was broken "
            f"off.{further}"
        )
    if undo and former is None:
        if begun is not None:
            raise UsageError(
                f"{place} has nothing to go back to: the generation {begun}, left by a reindexing "
                "that was broken off, was never live. To finish it, use --resume."
            )
        raise UsageError(
            f"{place} has no second generation to continue with: none was live before the present "
            "one, or it was deleted."
        )
    return begun if resume else former


def _model_of(location: IndexLocation, generation: str) -> str:
    """Return the name of the model that a generation was written with."""
    opened = location.open_generation(generation)
    try:
        return opened.identity.model_name
    finally:
        opened.close()


@contextmanager
def _progress() -> Iterator[Progress | None]:
    """Show a progress bar to a person watching."""
    from config import terminal

    if not terminal.is_interactive():
        yield None
        return
    from rich.progress import Progress as Bar

    with Bar(console=terminal.stderr(), transient=True) as bar:
        task = bar.add_task("Copying articles", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _document(report: MigrationReport, dropped: tuple[str, ...]) -> dict[str, Any]:
    """Return the report as the JSON document of `polywire reindex --json`."""
    from dataclasses import asdict

    overlap = report.overlap
    compared = overlap and {
        "questions": overlap.queries,
        "lexical": overlap.lexical,
        "vector": overlap.vector,
    }
    return {**asdict(report), "overlap": compared, "dropped": dropped}


def _show(report: MigrationReport, dropped: tuple[str, ...], as_json: bool) -> None:
    from config import terminal
    from search.calibration.offsets import NOTE

    if as_json:
        terminal.print_json(_document(report, dropped))
        return
    overlap = report.overlap
    same = (
        f"Searched for {overlap.queries} headlines in both: of the ten best articles, "
        f"{overlap.lexical:.0%} are the same by words and {overlap.vector:.0%} by meaning."
        if overlap
        else "The former generation is too old to be searched, so that the two were not compared."
    )
    lines = [
        f"{report.generation} " + ("is live now." if report.promoted else "is ready, not live."),
        f"Articles: {report.articles_before} before, {report.articles_after} after.",
        f"Copied {report.copied}, removed {report.removed}; embedded {report.reembedded} passages.",
        same,
        *(
            f"Not copied, as it belongs to the former model: the note {name}."
            + (" Make a new one with polywire calibrate." if name == NOTE else "")
            for name in report.left_behind
        ),
        *(f"Rejected {article_id}: {reason}" for article_id, reason in report.rejected),
        *(f"Dropped {generation}." for generation in dropped),
    ]
    if report.promoted and report.former not in dropped:
        lines.append("To go back: polywire reindex --undo")
    for line in lines:
        terminal.stdout().print(line)
