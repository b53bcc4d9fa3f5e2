"""`polywire show`: an article as it is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from config import options, terminal
from config.options import IndexOption, JsonOption
from search.errors import UsageError

if TYPE_CHECKING:
    from config.settings import Settings


def show(
    article: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="An indexed article, or its address.", show_default=False
        ),
    ],
    version: Annotated[
        int | None,
        typer.Option("--version", metavar="NUMBER", help="This version of it.", show_default=False),
    ] = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show an article as it is stored: headline, source, dates, languages and paragraphs.

    Of an article that its source withdrew it shows when and why. polywire history lists versions.
    """
    effective = options.settings(index, None)
    from datetime import UTC, datetime

    from config import wiring
    from search.api.answers.articles import article_document
    from search.commands.naming import named
    from search.coverage.duplicates.carriers import carriers, carriers_document
    from search.coverage.stories.stored import membership_document
    from search.terminal.article import show_article, show_version
    from search.versions.document import numbered, predecessor, version_document

    opened = wiring.open_index(effective)
    state = wiring.location(effective).state()
    written = article
    try:
        article = named(opened, written)
        found = opened.get([article]).get(article)
        versions = opened.history([article]).get(article, ())
        copies = carriers(opened, state, article, datetime.now(UTC)) if found else ()
        story = membership_document(state, article, options.reader_language())
    finally:
        state.close()
        opened.close()
    if found is None or not versions:
        _show_withdrawn(effective, written, as_json)
        return
    if version is None:
        if as_json:
            document = article_document(found.article, versions)
            further = {"copies": carriers_document(copies), "story": story}
            terminal.print_json(document | further)
        else:
            show_article(found.article, versions, terminal.stdout(), copies, story)
        return
    chosen = numbered(article, versions, version)
    if as_json:
        terminal.print_json(version_document(article, chosen, predecessor(versions, chosen)))
    else:
        show_version(article, chosen, terminal.stdout())


def _show_withdrawn(settings: Settings, article: str, as_json: bool) -> None:
    """Say when and why an article was withdrawn; raises `UsageError` where it was not."""
    from search.api.answers.articles import withdrawal_document
    from search.commands.absent import withdrawn
    from search.commands.naming import no_article
    from search.terminal.article import show_withdrawal

    found = withdrawn(settings, article)
    if found is None:
        raise UsageError(
            f"{no_article(f'the index {settings.index}', article)} polywire search --json shows "
            "the ids of what it finds."
        )
    if as_json:
        terminal.print_json(withdrawal_document(found))
    else:
        show_withdrawal(found, terminal.stdout())
