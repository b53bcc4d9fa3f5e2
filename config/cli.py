"""The `polywire` command: a table of commands, each loaded only when it is called.

Loading one command costs what that command needs; `polywire --help` loads none of them.
"""

from __future__ import annotations

import gc

# Start-up makes a hundred thousand objects that stay: looking for garbage among them over and over
# takes a tenth of a cold search.
gc.set_threshold(100_000, 20, 50)

import importlib
import inspect
import os
import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Any

# Looking for plugins of pydantic, which typer loads, reads the metadata of every installed package.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
# Haystack decides at its import whether it reports usage: not here, nor in processes started here.
os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"

import typer

from config.arguments import excluded_words_last
from config.terminal import note
from search.errors import PolywireError, UsageError
from search.printable import printable
from search.values import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """Where a command's function is, and the line that `--help` shows for it.

    A command that `queries` takes a query, in which `-word` is not an option. One that `reads_only`
    leaves nothing to finish when it is done. The function of a `group` returns an application of
    several commands.
    """

    target: str
    summary: str
    queries: bool = False
    reads_only: bool = False
    group: bool = False


COMMANDS: dict[str, Command] = {
    "ingest": Command(
        "indexer.cli:ingest",
        "Read articles, identify their languages, embed their paragraphs, and index them.",
    ),
    "watch": Command(
        "indexer.watching.cli:watch",
        "Follow feeds and news sitemaps: what is new there is indexed, as often as it changes.",
        group=True,
    ),
    "search": Command(
        "search.commands.search:search",
        "Search in your language, find the coverage in all.",
        queries=True,
        reads_only=True,
    ),
    "similar": Command(
        "search.commands.similar:similar",
        "Find the coverage of the same event, in all languages.",
        reads_only=True,
    ),
    "coverage": Command(
        "search.commands.coverage:coverage",
        "Show who covered something, when and in which language, and who did not.",
        queries=True,
        reads_only=True,
    ),
    "stories": Command(
        "search.commands.stories:stories",
        "List stories: all articles on one event, across languages and sources.",
    ),
    "history": Command(
        "search.commands.history:history",
        "Show the versions of an article, and what was corrected.",
    ),
    "show": Command(
        "search.commands.show:show",
        "Show an article as it is stored: headline, source, dates, languages and paragraphs.",
        reads_only=True,
    ),
    "delete": Command(
        "search.commands.delete:delete",
        "Delete articles with all their versions: by id, or all that a query or filters find.",
    ),
    "alerts": Command(
        "search.commands.alerts.cli:alerts",
        "Watch what arrives: saved searches that tell what is new, in any language, and why.",
        queries=True,
        group=True,
    ),
    "eval": Command(
        "search.commands.evaluate:evaluate", "Measure search quality on judged queries."
    ),
    "reindex": Command(
        "indexer.migration.cli:reindex",
        "Move an index to another model or mapping, while it is searched and written.",
    ),
    "calibrate": Command(
        "indexer.calibration.cli:calibrate",
        "Measure how much nearer each language looks than it is, and correct searches for it.",
    ),
    "status": Command(
        "search.commands.status:status",
        "Show what an index holds and the state it is in.",
        reads_only=True,
    ),
    "verify": Command(
        "search.commands.verify:verify",
        "Look whether an index is as it was written, and say or do what mends it.",
    ),
    "backup": Command(
        "search.commands.backup:backup",
        "Copy an index as it is at this moment, while it is searched and written.",
    ),
    "restore": Command(
        "search.commands.backup:restore",
        "Make an index of a backup, if all of it is as it was written.",
    ),
    "clean": Command(
        "search.commands.clean:clean",
        "Delete old versions and what killed processes have left, and say how much that freed.",
    ),
    "serve": Command(
        "search.commands.serve:serve",
        "Serve the index over HTTP: a page for people, an API for programs.",
    ),
    "keys": Command(
        "search.commands.keys:keys", "Create, list and revoke the keys of the HTTP API."
    ),
    "config": Command("config.report:report", "Show every setting, its value, and its origin."),
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; ends the process with the exit code of the command."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    _steady_streams()
    requested = _requested(given)
    command = COMMANDS.get(requested or "")
    if command is not None and command.reads_only:
        # What one answer multiplies is not worth starting threads for, a twentieth of its time.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        _run(given, requested)
    except SystemExit as done:
        if arguments is None and command is not None and command.reads_only:
            _end_at_once(done)
        raise


def _run(given: Sequence[str], requested: str | None) -> None:
    """Run a command; every error becomes one sentence and an exit code."""
    try:
        _check_options(given)
        if requested in COMMANDS and COMMANDS[requested].queries:
            given = excluded_words_last(given)
        try:
            application(requested)(given, prog_name="polywire")
        except SystemExit as done:
            if isinstance(done.__context__, BrokenPipeError):  # typer makes it exit code 1
                raise done.__context__ from None
            raise
    except PolywireError as error:
        if os.environ.get("POLYWIRE_DEBUG"):
            raise
        note(f"polywire: {error}")
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of our output has gone (`polywire search ... | head`): not an error.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        sys.stderr.write("polywire: stopped.\n")
        sys.exit(130)
    except Exception as error:
        if os.environ.get("POLYWIRE_DEBUG"):
            raise
        note(
            f"polywire: unexpected {type(error).__name__}: {error}. This is a bug; run the command "
            "again with POLYWIRE_DEBUG=1 and report what it prints."
        )
        sys.exit(1)


def _check_options(given: Sequence[str]) -> None:
    """Refuse options that would control the terminal, such as a file's name from `*`.

    What typer says of an option that it does not know repeats it. Raises `UsageError`.
    """
    for word in given:
        if word.startswith("-") and printable(word) != word:
            raise UsageError(f"{word} is not an option; put ./ before the name of a file.")


def _end_at_once(done: SystemExit) -> None:
    """End the process without taking the libraries apart, which takes a tenth of a cold search.

    Only for commands that leave nothing to finish: no file is open for writing, no thread at work.
    """
    if not isinstance(done.code, int | None):
        return
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:  # the reader of our output has gone: not an error
        os._exit(0)
    except (OSError, ValueError):
        return
    os._exit(done.code or 0)


def application(requested: str | None) -> typer.Typer:
    """Build the application with the requested command loaded, and the others by name only."""
    app = typer.Typer(
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help="A multilingual search index for news coverage: search in your language, "
        "find the coverage in all.",
    )
    app.callback()(_global)
    for name, command in COMMANDS.items():
        function = _load(command.target) if name == requested else _unloaded
        shown = _help_of(function) if name == requested else command.summary
        if command.group and name == requested:
            actions: Any = function()
            for action in actions.registered_commands:
                action.help = action.callback and _help_of(action.callback)
            app.add_typer(actions, name=name, help=shown)
            continue
        app.command(name, help=shown)(function)
    return app


def _help_of(function: Callable[..., Any]) -> str:
    """Return a docstring with a line per paragraph, for typer to fold to the terminal's width."""
    paragraphs = (inspect.getdoc(function) or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        sys.stdout.write(f"polywire {version('polywire')}\n")
        raise typer.Exit


def _global(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version and exit.", is_eager=True, callback=_print_version
        ),
    ] = False,
) -> None:
    pass


def _unloaded() -> None:
    """Stand in for a command that was not called."""


def _requested(arguments: Sequence[str]) -> str | None:
    return next((word for word in arguments if not word.startswith("-")), None)


def _load(target: str) -> Callable[..., Any]:
    module, _, function = target.partition(":")
    loaded: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return loaded


def _steady_streams() -> None:
    # Article text is UTF-8 whatever the locale says; a lone surrogate must not end the program.
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
