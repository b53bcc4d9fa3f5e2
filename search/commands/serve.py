"""`polywire serve`: settings become services, services an application, and it is served."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from config import options, terminal
from config.options import IndexOption, JsonOption, ModelOption
from search.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from config.settings import Settings
    from search.api.access.policy import Access
    from search.api.work.services import Ingest, Record, Services
    from search.embedding.port import Embedder
    from search.index.model import Article, WriteResult
    from search.index.port import SearchIndex


def serve(
    host: Annotated[
        str | None,
        typer.Option("--host", metavar="ADDRESS", help="Address to listen on.", show_default=False),
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", "-p", help="Port to listen on.", show_default=False)
    ] = None,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Take no articles over HTTP.")
    ] = False,
    rerank: Annotated[
        str | None,
        typer.Option(
            "--rerank",
            metavar="MODEL",
            help="Load a reranker, which queries may then use.",
            show_default=False,
        ),
    ] = None,
    index: IndexOption = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Serve the index over HTTP, for other programs.

    Listens on this machine only, unless there are API keys (`polywire keys create`).
    """
    settings = options.settings(
        index,
        model,
        api__host=host,
        api__port=port,
        api__read_only=read_only or None,
        rerank__model=rerank,
    )
    access = build_access(settings)
    from search.serve.application import application
    from search.serve.server import HttpServer

    _configure_logs(settings)
    services = build_services(settings)
    server = HttpServer(application(services, settings.api, access), settings.api)
    if as_json:
        terminal.print_json({"address": server.address})
    else:
        terminal.note(f"Serving {settings.index} at {server.address} (stop with Ctrl+C)")
    server.run()


def build_access(settings: Settings) -> Access:
    """Say who may come in; refuses to open the server to others without keys."""
    from search.api.access.keys import KeyFolder
    from search.api.access.policy import Access, is_loopback
    from search.api.access.rates import RateLimiter

    api = settings.api
    keys = KeyFolder(api.keys)
    keyless = not keys.all()
    if keyless and not is_loopback(api.host):
        raise UsageError(
            f"Without API keys the server listens on this machine only, not on {api.host}. Make "
            "one first: polywire keys create NAME --scope read"
        )
    return Access(
        keys, RateLimiter(api.rate, api.burst), api.hosts, api.cors_origins, keyless=keyless
    )


def build_services(settings: Settings) -> Services:
    """Open the index, or make it where there is none yet and articles are taken."""
    from config import wiring
    from search.api.work.services import Defaults, Services
    from search.request import Balance, Mode

    model = _for_many(wiring.embedder(settings))
    index = (
        wiring.open_index(settings, model)
        if settings.api.read_only
        else wiring.open_or_create_index(settings, model)
    )
    return Services(
        index=index,
        search=wiring.search_over(index, model, settings),
        embedder=model,
        read=_read,
        load_ingest=None if settings.api.read_only else _loader(index, model),
        close=index.close,
        defaults=Defaults(
            Mode(settings.mode),
            settings.limit,
            Balance(settings.balance),
            names=settings.names,
            rerank=settings.rerank.model is not None,
        ),
    )


def _for_many(model: Embedder) -> Embedder:
    """Let a transformer embed the queries of several clients at once.

    With 16 clients of all-MiniLM-L6-v2 on two cores a query takes 8 ms of processor time
    instead of 12. The compact model takes 0.04 ms, where there is nothing to gain.
    """
    from search.embedding.static import StaticEmbedder

    if isinstance(model, StaticEmbedder):
        return model
    from search.api.work.batching import BatchedQueries

    return BatchedQueries(model)


def _read(record: Record, identify: bool) -> Article:
    from indexer.article.draft import Origin, RawArticle
    from indexer.article.single import article_of

    return article_of(RawArticle(Origin("http"), record), identify=identify)


def _loader(index: SearchIndex, model: Embedder) -> Callable[[], Ingest]:
    def load() -> Ingest:
        from indexer.article.draft import Origin, RawArticle
        from indexer.ingest.pipeline import IndexingPipeline

        pipeline = IndexingPipeline.build(index, model)

        def ingest(records: Sequence[Record]) -> Sequence[WriteResult]:
            from search.index.model import Outcome, WriteResult

            raw = [RawArticle(Origin("http", n), record) for n, record in enumerate(records, 1)]
            report = pipeline.run(raw)
            found = {settled.origin.line: settled.result for settled in report.settled}
            for reject in report.rejects:
                found[reject.origin.line] = WriteResult(
                    reject.article_id or "", Outcome.REJECTED, reject.reason
                )
            return [found[n] for n in range(1, len(records) + 1)]

        return ingest

    return load


def _configure_logs(settings: Settings) -> None:
    import logging

    from config import logs

    logs.configure(settings.log_level, settings.log_format)
    logging.getLogger("search.serve.request_log").setLevel(
        logging.INFO if settings.api.access_log else logging.WARNING
    )
    # uvicorn has no handler of its own here; what it warns of goes where our warnings go.
    uvicorn = logging.getLogger("uvicorn")
    uvicorn.handlers = logging.getLogger("search").handlers
    uvicorn.setLevel(logging.WARNING)
