"""Bodies: JSON values out of bytes, within bounds, each failure one sentence.

A small body is read at once; a larger one in a thread, so that the event loop goes on meanwhile.
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import NoReturn

from starlette.requests import Request

from indexer.article.own_documents import OF_THE_INDEX
from search.api.errors import RequestMalformed, WrongMediaType
from search.api.work.services import Record

STREAMED_TYPES = frozenset({"application/x-ndjson", "application/jsonl", "application/ndjson"})
"""Bodies of any length, read line by line; `search.api.answers.sending` bounds each line."""

SMALL_BYTES = 50_000
"""A body of this size is read in about a millisecond, which the event loop can spare."""

MOST_ARTICLES = 10_000
"""Articles in a list. For more there are streams, which have no bound."""

MOST_VALUES = 250_000
"""Values in a body. The interpreter does nothing else while it makes them, 0.2 s for so many; 20 MB
of articles have some fifty thousand."""

DEEPEST = 64
"""Lists and objects within one another."""

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)

SERVER_KEYS = OF_THE_INDEX - {"version", "copies", "story"}
"""Keys that `GET /v1/articles/ID` adds and nobody gives; left out when the article is put back.

What has a `content_hash` comes from there, or from `polywire show --json`, with all that they add.
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


async def read_json(content: bytes) -> object:
    """Return the JSON value of a body. Raises `RequestMalformed`, and nothing else."""
    if len(content) <= SMALL_BYTES:
        return parsed(content)
    return await asyncio.to_thread(parsed, content)


def parsed(content: bytes) -> object:
    """Return the JSON value. Raises `RequestMalformed`, and nothing else."""
    _check_values(content)
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
    _check_depth(value)
    return value


def _check_values(content: bytes) -> None:
    """Refuse what has too many values, before any object is made of it.

    Every value but the first in a list or object follows a comma. Strings, which hold commas, too,
    are only left out where there are very many.
    """
    if _signs(content) > MOST_VALUES and _signs(_STRING.sub(b"", content)) > MOST_VALUES:
        raise RequestMalformed(
            f"It has more than {MOST_VALUES:,} values; send articles as an application/x-ndjson "
            "stream, one per line."
        )


def _signs(content: bytes) -> int:
    return content.count(b",") + content.count(b"[") + content.count(b"{")


def _check_depth(value: object) -> None:
    """Refuse what is nested too deeply."""
    level = [value]
    for _ in range(DEEPEST):
        level = [child for each in level for child in _children(each)]
        if not level:
            return
    if any(isinstance(each, list | dict) for each in level):
        raise RequestMalformed(f"It is nested more than {DEEPEST} deep.")


def _children(value: object) -> list[object]:
    """Return the lists and objects in a value."""
    if isinstance(value, dict):
        return [part for part in value.values() if isinstance(part, list | dict)]
    if isinstance(value, list):
        return [part for part in value if isinstance(part, list | dict)]
    return []


def record(value: object) -> Record:
    """Return the article of a JSON value. Raises `RequestMalformed` if it is not an object."""
    if not isinstance(value, dict):
        raise RequestMalformed("An article is a JSON object.")
    added = OF_THE_INDEX if "content_hash" in value else SERVER_KEYS
    return {key: part for key, part in value.items() if key not in added}


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON value")
