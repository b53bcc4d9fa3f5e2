"""The commands that ask the index: search and status."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from config import options, terminal
from config.errors import UsageError
from config.options import IndexOption, JsonOption, ModelOption

LangOption = Annotated[
    list[str] | None,
    typer.Option("--lang", "-l", metavar="CODES", help="Only these languages, as in de,fr."),
]
SourceOption = Annotated[
    list[str] | None,
    typer.Option("--source", "-s", metavar="NAMES", help="Only these sources."),
]
AfterOption = Annotated[
    str | None,
    typer.Option("--after", metavar="DATE", help="Published on or after, as in 2025-08-01."),
]
BeforeOption = Annotated[
    str | None, typer.Option("--before", metavar="DATE", help="Published before this date.")
]


def search(
    query: Annotated[list[str], typer.Argument(help="The question, in any language.")],
    mode: Annotated[
        str | None,
        typer.Option("--mode", metavar="MODE", help="lexical, vector, or hybrid (both)."),
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", "-n", help="Articles to show.", show_default=False)
    ] = None,
    lang: LangOption = None,
    source: SourceOption = None,
    after: AfterOption = None,
    before: BeforeOption = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show the rank and score of each leg.")
    ] = False,
    index: IndexOption = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask in your language, find the coverage in all.

    Searches by words (BM25) and by meaning (vectors), fuses both, and shows each article once.
    """
    effective = options.settings(index, model, mode=mode, limit=limit)
    from config import wiring
    from search.answer import Mode, Request
    from search.index.model import Filters

    request = Request(
        question=" ".join(query),
        filters=Filters(
            langs=_names(lang),
            sources=_names(source),
            after=_moment(after, "--after"),
            before=_moment(before, "--before"),
        ),
        mode=Mode(effective.mode),
        limit=effective.limit,
    )
    answer = wiring.hybrid_search(effective).search(request)
    if as_json:
        from search.document import answer_document

        terminal.print_json(answer_document(answer))
    else:
        from search.show import show_answer

        show_answer(answer, terminal.stdout(), explain=explain)


def status(
    index: IndexOption = None, model: ModelOption = None, as_json: JsonOption = False
) -> None:
    """Show what an index holds and the state it is in."""
    effective = options.settings(index, model)
    from config import wiring
    from search.stats import show_stats, stats_document

    stats = wiring.open_index(effective).stats()
    if as_json:
        terminal.print_json(stats_document(stats))
    else:
        show_stats(stats, terminal.stdout())


def _names(values: list[str] | None) -> frozenset[str]:
    return frozenset(
        name.strip() for value in values or () for name in value.split(",") if name.strip()
    )


def _moment(value: str | None, option: str) -> datetime | None:
    if value is None:
        return None
    from datetime import UTC

    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise UsageError(f"{option} {value!r} is not a date; write it as 2025-08-01.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
