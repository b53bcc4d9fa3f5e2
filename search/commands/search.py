"""The commands that ask the index: search, similar and status."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from config import options, terminal
from config.options import IndexOption, JsonOption, ModelOption
from search.commands.options import EXPORT, AllOption, Asked, TitleOption, with_options
from search.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from config.settings import Settings
    from search.commands.finding import Inquiry
    from search.index.model import EmbeddedArticle
    from search.query.parsing import ParsedQuery
    from search.request import Request
    from search.results.delivery import Delivery
    from search.retrieval.hybrid import HybridSearch


@with_options
def search(
    asked: Asked,
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUERY", help="The question, in any language.", show_default=False),
    ] = None,
    title: TitleOption = None,
    everything: AllOption = False,
    from_method: Annotated[
        Path | None,
        typer.Option(
            "--from-method",
            metavar="FILE",
            help="Repeat the search of a method file, and say what changed.",
            rich_help_panel=EXPORT,
        ),
    ] = None,
) -> None:
    """Ask in your language, find the coverage in all.

    Searches by words (BM25), by meaning (vectors) and by names in any script, fuses them, and
    shows each article once.
    The query may have "exact phrases", -without, OR, (groups), title:word, lang:de,fr,
    source:name, section:name, tag:name, after:2025-08-01, before:7d, on:yesterday and prefix*.
    Filters alone list the newest articles.
    """
    from search.request import Mode

    if from_method is not None:
        if query:
            raise UsageError("A method file has a query of its own; leave the query out.")
        _repeat(from_method, asked)
        return
    effective = _settings(asked)
    written = " ".join(query or ())
    inquiry, parsed = _inquiry(asked, effective, written, title=title, everything=everything)
    _note(parsed, inquiry.request.mode is Mode.VECTOR)
    _find(effective, inquiry)


@with_options
def similar(
    asked: Asked,
    article: Annotated[
        str,
        typer.Argument(
            metavar="ID|FILE|-", help="An indexed article, or a file with one.", show_default=False
        ),
    ],
    other_languages: Annotated[
        bool, typer.Option("--other-languages", help="Leave out the article's own language.")
    ] = False,
) -> None:
    """Find the coverage of the same event, in all languages.

    Starts from an article of the index by its id, or from a file in any format that can be
    ingested. The article itself is left out.
    """
    from dataclasses import replace

    _delivery(asked)  # a contradiction in the options is told before the model is loaded
    from config import wiring
    from search.commands.finding import find

    effective = _settings(asked)
    engine = wiring.hybrid_search(effective)
    subject = _subject(engine, article, identify=other_languages)
    own = (subject.article.lang,) if other_languages else ()
    inquiry, _ = _inquiry(asked, effective, exclude_langs=own)
    find(engine, replace(inquiry, subject=subject))


def status(
    index: IndexOption = None, model: ModelOption = None, as_json: JsonOption = False
) -> None:
    """Show what an index holds and the state it is in."""
    effective = options.settings(index, model)
    from config import wiring
    from search.calibration.offsets import kept_in
    from search.results.status import stats_document
    from search.terminal.status import show_stats

    opened = wiring.open_index(effective)
    stats, offsets = opened.stats(), kept_in(opened)
    if as_json:
        terminal.print_json(stats_document(stats, offsets))
    else:
        show_stats(stats, offsets, terminal.stdout())


def _subject(engine: HybridSearch, name: str, *, identify: bool = False) -> EmbeddedArticle:
    """Return the article that `polywire similar` starts from: an indexed one, or a file's.

    `name` is the id of an article, else a file, or `-` for standard input; `identify` says that
    the language of a file's article is needed. Raises `UsageError` where there is neither, and
    whatever reading and embedding raise.
    """
    if name != "-":
        indexed = engine.index.get([name]).get(name)
        if indexed is not None:
            return indexed
        if not Path(name).is_file():
            raise UsageError(
                f"No article in the index has the id {name}, and there is no file of this name."
            )
    from indexer.article.single import read_article

    return engine.embedded(read_article(name, identify=identify))


def _settings(asked: Asked) -> Settings:
    _check_rerank(asked)
    effective = options.settings(
        asked.index,
        asked.model,
        mode=asked.mode,
        limit=asked.limit,
        balance=asked.balance,
        names=asked.names,
        fusion__pool=asked.pool,
        rerank__model=asked.rerank,
        rerank__top=asked.rerank_top,
    )
    if asked.rerank_top is not None and effective.rerank.model is None:
        raise UsageError("--rerank-top is for a reranker; name it with --rerank MODEL.")
    return _without_reranker(effective) if asked.no_rerank else effective


def _check_rerank(asked: Asked) -> None:
    if asked.no_rerank and (asked.rerank is not None or asked.rerank_top is not None):
        raise UsageError("--rerank and --no-rerank do not go together; give one of them.")


def _without_reranker(settings: Settings) -> Settings:
    rerank = settings.rerank.model_copy(update={"model": None})
    return settings.model_copy(update={"rerank": rerank})


def _inquiry(
    asked: Asked,
    settings: Settings,
    query: str = "",
    *,
    title: str | None = None,
    everything: bool = False,
    exclude_langs: Sequence[str] = (),
) -> tuple[Inquiry, ParsedQuery]:
    """Read the query and the options that the commands share; they say together what is asked."""
    from datetime import UTC, datetime

    from search.commands.finding import Inquiry
    from search.query.options import Options, understood

    delivery = _delivery(asked, everything)
    now = datetime.now(UTC)
    given = Options(
        langs=asked.lang or (),
        sources=asked.source or (),
        sections=asked.section or (),
        tags=asked.tag or (),
        after=asked.after,
        before=asked.before,
        on=asked.on,
        exclude_langs=exclude_langs,
        title=title,
    )
    parsed = understood(query, given, now)
    request = _request(parsed, asked, settings, now)
    return Inquiry(request, parsed.canonical, now, delivery, asked.explain), parsed


def _delivery(asked: Asked, everything: bool = False) -> Delivery | None:
    """Read where the result goes; what writes files is loaded only if something is written."""
    forms = asked.as_json, asked.as_jsonl, asked.as_csv
    if not (any(forms) or asked.output or asked.bom or everything):
        return None
    from search.results.delivery import Delivery

    return Delivery.chosen(
        {"json": asked.as_json, "jsonl": asked.as_jsonl, "csv": asked.as_csv},
        asked.output,
        asked.bom,
        everything,
    )


def _request(parsed: ParsedQuery, asked: Asked, settings: Settings, now: datetime) -> Request:
    from search.query.options import half_life, request_of
    from search.request import Balance, Mode, Recency, Sort

    recency = asked.recency
    return request_of(
        parsed,
        mode=Mode(settings.mode),
        limit=settings.limit,
        sort=Sort(asked.sort),
        recency=Recency(half_life(recency), now) if recency is not None else None,
        balance=Balance(settings.balance),
        facets=asked.facets,
        histogram=asked.histogram,
        rerank=settings.rerank.model is not None,
        names=settings.names,
    )


def _find(settings: Settings, inquiry: Inquiry, similar_to: str | None = None) -> None:
    from dataclasses import replace

    from config import wiring
    from search.commands.finding import find

    if inquiry.request.by_date and similar_to is None:
        # Nothing is asked by meaning: no model need be loaded.
        settings = _without_reranker(settings).model_copy(update={"mode": "lexical"})
    engine = wiring.hybrid_search(settings)
    if similar_to is not None:
        inquiry = replace(inquiry, subject=_subject(engine, similar_to))
    find(engine, inquiry)


def _repeat(path: Path, asked: Asked) -> None:
    """Run the search of a method file again, on its index unless another is given."""
    _check_rerank(asked)
    from dataclasses import replace
    from datetime import UTC, datetime

    from search.commands.finding import Inquiry
    from search.results.method import read_method

    delivery = _delivery(asked)
    method = read_method(path)
    fusion = method.fusion
    effective = options.settings(
        asked.index or method.location,
        asked.model or method.model,
        mode=str(method.request.mode),
        fusion__k=fusion.k,
        fusion__lexical_weight=fusion.lexical_weight,
        fusion__vector_weight=fusion.vector_weight,
        fusion__names_weight=fusion.names_weight,
        fusion__pool=fusion.pool,
        fusion__method=str(fusion.method),
        fusion__offset_share=fusion.offset_share,
        rerank__model=asked.rerank or method.rerank.model,
        rerank__top=asked.rerank_top or method.rerank.top,
        rerank__passages=method.rerank.passages,
    )
    if asked.no_rerank or not (asked.rerank or method.rerank.model):
        effective = _without_reranker(effective)
    if method.everything:
        from search.results.delivery import Delivery

        delivery = replace(delivery or Delivery("jsonl"), everything=True)
    now = datetime.now(UTC)
    request = replace(method.request, rerank=effective.rerank.model is not None)
    inquiry = Inquiry(request, method.canonical, now, delivery, asked.explain, method)
    _find(effective, inquiry, method.similar_to)


def _note(parsed: ParsedQuery, by_meaning_only: bool) -> None:
    """Say on stderr what may have been meant otherwise."""
    from search.index.clauses import Match

    for note in parsed.notes:
        terminal.note(f"Note: {note}")
    if by_meaning_only and not isinstance(parsed.clause, Match | None):
        terminal.note(
            "Note: phrases, title:, OR and prefixes act on the lexical leg, which does not run "
            "with --mode vector."
        )
