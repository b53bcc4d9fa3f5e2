"""Which engine and index does a setting mean: opened, made, kept safe."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from search.index.errors import IndexExists, IndexMismatch, IndexMissing

if TYPE_CHECKING:
    from config.settings import Settings
    from search.embedding.port import Embedder
    from search.index.elastic.location import ElasticLocation
    from search.index.following import Follower
    from search.index.model import IndexIdentity
    from search.index.port import IndexLocation, SearchIndex
    from search.index.safekeeping import Safekeeping

_SERVER = re.compile(r"https?://", re.IGNORECASE)


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
        check(index.identity, model, settings)
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
    check(index.identity, model, settings)
    return _followed(index, place)


def check(identity: IndexIdentity, model: Embedder, settings: Settings) -> None:
    """Raise `IndexMismatch`, saying what to do, unless the index was written with the model."""
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

    return (
        CopyKeeper(place.state(patient=True), index),
        StoryKeeper(place.state(patient=True), index),
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
