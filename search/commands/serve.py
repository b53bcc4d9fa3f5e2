"""`polywire serve`: the index over HTTP, from one process or several."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from config import options, terminal
from config.options import IndexOption, JsonOption, ModelOption
from search.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from config.settings import Settings

    Announce = Callable[[str], None]


def serve(
    host: Annotated[
        str | None,
        typer.Option("--host", metavar="ADDRESS", help="Address to listen on.", show_default=False),
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", "-p", help="Port to listen on.", show_default=False)
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            "-w",
            min=1,
            help="Processes that answer side by side; one more writes.",
            show_default=False,
        ),
    ] = None,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Take no articles over HTTP.")
    ] = False,
    no_page: Annotated[
        bool, typer.Option("--no-page", help="Serve programs only, without the page for people.")
    ] = False,
    without_keys: Annotated[
        bool,
        typer.Option(
            "--without-keys",
            help="Let everybody on this machine in, though the index was served with keys before.",
        ),
    ] = False,
    rerank: Annotated[
        str | None,
        typer.Option(
            "--rerank",
            metavar="MODEL",
            help="Load a reranker, which queries may then use.",
            show_default=False,
        ),
    ] = None,
    watch: Annotated[
        bool,
        typer.Option(
            "--watch",
            help="Also check what polywire watch follows, and index what is new.",
        ),
    ] = False,
    index: IndexOption = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Serve the index over HTTP: a page for people, an API for programs.

    Listens on this machine only, unless there are API keys (`polywire keys create`).
    """
    settings = options.settings(
        index,
        model,
        api__host=host,
        api__port=port,
        api__workers=workers,
        api__read_only=read_only or None,
        api__page=False if no_page else None,
        api__without_keys=without_keys or None,
        rerank__model=rerank,
    )
    from search.api.access.keys import KeyFolder, folder_of_keys
    from search.api.access.policy import is_keyless
    from search.serve.watching import watching

    keys = KeyFolder(folder_of_keys(settings.api.keys, settings.index))
    settings = replace(settings, api=replace(settings.api, keys=keys.path))
    keyless = is_keyless(keys, settings.api.host)
    if without_keys and not keyless:
        raise UsageError(
            f"There are keys in {keys.path}; remove that folder to serve without keys, or leave "
            "--without-keys out."
        )

    def announce(address: str) -> None:
        if as_json:
            terminal.print_json({"address": address})
            return
        count = settings.api.workers
        by = "" if count == 1 else f" with {count} workers"
        terminal.note(f"Serving {settings.index} at {address}{by} (stop with Ctrl+C)")
        if settings.api.page:
            terminal.note(f"In a browser: {address}/")
        terminal.note(_who(keys.path, keyless, settings.api.read_only))

    with watching(settings) if watch else nullcontext():
        if settings.api.workers == 1:
            _serve_alone(settings, keyless, announce)
        else:
            _serve_together(settings, keyless, announce)


def _who(keys: Path, keyless: bool, read_only: bool) -> str:
    """Say who is let in."""
    if not keyless:
        return f"Requests need one of the keys in {keys}."
    may = "read" if read_only else "read and write"
    return f"Everybody on this machine may {may}, since there are no keys in {keys}."


def _serve_alone(settings: Settings, keyless: bool, announce: Announce) -> None:
    from search.serve.application import application
    from search.serve.server import HttpServer
    from search.serve.wiring import build_access, build_services, configure_logs

    configure_logs(settings)
    access = build_access(settings.api, keyless=keyless)
    server = HttpServer(
        application(build_services(settings, keyless=keyless), settings.api, access), settings.api
    )
    announce(server.address)
    server.run()


def _serve_together(settings: Settings, keyless: bool, announce: Announce) -> None:
    import socket

    if not hasattr(socket, "send_fds"):
        raise UsageError(
            "Several workers need a system that passes sockets between processes, such as Linux "
            "or macOS. Leave --workers out."
        )
    from config import logs
    from search.api.work.shared import SharedFolder
    from search.serve.link import Plan
    from search.serve.listening import address_of, listen, listen_at
    from search.serve.supervisor import supervise

    logs.configure(settings.log_level, settings.log_format)
    listening = listen(settings.api.host, settings.api.port)
    shared = SharedFolder.make()
    try:
        relayed = None if settings.api.read_only else listen_at(shared.writer)
        plan = Plan(settings, keyless, shared, relayed)
        address = address_of(settings.api.host, listening)
        supervise(plan, listening, lambda: announce(address))
    finally:
        shared.remove()
