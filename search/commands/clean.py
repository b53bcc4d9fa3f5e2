"""`polywire clean`: delete what nobody needs."""

from __future__ import annotations

from typing import Annotated

import typer

from config import options, terminal
from config.options import IndexOption, JsonOption


def clean(
    index: IndexOption = None,
    former: Annotated[
        bool,
        typer.Option(
            "--former", help="Delete former generations, too; reindexing cannot be undone then."
        ),
    ] = False,
    unfinished: Annotated[
        bool,
        typer.Option(
            "--unfinished", help="Delete what a reindexing that was broken off has filled, too."
        ),
    ] = False,
    purge: Annotated[
        bool,
        typer.Option(
            "--purge", help="Let no byte of deleted and replaced articles stay; takes a while."
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Delete old versions and what killed processes have left, and say how much that freed.

    Searches and writes may go on; nothing that they use is deleted.
    """
    effective = options.settings(index, None)
    from config import wiring
    from indexer.ingest.erasing import clean as cleaning
    from search.index.safekeeping import Cleaning
    from search.terminal.safekeeping import cleaned_document, show_cleaned

    how = Cleaning(unfinished, former, purge)
    cleaned = cleaning(wiring.location(effective), wiring.safekeeping(effective), how)
    if as_json:
        terminal.print_json(cleaned_document(cleaned))
    else:
        show_cleaned(cleaned, terminal.stdout())
