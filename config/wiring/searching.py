"""What answers requests, as the settings say."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from config.wiring.models import embedder, is_static, of_sentences, reranking
from config.wiring.places import check, location, on_server, open_index

if TYPE_CHECKING:
    from config.settings import Settings
    from search.calibration.calibration import Calibration
    from search.embedding.port import Embedder
    from search.index.port import SearchIndex
    from search.query.options import Defaults
    from search.retrieval.copies import Copies
    from search.retrieval.hybrid import HybridSearch

SERVER_FRESH_S = 1.0
"""How old what is known of copies may be with a server, which takes milliseconds to say."""


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
    if not is_static(settings):
        model = embedder(settings)
        return search_over(open_index(settings, model), model, settings)
    from search.embedding.static import in_background

    # Loading a static model is mostly work of numpy, and opening an index mostly imports of
    # modules: side by side they take a twentieth less of a cold search.
    loading = in_background(functools.partial(embedder, settings))
    index = open_index(settings)
    model = loading()
    check(index.identity, model, settings)
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
            # Not measured with a transformer, which draws its own language near.
            feedback_share=fusion.feedback_share if of_sentences(model) is not None else 0.0,
            confidence_share=fusion.confidence_share,
        ),
        reranking(settings),
        Calibration() if model is None else _calibration(index, model, settings),
        of_sentences(model),
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
