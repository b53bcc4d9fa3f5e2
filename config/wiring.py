"""The one place where settings become objects: engine, embedding model, search, pipeline."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from search.index.errors import IndexExists, IndexMismatch, IndexMissing

if TYPE_CHECKING:
    from config.settings import Settings
    from indexer.ingest.workers import Preparing, Workers
    from indexer.sources.fetching.fetcher import Fetcher
    from search.alerts.delivery.senders import Channels
    from search.alerts.desk import AlertDesk
    from search.alerts.runner import Equipment, Runner
    from search.alerts.store import AlertStore
    from search.calibration.calibration import Calibration
    from search.embedding.port import Embedder
    from search.embedding.static import StaticEmbedder
    from search.index.elastic.location import ElasticLocation
    from search.index.following import Follower
    from search.index.model import EmbeddedArticle, IndexIdentity
    from search.index.port import IndexLocation, SearchIndex
    from search.index.safekeeping import Safekeeping
    from search.query.options import Defaults
    from search.reranking.port import Reranking
    from search.retrieval.copies import Copies
    from search.retrieval.hybrid import HybridSearch

COMPACT = "compact"
"""The name of the model that comes with the package."""

SERVER_FRESH_S = 1.0
"""How old what is known of copies may be with a server, which takes milliseconds to say."""

_SERVER = re.compile(r"https?://", re.IGNORECASE)


def embedder(settings: Settings) -> Embedder:
    """Load the embedding model: the bundled one, any static folder, or a transformer.

    Static folders go through the fast path, which never imports torch.
    Raises `search.embedding.errors.EmbeddingError`.
    """
    folder = _static_folder(settings)
    if folder is not None:
        from search.embedding.static import StaticEmbedder

        return _unshortened(StaticEmbedder.load(folder, settings.model), settings.dimension)
    from search.embedding.transformer import TransformerEmbedder

    return TransformerEmbedder.load(
        settings.model,
        device=settings.device,
        batch_size=settings.embed_batch,
        dimension=settings.dimension,
    )


def _static_folder(settings: Settings) -> Path | None:
    """Return where the static model is that the settings name; None for a transformer."""
    if settings.model == COMPACT:
        from search.embedding.static import COMPACT_FOLDER

        return COMPACT_FOLDER
    from search.embedding.folder import is_static

    folder = Path(settings.model)
    return folder if is_static(folder) else None


def on_server(settings: Settings) -> bool:
    """Tell whether the index is on a server of its own, not in a folder."""
    return _SERVER.match(settings.index) is not None


def location(settings: Settings) -> IndexLocation:
    """Return the place that the settings name; nothing is opened yet."""
    if on_server(settings):
        return _server(settings)
    from search.index.embedded.location import FolderLocation
    from search.index.embedded.memory import Holding

    return FolderLocation(
        Path(settings.index),
        holding=Holding(settings.embedded.memory_mb * 2**20),
        keep=settings.history.keep,
    )


def safekeeping(settings: Settings) -> Safekeeping:
    """Return what verifies, backs up and cleans the place that the settings name."""
    if on_server(settings):
        from search.index.elastic.safekeeping import ServerSafekeeping

        return ServerSafekeeping(_server(settings))
    from search.index.embedded.location import FolderLocation
    from search.index.embedded.safekeeping.keeper import FolderSafekeeping

    return FolderSafekeeping(FolderLocation(Path(settings.index), keep=settings.history.keep))


def open_index(settings: Settings, model: Embedder | None = None) -> SearchIndex:
    """Open the live index; with a model, check that the index was written with it.

    Raises `IndexMissing`, `IndexMismatch` or another `search.index.errors.SearchIndexError`.
    """
    place = location(settings)
    index = place.open()
    if model is not None:
        _check(index.identity, model, settings)
    return _followed(index, place)


def open_or_create_index(settings: Settings, model: Embedder) -> SearchIndex:
    """Open the live index for this model, or make it where there is none yet."""
    from search.index.model import IndexIdentity

    place = location(settings)
    try:
        index = place.open()
    except IndexMissing:
        try:
            identity = IndexIdentity(model.name, model.fingerprint, model.dimension)
            return _followed(place.create(identity), place)
        except IndexExists:
            index = place.open()  # another program that started with us was faster
    _check(index.identity, model, settings)
    return _followed(index, place)


def _followed(index: SearchIndex, place: IndexLocation) -> SearchIndex:
    """Let what is derived from articles follow the writes of an index; loaded by the first."""
    from search.index.following import followed
    from search.index.story_filters import with_stories

    def members(stories: Collection[str]) -> frozenset[str]:
        from search.coverage.stories.stored import members_of

        state = place.state()
        try:
            return members_of(state, stories)
        finally:
            state.close()

    return with_stories(followed(index, lambda: _followers(index, place)), members)


def _followers(index: SearchIndex, place: IndexLocation) -> tuple[Follower, ...]:
    from search.coverage.duplicates.keeper import CopyKeeper
    from search.coverage.stories.keeper import StoryKeeper

    return (CopyKeeper(place.state(), index), StoryKeeper(place.state(), index))


def workers(settings: Settings, model: Embedder, starts_with: int | None = None) -> Workers | None:
    """Return processes that prepare articles beside this one; None where one does it all.

    Only where `processes` is set: on two cores an ingest of 2,375 articles with one more took
    21.6 s in place of 22.4, with a fifth more processor time and 0.7 GB. A transformer uses all
    cores by itself.
    `starts_with` is how many new articles there are before they are started.
    """
    from indexer.ingest.workers import MOST, STARTS_WITH, Workers
    from search.embedding.static import StaticEmbedder

    count = min((settings.processes or 1) - 1, MOST)
    if count < 1 or not isinstance(model, StaticEmbedder):
        return None
    equip = functools.partial(_preparing, settings)
    first = STARTS_WITH if starts_with is None else starts_with
    return Workers(count, equip, _preparing(settings, model), first)


def _preparing(settings: Settings, model: Embedder | None = None) -> Preparing:
    """Return what articles are prepared with: here, and in other processes."""
    from indexer.ingest.workers import Preparing
    from indexer.text.language import default_identifier
    from search.coverage.duplicates.records import record_of
    from search.coverage.stories.features import featured

    of_engine: Callable[[EmbeddedArticle], object]
    if on_server(settings):
        from search.index.elastic import documents

        of_engine = documents.analysed
    else:
        from search.index.embedded import analysed

        of_engine = analysed.analysed
    chosen = embedder(settings) if model is None else model
    return Preparing(default_identifier(), chosen, (of_engine, record_of, featured))


def fetcher(settings: Settings, patience: float | None = None) -> Fetcher:
    """Return what fetches documents from addresses, as politely as the settings say.

    `patience` counts instead of that of the settings: 0 never waits for a server.
    """
    from indexer.sources.fetching.fetcher import Fetcher
    from indexer.sources.fetching.politeness import Politeness, default_user_agent

    chosen = settings.fetch
    return Fetcher(
        Politeness(
            user_agent=chosen.user_agent or default_user_agent(),
            delay=chosen.delay_s,
            timeout=chosen.timeout_s,
            longest=chosen.longest_s,
            max_bytes=int(chosen.max_mb * 1_000_000),
            patience=chosen.patience_s if patience is None else patience,
            allow_private=chosen.allow_private,
        )
    )


def reranking(settings: Settings) -> Reranking | None:
    """Load the reranker that the settings name, if they name one.

    Raises `search.reranking.errors.RerankingError`.
    """
    chosen = settings.rerank
    if chosen.model is None:
        return None
    from search.reranking.cross_encoder import CrossEncoderReranker
    from search.reranking.port import Reranking

    model = CrossEncoderReranker.load(chosen.model, device=settings.device, batch_size=chosen.batch)
    return Reranking(model, chosen.top, chosen.passages)


def defaults(settings: Settings) -> Defaults:
    """Return what a request has where nothing else is said."""
    from search.query.options import Defaults

    return Defaults(
        mode=settings.mode,
        limit=settings.limit,
        balance=settings.balance,
        rerank=settings.rerank.model is not None,
        names=settings.names,
        timezone=settings.timezone,
    )


def hybrid_search(settings: Settings) -> HybridSearch:
    """Open the index and load the model that the mode needs, and the reranker if there is one."""
    if settings.mode == "lexical":
        return search_over(open_index(settings), None, settings)
    load: Callable[[], Embedder] = functools.partial(embedder, settings)
    if _static_folder(settings) is not None:
        from search.embedding.static import in_background

        # Loading a static model is mostly work of numpy, and opening an index mostly imports of
        # modules: side by side they take a twentieth less of a cold search.
        load = in_background(load)
    index = open_index(settings)
    model = load()
    _check(index.identity, model, settings)
    return search_over(index, model, settings)


def search_over(index: SearchIndex, model: Embedder | None, settings: Settings) -> HybridSearch:
    """Search an index that is open with a model that is loaded, as the settings say."""
    from search.calibration.calibration import Calibration
    from search.ranking.fusion import Fusion
    from search.retrieval.hybrid import HybridSearch
    from search.retrieval.legs import LEGS

    fusion = settings.fusion
    weights = {leg: getattr(fusion, f"{leg}_weight", LEGS[leg].weight) for leg in LEGS}
    return HybridSearch(
        index,
        model,
        Fusion(
            k=fusion.k,
            weights=weights,
            pool=fusion.pool,
            method=fusion.method,
            offset_share=fusion.offset_share,
        ),
        reranking(settings),
        Calibration() if model is None else _calibration(index, model, settings),
        _of_sentences(model),
        copies(settings),
    )


def copies(settings: Settings) -> Copies:
    """Return what knows of copies; nothing is opened before the first search."""
    from search.coverage.duplicates.reading import StoredGroups
    from search.retrieval.copies import Copies, Preference

    chosen = settings.copies
    fresh_s = SERVER_FRESH_S if on_server(settings) else 0.0
    groups = StoredGroups(location(settings).state, fresh_s)
    return Copies(groups, Preference(chosen.prefer, chosen.sources))


def alert_channels(settings: Settings) -> Channels:
    """Return how the destinations of alerts are reached."""
    from search.alerts.delivery.mail import MailServer
    from search.alerts.delivery.senders import Channels
    from search.alerts.delivery.webhook import Reach

    given = settings.alerts
    mail = None
    if given.smtp_host is not None and given.mail_from is not None:
        mail = MailServer(
            host=given.smtp_host,
            sender=given.mail_from,
            port=given.smtp_port,
            tls=given.smtp_tls,
            username=given.smtp_username,
            password=given.smtp_password.get_secret_value() if given.smtp_password else None,
            ca_file=given.smtp_ca_file,
            timeout_s=given.timeout_s,
        )
    return Channels(mail, Reach(given.allow_private, given.timeout_s), given.public_url)


def alert_runner(
    settings: Settings,
    store: AlertStore,
    equipment: Callable[[bool], Equipment] | None = None,
    stream: TextIO | None = None,
) -> Runner:
    """Return what runs alerts; notices for the standard output wait where there is no stream.

    `equipment` is what `alert_equipment` returned, and is what several runs share.
    """
    from search.alerts.runner import Runner

    own = alert_equipment(settings) if equipment is None else equipment
    return Runner(store, own, alert_channels(settings).senders(stream))


def alert_desk(settings: Settings, index: SearchIndex, model: Embedder) -> AlertDesk:
    """Return the alerts of an index that is served."""
    from search.alerts.desk import AlertDesk
    from search.alerts.store import AlertStore

    return AlertDesk(
        AlertStore(location(settings).state()),
        alert_equipment(settings, index, model),
        settings.alerts.most,
        settings.alerts.public_url,
    )


def alert_equipment(
    settings: Settings, index: SearchIndex | None = None, model: Embedder | None = None
) -> Callable[[bool], Equipment]:
    """Return what opens what a run of alerts needs, unless it is open already.

    It takes whether meaning is asked for, and keeps what it has opened, and what runs remember.
    """
    from search.alerts.meaning import curve_of
    from search.alerts.memory import Memory
    from search.alerts.notice import Links
    from search.alerts.runner import Equipment

    memory = Memory()
    keep = timedelta(days=settings.alerts.keep_days)

    @functools.cache
    def loaded() -> Embedder:
        return embedder(settings) if model is None else model

    @functools.cache
    def opened() -> SearchIndex:
        return open_index(settings) if index is None else index

    def equipment(by_meaning: bool) -> Equipment:
        asked = loaded() if by_meaning else None
        if asked is not None:
            _check(opened().identity, asked, settings)
        curve = None if asked is None else curve_of(asked.fingerprint)
        links = Links(settings.alerts.public_url)
        return Equipment(opened(), asked, curve, _of_sentences(asked), links, memory, keep)

    return equipment


def _of_sentences(model: Embedder | None) -> Embedder | None:
    """Return what embeds the sentences of an answer, to mark those closest to the query.

    An answer has up to some thirty sentences to embed. For a static model that is nothing beside
    the search; a transformer takes longer for them than for the search: then none is marked.
    """
    if model is None:
        return None
    from search.embedding.static import StaticEmbedder

    return model if isinstance(model, StaticEmbedder) else None


def _calibration(index: SearchIndex, model: Embedder, settings: Settings) -> Calibration:
    """Look up what is known about a model's cosines; offsets of another model do not count."""
    from search.calibration import confidence
    from search.calibration.calibration import Calibration
    from search.calibration.closeness import curve_of
    from search.calibration.offsets import stored_in

    share = settings.fusion.offset_share
    offsets = stored_in(index) if share else None
    if offsets is not None and offsets.fingerprint != model.fingerprint:
        offsets = None
    fitted = confidence.stored_in(index)  # for this index, before what is for any
    if fitted is None or fitted.fingerprint != model.fingerprint:
        fitted = confidence.confidence_of(model.fingerprint)
    return Calibration(curve_of(model.fingerprint), offsets, share, fitted)


def _unshortened(model: StaticEmbedder, dimension: int | None) -> StaticEmbedder:
    from search.embedding.errors import ModelUnusable

    if dimension not in (None, model.dimension):
        raise ModelUnusable(
            f"The vectors of the static model {model.name} have {model.dimension} numbers and "
            f"cannot be shortened to {dimension}; leave `dimension` out."
        )
    return model


def _check(identity: IndexIdentity, model: Embedder, settings: Settings) -> None:
    if identity.model_fingerprint == model.fingerprint:
        return
    move = f"polywire reindex --index {settings.index} --model {model.name}"
    if identity.model_name != model.name:
        raise IndexMismatch(
            f"The index {settings.index} was written with the model {identity.model_name} "
            f"({identity.model_fingerprint}), not with {model.name} ({model.fingerprint}). Search "
            f"it with --model {identity.model_name}, or move it to the new model: {move}"
        )
    if identity.dimension != model.dimension:
        raise IndexMismatch(
            f"The index {settings.index} was written with vectors of {identity.dimension} numbers, "
            f"and {model.name} gives {model.dimension}. Set `dimension` to {identity.dimension}, "
            f"or move it: {move}"
        )
    raise IndexMismatch(
        f"The index {settings.index} was written with another version of the model {model.name} "
        f"({identity.model_fingerprint}) than this one ({model.fingerprint}). Move it to this one: "
        f"{move} (until then, --mode lexical searches it by words)."
    )


def _server(settings: Settings) -> ElasticLocation:
    from search.index.elastic.location import ElasticLocation
    from search.index.elastic.options import ElasticOptions

    given = settings.elasticsearch
    options = ElasticOptions(
        api_key=given.api_key.get_secret_value() if given.api_key else None,
        username=given.username,
        password=given.password.get_secret_value() if given.password else None,
        ca_file=given.ca_file,
        verify_tls=given.verify_tls,
        cloud_id=given.cloud_id,
        hosts=given.hosts,
        timeout_s=given.timeout_s,
        patience_s=given.patience_s,
        refresh=given.refresh,
        shards=given.shards,
        replicas=given.replicas,
        vector_index=given.vector_index,
        keep=settings.history.keep,
    )
    return ElasticLocation.connect(settings.index, options)
