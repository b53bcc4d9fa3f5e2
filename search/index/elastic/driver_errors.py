"""The one place where errors of the Elasticsearch client become errors of the port.

Most specific first: an exception of the transport says that no answer came, an `ApiError` carries
the server's answer, and the same rules read the errors that stand within an answer (an item of a
bulk, a part of a multi-search). `test_driver_errors.py` fails when the client
has an exception that is not handled here. The client's `helpers`, which have exceptions of their
own, are not used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from search.index.errors import (
    AccessDenied,
    EngineBusy,
    EngineFault,
    EngineUnavailable,
    IndexExists,
    IndexMissing,
    QueryRefused,
    SearchIndexError,
    StorageFull,
)

GUIDE = "docs/elasticsearch.md"


class WritesBlocked(EngineBusy):
    """The generation takes no more writes: it is about to be, or has been, replaced."""


class NotRecognised(AccessDenied):
    """The server does not know us. It says so for some seconds after a restart, too."""


class TooLarge(QueryRefused):
    """The request has more bytes than the server takes at once."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error in the server's own words: HTTP status, type, and all reasons that it gives."""

    status: int
    kind: str
    reason: str

    @classmethod
    def read(cls, status: int, body: object) -> Refusal:
        """Read an answer's body; the innermost causes are often the only ones that say why."""
        error = body.get("error", body) if isinstance(body, Mapping) else body
        if not isinstance(error, Mapping):
            return cls(status, "", str(error))
        kind, reason = str(error.get("type") or ""), str(error.get("reason") or "")
        innermost: Mapping[str, object] = error
        while isinstance(cause := innermost.get("caused_by"), Mapping):
            innermost = cause
        roots = error.get("root_cause")
        for cause in (*(roots if isinstance(roots, list) else ()), innermost):
            if cause.get("reason") and str(cause["reason"]) not in reason:
                reason = f"{reason}: {cause['reason']}" if reason else str(cause["reason"])
            if kind in {"", "search_phase_execution_exception"} and cause.get("type"):
                kind = str(cause["type"])
        return cls(status, kind, reason)

    @property
    def short(self) -> str:
        """The reasons in one line of at most 300 characters, without a final full stop."""
        return _one_line(self.reason)


@contextmanager
def translated(place: str) -> Iterator[None]:
    """Turn whatever the client raises within the block into a `SearchIndexError`.

    `place` is the index as a person would write it, with no password in it.
    """
    import elastic_transport

    try:
        yield
    except (elastic_transport.TransportError, elastic_transport.ApiError) as error:
        raise translate(error, place) from error


def translate(error: Exception, place: str) -> SearchIndexError:
    """Choose the error of the port for an exception of the client."""
    import elastic_transport
    import elasticsearch

    match error:
        case elasticsearch.UnsupportedProductError() | elastic_transport.SerializationError():
            found = _not_elasticsearch(place)
        case elastic_transport.ApiError():
            found = from_answer(error.meta.status, error.body, place)
        case elastic_transport.TlsError():
            found = _tls(f"{error.message} {error}", place)
        case elastic_transport.ConnectionTimeout():
            found = EngineUnavailable(
                f"Elasticsearch did not answer in time ({place}). Try again; if it goes on, look "
                "at the server's load, or raise elasticsearch.timeout_s."
            )
        case elastic_transport.TransportError():
            found = EngineUnavailable(
                f"Nothing answers at {place} ({_cause(str(error))}). Start Elasticsearch there, or "
                "name another address with --index http://HOST:9200/NAME."
            )
        case _:
            found = EngineFault(f"Unexpected error from {place}: {_one_line(str(error))}.")
    return found


def from_answer(status: int, body: object, place: str) -> SearchIndexError:
    """Choose the error of the port for an error in the server's own words."""
    refusal = Refusal.read(status, body)
    for applies, make in RULES:
        if applies(refusal):
            return make(refusal, place)
    return EngineFault(
        f"Elasticsearch at {place} failed with status {status} ({refusal.kind or 'no type'}): "
        f"{refusal.short}. Its log says more."
    )


def looked_up(documents: list[dict[str, Any]], place: str) -> list[dict[str, Any]]:
    """Return the documents of a multi-get, if of each it is known whether it is there.

    Raises the error of the first one whose shard did not say: it is not missing for that.
    """
    for document in documents:
        if "error" in document:
            raise from_answer(404, document, place)
    return documents


Rule = tuple[Callable[[Refusal], bool], Callable[[Refusal, str], SearchIndexError]]


def _kind(*kinds: str) -> Callable[[Refusal], bool]:
    return lambda refusal: refusal.kind in kinds


def _status(*statuses: int) -> Callable[[Refusal], bool]:
    return lambda refusal: refusal.status in statuses


def _says(*words: str) -> Callable[[Refusal], bool]:
    return lambda refusal: any(word in refusal.reason for word in words)


def _sentence(
    error: type[SearchIndexError], template: str
) -> Callable[[Refusal, str], SearchIndexError]:
    """Make errors from a sentence with `{place}` and `{why}` in it."""
    return lambda refusal, place: error(template.format(place=place, why=refusal.short))


def _wrong_client(refusal: Refusal, place: str) -> SearchIndexError:
    import elasticsearch

    asked = re.search(r"compatible-with=\s*(\d+)", refusal.reason)
    theirs = int(asked[1]) - 1 if asked else elasticsearch.__version__[0] - 1
    wanted = ">=8.19,<9" if theirs <= 8 else f">={theirs},<{theirs + 1}"
    installed = ".".join(map(str, elasticsearch.__version__))
    return EngineUnavailable(
        f"The server at {place} is older than the installed Elasticsearch client "
        f"{installed} and refuses it; client and server need the same major "
        f"version. Run: pip install 'elasticsearch{wanted}'"
    )


_STORAGE_FULL = _sentence(
    StorageFull,
    "The disk of the Elasticsearch server is full, so it takes no more writes for {place}; what "
    "was written before is safe. Free space or add a node: the server lifts the block by itself "
    f"({GUIDE}).",
)

RULES: tuple[Rule, ...] = (
    (_says("flood-stage", "read-only-allow-delete", "No space left on device"), _STORAGE_FULL),
    (
        lambda r: r.kind == "cluster_block_exception" and "index write (api)" in r.reason,
        _sentence(
            WritesBlocked,
            "{place} takes no writes: a new generation is replacing it. Try again shortly; if no "
            "reindexing is running, one was broken off, and `polywire reindex --resume` ends it.",
        ),
    ),
    (
        lambda r: (
            r.kind == "media_type_header_exception"
            or (r.status in {400, 406} and "compatible-with" in r.reason)
        ),
        _wrong_client,
    ),
    (
        _says("not allowed script", "cannot execute", "search.allow_expensive_queries"),
        _sentence(
            AccessDenied,
            "The settings of the server at {place} do not allow what a search needs: {why}. See "
            f"'What a search costs' in {GUIDE}.",
        ),
    ),
    (
        _kind("index_not_found_exception"),
        _sentence(
            IndexMissing,
            "There is no index at {place} (any more). Make it by ingesting: polywire ingest "
            "--index {place} PATH...",
        ),
    ),
    (
        # Its kind, or another generation that was made in the same moment and is live.
        lambda r: (
            r.kind == "resource_already_exists_exception"
            or "has more than one write index" in r.reason
        ),
        _sentence(IndexExists, "There is an index at {place} already."),
    ),
    (
        lambda r: (
            r.status == 429
            or r.kind in {"es_rejected_execution_exception", "circuit_breaking_exception"}
        ),
        _sentence(
            EngineBusy,
            "Elasticsearch has too much to do to take more now ({place}): {why}. Try again in a "
            "moment, with fewer writers at once.",
        ),
    ),
    (
        _kind(
            "no_shard_available_action_exception",
            "unavailable_shards_exception",
            "search_phase_execution_exception",
            "index_closed_exception",
        ),
        _sentence(
            EngineUnavailable,
            "Some of the data of {place} is not available, because the index is red, closed or "
            f"just starting: {{why}}. See 'When it is red' in {GUIDE}.",
        ),
    ),
    (
        _status(401),
        _sentence(
            NotRecognised,
            "The server at {place} does not know this user name and password, or API key. Set "
            "elasticsearch.api_key, or elasticsearch.username and elasticsearch.password.",
        ),
    ),
    (
        _status(403),
        _sentence(
            AccessDenied,
            "This user or API key may not do that at {place}: {why}. Give it the privileges "
            f"listed in {GUIDE}.",
        ),
    ),
    (
        _status(409),
        _sentence(EngineBusy, "Another writer changed {place} at the same moment. Try again."),
    ),
    (
        _status(413),
        _sentence(
            TooLarge,
            "The request is larger than the server at {place} takes (http.max_content_length).",
        ),
    ),
    (
        _status(502, 503, 504),
        _sentence(EngineUnavailable, "Elasticsearch at {place} is not ready: {why}. Try again."),
    ),
    (
        lambda r: 400 <= r.status < 500 and bool(r.kind),
        _sentence(QueryRefused, "Elasticsearch refuses this ({place}): {why}."),
    ),
    (
        lambda r: 300 <= r.status < 500,
        lambda _, place: _not_elasticsearch(place),
    ),
)
"""The first rule that applies decides; what none knows is an `EngineFault`."""


def _not_elasticsearch(place: str) -> SearchIndexError:
    return EngineUnavailable(
        f"Something answers at {place}, but it is not Elasticsearch. Check host and port; "
        "OpenSearch and other forks are not supported."
    )


def _tls(detail: str, place: str) -> SearchIndexError:
    if "WRONG_VERSION_NUMBER" in detail.upper() or "record layer" in detail:
        return EngineUnavailable(
            f"The server at {place} does not speak TLS. Write http:// instead of https://."
        )
    return EngineUnavailable(
        f"The certificate of {place} is not trusted ({_cause(detail)}). Name the file of its "
        "certificate authority in elasticsearch.ca_file."
    )


def _cause(detail: str) -> str:
    """The innermost reason in a nested message of urllib3."""
    for expression in (
        r"certificate verify failed: ([^(\]]+)",
        r"\[Errno -?\d+\] ([\w ,'-]+)",
        r"(Remote end closed connection|Connection reset by peer|Connection broken)",
    ):
        found = re.findall(expression, detail)
        if found:
            return str(found[-1]).strip().lower()
    return _one_line(detail)


def _one_line(reason: str) -> str:
    line = " ".join(reason.split()).rstrip(".")
    return line if len(line) <= 300 else line[:299] + "…"
