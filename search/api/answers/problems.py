"""Every error as a problem document (RFC 9457), by one table of error -> HTTP status.

Errors are named rather than imported, so that the table covers the indexer and the models
without loading them. A class without a row of its own takes that of its nearest base.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.types import Scope

from search.api.errors import StreamStopped
from search.errors import PolywireError
from search.query.errors import QueryError

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:polywire:problem:"
"""RFC 9457 wants a URI that names the kind of problem; it need not be a web address."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of error is answered.

    `public`: the error's own sentence goes to the client. Sentences about the server itself
    (paths, addresses of engines) go to the log only, and the client reads `title`.
    """

    status: int
    slug: str
    title: str
    retry_after_s: int | None = None
    public: bool = True


def _private(status: int, slug: str, title: str, retry_after_s: int | None = None) -> Kind:
    return Kind(status, slug, title, retry_after_s, public=False)


_FAILED = "The request failed; the server's log says why."
_NOT_READY = "The index is not ready to be used; the server's log says why."
_MODEL = "The embedding model of this server cannot be used; the server's log says why."
_RERANKER = "The reranker of this server cannot be used; search with rerank=false."
_INGEST = "Articles cannot be taken in at the moment; what was acknowledged before is safe."

KINDS: Mapping[str, Kind] = {
    "search.errors.PolywireError": _private(500, "failed", _FAILED),
    "search.errors.SettingsError": _private(500, "settings", "The server is set up wrongly."),
    "search.errors.UsageError": Kind(400, "bad-request", "The request cannot work as written."),
    "search.deadline.DeadlinePassed": Kind(504, "answer-late", "The answer took too long.", 5),
    # The index
    "search.index.errors.SearchIndexError": _private(500, "index", "The index cannot do this."),
    "search.index.errors.IndexMissing": _private(503, "index-missing", _NOT_READY, 10),
    "search.index.errors.IndexExists": _private(409, "index-exists", "There is an index already."),
    "search.index.errors.IndexMismatch": _private(503, "index-mismatch", _NOT_READY, 60),
    "search.index.errors.IndexDamaged": _private(500, "index-damaged", _NOT_READY),
    "search.index.errors.EngineUnavailable": _private(
        503, "engine-unavailable", "The search engine does not answer; try again later.", 5
    ),
    "search.index.errors.EngineBusy": _private(
        503, "engine-busy", "The search engine is overloaded; try again in a moment.", 1
    ),
    "search.index.state.StateConflict": _private(
        503, "engine-busy", "Another program changed the same thing; try again.", 1
    ),
    "search.index.errors.StorageFull": _private(
        507, "storage-full", "The server has no space left; nothing of this request was stored.", 60
    ),
    "search.index.errors.AccessDenied": _private(
        500, "access-denied", "The server may not read or write its own index."
    ),
    "search.index.errors.QueryRefused": Kind(400, "query-refused", "The query cannot be run."),
    "search.index.errors.EngineFault": _private(500, "engine-fault", "The search engine failed."),
    "search.index.elastic.driver_errors.WritesBlocked": _private(
        503, "engine-busy", "The index is being moved; try again in a moment.", 5
    ),
    "search.index.elastic.driver_errors.NotRecognised": _private(
        503, "engine-unavailable", "The search engine does not let the server in.", 10
    ),
    "search.index.elastic.driver_errors.TooLarge": _private(
        413, "body-too-large", "The search engine does not take so much at once; send less."
    ),
    "search.query.errors.QueryError": Kind(400, "query-malformed", "The query is not readable."),
    # Alerts
    "search.alerts.errors.AlertError": Kind(400, "alert-refused", "The alert is not possible."),
    "search.alerts.errors.AlertMissing": Kind(404, "alert-missing", "There is no such alert."),
    "search.alerts.errors.AlertExists": Kind(
        409, "alert-exists", "There is an alert of this name already."
    ),
    "search.alerts.errors.AlertUnusable": Kind(
        409, "alert-unusable", "A part of the alert cannot be read; give it that part anew."
    ),
    "search.alerts.errors.DeliveryFailed": _private(500, "failed", _FAILED),
    # The model
    "search.embedding.errors.EmbeddingError": _private(500, "model", _MODEL),
    "search.embedding.errors.ModelNotFound": _private(500, "model", _MODEL),
    "search.embedding.errors.ModelUnusable": _private(500, "model", _MODEL),
    "search.embedding.errors.ModelFailed": _private(500, "model", _MODEL),
    "search.embedding.errors.BadVectors": _private(500, "model", _MODEL),
    # The reranker
    "search.reranking.errors.RerankingError": _private(500, "reranker", _RERANKER),
    "search.reranking.errors.RerankerNotFound": _private(500, "reranker", _RERANKER),
    "search.reranking.errors.RerankerUnusable": _private(500, "reranker", _RERANKER),
    "search.reranking.errors.RerankerFailed": _private(500, "reranker", _RERANKER),
    "search.reranking.errors.BadScores": _private(500, "reranker", _RERANKER),
    # What no endpoint runs: files of the command line, evaluation, and our own client
    "search.results.delivery.ExportError": _private(500, "failed", _FAILED),
    "search.results.method_file.MethodError": _private(500, "failed", _FAILED),
    "search.results.coverage_plot.PlotError": _private(500, "failed", _FAILED),
    "search.client.ApiProblem": _private(500, "failed", _FAILED),
    "search.evaluation.errors.EvaluationError": _private(500, "failed", _FAILED),
    "search.evaluation.errors.TopicsUnreadable": _private(500, "failed", _FAILED),
    "search.evaluation.errors.JudgementsUnreadable": _private(500, "failed", _FAILED),
    "search.evaluation.errors.NothingJudged": _private(500, "failed", _FAILED),
    # The indexer
    "indexer.errors.IndexerError": _private(500, "ingest", _INGEST),
    "indexer.errors.InputMissing": _private(500, "ingest", _INGEST),
    "indexer.errors.InputUnreadable": _private(500, "ingest", _INGEST),
    "indexer.errors.OutputUnwritable": _private(500, "ingest", _INGEST),
    "indexer.errors.RejectsUnwritable": _private(500, "ingest", _INGEST),
    "indexer.errors.IngestStopped": _private(503, "ingest", _INGEST, 5),
    "indexer.errors.PairsUnusable": _private(500, "ingest", _INGEST),
    "indexer.errors.QueriesUnusable": _private(500, "ingest", _INGEST),
    # The server fetches nothing.
    "indexer.sources.fetching.errors.FetchFailed": _private(500, "ingest", _INGEST),
    "indexer.sources.fetching.errors.AddressRefused": _private(500, "ingest", _INGEST),
    "indexer.sources.fetching.errors.RobotsRefused": _private(500, "ingest", _INGEST),
    "indexer.sources.fetching.errors.HostUnknown": _private(500, "ingest", _INGEST),
    "indexer.sources.fetching.errors.Unreachable": _private(500, "ingest", _INGEST),
    "indexer.sources.fetching.errors.TimedOut": _private(500, "ingest", _INGEST),
    "indexer.sources.fetching.errors.TlsFailed": _private(500, "ingest", _INGEST),
    "indexer.sources.fetching.errors.RedirectsInCircles": _private(500, "ingest", _INGEST),
    "indexer.sources.fetching.errors.DocumentTooLarge": _private(500, "ingest", _INGEST),
    "indexer.sources.fetching.errors.CutOff": _private(500, "ingest", _INGEST),
    "indexer.sources.fetching.errors.StatusFailed": _private(500, "ingest", _INGEST),
    "indexer.sources.fetching.errors.RateLimited": _private(500, "ingest", _INGEST),
    "indexer.errors.BadArticle": Kind(422, "article-rejected", "The article cannot be indexed."),
    "indexer.article.stories.NoteToEditors": Kind(
        422, "article-rejected", "The article cannot be indexed."
    ),
    "indexer.article.publication.Unpublished": Kind(
        422, "article-rejected", "The article cannot be indexed."
    ),
    # The API itself
    "search.api.errors.ApiError": Kind(400, "bad-request", "The request cannot be served."),
    "search.api.errors.RequestMalformed": Kind(
        400, "bad-request", "The request cannot be understood."
    ),
    "search.api.errors.Unauthenticated": Kind(401, "unauthenticated", "A valid key is needed."),
    "search.api.errors.NotPermitted": Kind(403, "not-permitted", "This is not permitted."),
    "search.api.errors.ForeignRequest": Kind(403, "foreign-request", "This is not permitted."),
    "search.api.errors.ArticleMissing": Kind(404, "article-missing", "There is no such article."),
    "search.api.errors.StoryMissing": Kind(404, "story-missing", "There is no such story."),
    "search.api.errors.ArticleWithdrawn": Kind(
        410, "article-withdrawn", "The article was withdrawn."
    ),
    "search.api.errors.ArticleEmbargoed": Kind(
        404, "article-embargoed", "The article may not be shown yet."
    ),
    "search.versions.document.VersionMissing": Kind(
        404, "version-missing", "There is no such version of the article."
    ),
    "search.api.errors.ClientSlow": Kind(408, "client-slow", "The request came too slowly."),
    "search.api.errors.ArticleStale": Kind(409, "article-stale", "A newer version is stored."),
    "search.api.errors.CursorExpired": Kind(410, "cursor-expired", "The cursor has expired."),
    "search.api.errors.ArticleChanged": Kind(412, "article-changed", "The article has changed."),
    "search.api.errors.BodyTooLarge": Kind(413, "body-too-large", "The body is too large."),
    "search.api.errors.HeadTooLarge": Kind(400, "head-too-large", "The head is too large."),
    "search.api.errors.WrongMediaType": Kind(
        415, "wrong-media-type", "The body is of a type that is not read here."
    ),
    "search.api.errors.ArticleRejected": Kind(
        422, "article-rejected", "The article cannot be indexed."
    ),
    "search.api.errors.RateExceeded": Kind(429, "rate-exceeded", "Too many requests.", 1),
    "search.api.errors.ServerBusy": Kind(503, "server-busy", "The server is overloaded.", 1),
    "search.api.errors.WriterLost": Kind(
        503, "writer-lost", "The outcome of the write is not known.", 1
    ),
    "search.api.errors.StreamStopped": Kind(503, "stream-stopped", "The stream was not read."),
    "search.api.errors.AnswerLate": Kind(504, "answer-late", "The answer took too long.", 5),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem document on its way to a client; `extra` are its extension members."""

    status: int
    slug: str
    title: str
    detail: str
    retry_after_s: int | None = None
    extra: Mapping[str, Any] | None = None

    @classmethod
    def of(cls, error: PolywireError) -> Problem:
        """Say what the error means to the client."""
        extra: dict[str, Any] | None = None
        if isinstance(error, StreamStopped):
            extra = {"counts": error.counts, "settled_lines": error.settled_lines}
            error = error.cause
        detail = str(error)
        if isinstance(error, QueryError):
            detail = error.sentence
            extra = {"query": error.query, "start": error.start, "end": error.end}
        kind = kind_of(type(error))
        given = getattr(error, "retry_after_s", None)
        return cls(
            kind.status,
            kind.slug,
            kind.title,
            detail if kind.public else kind.title,
            given if given is not None else kind.retry_after_s,
            extra,
        )

    def response(self, request_id: str | None) -> Response:
        """Return the document with its headers; `request_id` finds it in the server's log."""
        document: dict[str, Any] = {
            "type": TYPE_PREFIX + self.slug,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        if request_id is not None:
            document["instance"] = f"urn:polywire:request:{request_id}"
        document |= self.extra or {}
        headers = {}
        if self.retry_after_s is not None:
            headers["Retry-After"] = str(self.retry_after_s)
        if self.status == 401:
            headers["WWW-Authenticate"] = 'Bearer realm="polywire"'
        # ASCII only: a detail may echo half a surrogate pair, which UTF-8 cannot hold.
        content = json.dumps(document, ensure_ascii=True).encode("ascii")
        return Response(content, self.status, headers, MEDIA_TYPE)


ProblemAnswer = Callable[[Scope, Problem], Response]
"""Makes the answer of a problem, for the request of an ASGI scope."""


def as_document(scope: Scope, problem: Problem) -> Response:
    """Answer as programs read it."""
    given = scope["state"].get("request_id")
    return problem.response(str(given) if given else None)


def kind_of(error: type[BaseException]) -> Kind:
    """Return the row of the class, or of its nearest base that has one."""
    for base in error.__mro__:
        kind = KINDS.get(f"{base.__module__}.{base.__qualname__}")
        if kind is not None:
            return kind
    return KINDS["search.errors.PolywireError"]


FAULT = Problem(
    500,
    "fault",
    "The server failed.",
    "The server failed unexpectedly; its log says more under the id of the request.",
)
