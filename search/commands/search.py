"""`polywire search`: search in your language, find the coverage in all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from config import options
from search.commands.options import (
    EXPORT,
    ORDER,
    AllOption,
    GivenOptions,
    MinConfidenceOption,
    TitleOption,
    with_options,
)
from search.errors import UsageError

if TYPE_CHECKING:
    from config.settings import Settings
    from search.commands.running import Run


@with_options
def search(
    given: GivenOptions,
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUERY", help="The query, in any language.", show_default=False),
    ] = None,
    title: TitleOption = None,
    min_confidence: MinConfidenceOption = None,
    everything: AllOption = False,
    by_story: Annotated[
        bool,
        typer.Option("--by-story", help="Group the hits by story.", rich_help_panel=ORDER),
    ] = False,
    from_method: Annotated[
        Path | None,
        typer.Option(
            "--from-method",
            metavar="FILE",
            help="Repeat the search of a method file, and say what changed.",
            rich_help_panel=EXPORT,
        ),
    ] = None,
    save: Annotated[
        str | None,
        typer.Option(
            "--save",
            metavar="NAME",
            help="Also save the search as an alert; polywire alerts edit NAME says when and where.",
            rich_help_panel=EXPORT,
        ),
    ] = None,
) -> None:
    """Search in your language, find the coverage in all.

    Searches by words (BM25), by meaning (vectors) and by names in any script, fuses the
    rankings, and shows each article once.

    The query may have "exact phrases", -without, OR, (groups), title:word, lang:de,fr,
    source:name, section:name, tag:name, after:2025-08-01, before:7d, on:yesterday and prefix*.
    Filters alone list the newest articles.
    """
    from dataclasses import replace

    from search.commands.requested import delivery_of, run_of, settings_of

    if from_method is not None:
        if save is not None:
            raise UsageError("--save takes a query, not a method file.")
        if query:
            raise UsageError("A method file has its own query; leave the query out.")
        _repeat(from_method, given)
        return
    effective = settings_of(given)
    delivery = delivery_of(given, everything)
    wanted = run_of(
        given, effective, " ".join(query or ()), title=title, min_confidence=min_confidence
    )
    wanted = replace(wanted, delivery=delivery)
    if save is not None:  # before the answer: its reader may leave early (`| head`)
        from search.commands.alerts.making import saved
        from search.commands.alerts.options import AlertOptions

        saved(effective, save, wanted.request, AlertOptions())
    _find(effective, _by_story(effective, wanted) if by_story else wanted)


def _by_story(settings: Settings, wanted: Run) -> Run:
    from dataclasses import replace

    from config import wiring

    if wanted.delivery is not None and wanted.delivery.everything:
        raise UsageError("--by-story groups the best articles; leave it or --all out.")
    state = wiring.location(settings).state()
    return replace(wanted, by_story=state, headline_lang=options.reader_language())


def _find(settings: Settings, wanted: Run, similar_to: str | None = None) -> None:
    from dataclasses import replace

    from config import wiring
    from search.commands.running import run
    from search.request import Mode

    if wanted.request.by_date and similar_to is None:
        # No vector leg runs: no model need be loaded.
        settings = replace(settings.without_reranker(), mode=Mode.LEXICAL)
    engine = wiring.hybrid_search(settings)
    if similar_to is not None:
        from search.commands.similar import subject_of

        wanted = replace(wanted, subject=subject_of(settings, engine, similar_to))
    run(engine, wanted)


def _repeat(path: Path, given: GivenOptions) -> None:
    """Run the search of a method file again, on its index unless another is given."""
    from dataclasses import replace
    from datetime import UTC, datetime

    from search.commands.requested import check_rerank, delivery_of
    from search.commands.running import Run
    from search.results.method_file import read_method

    check_rerank(given)
    delivery = delivery_of(given)
    method = read_method(path)
    fusion = method.fusion
    effective = options.settings(
        given.index or method.location,
        given.model or method.model,
        mode=str(method.request.mode),
        **{f"fusion__{leg}_weight": weight for leg, weight in fusion.weights.items()},
        fusion__k=fusion.k,
        fusion__pool=fusion.pool,
        fusion__method=str(fusion.method),
        fusion__offset_share=fusion.offset_share,
        fusion__feedback_share=fusion.feedback_share,
        fusion__confidence_share=fusion.confidence_share,
        rerank__model=given.rerank or method.rerank.model,
        rerank__top=given.rerank_top or method.rerank.top,
        rerank__passages=method.rerank.passages,
    )
    if given.no_rerank or not (given.rerank or method.rerank.model):
        effective = effective.without_reranker()
    if method.everything:
        from search.results.delivery import Delivery

        delivery = replace(delivery or Delivery("jsonl"), everything=True)
    request = replace(method.request, rerank=effective.rerank.model is not None)
    wanted = Run(
        request,
        datetime.now(UTC),
        delivery,
        explain=given.explain,
        line=effective.less_certain_below,
        before=method,
    )
    _find(effective, wanted, method.similar_to)
