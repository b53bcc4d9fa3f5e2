"""The commands that ask the index: search, similar and status."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from config import options, terminal
from config.errors import UsageError
from config.options import IndexOption, JsonOption, ModelOption
from search.cli_options import (
    EXPORT,
    AfterOption,
    AllOption,
    BalanceOption,
    BeforeOption,
    BomOption,
    CsvOption,
    ExplainOption,
    FacetsOption,
    HistogramOption,
    JsonlOption,
    LangOption,
    LimitOption,
    ModeOption,
    OnOption,
    OutputOption,
    PoolOption,
    RecencyOption,
    SectionOption,
    SortOption,
    SourceOption,
    TagOption,
    TitleOption,
)

if TYPE_CHECKING:
    from config.settings import Settings
    from search.delivery import Delivery, Forms
    from search.finding import Inquiry
    from search.query import ParsedQuery


def search(
    query: Annotated[
        list[str] | None, typer.Argument(help="The question, in any language.", show_default=False)
    ] = None,
    mode: ModeOption = None,
    limit: LimitOption = None,
    explain: ExplainOption = False,
    lang: LangOption = None,
    source: SourceOption = None,
    section: SectionOption = None,
    tag: TagOption = None,
    after: AfterOption = None,
    before: BeforeOption = None,
    on: OnOption = None,
    title: TitleOption = None,
    sort: SortOption = "relevance",
    recency: RecencyOption = None,
    balance: BalanceOption = None,
    facets: FacetsOption = False,
    histogram: HistogramOption = None,
    pool: PoolOption = None,
    as_json: JsonOption = False,
    as_jsonl: JsonlOption = False,
    as_csv: CsvOption = False,
    bom: BomOption = False,
    everything: AllOption = False,
    output: OutputOption = None,
    from_method: Annotated[
        Path | None,
        typer.Option(
            "--from-method",
            metavar="FILE",
            help="Repeat the search of a method file, and say what changed.",
            rich_help_panel=EXPORT,
        ),
    ] = None,
    index: IndexOption = None,
    model: ModelOption = None,
) -> None:
    """Ask in your language, find the coverage in all.

    Searches by words (BM25) and by meaning (vectors), fuses both, and shows each article once.
    The query may have "exact phrases", -without, OR, (groups), title:word, lang:de,fr,
    source:name, section:name, tag:name, after:2025-08-01, before:7d, on:yesterday and prefix*.
    Filters alone list the newest articles.
    """
    from datetime import UTC, datetime

    from search.answer import Mode, Sort
    from search.asking import Options, half_life, request_of, understood
    from search.balance import Balance
    from search.delivery import Delivery
    from search.finding import Inquiry
    from search.ranking import Recency

    forms: Forms = {"json": as_json, "jsonl": as_jsonl, "csv": as_csv}
    if from_method is not None:
        if query:
            raise UsageError("A method file has a query of its own; leave the query out.")
        _repeat(from_method, Delivery.chosen(forms, output, bom), explain, index, model)
        return
    delivery = Delivery.chosen(forms, output, bom, everything)
    now = datetime.now(UTC)
    given = Options(
        langs=lang or (),
        sources=source or (),
        sections=section or (),
        tags=tag or (),
        after=after,
        before=before,
        on=on,
        title=title,
    )
    parsed = understood(" ".join(query or ()), given, now)
    effective = options.settings(
        index, model, mode=mode, limit=limit, balance=balance, fusion__pool=pool
    )
    request = request_of(
        parsed,
        mode=Mode(effective.mode),
        limit=effective.limit,
        sort=Sort(sort),
        recency=Recency(half_life(recency), now) if recency is not None else None,
        balance=Balance(effective.balance),
        facets=facets,
        histogram=histogram,
    )
    _note(parsed, request.mode is Mode.VECTOR)
    _find(effective, Inquiry(request, parsed.canonical, now, delivery, explain))


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


def _find(settings: Settings, inquiry: Inquiry) -> None:
    from config import wiring
    from search.finding import find

    if inquiry.request.by_date:
        # Nothing is asked by meaning: the model need not be loaded.
        settings = settings.model_copy(update={"mode": "lexical"})
    find(wiring.hybrid_search(settings), inquiry)


def _repeat(
    path: Path, delivery: Delivery | None, explain: bool, index: str | None, model: str | None
) -> None:
    """Run the search of a method file again, on its index unless another is given."""
    from dataclasses import replace
    from datetime import UTC, datetime

    from search.delivery import Delivery
    from search.finding import Inquiry
    from search.method import read_method

    method = read_method(path)
    fusion = method.fusion
    effective = options.settings(
        index or method.location,
        model or method.model,
        mode=str(method.request.mode),
        fusion__k=fusion.k,
        fusion__lexical_weight=fusion.lexical_weight,
        fusion__vector_weight=fusion.vector_weight,
        fusion__pool=fusion.pool,
    )
    if method.everything:
        chosen = delivery or Delivery("jsonl")
        delivery = replace(chosen, everything=True)
    now = datetime.now(UTC)
    _find(effective, Inquiry(method.request, method.canonical, now, delivery, explain, method))


def _note(parsed: ParsedQuery, by_meaning_only: bool) -> None:
    """Say on stderr what may have been meant otherwise."""
    from search.index.model import Match

    for note in parsed.notes:
        terminal.note(f"Note: {note}")
    if by_meaning_only and not isinstance(parsed.clause, Match | None):
        terminal.note(
            "Note: phrases, title:, OR and prefixes act on the lexical leg, which does not run "
            "with --mode vector."
        )
