"""The port to search engines, documented by what it guarantees.

Domain values in, domain values out; no dictionary of an engine crosses it. All calls are
synchronous and may be made from several threads. Every error is one of
`search.index.errors`. Each engine proves these guarantees by inheriting
`tests.contract.search_index.SearchIndexContract`.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from search.index.clauses import Matching
from search.index.filters import Filters
from search.index.history import ArticleVersion
from search.index.legs import LatestLeg, Leg, LexicalLeg
from search.index.model import (
    Arrival,
    Article,
    ArticleHit,
    ArticleState,
    Bucket,
    EmbeddedArticle,
    Facet,
    IndexIdentity,
    IndexStats,
    LegResult,
    PassageScore,
    WriteReport,
)
from search.index.state import IndexState
from search.index.time_zones import UTC_NAME

FacetField = Literal["lang", "source", "section", "tag"]
Interval = Literal["day", "month"]

Note = Mapping[str, Any]
"""A small document of JSON values that is kept with an index."""


class Retrieved(Protocol):
    """What the legs of one `retrieve` found, and what one may want to know of it.

    Everything is of one state of the index: of the snapshot that the legs ran on where the engine
    has one; else an article that was changed or deleted meanwhile is as it is now, or left out.
    The ids given to the methods are those of candidates; others are ignored. May be dropped at any
    time; nothing needs to be closed.
    """

    @property
    def results(self) -> tuple[LegResult, ...]:
        """One result per leg, in the order of the legs."""
        ...

    def langs(self, article_ids: Collection[str]) -> Mapping[str, str]:
        """The language of each candidate."""
        ...

    def published(self, article_ids: Collection[str]) -> Mapping[str, datetime | None]:
        """When each candidate was published, in UTC."""
        ...

    def facets(
        self, fields: Sequence[FacetField], article_ids: Collection[str]
    ) -> tuple[Facet, ...]:
        """Count these candidates per value, as `SearchIndex.facets`."""
        ...

    def histogram(
        self, interval: Interval, article_ids: Collection[str], zone: str = UTC_NAME
    ) -> tuple[Bucket, ...]:
        """Count these candidates per day or month, as `SearchIndex.histogram`."""
        ...

    def best_passages(
        self, article_ids: Collection[str]
    ) -> Sequence[Mapping[str, tuple[PassageScore, ...]]]:
        """Return the best passages of these candidates: per leg, in the order of the legs, by id.

        They are best first, equal ones by position, and as many as `retrieve` was told. A leg that
        did not find an article does not have it.
        """
        ...

    def likeness(self, legs: Mapping[str, int], shown: Collection[str]) -> Mapping[str, Hashable]:
        """Return a value per candidate in `legs`, equal for copies of those that may be shown.

        `legs` has the number of one leg per candidate that found it. Copies have headlines of
        equal text, and so have the passages that these legs found best; an engine need not notice
        where the legs or the languages of two differ, nor copies of what is not in `shown`.
        """
        ...

    def means(self, article_ids: Collection[str]) -> Mapping[str, NDArray[np.float64]]:
        """Return the mean of the vectors of all passages of each of these candidates, by id.

        Each has shape (dimension,). Its numbers are off by less than 0.001: an engine may store
        vectors in half precision. A candidate that was deleted since is left out.
        """
        ...

    def nearness(
        self, vectors: NDArray[np.float32], article_ids: Collection[str]
    ) -> Mapping[str, tuple[float, ...]]:
        """Return the cosines of some vectors with the nearest passage of each of these candidates.

        `vectors` are unit vectors, shape (n, dimension); each candidate has n cosines. An engine
        may know a cosine by vectors of 8 bits per number alone, which is off by less than 0.01. A
        candidate that was deleted since is left out.
        """
        ...

    def fetch(self, passages: Mapping[str, Sequence[int]]) -> Mapping[str, Article]:
        """Fetch what is shown: metadata and, by position, the texts of passages.

        The articles have just the passages that were named, in the order in which they were; a
        position that an article does not have is left out. `authors` and `meta` are empty.
        """
        ...


class SearchIndex(Protocol):
    """One index: articles with their passages, vectors and metadata."""

    @property
    def identity(self) -> IndexIdentity:
        """What the index was written with. Known without a further call to the engine."""
        ...

    def write(
        self,
        batch: Sequence[EmbeddedArticle],
        copied: Mapping[str, Sequence[ArticleVersion]] | None = None,
    ) -> WriteReport:
        """Add or replace articles; one result an article, in the order of the batch.

        - An article is written whole or not at all: no reader ever sees some of its passages
          new and others old, and a shorter version leaves no passage of the longer one behind.
        - An id that is there already is left alone if the content hash is equal (`unchanged`) or if
          both versions are credible and the new one is smaller (`stale`, see
          `search.index.admission.is_older`); else it is replaced (`updated`). A batch is taken as
          if its articles came one after the other, so that of equal ids the last wins by the same
          rule.
        - When the call returns, what it reports as written survives `kill -9` and a power cut. It
          is visible to new searches after `show` or `refresh` at the latest.
        - What is replaced stays as a former version (`history`), kept in the same step: no reader
          and no crash finds the one without the other. Versions of a batch that a later one of the
          same batch replaces are former versions too.
        - `copied` has, by id, the versions of articles that come from another index, as its
          `history` returned them: they are taken over with their numbers and times, in place of
          what the index had.
        - One bad article (vectors of another dimension, say) is `rejected` with a reason and
          does not stop the others.

        Raises `StorageFull`, `AccessDenied`, `EngineUnavailable` or `EngineBusy` when nothing
        of the batch could be written.
        """
        ...

    def delete(self, article_ids: Sequence[str]) -> int:
        """Remove articles with all their passages; ids that are not there are ignored.

        Delete means delete: former versions go in the same step. What must be taken down, for a
        court, a data protection request or an embargo, is usually in them as well.

        Returns how many articles were removed. Lasting and visible as for `write`.
        """
        ...

    def states(self, article_ids: Sequence[str]) -> Mapping[str, ArticleState]:
        """Content hash, version and what else `ArticleState` has of articles that are there.

        The draft hash is the one of the last write that stored something (`added`, `updated`);
        None where that had none, or was made by a program that did not know of it.
        """
        ...

    def history(self, article_ids: Sequence[str]) -> Mapping[str, tuple[ArticleVersion, ...]]:
        """Every version that is kept of those articles that are there, newest first.

        - The first is the article as it is now; it has the highest number and is not `replaced`.
        - An article has as many former versions as the index was told to keep, text without
          vectors; older ones go with the write that makes them too many. No search finds them.
        - Numbers ascend by one from 1 and stay with their version while former ones are kept. An
          article that is deleted and added again begins anew.
        - Visible as for `get`.
        """
        ...

    def get(
        self, article_ids: Sequence[str], *, analysed: bool = False
    ) -> Mapping[str, EmbeddedArticle]:
        """Return whole articles, all passages in order, with their vectors and draft hashes.

        Vectors may come back rounded to the engine's storage precision (cosine with the
        written vector above 0.999). Ids that are not there are left out. With `analysed` an
        article that was analysed when it was written is not analysed again by
        `made_by(search.index.analysed.analysed)`, where the engine has that at hand: for reading
        only, since another program may have written it.
        """
        ...

    def retrieve(
        self,
        legs: Sequence[Leg],
        filters: Filters,
        limit: int,
        passages: int = 3,
        scores: int = 1,
    ) -> Retrieved:
        """Run every leg on its own, in one round trip where the engine can.

        - A leg returns keys and scores only; `Retrieved` fetches what is shown of them, with up to
          `passages` of the best passages per leg.
        - Filters apply inside each leg: `limit` articles are found if so many pass.
        - Passages are collapsed into articles before the cut: each result has up to `limit`
          different articles.
        - Candidates of a vector leg have the scores of up to `scores` of their best passages.
        - Ordered by score, best first; equal scores by article id. A `LatestLeg` is ordered by
          date instead, as it says.
        - A lexical score is BM25 over the analysed tokens of the passage, a names score BM25
          over the keys of its names (no keys match nothing); a vector score is the cosine in
          [-1, 1].

        Raises `QueryRefused` for a vector of another dimension, for a `limit` that is not from 1 to
        `MOST_ARTICLES`, for `passages` or `scores` that are not from 1 to `MOST_PASSAGES`, and for
        more clauses or prefixes than `MOST_CLAUSES` and `MOST_PREFIXES` (`search.index.bounds`);
        `matches`, `facets` and `histogram` do for clauses, too. Raises
        `search.deadline.DeadlinePassed` where a deadline was set and has passed.
        """
        ...

    def matches(
        self, leg: LexicalLeg | LatestLeg, filters: Filters, passages: int = 3
    ) -> Iterator[ArticleHit]:
        """Every article that the leg finds, in the order of `retrieve`, however many there are.

        Each comes once, in bounded memory; it is a snapshot as for `scan`. Raises `QueryRefused`
        for `passages` that are not from 1 to `MOST_PASSAGES`.
        """
        ...

    def facets(
        self, fields: Sequence[FacetField], filters: Filters, clause: Matching | None = None
    ) -> tuple[Facet, ...]:
        """Count articles a value, over all that pass the filters (and match the clause)."""
        ...

    def histogram(
        self,
        interval: Interval,
        filters: Filters,
        clause: Matching | None = None,
        zone: str = UTC_NAME,
    ) -> tuple[Bucket, ...]:
        """Count articles per day or month of `published`, oldest first, no empty buckets.

        Days and months are those of a time zone (a name that `search.index.time_zones.zone_name`
        returned): they begin at its midnight, and some have 23 or 25 hours.
        """
        ...

    def scan(self, filters: Filters) -> Iterator[Article]:
        """Every article that passes, whole, ordered by id, each once, however many there are.

        It is a snapshot: writes that begin after the first item was asked for are not seen.
        """
        ...

    def scan_states(self) -> Iterator[tuple[str, ArticleState]]:
        """Id, content hash and version of every article, ordered by id; a snapshot as `scan` is."""
        ...

    def arrivals(self, since: datetime | None = None) -> Iterator[Arrival]:
        """Every article that was added or updated at a moment or later, in the order of arrival.

        - Ordered by `seen`, the clock of the process that wrote it, articles without it first;
          equal ones by id. None asks for all.
        - Each article comes once, as it is now: a snapshot as `scan` is. What was deleted does not.
        - An article with an embargo comes when that has ended: `seen` is then the end, unless it
          was written later.
        - Writers commit some time after they looked at their clock, and clocks of machines differ:
          who asks again and again looks back a little, and knows what he has seen by id and
          content hash.
        """
        ...

    def notes(self) -> Mapping[str, Note]:
        """Every note that is kept with this generation, by name.

        Notes are what other parts know of the index and want to find with it again; no search
        looks at them, and the identity is not changed by them. Visible at once to everyone who
        opens the index, or has it open. Each is the old or the new one whole, never a part.
        """
        ...

    def annotate(self, name: str, content: Note | None) -> None:
        """Keep a note under a name in place of what was there; None removes it.

        It belongs to the generation: it survives `kill -9` once the call returns, is not in
        other generations, and goes when its generation is dropped. Meant for some 100 kB at
        most. Of two programs that change notes at the same moment, an engine may lose one.

        Raises `IndexMismatch` if another model took over, and what `write` raises.
        """
        ...

    def stats(self) -> IndexStats:
        """Counts, size and state."""
        ...

    def refresh(self) -> None:
        """Make everything written before this call visible to searches that begin after it.

        For the end of a run: the full-text indexes are brought up to date, and what nobody reads
        any more is deleted, as far as the engine leaves that to us.
        """
        ...

    def show(self) -> None:
        """Make everything written before this call visible, and no more.

        For who writes single articles all day: what else is due is done when it is worth it.
        """
        ...

    def optimize(self) -> None:
        """Compact files and bring the full-text and vector indexes up to date.

        Searches and writes may go on meanwhile, and their answers do not change but for ties.
        """
        ...

    def close(self) -> None:
        """Let go of files and connections. The object must not be used afterwards."""
        ...


class IndexLocation(Protocol):
    """A place where an index lives or may live: a folder, or a server and a name.

    A place can hold several generations of an index, one of them live. A new model or schema
    gets a generation of its own, is filled and verified, and takes over in one atomic step.
    """

    @property
    def uri(self) -> str:
        """The place as a person would write it, with no password in it."""
        ...

    def open(self) -> SearchIndex:
        """Open the live generation.

        Raises `IndexMissing` if there is none, `IndexMismatch` if its schema version is not
        the one of this program, `IndexDamaged` if it is something else.
        """
        ...

    def open_generation(self, generation: str) -> SearchIndex:
        """Open a generation by name, live or not, whatever its schema version: to migrate it.

        It stays with this generation, while an index from `open` follows the live one as long as
        that has the same identity; when another model takes over, it goes on reading the former
        generation and refuses to write with `IndexMismatch`.

        Raises `SearchIndexError` if there is none of this name.
        """
        ...

    def create(self, identity: IndexIdentity) -> SearchIndex:
        """Make the first generation and make it live. Raises `IndexExists` if there is one."""
        ...

    def generations(self) -> tuple[str, ...]:
        """Names of all generations, the live one first, the others newest first; () if none."""
        ...

    def former(self) -> tuple[str, ...]:
        """Names of the generations that were live before, the one that was live last first.

        They are among `generations`; what is neither live nor one of these has never been live: it
        is being filled, or was left by a run that was broken off.
        """
        ...

    def begin(self, identity: IndexIdentity) -> tuple[str, SearchIndex]:
        """Make a new, empty generation beside the live one; returns its name and itself.

        Raises `IndexMissing` if there is no live one.
        """
        ...

    def promote(self, generation: str) -> None:
        """Make a generation the live one, in one atomic step; the former one stays.

        Raises `SearchIndexError` if there is no generation of this name.
        """
        ...

    def state(self, *, patient: bool = False) -> IndexState:
        """Open what else is stored at this place, whether there is an index yet or not.

        Its reads wait for an engine that is busy, away or just starting as long as writes do if it
        is `patient`, as programs that write want it; people who search are told at once.
        """
        ...

    def freeze(self, generation: str) -> None:
        """Make the writers of a generation wait, once those under way are finished.

        They wait as patiently as for a busy engine, in whatever process they are. Until `thaw`,
        `promote` of another generation, or the end of this process at the latest where the engine
        is the process itself; frozen again is frozen once.
        """
        ...

    def thaw(self, generation: str) -> None:
        """Let the writers of a generation go on; nothing happens where they never stopped."""
        ...

    def drop(self, generation: str) -> None:
        """Delete a generation. Raises `SearchIndexError` if it is live or there is none."""
        ...
