"""The components of the indexing pipeline; each can be swapped for one with the same sockets.

ParseRecords -> WithdrawArticles -> ComposeArticles -> CompareDrafts -> IdentifyLanguages
     |                |                   |                  |                 |
  rejects      settled, rejects        rejects            settled              v
                                                        PlanWrites -> EmbedPassages -> WriteArticles
                                                            |              |                |
                                                         settled        rejects    settled, rejects

They only connect what others do: pure functions of `indexer.article` and of this folder, the
index and the model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_chain, wait_fixed

from indexer.article.composition import compose, identified, in_languages
from indexer.article.draft import Draft, Notice, RawArticle, Reject
from indexer.article.records import NOTHING_GIVEN, Defaults, parse_records
from indexer.errors import BadArticle
from indexer.ingest.batches import Batch, Incoming, Pending, Prepared, Ready, Settled
from indexer.ingest.embedding import embed
from indexer.ingest.haystack_api import component
from indexer.ingest.outcomes import after_withdrawals, settle_written, with_dates
from indexer.ingest.own_ids import looked_up, with_own_ids
from indexer.ingest.planning import (
    changed_articles,
    changed_besides_address,
    changed_drafts,
    with_known_vectors,
    withdrawn_result,
    without_summaries,
    without_withdrawn,
)
from indexer.ingest.withdrawing import Withdrawing
from indexer.ingest.workers import Workers
from indexer.text.language import Identifier
from indexer.text.paragraphs import MAX_COLUMNS
from search.embedding.port import Embedder
from search.index.errors import EngineBusy
from search.index.model import ArticleState, EmbeddedArticle, WriteReport

NOT_NOTED = "There is no place here to note it; if the article is in the index, delete it."


class WritableIndex(Protocol):
    """The part of `search.index.port.SearchIndex` that indexing needs."""

    def states(self, article_ids: Sequence[str]) -> Mapping[str, ArticleState]:
        """Content hash, version, language and draft hash of those articles that are there."""
        ...

    def get(self, article_ids: Sequence[str]) -> Mapping[str, EmbeddedArticle]:
        """Return whole articles with their vectors."""
        ...

    def write(self, batch: Sequence[EmbeddedArticle]) -> WriteReport:
        """Add or replace articles."""
        ...

    def delete(self, article_ids: Sequence[str]) -> int:
        """Remove articles."""
        ...


@component
class ParseRecords:
    """Checks raw records: articles, withdrawals of articles, and rejects, which are neither."""

    def __init__(self, defaults: Defaults = NOTHING_GIVEN) -> None:
        self._defaults = defaults

    @component.output_types(drafts=Batch[Draft], notices=Batch[Notice], rejects=Batch[Reject])
    def run(self, records: Batch[RawArticle]) -> dict[str, Any]:
        """Return drafts, notices and rejects, each in the order of the records."""
        parsed = parse_records(records, self._defaults)
        return {
            "drafts": Batch(parsed.drafts),
            "notices": Batch(parsed.notices),
            "rejects": Batch(parsed.rejects),
        }


@component
class WithdrawArticles:
    """Carries out withdrawals, before the articles of the batch are looked at.

    Without a `withdrawing` they are rejected: what is withdrawn must be noted to stay so.
    """

    def __init__(self, withdrawing: Withdrawing | None) -> None:
        self._withdrawing = withdrawing

    @component.output_types(drafts=Batch[Draft], settled=Batch[Settled], rejects=Batch[Reject])
    def run(self, drafts: Batch[Draft], notices: Batch[Notice]) -> dict[str, Any]:
        """Pass the drafts on; settle the notices. Raises a `SearchIndexError`."""
        settled: tuple[Settled, ...] = ()
        rejects: tuple[Reject, ...] = ()
        if self._withdrawing is None:
            rejects = tuple(
                Reject(one.origin, f"{one.withdrawal.sentence} {NOT_NOTED}", one.withdrawal.id)
                for one in notices
            )
        elif len(notices):
            settled = self._withdrawing.notices(notices.items)
        return {"drafts": drafts, "settled": Batch(settled), "rejects": Batch(rejects)}


@component
class ComposeArticles:
    """Makes articles of drafts: their passages are in no language yet."""

    def __init__(self, max_columns: int = MAX_COLUMNS) -> None:
        self._max_columns = max_columns

    @component.output_types(incoming=Batch[Incoming], rejects=Batch[Reject])
    def run(self, drafts: Batch[Draft]) -> dict[str, Any]:
        """Return one article per draft, or the reject of one that is too long."""
        now = datetime.now(UTC)
        incoming: list[Incoming] = []
        rejects: list[Reject] = []
        for draft in drafts:
            try:
                incoming.append(self._composed(draft, now))
            except BadArticle as error:
                rejects.append(Reject(draft.origin, str(error), draft.id))
        return {"incoming": Batch(tuple(incoming)), "rejects": Batch(tuple(rejects))}

    def _composed(self, draft: Draft, now: datetime) -> Incoming:
        made = compose(draft, self._max_columns)
        remarks = with_dates(draft.remarks, made.article, now)
        return Incoming(
            draft.origin,
            made.article,
            made.dropped,
            remarks=remarks,
            scope=draft.scope,
            addressed=draft.addressed,
        )


@component
class CompareDrafts:
    """Compares drafts with the index: an unchanged one is settled before languages are identified.

    Identifying them would be most of the work of a run in which nothing has changed.
    """

    def __init__(
        self,
        index: WritableIndex,
        identifier: Identifier,
        withdrawing: Withdrawing | None = None,
    ) -> None:
        self._index = index
        self._identifier = identifier
        self._withdrawing = withdrawing

    @component.output_types(incoming=Batch[Incoming], settled=Batch[Settled])
    def run(self, incoming: Batch[Incoming]) -> dict[str, Any]:
        """Settle unchanged and withdrawn drafts.

        The others get their ids and what the index has under them.
        """
        names = list(dict.fromkeys(looked_up(incoming.items)))
        states = self._index.states(names)
        withdrawn = self._withdrawing.of(names) if self._withdrawing else {}
        if self._withdrawing and self._withdrawing.finish(states, withdrawn):
            states, withdrawn = self._index.states(names), self._withdrawing.of(names)
        items = with_own_ids(incoming.items, states, withdrawn)
        items, out = without_withdrawn(items, withdrawn, datetime.now(UTC))
        if self._withdrawing and out:
            self._withdrawing.keep_texts([item.article for item in out], withdrawn)
        gone = [withdrawn_result(item, withdrawn) for item in out]
        left, settled = changed_drafts(items, states, self._identifier)
        return {"incoming": Batch(tuple(left)), "settled": Batch((*gone, *settled))}


@component
class IdentifyLanguages:
    """Identifies the language of every passage, and of those articles that do not give theirs.

    With `workers` many articles are prepared for all that follows, in several processes.
    """

    def __init__(self, identifier: Identifier, workers: Workers | None = None) -> None:
        self._identifier = identifier
        self._workers = workers

    @component.output_types(incoming=Batch[Incoming])
    def run(self, incoming: Batch[Incoming]) -> dict[str, Any]:
        """Return the articles with all languages filled in."""
        items = incoming.items
        found: Sequence[Prepared | None] = [None] * len(items)
        if self._workers is not None:
            found = self._workers.prepared([item.article for item in items])
        all_of_them = zip(items, found, strict=True)
        return {"incoming": Batch(tuple(self._identified(*each) for each in all_of_them))}

    def _identified(self, item: Incoming, prepared: Prepared | None) -> Incoming:
        if prepared is None:
            return replace(item, article=identified(item.article, self._identifier))
        article = in_languages(item.article, prepared.languages)
        return replace(item, article=article, prepared=prepared)


@component
class PlanWrites:
    """Settles articles that are in the index already, or newer there; the rest is pending."""

    def __init__(self, index: WritableIndex) -> None:
        self._index = index

    @component.output_types(pending=Batch[Pending], settled=Batch[Settled])
    def run(self, incoming: Batch[Incoming]) -> dict[str, Any]:
        """Settle unchanged and older articles; give changed ones the vectors of texts that stay."""
        changed, settled = changed_articles(incoming.items, datetime.now(UTC))
        replaced = dict.fromkeys(item.article.id for item in changed if item.state is not None)
        stored = self._index.get(list(replaced)) if replaced else {}
        left, elsewhere = changed_besides_address(changed, stored)
        left, outdone = without_summaries(left, stored)
        pending = with_known_vectors(left, stored)
        return {"pending": Batch(pending), "settled": Batch((*settled, *elsewhere, *outdone))}


@component
class EmbedPassages:
    """Computes the vectors that are not known yet, each text of the batch once."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    @component.output_types(ready=Batch[Ready], rejects=Batch[Reject])
    def run(self, pending: Batch[Pending]) -> dict[str, Any]:
        """Return the articles with their vectors, and those that the model fails on."""
        ready, rejects = embed(self._embedder, pending.items)
        return {"ready": Batch(tuple(ready)), "rejects": Batch(tuple(rejects))}


@component
class WriteArticles:
    """Writes a batch to the index; when it returns, what it reports as written is durable.

    A busy engine is tried again after each of the `waits` (seconds).
    """

    def __init__(
        self,
        index: WritableIndex,
        waits: Sequence[float] = (1.0, 4.0, 15.0),
        withdrawing: Withdrawing | None = None,
    ) -> None:
        self._index = index
        self._waits = tuple(waits)
        self._withdrawing = withdrawing

    @component.output_types(settled=Batch[Settled], rejects=Batch[Reject])
    def run(self, ready: Batch[Ready]) -> dict[str, Any]:
        """Return one outcome or reject per article. Raises a `SearchIndexError`."""
        if not len(ready):
            return {"settled": Batch(), "rejects": Batch()}
        report = self._write([item.article for item in ready])
        settled, rejects = settle_written(ready.items, report)
        if self._withdrawing is not None:
            written = [item.article.article.id for item in ready]
            out, back = self._withdrawing.kept_out(written)
            settled = [after_withdrawals(one, out, back) for one in settled]
        return {"settled": Batch(tuple(settled)), "rejects": Batch(tuple(rejects))}

    def _write(self, articles: Sequence[EmbeddedArticle]) -> WriteReport:
        tries = Retrying(
            retry=retry_if_exception_type(EngineBusy),
            wait=wait_chain(*map(wait_fixed, (*self._waits, 0))),
            stop=stop_after_attempt(1 + len(self._waits)),
            reraise=True,
        )
        return tries(self._index.write, articles)
