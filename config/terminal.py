"""What a command prints: results on stdout, everything else on stderr.

Here, and nowhere else, text goes to a terminal: without anything in it that would control the
terminal, whoever wrote it, and without passwords in addresses. Rich is imported only when something
is drawn.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn, TextIO

from search.addresses import without_credentials
from search.printable import printable, printable_json

if TYPE_CHECKING:
    from rich.console import Console


def is_interactive() -> bool:
    """Tell whether a person watches stderr, so that a progress bar makes sense."""
    return sys.stderr.isatty()


def stdout() -> Console:
    """Return the console for results: colours on a terminal only, `NO_COLOR` respected."""
    return _console(sys.stdout)


def stderr() -> Console:
    """Return the console for progress bars and notes to the person at the terminal."""
    return _console(sys.stderr)


def _console(file: TextIO) -> Console:
    """Return a console whose every piece of text is made printable."""
    from rich.console import Console

    from search.terminal.printing import Printable

    console = Console(file=file, highlight=False, markup=False, emoji=False)
    console.push_render_hook(Printable())
    return console


def print_json(document: object) -> None:
    """Print one JSON document and nothing else, non-ASCII text as it is."""
    import json

    text = json.dumps(document, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write(printable_json(text) + "\n")
    sys.stdout.flush()


def print_json_line(document: object) -> None:
    """Print a JSON document on one line: one of many, as they come."""
    import json

    text = json.dumps(document, ensure_ascii=False, default=str)
    sys.stdout.write(printable_json(text) + "\n")
    sys.stdout.flush()


def note(sentence: str) -> None:
    """Say something on stderr that is not part of the result."""
    sys.stderr.write(f"{printable(without_credentials(sentence))}\n")
    sys.stderr.flush()


def leave(code: int) -> NoReturn:
    """End the command with this exit code (0 done, 1 failed, 2 usage, 3 done with rejects)."""
    import typer

    raise typer.Exit(code)
