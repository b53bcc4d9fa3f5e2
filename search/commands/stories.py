"""`polywire stories`: which stories there are, why, and what a person corrects in them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from config import options, terminal
from config.options import IndexOption, JsonOption
from search.commands.options import EXPORT, FILTERS, AfterOption, BeforeOption

if TYPE_CHECKING:
    from config.settings import Settings
    from search.coverage.stories.listing import Selection
    from search.coverage.stories.model import Story

SHOWN = 20
"""Stories of a list at the terminal, unless `--limit` says how many."""

_ACTIONS = "show rebuild explain move split merge".split()  # noqa: SIM905


def stories(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ACTION] [ID...]",
            help="show, explain, move, split, merge or rebuild; nothing lists stories.",
            show_default=False,
        ),
    ] = None,
    lang: Annotated[
        list[str] | None,
        typer.Option(
            "--lang",
            "-l",
            metavar="CODES",
            help="Covered in one of these languages.",
            rich_help_panel=FILTERS,
        ),
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option(
            "--source",
            "-s",
            metavar="NAMES",
            help="Covered by one of these sources.",
            rich_help_panel=FILTERS,
        ),
    ] = None,
    after: AfterOption = None,
    before: BeforeOption = None,
    min_sources: Annotated[
        int,
        typer.Option(
            "--min-sources", min=1, help="Covered by so many sources.", rich_help_panel=FILTERS
        ),
    ] = 1,
    sort: Annotated[
        Literal["size", "new", "languages"],
        typer.Option("--sort", help="Largest, newest, or most multilingual first."),
    ] = "size",
    limit: Annotated[
        int | None,
        typer.Option("--limit", "-n", min=1, help="Stories to list.", show_default=False),
    ] = None,
    headline_lang: Annotated[
        str | None,
        typer.Option(
            "--headline-lang",
            metavar="CODE",
            help="Headlines in this language where there are any.",
            show_default="that of the locale, else English",
        ),
    ] = None,
    reason: Annotated[
        str | None,
        typer.Option("--reason", help="move, split, merge: why, which explain tells."),
    ] = None,
    as_json: JsonOption = False,
    as_jsonl: Annotated[
        bool,
        typer.Option("--jsonl", help="Print a line of JSON per story.", rich_help_panel=EXPORT),
    ] = False,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Print a row per story.", rich_help_panel=EXPORT)
    ] = False,
    bom: Annotated[
        bool,
        typer.Option("--bom", help="Begin CSV with a mark for Excel.", rich_help_panel=EXPORT),
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write to a file, with its method beside it.",
            rich_help_panel=EXPORT,
        ),
    ] = None,
    index: IndexOption = None,
) -> None:
    """List stories: all articles on one event, across languages and sources.

    stories show ID lists the articles of a story. stories explain ID ARTICLE says why an article
    is in it.

    stories move ARTICLE STORY, stories split STORY ARTICLE..., and stories merge STORY STORY...
    correct what was found; later articles follow, and stories rebuild leaves that as it is.

    stories rebuild finds the stories of an index anew, beside programs that write; broken off, it
    goes on where it was.
    """  # fmt: skip
    settings = options.settings(index, None)
    action, *given = words or [""]
    lang_shown = headline_lang or options.reader_language()
    if action and action not in _ACTIONS:
        action, given = "show", words or []
    if action:
        from search.commands.stories_actions import act

        act(action, given, settings, lang_shown, reason, as_json=as_json)
        return
    from datetime import UTC, datetime

    from config import wiring
    from search.coverage.stories.listing import Selection
    from search.query.options import Options, request_of
    from search.results.delivery import Delivery

    forms = {"json": as_json, "jsonl": as_jsonl, "csv": as_csv}
    delivery = Delivery.chosen(forms, output, bom)  # type: ignore[arg-type]
    chosen = Options(lang=lang or (), source=source or (), after=after, before=before)
    filters = request_of("", chosen, datetime.now(UTC), wiring.defaults(settings)).filters
    selection = Selection.of(filters, min_sources=min_sources, sort=sort)
    found = _found(settings, selection)
    shown = found[: limit or (SHOWN if delivery is None else len(found))]
    if delivery is None:
        from search.terminal.stories import show_stories

        show_stories(shown, len(found), lang_shown, settings.timezone, terminal.stdout())
        return
    from search.results import stories as exporting

    with delivery.opened() as out:
        exporting.write(shown, delivery.form, lang_shown, out, mark=delivery.mark)
    if delivery.output is not None:
        delivery.write_method(exporting.method(shown, selection, _about(settings), lang_shown))
        terminal.note(
            f"{len(shown):,} of {len(found):,} stories in {delivery.output}; the method is in "
            f"{delivery.method_path}."
        )


def _found(settings: Settings, selection: Selection) -> list[Story]:
    from config import wiring
    from search.coverage.stories import stored
    from search.coverage.stories.listing import selected

    place = wiring.location(settings)
    place.open().close()  # a place without an index is told so
    state = place.state()
    try:
        found = selected(stored.stories(state), selection)
        if not found and not state.count(stored.STORIES):
            terminal.note(
                "No stories were found in this index yet. polywire stories rebuild finds them; "
                "from then on each article that is written gets its story."
            )
        elif not found:
            terminal.note("No story is like that. Leave out a filter, or choose a wider one.")
    finally:
        state.close()
    return found


def _about(settings: Settings) -> dict[str, object]:
    from datetime import UTC, datetime
    from importlib.metadata import version

    from config import wiring
    from search.query.dates import moment

    opened = wiring.open_index(settings)
    stats = opened.stats()
    opened.close()
    return {
        "polywire": version("polywire"),
        "asked_at": moment(datetime.now(UTC)),
        "index": {
            "location": stats.location, "engine": stats.engine, "articles": stats.articles,
        },
        "model": {
            "name": stats.identity.model_name, "fingerprint": stats.identity.model_fingerprint,
        },
    }  # fmt: skip
