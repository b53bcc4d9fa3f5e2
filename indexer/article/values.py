"""Values of exports in the form that a field needs: lines, lists and texts out of objects."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_NAMED = (
    *("name", "title", "rendered", "main", "basic", "original", "label", "text", "value"),
    *("content", "#text", "_text", "$t", "displayname", "display_name"),
)
"""What the text of an object is called, in the order of preference."""

_MAIN = frozenset({"main", "basic"})
"""Names of the one of several headlines that counts, which may be an object itself."""

_NAMED_AT_LAST = ("username", "handle", "permalink", "@id", "url", "href", "domain", "term", "tag")

_NAMING = ("name", "title", "label")
"""How a key ends that names an object: `webTitle`, `cat_name`."""

_FROM_XML = ("$t", "#text", "_text")
"""What programs that make JSON of XML call the text of an element, beside its attributes."""

_GIVEN_AS = frozenset({"value", "format", "processed", "summary", "end_value", "timezone"})
"""What Drupal writes beside the value of a field."""

_NAMES_OF_PEOPLE = (("given", "family"), ("firstname", "lastname"), ("first_name", "last_name"))
"""What the parts of a name are called, in CSL-JSON, Zotero and elsewhere."""

_PYTHON_LIST = re.compile(r"\[\s*(?:'.*'|\".*\")\s*\]", re.DOTALL)


def plain(value: Any) -> Any:  # noqa: ANN401 - JSON values
    """Undo what MongoDB's exports write for ids, dates and numbers, and CSL-JSON for dates."""
    if isinstance(value, Mapping) and len(value) == 1:
        ((kind, inner),) = value.items()
        if kind in ("$oid", "$date", "$uuid"):
            return plain(inner)
        if kind in ("$numberLong", "$numberInt") and isinstance(inner, str | int):
            return int(inner) if re.fullmatch(r"-?\d{1,19}", str(inner)) else value
        if kind == "date-parts" and isinstance(inner, list) and inner:
            return _date_of(inner[0])
    if isinstance(value, Mapping):
        for key in _FROM_XML:
            if isinstance(value.get(key), str):
                return value[key]
        given = value.get("value")
        if isinstance(given, str | int) and value.keys() <= _GIVEN_AS:
            return given
    return value


def _date_of(parts: Any) -> Any:  # noqa: ANN401 - JSON values
    """Write year, month and day as one date; what is none stays as it is."""
    if not isinstance(parts, list) or not all(re.fullmatch(r"\d{1,4}", str(one)) for one in parts):
        return parts
    return "-".join(str(one).zfill(2) for one in parts)


def _opened(value: Any) -> Any:  # noqa: ANN401 - JSON values
    """Take values out of the objects that GraphQL and JSON:API put around those of other tables."""
    value = plain(value)
    for _ in range(_MOST_AROUND):
        if not isinstance(value, Mapping) or len(value) > _MOST_BESIDE:
            break
        if not {key.casefold() for key in value}.isdisjoint(_NAMED):
            break
        around = (value.get(key) for key in ("nodes", "edges", "node", "data", "attributes"))
        inner = next((one for one in around if isinstance(one, list | Mapping)), None)
        if inner is None:
            break
        value = inner
    return value


_MOST_AROUND = 3
_MOST_BESIDE = 4
"""Keys of such an object: beside the values, where the next ones are and how many there are."""


def is_address(value: object) -> bool:
    """Whether a value begins as web addresses do."""
    return isinstance(value, str) and _ADDRESS.match(value.strip()) is not None


def as_line(value: Any) -> str | None:  # noqa: ANN401 - JSON values
    """Return the one text of a value: itself, of a list of one, or what names an object."""
    value = _opened(value)
    if isinstance(value, str):
        return value
    if isinstance(value, list) and len(value) == 1:
        return as_line(value[0])
    return _name_of(value) if isinstance(value, Mapping) else None


def _name_of(value: Mapping[str, Any]) -> str | None:
    folded = {key.casefold(): inner for key, inner in value.items()}
    # Of {"name": "subject", "value": "Ferries"} the name is that of a kind.
    first = ("value",) if "value" in folded else ()
    if found := _first_text(folded, (*first, *_NAMED)):
        return found
    for parts in _NAMES_OF_PEOPLE:
        names = [folded[part] for part in parts if isinstance(folded.get(part), str)]
        if len(names) == len(parts) and " ".join(names).strip():
            return " ".join(names).strip()
    naming = [key for key in folded if key.endswith(_NAMING)]
    return _first_text(folded, (*naming, *_NAMED_AT_LAST))


def _first_text(folded: Mapping[str, Any], names: Sequence[str]) -> str | None:
    for name in names:
        inner = plain(folded.get(name))
        if name in _MAIN and isinstance(inner, Mapping):
            inner = as_line(inner)
        if isinstance(inner, str) and inner.strip():
            return inner
    return None


def as_list(value: Any) -> list[str] | str | None:  # noqa: ANN401 - JSON values
    """Return the texts of a list, whose items may be objects; also of one in Python's writing."""
    value = _opened(value)
    if isinstance(value, str):
        if not _PYTHON_LIST.fullmatch(value.strip()):
            return value
        try:
            value = ast.literal_eval(value.strip())
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return str(value)
    if isinstance(value, Mapping):
        if value and all(isinstance(inner, Mapping) for inner in value.values()):
            return as_list(list(value.values()))  # by number, as Pocket writes authors
        line = as_line(value)
        return None if line is None else [line]
    if not isinstance(value, list):
        return None
    if value and all(isinstance(item, list) for item in value):
        value = list(chain.from_iterable(value))  # one list per kind, as WordPress sends terms
    lines = [as_line(item) for item in value]
    return [line for line in lines if line is not None] if None not in lines else None


def as_text(value: Any) -> list[str] | str | None:  # noqa: ANN401 - JSON values
    """Return a text, or the texts of a list of them."""
    if isinstance(value, list) and len(value) > 1:
        lines = [as_line(item) for item in value]
        return [line for line in lines if line is not None] if None not in lines else None
    return as_line(value)
