"""`polywire alerts`: saved searches that watch what arrives."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from config import options, terminal
from config.options import IndexOption, JsonOption, ModelOption
from search.commands.alerts.options import AlertOptions, WatchOptions
from search.commands.options import GivenOptions, TimezoneOption, TitleOption, with_options
from search.errors import UsageError

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Its name, or its id.")]
QueryArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="QUERY", help="The query, in any language.", show_default=False),
]


def alerts() -> typer.Typer:
    """Watch what arrives: saved searches that tell what is new, in any language, and why.

    Every action takes --index URI, those that show something --json; polywire alerts ACTION --help
    explains each.
    """
    app = typer.Typer(no_args_is_help=True)
    for function in (
        add, list_, show, edit, pause, resume, remove, follow, run, try_, status, import_,
        export,
    ):  # fmt: skip
        name = "test" if function is try_ else function.__name__.strip("_")
        app.command(name)(function)
    return app


@with_options
def add(
    given: GivenOptions,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the alert is called.")],
    query: QueryArgument = None,
    title: TitleOption = None,
    *,
    chosen: AlertOptions,
) -> None:
    """Save a search that watches what arrives from now on."""
    from search.commands.alerts.making import added

    added(given, name, " ".join(query or ()), chosen, title=title)


@with_options
def edit(
    given: GivenOptions,
    name: NameArgument,
    query: QueryArgument = None,
    title: TitleOption = None,
    *,
    chosen: AlertOptions,
) -> None:
    """Change what is given and leave the rest; destinations replace those that were there.

    A new query, and search options, make the search anew.
    """
    from search.commands.alerts.making import edited

    edited(given, name, " ".join(query or ()), chosen, title=title)


@with_options
def follow(
    what: Annotated[
        str, typer.Argument(metavar="ID", help="The id of an article, or story:ID of a story.")
    ],
    name: Annotated[
        str | None,
        typer.Option("--name", help="What the alert is called.", show_default="follow ID"),
    ] = None,
    timezone: TimezoneOption = None,
    *,
    chosen: WatchOptions,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell when an article or story is changed, withdrawn, or republished elsewhere.

    A notice has what changed, paragraph by paragraph, and both versions.
    """
    from search.commands.alerts.making import followed

    settings = options.settings(index, None)
    followed(settings, what, name, chosen, timezone, as_json=as_json)


def list_(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Show all alerts."""
    from search.commands.alerts.showing import listed

    listed(options.settings(index, None), as_json=as_json)


def status(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Show when each alert ran, what it told, what waits to be delivered, and what failed."""
    from search.commands.alerts.showing import stated

    stated(options.settings(index, None), as_json=as_json)


def show(
    name: NameArgument,
    history: Annotated[
        bool, typer.Option("--history", help="Also what it told, newest first.")
    ] = False,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show an alert, without its secrets."""
    from search.commands.alerts.showing import shown

    shown(options.settings(index, None), name, history=history, as_json=as_json)


def pause(name: NameArgument, index: IndexOption = None) -> None:
    """Stop an alert for a while; what arrives meanwhile is told once it goes on."""
    from search.commands.alerts.making import paused

    paused(options.settings(index, None), name, wanted=True)


def resume(name: NameArgument, index: IndexOption = None) -> None:
    """Let a paused alert go on."""
    from search.commands.alerts.making import paused

    paused(options.settings(index, None), name, wanted=False)


def remove(name: NameArgument, index: IndexOption = None) -> None:
    """Remove an alert with its history; what waits to be delivered is not delivered."""
    from search.commands.alerts.making import store_of

    with store_of(options.settings(index, None)) as store:
        store.remove(store.id_of(name))
    terminal.note(f"The alert {name} is removed.")


def run(
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="Only this alert.", show_default=False),
    ] = None,
    once: Annotated[
        bool,
        typer.Option("--once", help="Run all now, whatever their schedule, and end."),
    ] = False,
    index: IndexOption = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what arrived since the last run, and deliver it.

    Without --once it runs alerts by their schedules until it is stopped (Ctrl-C).
    """
    from search.commands.alerts.running import run_forever, run_once

    settings = options.settings(index, model)
    if as_json and not once:
        raise UsageError("--json prints one document; add --once.")
    if once:
        run_once(settings, name, as_json=as_json)
    else:
        run_forever(settings, name)


def try_(
    name: NameArgument,
    since: Annotated[
        str, typer.Option("--since", metavar="TIME", help="Arrived since: 30d, 12h, 2025-08-01.")
    ] = "30d",
    index: IndexOption = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show how often an alert would have fired, and for what; nobody is told."""
    from search.commands.alerts.running import tried

    tried(options.settings(index, model), name, since, as_json=as_json)


def import_(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="JSON of an export; - reads stdin.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Also alerts whose name is there already.")
    ] = False,
    index: IndexOption = None,
) -> None:
    """Add the alerts of an export."""
    from search.commands.alerts.moving import imported

    imported(options.settings(index, None), path, replace=replace)


def export(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Only this alert.", show_default=False)
    ] = None,
    with_secrets: Annotated[
        bool,
        typer.Option(
            "--with-secrets", help="With the secrets of webhooks and feeds, to move them."
        ),
    ] = False,
    index: IndexOption = None,
) -> None:
    """Write alerts as JSON, for another index."""
    from search.commands.alerts.moving import exported

    exported(options.settings(index, None), name, with_secrets=with_secrets)
