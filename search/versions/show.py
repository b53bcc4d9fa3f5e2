"""Versions of an article as a person reads them at a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from search.index.history import ArticleVersion
from search.terminal.text import isolated
from search.versions.difference import Change, changes

if TYPE_CHECKING:
    from rich.console import Console


def show_versions(versions: Sequence[ArticleVersion], console: Console) -> None:
    """Print a table, newest first."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for name in ("no.", "seen", "replaced", "updated", "hash", "headline"):
        table.add_column(name, overflow="fold")
    for version in versions:
        table.add_row(
            str(version.number),
            _minute(version.seen),
            _minute(version.replaced),
            _minute(version.updated),
            version.content_hash[:8],
            isolated(version.title, console),
        )
    console.print(table)


def show_changes(before: ArticleVersion, after: ArticleVersion, console: Console) -> None:
    """Print what was removed (-) and what was added (+), paragraph by paragraph."""
    found = changes(before, after)
    console.print(f"From version {before.number} to version {after.number}:", style="bold")
    if not found:
        console.print("The text is the same; only metadata changed.", style="dim")
    for change in found:
        _show_change(change, console)


def _show_change(change: Change, console: Console) -> None:
    place = change.after or change.before
    if place is not None:
        name = f"paragraph {place.position}" if place.position else "headline"
        console.print(f"{name} {change.kind}", style="dim")
    if change.before is not None:
        console.print(f"- {isolated(change.before.text, console)}", style="red", soft_wrap=True)
    if change.after is not None:
        console.print(f"+ {isolated(change.after.text, console)}", style="green", soft_wrap=True)


def _minute(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M") if moment else ""
