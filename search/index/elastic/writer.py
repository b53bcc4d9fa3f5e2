"""Writing and deleting articles by compare-and-set.

Elasticsearch's external versioning would keep an older correction from replacing a newer one, but
its versions outlive a delete by a minute (the tombstone's, `index.gc_deletes`): an article that is
deleted and ingested again would be refused. So a write says which state of the document it
replaces (`if_seq_no` and `if_primary_term`, or `create` where there was none). Where another
writer was faster the server answers 409, and the decision is made anew on what is there now. Any
number of writers on any number of machines thus end with the newest version of every article,
and each article is reported `added` by just one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from search.index.admission import MAX_ID_BYTES, Admission, admit
from search.index.elastic.bulk import Action, BulkSender, Target
from search.index.elastic.connection import Connection
from search.index.elastic.documents import microseconds, to_document, to_state
from search.index.elastic.driver_errors import looked_up, translated
from search.index.elastic.history import past_document, to_versions
from search.index.elastic.mapping import (
    ARTICLE_ID,
    CONTENT_HASH,
    DRAFT_HASH,
    EMBARGO,
    HISTORY,
    KEPT,
    LANG,
    PASSAGE_LANG,
    POSITION,
    SEEN,
    SOURCE,
    TEXT,
    VERSION,
)
from search.index.errors import (
    EngineBusy,
    IndexMissing,
    QueryRefused,
    SearchIndexError,
)
from search.index.history import KEEP, ArticleVersion, Past, past_of_copy, past_of_new
from search.index.model import ArticleState, EmbeddedArticle, Outcome, WriteReport, WriteResult

IDS_A_REQUEST = 1000

HISTORIES_A_REQUEST = 100
"""Articles whose versions are fetched at once: 20 of 5 kB each make 10 MB."""

HISTORY_SOURCE = (
    *(ARTICLE_ID, LANG, CONTENT_HASH, VERSION, f"{KEPT}.title", f"{KEPT}.updated", HISTORY),
    *(POSITION, PASSAGE_LANG, TEXT),
)
STATE_SOURCE = (
    *(CONTENT_HASH, VERSION, LANG, SOURCE, EMBARGO),
    *(f"{KEPT}.updated", f"{KEPT}.{DRAFT_HASH}"),
)

ROUNDS = 20
"""In each round at least one of the competing writers of an article gets through."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What is there of an article, and where in the history of its shard."""

    state: ArticleState
    seq_no: int
    primary_term: int


@dataclass(frozen=True, slots=True)
class Form:
    """What documents look like.

    `dimension` is that of the vectors, `packed` says whether the server reads them in base64,
    `keep` how many former versions a document holds.
    """

    dimension: int
    packed: bool
    keep: int = KEEP


class ArticleWriter:
    """Writes and deletes articles of one index."""

    def __init__(
        self,
        connection: Connection,
        target: Target,
        sender: BulkSender,
        form: Form,
    ) -> None:
        """Take ready parts; nothing is sent yet."""
        self._client = connection.client
        self._target = target
        self._sender = sender
        self._form = form
        self._backoff = connection.backoff
        self._place = connection.place

    def write(
        self,
        batch: Sequence[EmbeddedArticle],
        copied: Mapping[str, Sequence[ArticleVersion]] | None = None,
    ) -> WriteReport:
        """See `search.index.port.SearchIndex.write`."""
        results: dict[int, WriteResult] = {}
        undecided = list(range(len(batch)))
        uncertain: dict[str, ArticleState] = {}
        failed: dict[str, SearchIndexError] = {}
        done = False
        began = datetime.now(UTC)
        for _round in range(ROUNDS):
            alias, stored = self._look_up({batch[i].article.id for i in undecided})
            arrived = {
                i for i, state in uncertain.items() if i in stored and stored[i].state == state
            }
            done = done or bool(arrived)
            undecided = [i for i in undecided if batch[i].article.id not in arrived]
            admission = admit(
                [batch[i] for i in undecided],
                {article_id: found.state for article_id, found in stored.items()},
                self._form.dimension,
                began,
            )
            results.update(zip(undecided, admission.report.results, strict=True))
            try:
                past = self._past(alias, admission, stored.keys(), copied or {})
            except IndexMissing:
                if self._target.alias == alias and not self._target.follow():
                    raise
                continue
            sent = self._sender.send(self._actions(admission.to_write, stored, past), alias)
            done = done or bool(sent.done)
            failed.update(sent.failed)
            uncertain = _states(admission.to_write, sent.uncertain & sent.conflicts)
            undecided = [i for i in undecided if batch[i].article.id in sent.conflicts]
            if not undecided:
                break
        contended = EngineBusy("Other writers kept changing the article; ingest it again.")
        failed.update({batch[i].article.id: contended for i in undecided})
        _raise_if_nothing_was_done(done, failed)
        return WriteReport(
            tuple(_with_failure(results[i], failed, batch[i]) for i in range(len(batch)))
        )

    def _past(
        self,
        alias: str,
        admission: Admission,
        stored: Set[str],
        copied: Mapping[str, Sequence[ArticleVersion]],
    ) -> dict[str, Past]:
        """Say what each article keeps of its past.

        If a document changes after its state was looked up, the write of it is refused and
        decided anew: so it does no harm that its text is read a moment later.
        """
        keep = self._form.keep
        names = [embedded.article.id for embedded in admission.to_write]
        replaced = [name for name in names if name in stored and name not in copied]
        before = self.versions(replaced, alias) if keep else {}
        now = datetime.now(UTC)
        return {
            name: past_of_copy(copied[name], keep)
            if name in copied
            else past_of_new(before.get(name, ()), admission.skipped.get(name, ()), now, keep)
            for name in names
        }

    def versions(
        self, article_ids: Iterable[str], index: str
    ) -> dict[str, tuple[ArticleVersion, ...]]:
        """Look up every version of those articles that are there, newest first."""
        wanted = sorted(filter(is_keepable, set(article_ids)))
        found = {}
        for start in range(0, len(wanted), HISTORIES_A_REQUEST):
            ids = wanted[start : start + HISTORIES_A_REQUEST]
            for doc in self._documents(index, ids, HISTORY_SOURCE):
                if doc.get("found"):
                    found[str(doc["_id"])] = to_versions(doc["_source"])
        return found

    def _actions(
        self,
        articles: Iterable[EmbeddedArticle],
        stored: Mapping[str, Stored],
        past: Mapping[str, Past],
    ) -> Iterator[Action]:
        for embedded in articles:
            article_id = embedded.article.id
            document = to_document(embedded, self._form.packed)
            document[HISTORY] = past_document(past[article_id])
            seen = past[article_id].seen
            if seen is not None:
                document[SEEN] = microseconds(seen)
            before = stored.get(article_id)
            if before is None:
                yield Action.of(article_id, "create", {}, document)
            else:
                position = {"if_seq_no": before.seq_no, "if_primary_term": before.primary_term}
                yield Action.of(article_id, "index", position, document)

    def delete(self, article_ids: Sequence[str]) -> int:
        """See `search.index.port.SearchIndex.delete`."""
        left = list(
            dict.fromkeys(article_id for article_id in article_ids if is_keepable(article_id))
        )
        removed = 0
        for _round in range(ROUNDS):
            actions = (Action.of(article_id, "delete", {}) for article_id in left)
            sent = self._sender.send(actions, self._target.alias)
            removed += sum(result == "deleted" for result in sent.done.values())
            for error in sent.failed.values():
                raise error
            left = [article_id for article_id in left if article_id in sent.conflicts]
            if not left:
                return removed
        raise EngineBusy(f"Other writers kept changing {self._place}. Delete again.")

    def stored(self, article_ids: Iterable[str]) -> dict[str, Stored]:
        """Look up which of the articles are there now, written or not yet searchable."""
        _, found = self._look_up(article_ids)
        return found

    def _look_up(self, article_ids: Iterable[str]) -> tuple[str, dict[str, Stored]]:
        """Return what is there, and through which alias: positions hold in one index only."""
        wanted = sorted({i for i in article_ids if is_keepable(i)})
        while True:
            alias = self._target.alias
            try:
                return alias, self._read(alias, wanted)
            except IndexMissing:
                if self._target.alias == alias and not self._target.follow():
                    raise

    def _read(self, alias: str, wanted: Sequence[str]) -> dict[str, Stored]:
        found: dict[str, Stored] = {}
        for start in range(0, len(wanted), IDS_A_REQUEST):
            for doc in self._documents(alias, wanted[start : start + IDS_A_REQUEST]):
                if doc.get("found"):
                    state = to_state(doc["_source"])
                    found[doc["_id"]] = Stored(state, doc["_seq_no"], doc["_primary_term"])
        return found

    def _documents(
        self, alias: str, ids: Sequence[str], source: Sequence[str] = STATE_SOURCE
    ) -> list[dict[str, Any]]:
        return self._backoff.call(lambda: self._request(alias, ids, source))

    def _request(
        self, alias: str, ids: Sequence[str], source: Sequence[str]
    ) -> list[dict[str, Any]]:
        with translated(self._place):
            answer = self._client.options(max_retries=0).mget(
                index=alias, ids=list(ids), source_includes=list(source)
            )
        return looked_up(answer["docs"], self._place)


def is_keepable(article_id: str) -> bool:
    """Whether an id can be that of a document at all: the server refuses to look up others."""
    return 0 < len(article_id.encode("utf-8", "replace")) <= MAX_ID_BYTES and not any(
        "\ud800" <= letter <= "\udfff" for letter in article_id
    )


def _states(articles: Iterable[EmbeddedArticle], ids: set[str]) -> dict[str, ArticleState]:
    return {
        e.article.id: ArticleState(e.article.content_hash, e.article.version)
        for e in articles
        if e.article.id in ids
    }


def _raise_if_nothing_was_done(done: bool, failed: Mapping[str, SearchIndexError]) -> None:
    if not done:
        for error in failed.values():
            if not isinstance(error, QueryRefused):
                raise error


def _with_failure(
    result: WriteResult, failed: Mapping[str, SearchIndexError], embedded: EmbeddedArticle
) -> WriteResult:
    error = failed.get(embedded.article.id)
    if error is None or result.outcome not in (Outcome.ADDED, Outcome.UPDATED):
        return result
    return WriteResult(result.article_id, Outcome.REJECTED, str(error))
