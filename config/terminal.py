"""What a command prints: results on stdout, everything else on stderr.

Rich is imported only when something is drawn.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from rich.console import Console


def is_interactive() -> bool:
    """Tell whether a person watches stderr, so that a progress bar makes sense."""
    return sys.stderr.isatty()


def stdout() -> Console:
    """Return the console for results: colours on a terminal only, `NO_COLOR` respected."""
    from rich.console import Console

    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False)


def stderr() -> Console:
    """Return the console for progress bars and notes to the person at the terminal."""
    from rich.console import Console

    return Console(file=sys.stderr, highlight=False, markup=False, emoji=False)


def print_json(document: object) -> None:
    """Print one JSON document and nothing else, non-ASCII text as it is."""
    import json

    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, default=str) + "\n")
    sys.stdout.flush()


def note(sentence: str) -> None:
    """Say something on stderr that is not part of the result."""
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


def leave(code: int) -> NoReturn:
    """End the command with this exit code (0 done, 1 failed, 2 usage, 3 done with rejects)."""
    import typer

    raise typer.Exit(code)
