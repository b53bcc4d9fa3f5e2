"""What is watched, for a person: a list, how each does, and one with its last checks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from search.watched import Check, Watched

if TYPE_CHECKING:
    from rich.console import Console


def show_list(found: Sequence[Watched], console: Console) -> None:
    """Print an address per line, with its title."""
    table = _table("kind", "address", "title", "")
    for one in found:
        table.add_row(*_cells(one.kind, one.url, one.title, "stopped" if one.stopped else ""))
    console.print(table)


def show_status(found: Sequence[Watched], console: Console, now: datetime) -> None:
    """Print per address what came, when, and when it is checked next; what went wrong follows."""
    table = _table("source", "articles", "last came", "checked", "next")
    for one in found:
        due = (
            "stopped" if one.stopped else "now" if one.due <= now else f"in {_span(one.due - now)}"
        )
        arrived, checked = (
            "never" if moment is None else f"{_span(now - moment)} ago"
            for moment in (one.arrived, one.checked)
        )
        table.add_row(*_cells(one.name, f"{one.articles:,}", arrived, checked, due))
    console.print(table)
    for one in found:
        if one.error:
            console.print(f"{one.name}: {one.error}", style="yellow", soft_wrap=True)


def show_one(one: Watched, console: Console) -> None:
    """Print one address with its last checks."""
    rows = {
        "address": one.url,
        "title": one.title,
        "kind": one.kind + ("" if one.follow or one.kind == "sitemap" else ", pages not followed"),
        "watched since": _moment(one.added),
        "articles": f"{one.articles:,}",
        "next check": "none: " + one.stopped if one.stopped else _moment(one.due),
        "interval": _span(timedelta(seconds=one.interval_s)),
    }
    width = max(map(len, rows))
    for name, value in rows.items():
        if value:
            console.print(f"{name:<{width}}  {value}", soft_wrap=True)
    for check in one.checks:
        console.print(f"  {_moment(check.at)}  {_said(check)}", soft_wrap=True)
        for reason in check.reasons:
            console.print(f"      {reason}", soft_wrap=True, style="dim")


def _said(check: Check) -> str:
    counts = {"new": check.new, "updated": check.updated, "rejected": check.rejected}
    said = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)
    return check.error or said or "nothing new"


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _span(span: timedelta) -> str:
    """Say how long, in one unit."""
    seconds = max(span.total_seconds(), 0)
    for size, unit in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return "1 second" if round(seconds) == 1 else f"{seconds:.0f} seconds"


def _table(*names: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - rich is loaded here
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in names:
        table.add_column(name, justify="right" if name == "articles" else "left", overflow="fold")
    return table


def _cells(*texts: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    from rich.text import Text

    return [Text(text) for text in texts]
