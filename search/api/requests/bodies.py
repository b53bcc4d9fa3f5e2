"""Bodies with articles: JSON values out of bytes, each failure one sentence."""

from __future__ import annotations

import json
from typing import NoReturn

from starlette.requests import Request

from search.api.errors import RequestMalformed, WrongMediaType
from search.api.work.services import Record

STREAMED_TYPES = frozenset({"application/x-ndjson", "application/jsonl", "application/ndjson"})
"""Bodies of any length, read line by line; `search.api.answers.sending` bounds each line."""

SERVER_KEYS = frozenset({"languages", "version", "content_hash", "versions"})
"""Keys that `GET /v1/articles/ID` adds; left out when the article is put back.

Without a `content_hash` an article does not come from there, and `version` is its source's own.
"""


def media_type(request: Request) -> str:
    """Return `json` or `lines`. Raises `WrongMediaType`."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json")):
        return "json"
    if kind in STREAMED_TYPES:
        return "lines"
    raise WrongMediaType(
        f"The body is {kind or 'of no type'}; send application/json, or application/x-ndjson "
        "for one article a line."
    )


def parsed(content: bytes) -> object:
    """Return the JSON value. Raises `RequestMalformed`, and nothing else."""
    try:
        value: object = json.loads(content.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise RequestMalformed(f"It is not UTF-8: byte {error.start} is out of place.") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise RequestMalformed(f"It is not JSON: {error.msg} at {place}.") from None
    except RecursionError:
        raise RequestMalformed("It is nested too deeply.") from None
    except ValueError as error:
        raise RequestMalformed(f"It is not JSON: {error}.") from None
    return value


def record(value: object) -> Record:
    """Return the article of a JSON value. Raises `RequestMalformed` if it is not an object."""
    if not isinstance(value, dict):
        raise RequestMalformed("An article is a JSON object.")
    added = SERVER_KEYS if "content_hash" in value else SERVER_KEYS - {"version"}
    return {key: part for key, part in value.items() if key not in added}


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON value")
