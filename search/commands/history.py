"""The command `history`: the versions of an article, and what was corrected between two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from config import options, terminal
from config.options import IndexOption, JsonOption
from search.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from search.index.history import ArticleVersion


def history(
    article: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="An indexed article, or its address.", show_default=False
        ),
    ],
    before: Annotated[
        int | None,
        typer.Option("--from", metavar="NUMBER", help="Show what changed since this version."),
    ] = None,
    after: Annotated[
        int | None,
        typer.Option("--to", metavar="NUMBER", help="Show what changed up to this version."),
    ] = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the versions of an article, and what was corrected.

    Without options, all stored versions are listed, newest first. --from 1 compares the first
    version with the newest, --to 3 the third with the one before it; together they compare any
    two.
    """
    effective = options.settings(index, None)
    from config import wiring
    from search.commands.naming import named, no_article

    opened = wiring.open_index(effective)
    written, article = article, named(opened, article)
    versions = opened.history([article]).get(article, ())
    opened.close()
    if not versions:
        from search.commands.absent import why_absent

        raise UsageError(why_absent(effective, written, no_article("the index", written)))
    pair = _pair(article, versions, before, after)
    if as_json:
        _print_json(article, versions, pair)
        return
    from search.versions.show import show_changes, show_versions

    if pair is None:
        show_versions(versions, terminal.stdout())
    else:
        show_changes(*pair, terminal.stdout())


def _pair(
    article: str, versions: Sequence[ArticleVersion], before: int | None, after: int | None
) -> tuple[ArticleVersion, ArticleVersion] | None:
    """Return the two versions to compare; None if none were asked for."""
    from search.versions.document import numbered

    if before is None and after is None:
        return None
    newer = versions[0] if after is None else numbered(article, versions, after)
    return numbered(article, versions, newer.number - 1 if before is None else before), newer


def _print_json(
    article: str,
    versions: Sequence[ArticleVersion],
    pair: tuple[ArticleVersion, ArticleVersion] | None,
) -> None:
    from search.versions.document import difference_document, listed, version_document

    if pair is None:
        terminal.print_json({"id": article, "versions": listed(versions)})
        return
    before, after = pair
    document = version_document(article, after, None) | difference_document(before, after)
    terminal.print_json(document)
