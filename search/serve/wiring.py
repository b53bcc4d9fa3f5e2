"""Settings become what a server is made of: access, services, logs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from config import logs, wiring
from config.settings import ApiSettings, Settings
from indexer.article.composition import article_of
from indexer.article.draft import Origin, RawArticle
from indexer.ingest.erasing import Erased, erase, purge_if_due
from indexer.text.language import default_identifier
from search.api.access.guarded import check_may_be_open, forget_keys, remember_keys
from search.api.access.keys import KeyFolder
from search.api.access.policy import Access
from search.api.access.rates import RateLimiter
from search.api.access.sessions import Sessions
from search.api.work.batching import BatchedQueries
from search.api.work.services import Addressed, Ingest, Record, Services
from search.api.work.shared import SharedFolder
from search.embedding.errors import EmbeddingError
from search.embedding.port import Embedder
from search.embedding.static import StaticEmbedder
from search.index.model import Article, Outcome, WriteResult
from search.index.port import SearchIndex
from search.index.state import IndexState
from search.serve.alerting import AlertThread
from search.serve.purging import PurgeThread

SETTLED_S = 10.0
"""After so long a server has started: what takes a while and is needed later is done then."""


def build_access(api: ApiSettings, *, keyless: bool, shared: SharedFolder | None = None) -> Access:
    """Say who is admitted; `keyless` holds for as long as the server runs."""
    rates = RateLimiter(api.rate, api.burst, shared=shared.rates if shared else None)
    sessions = Sessions(shared.sessions if shared else None) if api.page else None
    return Access(
        KeyFolder(api.keys),
        rates,
        api.hosts,
        api.cors_origins,
        keyless=keyless,
        sessions=sessions,
    )


def build_services(
    settings: Settings, *, writes: bool | None = None, keyless: bool | None = None
) -> Services:
    """Open the index, or make it where there is none yet and the server takes articles.

    `writes` tells whether this process writes them; None: where the server takes any. `keyless`
    tells whether it is served without keys, which an index that was served with keys must not be
    (`UsageError`), unless the settings say so.
    """
    model = _for_many(wiring.embedder(settings))
    writes = not settings.api.read_only if writes is None else writes
    index = (
        wiring.open_index(settings, model)
        if settings.api.read_only
        else wiring.open_or_create_index(settings, model)
    )
    state = wiring.location(settings).state()

    def close() -> None:
        state.close()
        index.close()

    if keyless is not None:
        try:
            _guard(index, settings.api, keyless, writes)
        except BaseException:
            close()
            raise
    desk = wiring.alert_desk(settings, index, model)
    equipment = wiring.alert_equipment(settings, index, model)
    alerts = AlertThread(
        lambda: wiring.location(settings).state(),
        lambda store: wiring.alert_runner(settings, store, equipment),
    )
    if writes and settings.alerts.in_server:
        alerts.start()

    purges = PurgeThread(
        lambda: purge_if_due(wiring.location(settings), wiring.safekeeping(settings))
    )
    if writes:
        purges.start()

    completing = _completing(model)

    def end() -> None:
        if completing is not None:
            completing.cancel()
            completing.join()
        purges.close()
        alerts.close()
        desk.store.state.close()
        close()

    return Services(
        index=index,
        state=state,
        search=wiring.search_over(index, model, settings),
        embedder=model,
        read=_read,
        erase=(lambda one: _any(erase(index, state, [one]), alerts.wrote)) if writes else None,
        load_ingest=_loader(index, model, state, alerts.wrote) if writes else None,
        close=end,
        defaults=wiring.defaults(settings),
        alerts=desk,
        less_certain_below=settings.less_certain_below,
        searches_here=not wiring.on_server(settings),
    )


def _completing(model: Embedder) -> threading.Timer | None:
    """Let a static model build its tokenizer before searches wait for it, once the start is over.

    In the first ten seconds a search takes up to a third longer.
    """
    if not isinstance(model, StaticEmbedder):
        return None

    def complete() -> None:
        with suppress(EmbeddingError):  # a search will say it
            model.complete()

    timer = threading.Timer(SETTLED_S, complete)
    timer.daemon = True
    timer.start()
    return timer


def _any(erased: Erased, wrote: Callable[[], None]) -> bool:
    """Tell whether anything was erased, and whoever follows it."""
    wrote()
    return erased.deleted > 0 or bool(erased.withdrawn)


def _guard(index: SearchIndex, api: ApiSettings, keyless: bool, writes: bool) -> None:
    keys = KeyFolder(api.keys)
    if not keyless and writes:
        remember_keys(index, keys)
    elif keyless and not api.without_keys:
        check_may_be_open(index, keys)
    elif keyless and writes:
        forget_keys(index)


def _for_many(model: Embedder) -> Embedder:
    """Let a transformer embed the queries of several clients at once.

    With 16 clients of all-MiniLM-L6-v2 on two cores a query takes 8 ms of processor time
    instead of 12. The compact model takes 0.04 ms, where there is nothing to gain.
    """
    if isinstance(model, StaticEmbedder):
        return model
    return BatchedQueries(model)


def _read(record: Record, identify: bool) -> Article:
    identifier = default_identifier() if identify else None
    return article_of(RawArticle(Origin("http"), record), identifier)


def _loader(
    index: SearchIndex, model: Embedder, state: IndexState, wrote: Callable[[], None]
) -> Callable[[], Ingest]:
    """Return what loads the indexing pipeline; `wrote` is called after each write."""

    def load() -> Ingest:
        from indexer.ingest.pipeline import IndexingPipeline

        pipeline = IndexingPipeline.build(index, model, state=state)

        def ingest(records: Sequence[Record]) -> Sequence[WriteResult]:
            raw = [
                RawArticle(Origin("http", n), record, addressed=isinstance(record, Addressed))
                for n, record in enumerate(records, 1)
            ]
            report = pipeline.run(raw)
            wrote()
            found = {
                settled.origin.line: replace(settled.result, notes=settled.remarks.sentences)
                for settled in report.settled
            }
            for reject in report.rejects:
                found[reject.origin.line] = WriteResult(
                    reject.article_id or "", Outcome.REJECTED, reject.reason
                )
            return [found[n] for n in range(1, len(records) + 1)]

        return ingest

    return load


def configure_logs(settings: Settings) -> None:
    """Send what is logged to stderr, as the settings say."""
    logs.configure(settings.log_level, settings.log_format)
    logging.getLogger("search.serve.request_log").setLevel(
        logging.INFO if settings.api.access_log else logging.WARNING
    )
    # uvicorn has no handler of its own here; what it warns of goes where our warnings go.
    uvicorn = logging.getLogger("uvicorn")
    uvicorn.handlers = logging.getLogger("search").handlers
    uvicorn.setLevel(logging.WARNING)
