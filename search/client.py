"""A client for the HTTP API: typed answers, retries where they are safe, streams both ways.

    with PolywireClient("http://127.0.0.1:8080", key="pw_...") as client:
        for hit in client.search("flood damages a bridge", lang=["de", "fr"]).hits:
            print(hit.title, hit.score)

Written by hand rather than generated: the API has a dozen calls, and a generated client has
some sixty files, knows neither cursors nor NDJSON streams, and would have to be generated anew
with every change. The answers are the very models that the server's OpenAPI document is made
of (`search.api.answers.shapes`), so that the two cannot differ.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Self, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from search.api.answers.article_shapes import ArticleAnswer, Outcome, Outcomes, VersionAnswer
from search.api.answers.shapes import Counts, Hit, SearchAnswer, StatusAnswer
from search.errors import PolywireError

Answer = TypeVar("Answer", bound=BaseModel)
Value = str | int | float | bool | datetime | Sequence[str] | None
"""What an option can be; times and lists are written as the API reads them, None is left out."""

_UNREACHABLE = 0
_PASSING = frozenset({_UNREACHABLE, 429, 503})
_LONGEST_WAIT_S = 30.0


class ApiProblem(PolywireError):
    """The server answered with a problem document (RFC 9457), or could not be reached.

    `status` is the HTTP status, 0 where there was no answer; `slug` names the kind of problem;
    `document` is what the server sent; `retry_after_s` is the pause that it named, if any.
    """

    def __init__(
        self,
        status: int,
        slug: str,
        detail: str,
        document: Mapping[str, Any],
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.slug = slug
        self.document = document
        self.retry_after_s = retry_after_s


class PolywireClient:
    """Calls one server; may be used by several threads.

    A refusal for the moment (429, 503) and a broken connection are tried again up to `retries`
    times, after the time that the server names, else after an exponential, jittered pause:
    every call can be repeated without harm, since articles are stored by their ids. A stream of
    articles that was begun is not repeated by itself, since what feeds it may not be.
    """

    def __init__(
        self,
        url: str,
        key: str | None = None,
        timeout_s: float = 60.0,
        retries: int = 4,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx.Client(
            base_url=url, headers=headers, timeout=timeout_s, transport=transport
        )
        self._retries = retries

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def search(self, q: str, **options: Value) -> SearchAnswer:
        """Search; the options are those of `POST /v1/search`. Raises `ApiProblem`, as all calls."""
        body = {name: _plain(v) for name, v in options.items() if v is not None}
        return _read(SearchAnswer, self._send("POST", "/v1/search", json={"q": q, **body}))

    def search_all(self, q: str, page: int = 50, **options: Value) -> Iterator[Hit]:
        """Search, and go through the whole list that is stored for the query, page by page."""
        answer = self.search(q, limit=page, cursor="*", **options)
        yield from answer.hits
        while answer.next:
            response = self._send("GET", "/v1/search", {"cursor": answer.next, "limit": page})
            answer = _read(SearchAnswer, response)
            yield from answer.hits

    def similar(self, article_id: str, **options: Value) -> SearchAnswer:
        """Find the coverage of what an article that is in the index is about."""
        return _read(SearchAnswer, self._send("GET", f"/v1/similar/{_name(article_id)}", options))

    def similar_to(self, text: str, **options: Value) -> SearchAnswer:
        """Find the coverage of what a text is about."""
        body = {name: _plain(v) for name, v in options.items() if v is not None}
        return _read(SearchAnswer, self._send("POST", "/v1/similar", json={"text": text, **body}))

    def facets(self, q: str = "", **options: Value) -> Counts:
        """Count articles by language, source, section, tag and date."""
        return _read(Counts, self._send("GET", "/v1/facets", {"q": q, **options}))

    def export(self, q: str = "", **options: Value) -> Iterator[dict[str, Any]]:
        """Go through the complete result, as it comes; `format` may be `jsonl` or `articles`.

        Raises `ApiProblem` where the stream ends early, too.
        """
        params = _params({"q": q, **options})
        try:
            with self._http.stream("GET", "/v1/export", params=params) as response:
                if response.is_error:
                    response.read()
                    raise _problem(response)
                for line in response.iter_lines():
                    yield json.loads(line)
        except httpx.TransportError as error:
            raise _unreachable(error) from None

    def article(self, article_id: str) -> ArticleAnswer:
        """Fetch an article."""
        return _read(ArticleAnswer, self._send("GET", f"/v1/articles/{_name(article_id)}"))

    def version(self, article_id: str, number: int, against: int | None = None) -> VersionAnswer:
        """Fetch a version of an article, and what changed since the one before or `against`.

        Which versions there are, `article(article_id).versions` says.
        """
        path = f"/v1/articles/{_name(article_id)}/versions/{number}"
        return _read(VersionAnswer, self._send("GET", path, {"against": against}))

    def put(self, article_id: str, article: Mapping[str, Any]) -> Outcome:
        """Add or replace an article; it can be found when this returns."""
        response = self._send("PUT", f"/v1/articles/{_name(article_id)}", json=article)
        return _read(Outcome, response)

    def delete(self, article_id: str) -> None:
        """Delete an article."""
        self._send("DELETE", f"/v1/articles/{_name(article_id)}")

    def send(self, articles: Sequence[Mapping[str, Any]]) -> Outcomes:
        """Send a list of articles; one outcome each, in order."""
        return _read(Outcomes, self._send("POST", "/v1/articles", json=list(articles)))

    def send_stream(self, articles: Iterable[Mapping[str, Any]]) -> Iterator[Outcome]:
        """Send articles as they come, however many, in one request; then yield the outcomes."""
        lines = (json.dumps(article, ensure_ascii=False).encode() + b"\n" for article in articles)
        headers = {"Content-Type": "application/x-ndjson"}
        try:
            with self._http.stream(
                "POST", "/v1/articles", content=lines, headers=headers
            ) as response:
                if response.is_error:
                    response.read()
                    raise _problem(response)
                for line in response.iter_lines():
                    outcome = json.loads(line)
                    if "outcome" in outcome:
                        yield Outcome.model_validate(outcome)
        except httpx.TransportError as error:
            raise _unreachable(error) from None

    def status(self) -> StatusAnswer:
        """Tell what the index holds."""
        return _read(StatusAnswer, self._send("GET", "/v1/status"))

    def _send(
        self,
        method: str,
        path: str,
        params: Mapping[str, Value] | None = None,
        json: object = None,
    ) -> httpx.Response:
        tries = Retrying(
            retry=retry_if_exception(_is_passing),
            wait=_pause,
            stop=stop_after_attempt(1 + self._retries),
            reraise=True,
        )
        return tries(self._send_once, method, path, _params(params or {}), json)

    def _send_once(
        self, method: str, path: str, params: Mapping[str, str], json: object
    ) -> httpx.Response:
        try:
            response = self._http.request(method, path, params=params, json=json)
        except httpx.TransportError as error:
            raise _unreachable(error) from None
        if response.is_error:
            raise _problem(response)
        return response


def _is_passing(error: BaseException) -> bool:
    return isinstance(error, ApiProblem) and error.status in _PASSING


def _pause(state: RetryCallState) -> float:
    """Return the seconds to wait: what the server names, spread a little, within bounds."""
    problem = state.outcome.exception() if state.outcome else None
    named = problem.retry_after_s if isinstance(problem, ApiProblem) else None
    base = 0.2 * 2 ** (state.attempt_number - 1) if named is None else float(named)
    return min(base, _LONGEST_WAIT_S) * random.uniform(1.0, 1.5)  # noqa: S311  spreads load only


def _read(shape: type[Answer], response: httpx.Response) -> Answer:
    return shape.model_validate_json(response.content)


def _params(options: Mapping[str, Value]) -> dict[str, str]:
    params = {}
    for name, value in options.items():
        plain = _plain(value)
        if isinstance(plain, bool):
            params[name] = "true" if plain else "false"
        elif isinstance(plain, list):
            params[name] = ",".join(map(str, plain))
        elif plain is not None:
            params[name] = str(plain)
    return params


def _plain(value: Value) -> str | int | float | bool | list[str] | None:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str | int | float) or value is None:
        return value
    return list(value)


def _name(article_id: str) -> str:
    return quote(article_id, safe="")


def _problem(response: httpx.Response) -> ApiProblem:
    try:
        document = response.json()
    except ValueError:
        document = {}
    if not isinstance(document, dict):
        document = {}
    slug = str(document.get("type", "")).rpartition(":")[2]
    detail = str(document.get("detail") or f"The server answered {response.status_code}.")
    named = response.headers.get("retry-after", "")
    retry_after_s = int(named) if named.isdecimal() else None
    return ApiProblem(response.status_code, slug, detail, document, retry_after_s)


def _unreachable(error: httpx.TransportError) -> ApiProblem:
    return ApiProblem(_UNREACHABLE, "unreachable", f"The server cannot be reached: {error}.", {})
