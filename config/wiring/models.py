"""Which model does a setting mean: of embedding, of a second reading."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.settings import Settings
    from search.embedding.port import Embedder
    from search.embedding.static import StaticEmbedder
    from search.reranking.port import Reranking

COMPACT = "compact"
"""The name of the model that comes with the package."""


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


def is_static(settings: Settings) -> bool:
    """Tell whether the settings name a static model: one that takes no time to load."""
    return _static_folder(settings) is not None


def _unshortened(model: StaticEmbedder, dimension: int | None) -> StaticEmbedder:
    from search.embedding.errors import ModelUnusable

    if dimension not in (None, model.dimension):
        raise ModelUnusable(
            f"The vectors of the static model {model.name} have {model.dimension} numbers and "
            f"cannot be shortened to {dimension}; leave `dimension` out."
        )
    return model


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


def of_sentences(model: Embedder | None) -> Embedder | None:
    """Return what embeds the sentences of an answer, to mark those closest to the query.

    An answer has up to some thirty sentences to embed. For a static model that is nothing beside
    the search; a transformer takes longer for them than for the search: then none is marked.
    """
    if model is None:
        return None
    from search.embedding.static import StaticEmbedder

    return model if isinstance(model, StaticEmbedder) else None
