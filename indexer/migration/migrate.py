"""Moving an index to another model, mapping or schema while it is read and written.

A generation beside the live one is filled until it holds the same articles, is compared with the
live one, and takes over in one step. Filling compares the two and copies what differs, so it does
not matter how often it is done or where it was interrupted: to resume is to continue with the same
generation, and to undo is to fill the former generation up with what was written since and let it
take over again.

Notes of the index (`SearchIndex.notes`) go along where the model stays the same; to another model
they may mean nothing, so that they are left behind.

Writers go on throughout. Only for the last comparison, which is over little, they are made to
wait, so that nothing is written between it and the takeover.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from indexer.migration.difference import difference
from indexer.migration.overlap import Overlap, compare_if_searchable
from search.embedding.port import Embedder
from search.index.errors import IndexMismatch, SearchIndexError
from search.index.model import EmbeddedArticle, IndexIdentity, Outcome
from search.index.port import IndexLocation, SearchIndex

BATCH = 128
"""Articles that are copied at once: some 1,000 passages, a few MB with their vectors."""

FEW = 200
"""Differences that the last comparison may be left with; copying them takes about a second."""

PASSES = 10
"""Comparisons before giving up on writers that are faster than the copying."""

Progress = Callable[[int, int], None]
"""Called with the number of articles copied so far, and of articles in the index."""


@dataclass(frozen=True, slots=True)
class MigrationReport:
    """What a migration did. `former` is the generation that was live before.

    `overlap` is None where the former one can no longer be searched, as its mapping is too old.
    """

    former: str
    generation: str
    promoted: bool
    articles_before: int
    articles_after: int
    copied: int
    removed: int
    reembedded: int
    rejected: tuple[tuple[str, str], ...]
    passes: int
    overlap: Overlap | None
    left_behind: tuple[str, ...] = ()
    """Names of the notes that are of the former model and were not copied."""


@dataclass(slots=True)
class _Tally:
    copied: int = 0
    removed: int = 0
    reembedded: int = 0
    passes: int = 0


class Migration:
    """One run of filling a generation and letting it take over."""

    def __init__(
        self,
        location: IndexLocation,
        embedder: Embedder,
        progress: Progress | None = None,
    ) -> None:
        """`embedder` is the model that the index moves to (or stays with)."""
        self._location = location
        self._embedder = embedder
        self._progress: Progress = progress or (lambda *_: None)
        self._tally = _Tally()
        self._rejected: dict[str, str] = {}
        self._left_behind: tuple[str, ...] = ()

    def run(self, into: str | None = None, promote: bool = True) -> MigrationReport:
        """Fill a new generation, or go on with the one called `into`, and make it live.

        Raises `IndexMissing` if there is no index, `IndexMismatch` if `into` was written with
        another model, `SearchIndexError` if the copy is not whole at the end (nothing was
        promoted then).
        """
        former = _live(self._location)
        # A run that was killed at the wrong moment may have left the writers waiting.
        self._location.thaw(former)
        source = self._location.open_generation(former)
        name, target = self._target(into)
        try:
            self._fill(source, target)
            overlap = compare_if_searchable(source, target)
            if promote:
                self._take_over(former, name, source, target)
            counts = source.stats().articles, target.stats().articles
            return self._report(former, name, promote, counts, overlap)
        finally:
            source.close()
            target.close()

    def _target(self, into: str | None) -> tuple[str, SearchIndex]:
        identity = IndexIdentity(
            self._embedder.name, self._embedder.fingerprint, self._embedder.dimension
        )
        if into is None:
            return self._location.begin(identity)
        target = self._location.open_generation(into)
        if replace(target.identity, model_name=identity.model_name) != identity:
            found = target.identity
            target.close()
            raise IndexMismatch(
                f"The generation {into} was written with the model {found.model_name} "
                f"({found.model_fingerprint}, schema {found.schema_version}), not with "
                f"{identity.model_name} ({identity.model_fingerprint}, schema "
                f"{identity.schema_version}). Name that model with --model."
            )
        self._location.thaw(into)  # a generation that was live before may take no writes
        return into, target

    def _fill(self, source: SearchIndex, target: SearchIndex) -> None:
        for _pass in range(PASSES):
            if self._catch_up(source, target) <= FEW:
                return
        raise SearchIndexError(
            f"Writers change {self._location.uri} faster than it can be copied. Stop some of them "
            "and resume the reindexing."
        )

    def _take_over(self, former: str, name: str, source: SearchIndex, target: SearchIndex) -> None:
        try:
            self._location.freeze(former)
            self._catch_up(source, target)
            self._must_be_whole(source, target)
            self._location.promote(name)
        except BaseException:
            self._location.thaw(former)
            raise

    def _must_be_whole(self, source: SearchIndex, target: SearchIndex) -> None:
        target.refresh()
        left = [i for i in difference(source, target).ids() if i not in self._rejected]
        if left:
            raise SearchIndexError(
                f"{len(left)} articles of {self._location.uri} are not in the new generation as "
                f"they are in the live one (the first is {left[0]}). Nothing was changed; resume "
                "the reindexing."
            )

    def _catch_up(self, source: SearchIndex, target: SearchIndex) -> int:
        """Copy and remove what differs; returns how much that was."""
        source.refresh()
        target.refresh()
        self._tally.passes += 1
        self._copy_notes(source, target)
        found = difference(source, target)
        stale = [*found.gone, *found.newer]
        for start in range(0, len(stale), BATCH):
            self._tally.removed += target.delete(stale[start : start + BATCH])
        wanted = [*found.changed, *found.newer]
        for start in range(0, len(wanted), BATCH):
            self._copy(source, target, wanted[start : start + BATCH])
            self._progress(min(start + BATCH, len(wanted)), found.total)
        target.refresh()
        return len(stale) + len(wanted)

    def _copy_notes(self, source: SearchIndex, target: SearchIndex) -> None:
        notes, there = source.notes(), target.notes()
        if source.identity.model_fingerprint != target.identity.model_fingerprint:
            self._left_behind = tuple(sorted(notes))
            return
        for name in sorted({*notes, *there}):
            if notes.get(name) != there.get(name):
                target.annotate(name, notes.get(name))

    def _copy(self, source: SearchIndex, target: SearchIndex, ids: Sequence[str]) -> None:
        articles = list(source.get(ids).values())
        if not articles:
            return
        if source.identity.model_fingerprint != target.identity.model_fingerprint:
            articles = self._embed(articles)
        past = source.history(ids)
        for result in target.write(articles, past).results:
            if result.outcome is Outcome.REJECTED:
                self._rejected[result.article_id] = result.reason or "no reason given"
            else:
                self._rejected.pop(result.article_id, None)
                self._tally.copied += 1

    def _embed(self, articles: Sequence[EmbeddedArticle]) -> list[EmbeddedArticle]:
        texts = [p.text for embedded in articles for p in embedded.article.passages]
        vectors = self._embedder.embed_paragraphs(texts)
        self._tally.reembedded += len(texts)
        embedded_anew = []
        at = 0
        for embedded in articles:
            end = at + len(embedded.article.passages)
            embedded_anew.append(replace(embedded, vectors=vectors[at:end]))
            at = end
        return embedded_anew

    def _report(
        self,
        former: str,
        name: str,
        promoted: bool,
        counts: tuple[int, int],
        overlap: Overlap | None,
    ) -> MigrationReport:
        return MigrationReport(
            former=former,
            generation=name,
            promoted=promoted,
            articles_before=counts[0],
            articles_after=counts[1],
            copied=self._tally.copied,
            removed=self._tally.removed,
            reembedded=self._tally.reembedded,
            rejected=tuple(sorted(self._rejected.items())),
            passes=self._tally.passes,
            overlap=overlap,
            left_behind=self._left_behind,
        )


def unfinished(location: IndexLocation) -> str | None:
    """Return the newest generation that was never live: what an interrupted run was filling."""
    return next(iter(_never_live(location)), None)


def replaced(location: IndexLocation) -> str | None:
    """Return the generation that was live before the present one, None if there is none any more.

    What a broken-off run was filling is never one of these.
    """
    return next(iter(location.former()), None)


def prune(location: IndexLocation, keep: int = 1, begun: bool = True) -> tuple[str, ...]:
    """Drop generations that are not live; returns the dropped.

    The `keep` that were live last stay. Those that were never live stand behind all others; they
    stay, too, unless `begun`.
    """
    behind = [*location.former(), *(_never_live(location) if begun else ())]
    dropped = tuple(behind[keep:])
    for generation in dropped:
        location.drop(generation)
    return dropped


def _never_live(location: IndexLocation) -> list[str]:
    former = location.former()
    return [name for name in location.generations()[1:] if name not in former]


def _live(location: IndexLocation) -> str:
    generations = location.generations()
    if not generations:
        location.open().close()  # raises `IndexMissing` in the engine's own words
        raise SearchIndexError(f"There is no index at {location.uri}.")
    return generations[0]
