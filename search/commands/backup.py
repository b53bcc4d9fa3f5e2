"""`polywire backup` and `polywire restore`: copies of an index, and back."""

from __future__ import annotations

from typing import Annotated

import typer

from config import options, terminal
from config.options import IndexOption, JsonOption


def backup(
    target: Annotated[
        str,
        typer.Argument(
            metavar="DIR",
            help="A folder for the backup; for Elasticsearch, one that the server may write to.",
            show_default=False,
        ),
    ],
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Copy an index as it is at this moment, while it is searched and written.

    The same folder again: only what is new is copied, and the former backup stays whole until the
    new one is. What is copied is compared with its checksum.
    """
    effective = options.settings(index, None)
    from config import wiring
    from search.terminal.safekeeping import copied_document, show_backup

    copied = wiring.safekeeping(effective).backup(target)
    if as_json:
        terminal.print_json(copied_document(copied))
    else:
        show_backup(copied, terminal.stdout())


def restore(
    source: Annotated[str, typer.Argument(metavar="DIR", help="A backup.", show_default=False)],
    index: IndexOption = None,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help="Put it in place of the index there, which stays as the former generation.",
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Make an index of a backup, if all of it is as it was written.

    Where there is an index already, nothing is done without --replace.
    """
    effective = options.settings(index, None)
    from config import wiring
    from search.terminal.safekeeping import copied_document, show_restored

    copied = wiring.safekeeping(effective).restore(source, replace=replace)
    if as_json:
        terminal.print_json(copied_document(copied))
    else:
        show_restored(copied, terminal.stdout())
