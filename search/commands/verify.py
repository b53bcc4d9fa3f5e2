"""`polywire verify`: whether an index is as it was written, and what mends it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from config import options, terminal
from config.options import IndexOption, JsonOption, ModelOption
from search.errors import UsageError


def verify(
    index: IndexOption = None,
    mend: Annotated[
        bool,
        typer.Option(
            "--mend",
            help="Make anew what can be made anew: indexes, polywire.json, checksums; go back to "
            "the newest version that is whole.",
        ),
    ] = False,
    source: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="DIR",
            help="Take damaged files from this backup, with --mend.",
            show_default=False,
        ),
    ] = None,
    remove_damaged: Annotated[
        bool,
        typer.Option(
            "--remove-damaged",
            help="Remove articles that cannot be mended, with --mend, so that ingesting their "
            "sources again brings back just these.",
        ),
    ] = False,
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Look whether an index is as it was written, and say or do what mends it.

    Every file is compared with its checksum. The report names damaged files and the articles that
    they concern. Exit code 1 if anything is damaged.
    """
    if (source is not None or remove_damaged) and not mend:
        raise UsageError("--from and --remove-damaged say how to mend; add --mend.")
    effective = options.settings(index, model)
    from config import wiring
    from search.index.model import IndexIdentity
    from search.index.safekeeping import Mending
    from search.terminal.safekeeping import health_document, show_health

    keeper = wiring.safekeeping(effective)
    if mend:
        identity = None
        if model is not None:
            loaded = wiring.embedder(effective)
            identity = IndexIdentity(loaded.name, loaded.fingerprint, loaded.dimension)
        how = Mending(None if source is None else str(source), remove_damaged, identity)
        health = keeper.mend(how)
    else:
        health = keeper.verify()
    if as_json:
        terminal.print_json(health_document(health))
    else:
        show_health(health, terminal.stdout())
    if not health.whole:
        terminal.leave(1)
