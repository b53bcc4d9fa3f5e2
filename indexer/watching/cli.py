"""`polywire watch`: feeds and sitemaps that are followed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from config import options, terminal
from config.options import IndexOption, JsonOption, ModelOption
from search.addresses import without_credentials

if TYPE_CHECKING:
    from config.settings import Settings
    from indexer.watching.adding import Found
    from indexer.watching.opml import Outline
    from indexer.watching.register import Register

FollowOption = Annotated[
    bool,
    typer.Option(
        "--follow/--no-follow", help="Fetch the pages that feeds link, not only their items."
    ),
]
AllowPrivateOption = Annotated[
    bool,
    typer.Option("--allow-private", help="Also fetch from this machine and from private networks."),
]


def watch() -> typer.Typer:
    """Follow feeds and news sitemaps: what is new there is indexed, as often as it changes."""
    app = typer.Typer(
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        epilog="Each of these takes --index and --json.",
    )
    for name, function in (
        ("add", add), ("list", list_), ("remove", remove), ("import", import_),
        ("export", export), ("run", run), ("status", status),
    ):  # fmt: skip
        app.command(name)(function)
    return app


def add(
    urls: Annotated[list[str], typer.Argument(metavar="URL...", help="Sites, feeds or sitemaps.")],
    follow: FollowOption = True,
    source: Annotated[
        str | None, typer.Option(metavar="NAME", help="Source of articles that do not give one.")
    ] = None,
    lang: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Language of articles that do not give one."),
    ] = None,
    allow_private: AllowPrivateOption = False,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Watch the feeds and news sitemaps that sites declare, or those that are named."""
    from indexer.watching.adding import Found, found_at

    chosen = options.settings(index, None, fetch__allow_private=allow_private or None)
    code = _language(lang)
    with _register(chosen) as register:
        results = [
            _added(register, Found(url, *found_at(chosen, url)), (source, code), follow=follow)
            for url in urls
        ]
    if as_json:
        terminal.print_json({"index": chosen.index, "added": results})
    else:
        for result in results:
            _say_added(result)
    failed = [result for result in results if result["error"]]
    if failed:
        terminal.leave(1 if len(failed) == len(results) else 3)
    if not as_json and any(result["new"] for result in results):
        terminal.note("To check them: polywire watch run (goes on until it is stopped)")


def list_(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Show what is watched."""
    from search.terminal.watched import show_list
    from search.watched import document_of

    chosen = options.settings(index, None)
    with _register(chosen) as register:
        found = list(register.all())
    if as_json:
        terminal.print_json({"index": chosen.index, "watched": [document_of(one) for one in found]})
    elif found:
        show_list(found, terminal.stdout())
    else:
        _say_nothing()


def remove(
    urls: Annotated[
        list[str],
        typer.Argument(metavar="URL...", help="Addresses as polywire watch list has them."),
    ],
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Watch addresses no longer; what they brought stays in the index."""
    from search.errors import UsageError

    chosen = options.settings(index, None)
    urls = list(dict.fromkeys(map(without_credentials, urls)))
    with _register(chosen) as register:
        missing = [url for url in urls if register.find(url) is None]
        if missing:
            raise UsageError(
                f"{missing[0]} is not watched, so nothing was removed; polywire watch list shows "
                "what is."
            )
        register.remove(urls)
    if as_json:
        terminal.print_json({"index": chosen.index, "removed": urls})
    else:
        for url in urls:
            terminal.note(f"{url} is watched no longer.")


def import_(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A list of feeds in OPML.")],
    follow: FollowOption = True,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Watch the feeds of a list in OPML, as other readers of feeds export it."""
    from indexer.watching.opml import read_opml

    chosen = options.settings(index, None)
    outlines = read_opml(file)
    with _register(chosen) as register:
        new = register.add(outlines, datetime.now(UTC), follow=follow)
    known = len(outlines) - len(new)
    if as_json:
        added = [one.url for one in new]
        terminal.print_json({"index": chosen.index, "added": added, "known": known})
    else:
        terminal.note(
            f"{len(new):,} of {_addresses(len(outlines))} in {file} "
            f"{'is' if len(new) == 1 else 'are'} new, and watched from now on."
        )


def _addresses(count: int) -> str:
    return "1 address" if count == 1 else f"{count:,} addresses"


def export(
    file: Annotated[
        str | None,
        typer.Argument(metavar="[FILE]", help="Where to write.", show_default="standard output"),
    ] = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write what is watched as a list in OPML."""
    import sys

    from indexer.errors import OutputUnwritable
    from indexer.watching.opml import written_opml
    from search.files import replacing

    chosen = options.settings(index, None)
    with _register(chosen) as register:
        found = list(register.all())
    text = written_opml(found)
    if file is None and not as_json:
        sys.stdout.write(text)
        return
    if file is not None:
        try:
            with replacing(Path(file)) as out:
                out.write(text)
        except OSError as error:
            raise OutputUnwritable(f"{file} cannot be written: {error.strerror}.") from None
    if as_json:
        written: dict[str, object] = {"index": chosen.index, "watched": len(found), "file": file}
        terminal.print_json(written | ({} if file else {"opml": text}))
    else:
        terminal.note(f"Wrote {_addresses(len(found))} to {file}.")


def run(
    once: Annotated[
        bool, typer.Option("--once", help="Check what is due now, then end (for cron).")
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="With --once: check also what is not due yet.")
    ] = False,
    allow_private: AllowPrivateOption = False,
    parent: Annotated[int | None, typer.Option(hidden=True)] = None,
    index: IndexOption = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check what is watched, each as often as it changes, and index what is new.

    Several of these may run at once, also on several machines: one address is checked by one
    of them at a time. Whatever ends it, nothing is fetched or indexed twice by the next.
    """
    from indexer.watching.command import run_watch
    from search.errors import UsageError

    if everything and not once:
        raise UsageError(
            "--all goes with --once: without, addresses are checked when they are due."
        )
    chosen = options.settings(index, model, fetch__allow_private=allow_private or None)
    run_watch(chosen, once=once, at_once=everything, parent=parent, as_json=as_json)


def status(
    url: Annotated[
        str | None, typer.Argument(metavar="[URL]", help="One address, with its last checks.")
    ] = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show per address what came, when, and what went wrong."""
    from search.errors import UsageError
    from search.terminal.watched import show_one, show_status
    from search.watched import document_of

    chosen = options.settings(index, None)
    with _register(chosen) as register:
        found = list(register.all())
    if url is not None:
        found = [one for one in found if one.url == without_credentials(url)]
        if not found:
            raise UsageError(f"{url} is not watched; polywire watch list shows what is.")
    if as_json:
        terminal.print_json({"index": chosen.index, "watched": [document_of(one) for one in found]})
    elif not found:
        _say_nothing()
    elif url is not None:
        show_one(found[0], terminal.stdout())
    else:
        show_status(found, terminal.stdout(), datetime.now(UTC))


def _added(
    register: Register,
    found: Found,
    defaults: tuple[str | None, str | None],
    *,
    follow: bool,
) -> dict[str, object]:
    """Add what was found at an address; returns what programs are told of it."""
    from dataclasses import replace

    from search.watched import document_of

    source, lang = defaults
    now = datetime.now(UTC)
    outlines: list[Outline] = [replace(one, source=source, lang=lang) for one in found.outlines]
    new = register.add(outlines, now, follow=follow)
    added = {one.url for one in new}
    known = [url for one in outlines if (url := without_credentials(one.url)) not in added]
    for one in known:
        register.begin_anew(one, now)
    return {
        "url": without_credentials(found.url),
        "new": [document_of(one) for one in new],
        "known": known,
        "error": found.error,
    }


def _say_added(result: dict[str, object]) -> None:
    if result["error"]:
        terminal.note(f"polywire: {result['error']}")
    for one in result["new"]:  # type: ignore[attr-defined]
        title = f"  {one['title']}" if one["title"] else ""
        terminal.note(f"watching {one['kind']} {one['url']}{title}")
    for url in result["known"]:  # type: ignore[attr-defined]
        terminal.note(f"{url} is watched already; it is checked at the next run.")


def _say_nothing() -> None:
    terminal.note("Nothing is watched; add a site or a feed: polywire watch add URL")


def _language(code: str | None) -> str | None:
    from search.analysis.language_codes import normalise_code
    from search.errors import UsageError

    known = normalise_code(code) if code is not None else None
    if code is not None and known is None:
        raise UsageError(f"--lang {code!r} is not a language code; use one such as de or zh-Hant.")
    return known


@contextmanager
def _register(chosen: Settings) -> Iterator[Register]:
    from config.wiring import location
    from indexer.watching.register import Register

    state = location(chosen).state()
    try:
        yield Register(state)
    finally:
        state.close()
