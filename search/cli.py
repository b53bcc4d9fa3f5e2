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
    from datetime import datetime

    from config.settings import Settings
    from search.answer import Request
    from search.delivery import Delivery, Forms
    from search.finding import Inquiry
    from search.index.port import Interval
    from search.query import ParsedQuery


def search(
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUERY", help="The question, in any language.", show_default=False),
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
    from dataclasses import replace
    from datetime import UTC, datetime

    from search.answer import Mode
    from search.asking import Options, understood
    from search.finding import Inquiry

    forms: Forms = {"json": as_json, "jsonl": as_jsonl, "csv": as_csv}
    if from_method is not None:
        if query:
            raise UsageError("A method file has a query of its own; leave the query out.")
        _repeat(from_method, _delivery(forms, output, bom), explain, index, model)
        return
    delivery = _delivery(forms, output, bom, everything)
    now = datetime.now(UTC)
    given = Options(lang or (), source or (), section or (), tag or (), after, before, on)
    given = replace(given, title=title)
    parsed = understood(" ".join(query or ()), given, now)
    effective = options.settings(
        index, model, mode=mode, limit=limit, balance=balance, fusion__pool=pool
    )
    request = _request(parsed, effective, sort, recency, facets, histogram, now)
    _note(parsed, request.mode is Mode.VECTOR)
    _find(effective, Inquiry(request, parsed.canonical, now, delivery, explain))


def similar(
    article: Annotated[
        str,
        typer.Argument(
            metavar="ID|FILE|-", help="An indexed article, or a file with one.", show_default=False
        ),
    ],
    mode: ModeOption = None,
    limit: LimitOption = None,
    explain: ExplainOption = False,
    other_languages: Annotated[
        bool, typer.Option("--other-languages", help="Leave out the article's own language.")
    ] = False,
    lang: LangOption = None,
    source: SourceOption = None,
    section: SectionOption = None,
    tag: TagOption = None,
    after: AfterOption = None,
    before: BeforeOption = None,
    on: OnOption = None,
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
    output: OutputOption = None,
    index: IndexOption = None,
    model: ModelOption = None,
) -> None:
    """Find the coverage of the same event, in all languages.

    Starts from an article of the index by its id, or from a file in any format that can be
    ingested. The article itself is left out.
    """
    from dataclasses import replace
    from datetime import UTC, datetime

    from search.asking import Options, understood
    from search.finding import Inquiry, find

    delivery = _delivery({"json": as_json, "jsonl": as_jsonl, "csv": as_csv}, output, bom)
    now = datetime.now(UTC)
    effective = options.settings(
        index, model, mode=mode, limit=limit, balance=balance, fusion__pool=pool
    )
    from config import wiring

    engine = wiring.hybrid_search(effective)
    subject = wiring.subject(engine, article, identify=other_languages)
    given = Options(lang or (), source or (), section or (), tag or (), after, before, on)
    own = (subject.article.lang,) if other_languages else ()
    given = replace(given, exclude_langs=own)
    parsed = understood("", given, now)
    request = _request(parsed, effective, sort, recency, facets, histogram, now)
    find(engine, Inquiry(request, parsed.canonical, now, delivery, explain, subject=subject))


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


def _delivery(
    forms: Forms, output: Path | None, mark: bool, everything: bool = False
) -> Delivery | None:
    """Read where the result goes; what writes files is loaded only if something is written."""
    if not (any(forms.values()) or output or mark or everything):
        return None
    from search.delivery import Delivery

    return Delivery.chosen(forms, output, mark, everything)


def _request(
    parsed: ParsedQuery,
    settings: Settings,
    sort: str,
    recency: str | None,
    facets: bool,
    histogram: Interval | None,
    now: datetime,
) -> Request:
    from search.answer import Mode, Sort
    from search.asking import half_life, request_of
    from search.balance import Balance
    from search.ranking import Recency

    return request_of(
        parsed,
        mode=Mode(settings.mode),
        limit=settings.limit,
        sort=Sort(sort),
        recency=Recency(half_life(recency), now) if recency is not None else None,
        balance=Balance(settings.balance),
        facets=facets,
        histogram=histogram,
    )


def _find(settings: Settings, inquiry: Inquiry, similar_to: str | None = None) -> None:
    from dataclasses import replace

    from config import wiring
    from search.finding import find

    if inquiry.request.by_date and similar_to is None:
        # Nothing is asked by meaning: the model need not be loaded.
        settings = settings.model_copy(update={"mode": "lexical"})
    engine = wiring.hybrid_search(settings)
    if similar_to is not None:
        inquiry = replace(inquiry, subject=wiring.subject(engine, similar_to))
    find(engine, inquiry)


def _repeat(
    path: Path, delivery: Delivery | None, explain: bool, index: str | None, model: str | None
) -> None:
    """Run the search of a method file again, on its index unless another is given."""
    from dataclasses import replace
    from datetime import UTC, datetime

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
        fusion__method=str(fusion.method),
    )
    if method.everything:
        from search.delivery import Delivery

        delivery = replace(delivery or Delivery("jsonl"), everything=True)
    now = datetime.now(UTC)
    inquiry = Inquiry(method.request, method.canonical, now, delivery, explain, method)
    _find(effective, inquiry, method.similar_to)


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
