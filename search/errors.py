"""The root of every error that Polywire raises on purpose.

    PolywireError         one sentence for a person: what happened, to what, what to do next
    |-- SettingsError     a setting is unknown or has a bad value                       (exit 2)
    |-- UsageError        a command was called in a way that cannot work                (exit 2)
    |-- QueryError        search.query.errors: a query cannot be read                   (exit 2)
    |-- SearchIndexError  search.index.errors: missing, of another model, full disk, ...
    |-- AlertError        search.alerts.errors: no such alert, one that cannot be read, ...
    |-- EmbeddingError    search.embedding.errors: no such model, bad vectors, ...
    |-- RerankingError    search.reranking.errors: no such reranker, bad scores, ...
    |-- DeadlinePassed    search.deadline: an answer is no longer waited for
    |-- VersionMissing    search.versions.document: an article has no such version
    |-- MethodError       search.results.method_file: a method file cannot be read
    |-- ExportError       search.results.delivery: a result cannot be written
    |-- PlotError         search.results.coverage_plot: a picture cannot be drawn
    |-- EvaluationError   search.evaluation.errors: nothing can be measured
    |-- ApiError          search.api.errors: a request over HTTP is refused
    |-- ApiProblem        search.client: what a server refused, or that none answered
    `-- IndexerError      indexer.errors: articles cannot be read or indexed at all

The module that is named draws the branch below. The command line prints `str(error)` and exits
with `exit_code`, 1 unless the tree says otherwise; nothing shows a stack trace unless
`POLYWIRE_DEBUG=1`.
"""

from __future__ import annotations

from typing import ClassVar


class PolywireError(Exception):
    """Something that a person can act on; the message is one clear sentence or two."""

    exit_code: ClassVar[int] = 1


class SettingsError(PolywireError):
    """A setting is unknown, or its value cannot be used."""

    exit_code = 2


class UsageError(PolywireError):
    """A command, or a call, was made in a way that cannot work."""

    exit_code = 2
