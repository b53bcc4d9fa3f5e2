"""`polywire reindex`: move an index to another model or mapping while it is in use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

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
        bool, typer.Option("--resume", help="Go on with a run that was broken off.")
    ] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Go back to the former generation, brought up to date.")
    ] = False,
    hold: Annotated[
        bool, typer.Option("--hold", help="Fill and compare, but do not let it take over yet.")
    ] = False,
    keep: Annotated[
        int, typer.Option("--keep", min=0, help="Former generations to keep; older ones go.")
    ] = 1,
    as_json: JsonOption = False,
) -> None:
    """Move an index to another model or mapping, while it is searched and written."""
    if resume and undo:
        raise UsageError("Give --resume or --undo, not both.")
    from config import wiring
    from indexer.migration.migrate import Migration, prune, unfinished

    chosen = settings(index, model)
    location = wiring.location(chosen)
    into = unfinished(location) if resume or undo else None
    if into is None and (resume or undo):
        raise UsageError(f"{chosen.index} has no second generation to go on with.")
    if into is not None and model is None:
        chosen = settings(index, _model_of(location, into))
    with _progress() as progress:
        report = Migration(location, wiring.embedder(chosen), progress).run(into, not hold)
    dropped = () if hold else prune(location, keep)
    _show(report, dropped, as_json)
    if report.rejected:
        from config.terminal import leave

        leave(3)


def _model_of(location: IndexLocation, generation: str) -> str:
    """Return the name of the model that a generation was written with."""
    opened = location.open_generation(generation)
    try:
        return opened.identity.model_name
    finally:
        opened.close()


@contextmanager
def _progress() -> Iterator[Progress | None]:
    """Show a progress bar where a person watches."""
    from config import terminal

    if not terminal.is_interactive():
        yield None
        return
    from rich.progress import Progress as Bar

    with Bar(console=terminal.stderr(), transient=True) as bar:
        task = bar.add_task("Copying articles", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _show(report: MigrationReport, dropped: tuple[str, ...], as_json: bool) -> None:
    from dataclasses import asdict

    from config import terminal
    from search.calibration.offsets import NOTE

    if as_json:
        terminal.print_json({**asdict(report), "dropped": dropped})
        return
    overlap = report.overlap
    same = (
        f"Asked {overlap.questions} headlines; of the ten best articles, {overlap.lexical:.0%} are "
        f"the same by words and {overlap.vector:.0%} by meaning."
        if overlap
        else "The former generation is too old to be asked and compared."
    )
    lines = [
        f"{report.generation} " + ("is live now." if report.promoted else "is ready, not live."),
        f"Articles: {report.articles_before} before, {report.articles_after} after.",
        f"Copied {report.copied}, removed {report.removed}; embedded {report.reembedded} passages.",
        same,
        *(
            f"Left behind, as it is of the former model: the note {name}."
            + (" Make it anew with polywire calibrate." if name == NOTE else "")
            for name in report.left_behind
        ),
        *(f"Rejected {article_id}: {reason}" for article_id, reason in report.rejected),
        *(f"Dropped {generation}." for generation in dropped),
    ]
    if report.promoted and report.former not in dropped:
        lines.append("To go back: polywire reindex --undo")
    for line in lines:
        terminal.stdout().print(line)
